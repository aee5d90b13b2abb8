"""Evidence: whole restores on real files; faults: damage, interruption, a writer beside, a filled place."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from api_rows import add_footage, add_port_call
from opened_data import hullmark
from sqlalchemy import select

from api.backup.checking import check_backup
from api.backup.manifest import MANIFEST, Manifest
from api.backup.places import FolderPlace, place_to_write
from api.backup.restoring import restore_backup
from api.backup.taking import BackupReport, take_backup
from api.errors import (
    ConflictError,
    DamagedBackupError,
    RestorePlaceError,
    StorageError,
    UnusableBackupError,
)
from api.records import service as records
from api.routing import Resources
from api.settings import Settings
from api.storage.data_directory import open_data_directory
from api.storage.objects import CHUNK_BYTES
from api.storage.tables import FileDeletion, Footage, Record, Vessel

Take = Callable[[Path], BackupReport]
FIRST = hashlib.sha256(b"first").hexdigest()


def check(path: Path) -> Manifest:
    return check_backup(path, busy_timeout_s=5.0)


def files_below(path: Path) -> dict[str, bytes]:
    return {
        item.relative_to(path).as_posix(): item.read_bytes() for item in path.rglob("*") if item.is_file()
    }


@pytest.mark.parametrize("name", ["copies", "copies.tar"])
def test_a_restored_service_has_every_record_file_and_key(
    take: Take, filled: Resources, tmp_path: Path, name: str
) -> None:
    source = tmp_path / name
    made = take(source).manifest
    assert check(source) == made
    assert (made.stored_file_count, made.missing) == (4, [])

    new = Settings(data_dir=tmp_path / "new")
    restore_backup(source, new)

    database, objects = open_data_directory(new)
    with filled.database.reading() as session:
        before = records.verify(session, known_head=None)
    with database.reading() as session:
        after = records.verify(session, known_head=None)
        assert session.query(Vessel).one().name == "安信山"
    assert after.intact
    assert after == before
    for area in ("objects", "quarantine"):
        assert files_below(new.files_dir / area) == files_below(filled.settings.files_dir / area)
    objects.check(FIRST)
    stored = filled.objects.path_of(FIRST).stat().st_mtime
    assert objects.path_of(FIRST).stat().st_mtime == pytest.approx(stored, abs=1e-3), "its age goes on"
    key = new.data_dir / "site.key"
    assert (key.read_text(encoding="utf-8"), key.stat().st_mode & 0o777) == ("a key", 0o600)
    assert not (new.data_dir / ".restoring").exists()
    database.dispose()


def test_the_second_backup_copies_only_what_is_new(take: Take, filled: Resources, tmp_path: Path) -> None:
    first = take(tmp_path / "copies")
    note_bytes = len(next((tmp_path / "copies" / "quarantine").glob("*.json")).read_bytes())
    assert first.copied_bytes == 5 + 6000 + 15 + note_bytes
    inode = (tmp_path / "copies" / "objects" / FIRST[:2] / FIRST[2:4] / FIRST).stat().st_ino
    add_footage(filled.database, filled.objects, str(add_port_call(filled.database)), content=b"third")

    second = take(tmp_path / "copies")

    assert second.copied_bytes == len(b"third") + note_bytes
    assert (tmp_path / "copies" / "objects" / FIRST[:2] / FIRST[2:4] / FIRST).stat().st_ino == inode
    assert second.manifest.stored_file_count == 5
    assert second.manifest.record_count == first.manifest.record_count + 1
    assert check(tmp_path / "copies") == second.manifest
    assert len(list((tmp_path / "copies").glob("database-*"))) == 1, "the older copy is gone"


def test_a_backup_beside_a_writer_is_one_moment(filled: Resources, tmp_path: Path) -> None:
    stopping = threading.Event()
    port_call_id = str(add_port_call(filled.database))
    written: list[int] = []

    def write() -> None:
        while not stopping.is_set():
            content = os.urandom(2000)
            add_footage(filled.database, filled.objects, port_call_id, content=content)
            written.append(1)

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        for number in range(2):
            path = tmp_path / f"copies-{number}"
            take_backup(filled.settings, filled.database, filled.objects, path)
            new = Settings(data_dir=tmp_path / f"new-{number}")
            restore_backup(path, new)
            database, objects = open_data_directory(new)
            with database.reading() as session:
                assert records.verify(session, known_head=None).intact
                named = session.scalars(select(Footage.object_sha256)).all()
            for sha256 in named:
                objects.check(sha256)
            database.dispose()
    finally:
        stopping.set()
        for writer in writers:
            writer.join()
    assert len(written) > 2


def damage_object(path: Path) -> str:
    target = path / "objects" / FIRST[:2] / FIRST[2:4] / FIRST
    target.chmod(0o600)
    target.write_bytes(b"fIrst")
    return f"objects/{FIRST[:2]}/{FIRST[2:4]}/{FIRST}: its bytes have changed"


def lose_object(path: Path) -> str:
    (path / "objects" / FIRST[:2] / FIRST[2:4] / FIRST).unlink()
    return f"{FIRST}: missing"


def damage_database(path: Path) -> str:
    (target,) = path.glob("database-*/*")
    content = bytearray(target.read_bytes())
    content[len(content) // 2] ^= 1
    target.write_bytes(content)
    return r"database-.*/hullmark\.sqlite3: its bytes have changed"


def damage_key(path: Path) -> str:
    (target,) = path.glob("settings-*/site.key")
    target.write_text("another key", encoding="utf-8")
    return r"settings-.*/site\.key: its bytes have changed"


def damage_contents(path: Path) -> str:
    (target,) = path.glob("contents-*")
    target.write_text("", encoding="utf-8")
    return r"contents-.*\.txt: its bytes have changed"


@pytest.mark.parametrize("damage", [damage_object, lose_object, damage_database, damage_key, damage_contents])
def test_what_is_damaged_is_named_and_nothing_is_restored(
    take: Take, tmp_path: Path, damage: Callable[[Path], str]
) -> None:
    source = tmp_path / "copies"
    take(source)
    words = damage(source)

    with pytest.raises(DamagedBackupError, match=words):
        check(source)
    with pytest.raises(DamagedBackupError, match=words):
        restore_backup(source, Settings(data_dir=tmp_path / "new"))
    found = [item.name for item in (tmp_path / "new").glob("*")] if (tmp_path / "new").exists() else []
    assert found in ([], [".restoring"])


def test_a_record_that_was_changed_with_its_hashes_in_the_backup_is_found(take: Take, tmp_path: Path) -> None:
    """Whoever can write the manifest anew cannot hide a changed record: the chain does not hold."""
    source = tmp_path / "copies"
    made = take(source).manifest
    (target,) = source.glob("database-*/*")
    with sqlite3.connect(target) as connection:
        connection.execute("DROP TRIGGER records_refuse_update")
        connection.execute("UPDATE records SET actor = 'nobody' WHERE sequence = 1")
    connection.close()
    sha256 = hashlib.sha256(target.read_bytes()).hexdigest()
    entries = [
        entry.model_copy(update={"sha256": sha256}) if entry.name.startswith("database-") else entry
        for entry in made.entries
    ]
    forged = made.model_copy(update={"entries": entries})
    (source / MANIFEST).write_text(forged.model_dump_json(), encoding="utf-8")

    for attempt in (check, lambda path: restore_backup(path, Settings(data_dir=tmp_path / "new"))):
        with pytest.raises(DamagedBackupError, match="record 1"):
            attempt(source)


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_cut_tar_file_is_refused(take: Take, tmp_path: Path, cut: float) -> None:
    source = tmp_path / "copies.tar"
    take(source)
    content = source.read_bytes()
    source.write_bytes(content[: int(len(content) * cut)])

    with pytest.raises((UnusableBackupError, DamagedBackupError)):
        restore_backup(source, Settings(data_dir=tmp_path / "new"))
    assert not (tmp_path / "new" / "hullmark.sqlite3").exists()


def test_a_changed_byte_in_a_tar_file_is_named(take: Take, tmp_path: Path) -> None:
    source = tmp_path / "copies.tar"
    take(source)
    with tarfile.open(source) as archive:
        member = next(item for item in archive if item.name.endswith(FIRST))
    with source.open("r+b") as file:
        file.seek(member.offset_data)
        file.write(b"F")

    with pytest.raises(DamagedBackupError, match=f"{FIRST}: its bytes have changed"):
        check(source)


def test_an_interrupted_backup_is_refused_and_goes_on_where_it_was(
    take: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "copies"
    add = FolderPlace.add
    added: list[str] = []

    def add_then_fail(place: FolderPlace, name: str, *args: object, **named: object) -> str:
        if len(added) == 2:
            (place.path / "objects" / "x.part").write_bytes(b"half")
            raise StorageError("The file store cannot be written: the disk went away.")
        added.append(name)
        return add(place, name, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(FolderPlace, "add", add_then_fail)
    with pytest.raises(StorageError, match="went away"):
        take(source)
    monkeypatch.undo()
    with pytest.raises(UnusableBackupError, match="no backup was finished here"):
        check(source)
    with pytest.raises(UnusableBackupError):
        restore_backup(source, Settings(data_dir=tmp_path / "new"))

    report = take(source)
    assert report.copied_bytes < 5 + 6000 + 15 + 1000
    assert check(source).stored_file_count == 4
    assert list(source.rglob("*.part")) == []
    assert list(source.glob("work-*")) == []


def test_an_interruption_leaves_the_earlier_backup_whole(
    take: Take, filled: Resources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "copies"
    first = take(source).manifest
    add_footage(filled.database, filled.objects, str(add_port_call(filled.database)), content=b"third")

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FolderPlace, "finish", fail)
    with pytest.raises(KeyboardInterrupt):
        take(source)
    assert check(source) == first


KILLED = """
import os, signal, sys
from pathlib import Path
from api.backup import places
from api.backup.command import backup
sync = places._sync
def die_at(number):
    calls = []
    def sync_then_die(folder):
        calls.append(folder)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        sync(folder)
    places._sync = sync_then_die
    backup(Path(sys.argv[2]), data_dir=Path(sys.argv[1]))
for number in range(1, 100):
    child = os.fork()
    if child == 0:
        die_at(number)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        break
print(number - 1, status)
"""


def test_a_backup_killed_at_every_file_is_finished_by_the_next(filled: Resources, tmp_path: Path) -> None:
    """Every process dies one file further than the one before; the last has none left to die at."""
    source = tmp_path / "copies"
    filled.database.dispose()
    command = [sys.executable, "-c", KILLED, str(filled.settings.data_dir), str(source)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    killed_count, status = map(int, done.stdout.split()[-2:])
    assert (killed_count > 3, status) == (True, 0), done.stderr
    assert check(source).stored_file_count == 4
    take_backup(filled.settings, filled.database, filled.objects, source)
    assert check(source).stored_file_count == 4
    assert len(list(source.glob("database-*"))) == 1
    assert list(source.glob("work-*")) == []


@pytest.mark.parametrize("name", ["something", "hullmark.sqlite3"])
def test_only_an_empty_place_is_restored_into(take: Take, tmp_path: Path, name: str) -> None:
    source, new = tmp_path / "copies", tmp_path / "new"
    take(source)
    new.mkdir()
    (new / name).write_bytes(b"precious")

    with pytest.raises(RestorePlaceError, match=f"holds {name}"):
        restore_backup(source, Settings(data_dir=new))
    assert files_below(new) == {name: b"precious"}


def test_an_interrupted_restore_is_begun_anew(take: Take, tmp_path: Path) -> None:
    source, new = tmp_path / "copies", tmp_path / "new"
    take(source)
    (new / ".restoring" / "files").mkdir(parents=True)
    (new / ".restoring" / "hullmark.sqlite3").write_bytes(b"half")
    restore_backup(source, Settings(data_dir=new))
    assert sorted(item.name for item in new.iterdir()) == [
        "files",
        "hullmark.sqlite3",
        "retention.toml",
        "site.key",
    ]


def test_a_damaged_file_of_the_store_is_left_out_and_its_older_copy_stays(
    take: Take, filled: Resources, tmp_path: Path
) -> None:
    source = tmp_path / "copies"
    take(source)
    path = filled.objects.path_of(FIRST)
    path.chmod(0o644)
    path.write_bytes(b"changed in size")
    kept = take(source).manifest
    assert (kept.stored_file_count, kept.missing) == (4, [])
    assert check(source) == kept

    elsewhere = take(tmp_path / "others").manifest
    assert [item.key.rpartition("/")[2] for item in elsewhere.missing] == [FIRST]
    assert check(tmp_path / "others").stored_file_count == 3
    assert [item.key.rpartition("/")[2] for item in take(tmp_path / "o.tar").manifest.missing] == [FIRST]


def test_a_file_that_the_store_lost_stays_in_the_backup_until_its_deletion_is_recorded(
    take: Take, filled: Resources, tmp_path: Path
) -> None:
    source = tmp_path / "copies"
    take(source)
    filled.objects.path_of(FIRST).unlink()
    assert take(source).manifest.stored_file_count == 4
    with filled.database.writing() as session:
        record = session.query(Record).first()
        assert record is not None
        session.add(
            FileDeletion(
                area="objects",
                sha256=FIRST,
                size_bytes=5,
                reason="old",
                outcome="removed",
                record_id=record.id,
            )
        )
    assert take(source).manifest.stored_file_count == 3
    assert not (source / "objects" / FIRST[:2] / FIRST[2:4] / FIRST).exists()


def test_two_at_once_into_one_folder_are_refused(take: Take, tmp_path: Path) -> None:
    with place_to_write(tmp_path / "copies"), pytest.raises(ConflictError, match="Another backup"):
        take(tmp_path / "copies")


def test_a_folder_of_something_else_is_not_written_into(take: Take, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    with pytest.raises(UnusableBackupError, match="holds something else"):
        take(tmp_path / "photos")
    with pytest.raises(UnusableBackupError, match="is not there"):
        check(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 2}', "\0"])
def test_a_manifest_that_is_none_is_refused(take: Take, tmp_path: Path, text: str) -> None:
    take(tmp_path / "copies")
    (tmp_path / "copies" / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(UnusableBackupError, match="is not accepted"):
        check(tmp_path / "copies")


def test_a_full_disk_ends_the_backup_and_the_earlier_one_stays(
    take: Take, filled: Resources, small_disk: Path
) -> None:
    source = small_disk / "copies"
    first = take(source).manifest
    filled.objects.put(os.urandom(20 * CHUNK_BYTES))
    with pytest.raises(StorageError):
        take(source)
    assert check(source) == first


def test_the_commands_take_check_and_restore(filled: Resources, tmp_path: Path) -> None:
    data, copies, new = filled.settings.data_dir, tmp_path / "copies", tmp_path / "new"
    command = [sys.executable, "-m", "api.cli", "backup", str(copies), "--data-dir", str(data), "--json"]
    made = subprocess.run(command, capture_output=True, text=True, check=True)
    manifest = Manifest.model_validate_json(made.stdout)
    assert hullmark("backup", copies, "--check", "--json").stdout == made.stdout
    assert hullmark("restore", copies, "--data-dir", data).returncode == 2, "not empty"
    restored = hullmark("restore", copies, "--data-dir", new)
    assert (restored.returncode, f"{manifest.record_count} records" in restored.stdout) == (0, True)
    damage_object(copies)
    damaged = hullmark("backup", copies, "--check")
    assert (damaged.returncode, FIRST in damaged.stderr) == (1, True)
    nothing = hullmark("backup", copies, "--data-dir", tmp_path / "nowhere")
    assert (nothing.returncode, "holds no database" in nothing.stderr) == (2, True)
    assert not (tmp_path / "nowhere").exists()
