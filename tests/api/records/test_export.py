"""Evidence: every byte flipped, forgeries by somebody who knows the format, and checks by other programs."""

import contextlib
import hashlib
import io
import json
import random
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import pytest
from api_rows import add_port_call
from chained_records import Chain, kinds_of, verified

from api.errors import NotAnExportError, NotFoundError, NotReadyError
from api.records.archive import Archive, member_of_bytes, written
from api.records.payloads import Payload, Subject
from api.records.service import append
from api.records.signing import PublicKey
from api.records.verification import verify_export
from api.retention.records import FileDeleted, file_told
from api.storage.tables import new_id

Files = dict[str, bytes]
Forgery = Callable[[Files], object]
PICTURE = hashlib.sha256(b"picture").hexdigest()


class Pretending(Payload):
    """Words of a deletion in a record that is none."""

    KIND: ClassVar[str] = "test.pretending"

    kind: str = "storage.file_deleted"
    sha256: str = PICTURE


def small_chain(chain: Chain) -> UUID:
    """Records of a port call between others, with evidence and two checkpoints."""
    port_call_id = add_port_call(chain.database)
    first = chain.note("a")
    chain.note("b", subject=Subject.port_call(port_call_id), evidence=[b"picture"], causes=[first])
    chain.sign()
    chain.note("c")
    chain.note("d", subject=Subject.port_call(port_call_id))
    chain.note("e")
    return port_call_id


def files_of(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_as_we_do(path: Path, files: Files) -> Path:
    path.write_bytes(b"".join(written(member_of_bytes(name, content) for name, content in files.items())))
    return path


def test_an_untouched_export_holds_with_and_without_a_known_key(chain: Chain, tmp_path: Path) -> None:
    small_chain(chain)
    path = chain.export_to(tmp_path / "导出.zip")
    found = verified(path)
    assert (found.intact, found.faults) == (True, ())
    assert (found.record_count, found.content_count, found.signed_sequence) == (5, 5, 5)
    assert (found.evidence_count, found.checkpoint_count, found.key_is_known) == (1, 2, False)
    with_key = verified(path, chain.key())
    assert (with_key.intact, with_key.key_is_known) == (True, True)


def test_an_export_of_one_port_call_tells_nothing_of_the_others_and_proves_their_places(
    chain: Chain, tmp_path: Path
) -> None:
    port_call_id = small_chain(chain)
    path = chain.export_to(tmp_path / "one.zip", port_call_id)
    found = verified(path, chain.key())
    assert (found.intact, found.record_count, found.content_count) == (True, 5, 2)
    lines = files_of(path)["records.jsonl"].splitlines()
    assert [json.loads(line)["payload"]["text"] for line in lines] == ["b", "d"]


def test_the_export_is_the_same_chain_that_the_database_holds(chain: Chain, tmp_path: Path) -> None:
    small_chain(chain)
    exported = verified(chain.export_to(tmp_path / "all.zip"))
    stored = chain.verify()
    assert (stored.intact, stored.head_sha256) == (True, exported.head_sha256)


def unseen_flips(chain: Chain, folder: Path, *, first: int, step: int) -> list[int]:
    port_call_id = add_port_call(chain.database)
    chain.note("a")
    chain.note("b", subject=Subject.port_call(port_call_id), evidence=[b"p"])
    content = chain.export_to(folder / "whole.zip", port_call_id).read_bytes()
    return [place for place in range(first, len(content), step) if not is_found(folder, content, place)]


def test_flipped_bytes_are_found_or_the_file_is_refused(sqlite_chain: Chain, tmp_path: Path) -> None:
    first = random.randrange(29)  # noqa: S311 (no secret)
    assert unseen_flips(sqlite_chain, tmp_path, first=first, step=29) == []


@pytest.mark.soak
def test_every_flipped_byte_is_found_or_the_file_is_refused(sqlite_chain: Chain, tmp_path: Path) -> None:
    assert unseen_flips(sqlite_chain, tmp_path, first=0, step=1) == []


def is_found(folder: Path, content: bytes, place: int) -> bool:
    path = folder / "flipped.zip"
    # The lowest bit changes a digit, the case bit a letter: one of them after the other over the whole file.
    flipped = bytes([content[place] ^ (1 if place % 2 else 0x20)])
    path.write_bytes(content[:place] + flipped + content[place + 1 :])
    try:
        return not verify_export(path).intact
    except NotAnExportError:
        return True


@pytest.mark.parametrize("cut", [1, 22, 100, 5000])
def test_a_cut_export_is_refused_or_found(sqlite_chain: Chain, tmp_path: Path, cut: int) -> None:
    small_chain(sqlite_chain)
    path = sqlite_chain.export_to(tmp_path / "a.zip")
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(NotAnExportError):
        verify_export(path)


@pytest.mark.parametrize("added", [b"\0", b"PK\x05\x06" + b"\0" * 18])
@pytest.mark.parametrize("place", ["before", "after"])
def test_bytes_around_the_archive_are_found_or_it_is_refused(
    sqlite_chain: Chain, tmp_path: Path, added: bytes, place: str
) -> None:
    small_chain(sqlite_chain)
    path = sqlite_chain.export_to(tmp_path / "a.zip")
    content = path.read_bytes()
    path.write_bytes(content + added if place == "after" else added + content)
    with contextlib.suppress(NotAnExportError):
        assert "changed_envelope" in kinds_of(verify_export(path))


def lines(files: Files, name: str) -> list[bytes]:
    return files[name].splitlines(keepends=True)


def drop_line(name: str, number: int) -> Forgery:
    def forge(files: Files) -> None:
        kept = lines(files, name)
        del kept[number - 1]
        files[name] = b"".join(kept)

    return forge


def swap_lines(name: str, number: int) -> Forgery:
    def forge(files: Files) -> None:
        kept = lines(files, name)
        kept[number - 1], kept[number] = kept[number], kept[number - 1]
        files[name] = b"".join(kept)

    return forge


def replace_text(name: str, old: bytes, new: bytes) -> Forgery:
    def forge(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new)

    return forge


def insert_record(files: Files) -> None:
    # A whole record with hashes that follow from each other, as somebody without the key would make it.
    contents = [line.rstrip(b"\n") for line in lines(files, "records.jsonl")]
    contents.insert(2, contents[1].replace(b'"text":"b"', b'"text":"B"'))
    rehash(files, contents)


def rewrite_all(files: Files) -> None:
    contents = [line.rstrip(b"\n") for line in lines(files, "records.jsonl")]
    contents[1] = contents[1].replace(b'"text":"b"', b'"text":"B"')
    rehash(files, contents)


def rehash(files: Files, contents: list[bytes]) -> None:
    previous, chained, records = "0" * 64, [], []
    for sequence, content in enumerate(contents, start=1):
        fields = json.loads(content) | {"sequence": sequence}
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        of_content = hashlib.sha256(text).hexdigest()
        previous = hashlib.sha256((previous + of_content).encode()).hexdigest()
        chained.append(f"{sequence} {of_content} {previous}\n".encode())
        records.append(text + b"\n")
    files["chain.txt"], files["records.jsonl"] = b"".join(chained), b"".join(records)


def drop_evidence(files: Files) -> None:
    del files[next(name for name in files if name.startswith("evidence/"))]


def change_evidence(files: Files) -> None:
    files[next(name for name in files if name.startswith("evidence/"))] = b"another"


def drop_last_checkpoint(files: Files) -> None:
    for name in ("checkpoints.jsonl", "checkpoints.sig"):
        files[name] = b"".join(lines(files, name)[:-1])


FORGERIES: list[tuple[str, Forgery, str, int | None]] = [
    ("a changed text", replace_text("records.jsonl", b'"text":"b"', b'"text":"B"'), "changed", 2),
    ("a changed number", replace_text("records.jsonl", b'"value":0.1', b'"value":0.2'), "changed", 1),
    ("a deleted content", drop_line("records.jsonl", 3), "missing", 3),
    ("a deleted place", drop_line("chain.txt", 3), "missing", 3),
    ("swapped contents", swap_lines("records.jsonl", 2), "missing", 2),
    ("swapped places", swap_lines("chain.txt", 2), "reordered", 2),
    ("an inserted record", insert_record, "missing", 5),
    ("a chain computed anew", rewrite_all, "bad_checkpoint", 2),
    ("a deleted file of evidence", drop_evidence, "missing_evidence", 2),
    ("another file of evidence", change_evidence, "changed_evidence", 2),
    ("a deleted checkpoint", drop_line("checkpoints.jsonl", 1), "bad_checkpoint", 5),
    ("a deleted last checkpoint", drop_last_checkpoint, "unsigned_end", 5),
    ("swapped signatures", swap_lines("checkpoints.sig", 1), "bad_signature", 2),
    ("an added file", lambda files: files.update({"note.txt": b"x"}), "changed_file", None),
    ("another readme", lambda files: files.update({"README.txt": b"x"}), "changed_file", None),
    ("a deleted report", lambda files: files.pop("report.html"), "changed_file", None),
    ("a new end", lambda files: files.update({"chain.txt": files["chain.txt"][:-150]}), "unreadable", 4),
]


@pytest.mark.parametrize(
    ("forge", "kind", "sequence"), [item[1:] for item in FORGERIES], ids=[i[0] for i in FORGERIES]
)
def test_a_forgery_is_found_and_the_record_named(
    sqlite_chain: Chain, tmp_path: Path, forge: Forgery, kind: str, sequence: int | None
) -> None:
    small_chain(sqlite_chain)
    files = files_of(sqlite_chain.export_to(tmp_path / "whole.zip"))
    forge(files)
    found = verified(write_as_we_do(tmp_path / "forged.zip", files))
    assert (kind, sequence) in {(fault.kind, fault.sequence) for fault in found.faults}, found.faults


def test_an_export_that_somebody_signed_anew_does_not_fit_a_known_key(chain: Chain, tmp_path: Path) -> None:
    small_chain(chain)
    other_folder = tmp_path / "other"
    foreign = PublicKey(text="ab" * 32)
    path = chain.export_to(tmp_path / "a.zip")
    assert kinds_of(verified(path, foreign)) == {"unknown_key"}
    assert not other_folder.exists()


def test_other_programs_read_the_archive(chain: Chain, tmp_path: Path) -> None:
    small_chain(chain)
    path = chain.export_to(tmp_path / "a.zip")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert [info.filename for info in archive.infolist()][:2] == ["manifest.json", "manifest.sig"]
    manifest = json.loads(files_of(path)["manifest.json"])
    for entry in manifest["files"]:
        assert hashlib.sha256(files_of(path)[entry["name"]]).hexdigest() == entry["sha256"]


def test_openssl_confirms_the_signatures(chain: Chain, tmp_path: Path) -> None:
    small_chain(chain)
    files = files_of(chain.export_to(tmp_path / "a.zip"))
    key = next(content for name, content in files.items() if name.startswith("keys/"))
    (tmp_path / "key.pem").write_bytes(key)
    signed = [(files["manifest.json"], files["manifest.sig"])]
    signed += zip(files["checkpoints.jsonl"].splitlines(), files["checkpoints.sig"].splitlines(), strict=True)
    for text, signature in signed:
        (tmp_path / "text").write_bytes(text)
        (tmp_path / "signature").write_bytes(bytes.fromhex(signature.decode()))
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
        command += ["-in", "text", "-sigfile", "signature"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_the_chain_follows_by_hand_as_the_readme_says(chain: Chain, tmp_path: Path) -> None:
    small_chain(chain)
    files = files_of(chain.export_to(tmp_path / "a.zip"))
    previous = "0" * 64
    for line, content in zip(
        files["chain.txt"].decode().splitlines(), files["records.jsonl"].splitlines(), strict=True
    ):
        _sequence, of_content, sha256 = line.split(" ")
        assert of_content == hashlib.sha256(content).hexdigest()
        assert sha256 == hashlib.sha256((previous + of_content).encode()).hexdigest()
        previous = sha256


def test_the_report_is_for_people_and_runs_nothing(chain: Chain, tmp_path: Path) -> None:
    chain.note("<script>alert(1)</script> 靠泊")
    page = files_of(chain.export_to(tmp_path / "a.zip"))["report.html"].decode()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 靠泊" in page
    assert "监管记录 / Supervision records" in page


def test_evidence_that_is_gone_is_said_and_found(sqlite_chain: Chain, tmp_path: Path) -> None:
    small_chain(sqlite_chain)
    sqlite_chain.objects.path_of(PICTURE).unlink()
    path = sqlite_chain.export_to(tmp_path / "a.zip")
    assert json.loads(files_of(path)["manifest.json"])["missing_evidence"] != []
    assert [(fault.kind, fault.sequence) for fault in verified(path).faults] == [("missing_evidence", 2)]
    assert [(fault.kind, fault.sequence) for fault in sqlite_chain.verify().faults] == [
        ("missing_evidence", 2)
    ]


def picture_deleted() -> FileDeleted:
    return FileDeleted(
        area="objects",
        sha256=PICTURE,
        size_bytes=7,
        retention_class="footage",
        stored_at="2026-01-01T00:00:00+00:00",
        reason="footage is kept for 30 days",
        policy_sha256="0" * 64,
    )


def test_evidence_that_the_policy_deleted_is_told_apart(sqlite_chain: Chain, tmp_path: Path) -> None:
    small_chain(sqlite_chain)
    sqlite_chain.objects.path_of(PICTURE).unlink()
    with sqlite_chain.database.writing() as session:
        file_told(session, picture_deleted())

    path = sqlite_chain.export_to(tmp_path / "a.zip")

    for found in (sqlite_chain.verify(), verified(path)):
        assert (found.intact, found.deleted_evidence_count) == (True, 1)
    report = files_of(path)["report.html"].decode()
    assert f"已按规定期限删除 / deleted by the declared policy</th><td><code>{PICTURE}" in report
    assert "missing evidence" not in report


def test_only_a_deletion_in_the_chain_after_the_last_naming_excuses(sqlite_chain: Chain) -> None:
    with sqlite_chain.database.writing() as session:
        file_told(session, picture_deleted())
    sqlite_chain.note("named again", evidence=[b"picture"])
    with sqlite_chain.database.writing() as session:
        append(session, Pretending(), subject=Subject.vessel(new_id()), actor="tests")
    sqlite_chain.objects.path_of(PICTURE).unlink()
    found = sqlite_chain.verify()
    assert [(fault.kind, fault.sequence) for fault in found.faults] == [("missing_evidence", 2)]
    assert found.deleted_evidence_count == 0


def test_an_unknown_port_call_and_an_empty_chain_are_refused(sqlite_chain: Chain, tmp_path: Path) -> None:
    with pytest.raises(NotReadyError):
        sqlite_chain.export_to(tmp_path / "a.zip")
    with pytest.raises(NotFoundError):
        sqlite_chain.export_to(tmp_path / "a.zip", new_id())


@pytest.mark.parametrize("content", [b"", b"PK", b"dear diary", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_export_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(NotAnExportError, match=r"a\.zip: .*Accepted: a file of `hullmark records export`"):
        verify_export(path)


def test_an_archive_with_compressed_or_double_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "{}" * 1000)
    with pytest.raises(NotAnExportError, match="compressed"):
        verify_export(path)
    twice = (member_of_bytes(name, b"{}") for name in ("manifest.json", "manifest.json"))
    path.write_bytes(b"".join(written(twice)))
    with pytest.raises(NotAnExportError, match="twice"):
        verify_export(path)


def test_the_archive_grows_beyond_four_gibibytes_by_the_rules_of_zip64(tmp_path: Path) -> None:
    # Only the envelope is made: the sizes are what matters, and zipfile reads them.
    from api.records.archive import Member, layout

    big = Member(name="big", size_bytes=5 * 2**30, crc32=1, chunks=lambda: iter(()))
    path = tmp_path / "big.zip"
    with path.open("wb") as file:
        for piece in layout([big, member_of_bytes("after", b"x")]):
            if isinstance(piece, Member):
                file.seek(piece.size_bytes, io.SEEK_CUR)
            else:
                file.write(piece)
    opened = Archive(path)
    assert opened.first_difference is None
    assert {name: member.size_bytes for name, member in opened.members.items()} == {
        "big": 5 * 2**30,
        "after": 1,
    }
