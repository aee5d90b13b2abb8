"""Evidence: signatures made at their times, refused over a changed chain, and followed through a new key."""

import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from chained_records import Chain, kinds_of, verified
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.errors import BrokenChainError, UnusableSigningKeyError
from api.records import checkpoints, signing
from api.records.periodic import TASKS
from api.records.signing import PublicKey
from api.settings import Settings
from api.storage.data_directory import open_data_directory
from api.storage.tables import Checkpoint, utc_now


def checkpoint_count(chain: Chain) -> int:
    with chain.database.reading() as session:
        return len(list(session.scalars(select(Checkpoint))))


def test_a_checkpoint_vouches_for_the_head_and_names_the_one_before(chain: Chain) -> None:
    chain.note_many(3)
    first = chain.sign()
    chain.note_many(2)
    second = chain.sign()
    assert first is not None
    assert second is not None
    assert (first.sequence, second.sequence, second.number) == (3, 5, 2)
    said = checkpoints.statement_of(second).read()
    assert said is not None
    assert said.previous_sha256 == first.sha256
    assert said.head_sha256 == chain.verify().head_sha256
    assert chain.verify(chain.key()).faults == ()


def test_nothing_is_signed_twice_and_nothing_at_all_of_an_empty_chain(chain: Chain) -> None:
    assert chain.sign() is None
    chain.note_many(1)
    chain.sign()
    chain.sign()
    assert checkpoint_count(chain) == 1


def test_checkpoints_at_once_from_many_threads_are_one_series(chain: Chain) -> None:
    def note_and_sign() -> None:
        for _ in range(5):
            chain.note("x")
            chain.sign()

    threads = [threading.Thread(target=note_and_sign) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = chain.verify()
    assert (found.faults, found.record_count) == ((), 30)
    assert found.checkpoint_count >= 5


def due(chain: Chain, **changes: object) -> Checkpoint | None:
    return checkpoints.sign_when_due(chain.database, chain.settings.model_copy(update=changes))


def test_a_checkpoint_is_due_after_so_many_records(chain: Chain) -> None:
    chain.note_many(3)
    assert due(chain, checkpoint_records=4) is None
    chain.note_many(1)
    made = due(chain, checkpoint_records=4)
    assert made is not None
    assert '"reason":"records"' in made.statement
    assert due(chain, checkpoint_records=1) is None


def test_a_checkpoint_is_due_when_a_record_has_waited_long_enough(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain.note_many(1)
    assert due(chain, checkpoint_interval_s=300.0) is None
    monkeypatch.setattr(checkpoints, "utc_now", lambda: utc_now() + timedelta(seconds=301))
    made = due(chain, checkpoint_interval_s=300.0)
    assert made is not None
    assert '"reason":"interval"' in made.statement


def test_the_worker_does_it(chain: Chain) -> None:
    chain.note_many(2)
    (task,) = TASKS
    task.run(chain.database, chain.objects, chain.settings.model_copy(update={"checkpoint_records": 2}))
    assert checkpoint_count(chain) == 1
    assert task.interval(chain.settings) == 10.0


@pytest.mark.parametrize(
    ("statement", "sequence"),
    [
        ("UPDATE records SET actor = 'x' WHERE sequence = 3", 3),
        ("DELETE FROM records WHERE sequence = 3", 3),
        ("UPDATE records SET sha256 = 'x' WHERE sequence = 2", 2),
        ("DELETE FROM records", 2),
    ],
)
def test_a_chain_that_was_changed_is_not_signed_any_further(
    chain: Chain, statement: str, sequence: int
) -> None:
    chain.note_many(2)
    chain.sign()
    chain.note_many(2)
    chain.tamper(statement)
    with pytest.raises(BrokenChainError, match=f"Record {sequence}:"):
        chain.sign()
    assert checkpoint_count(chain) == 1


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("UPDATE records SET actor = 'x' WHERE sequence = 2", {"changed"}),
        ("UPDATE records SET occurred_at = '2020-01-01 00:00:00.000000' WHERE sequence = 2", {"changed"}),
        ("UPDATE records SET evidence = '[ ]' WHERE sequence = 2", {"changed"}),
        ("UPDATE records SET previous_sha256 = 'x' WHERE sequence = 3", {"broken_link"}),
        ("DELETE FROM records WHERE sequence = 4", {"missing"}),
        ("DELETE FROM records WHERE sequence = 2", {"missing", "broken_link"}),
        ("DELETE FROM checkpoints WHERE number = 1", {"bad_checkpoint"}),
        ("UPDATE checkpoints SET signature = repeat('0', 128) WHERE number = 2", {"bad_signature"}),
        ("UPDATE checkpoints SET statement = statement || ' ' WHERE number = 2", {"bad_checkpoint"}),
    ],
)
def test_tampering_with_the_tables_is_found(chain: Chain, statement: str, kinds: set[str]) -> None:
    for count in (2, 2):
        chain.note_many(count)
        chain.sign()
    if chain.settings.database_url is None:
        statement = statement.replace("repeat('0', 128)", "printf('%0128d', 0)")
    chain.tamper(statement)
    assert kinds_of(chain.verify()) == kinds


def test_a_whole_chain_made_anew_without_the_key_is_found(sqlite_chain: Chain, tmp_path: Path) -> None:
    sqlite_chain.note_many(3)
    key = sqlite_chain.key()
    other = Settings(data_dir=tmp_path / "other", minimum_free_bytes=0)
    database, objects = open_data_directory(other)
    forged = Chain(settings=other, database=database, objects=objects)
    forged.note_many(3)
    forged.sign()
    assert forged.verify().intact
    assert kinds_of(forged.verify(key)) == {"unknown_key"}
    database.dispose()


def test_a_new_key_is_introduced_by_the_old_one_and_both_verify(chain: Chain, tmp_path: Path) -> None:
    chain.note_many(2)
    chain.sign()
    old = chain.key()
    made = checkpoints.rotate(chain.database, chain.settings)
    assert '"reason":"rotation"' in made.statement
    new = chain.key()
    assert new != old
    chain.note_many(1)
    path = chain.export_to(tmp_path / "a.zip")
    for keys in ((), (old,), (new,)):
        assert chain.verify(*keys).faults == ()
        assert verified(path, *keys).faults == ()
    assert set(verified(path).key_ids) == {old.id, new.id}


@pytest.mark.parametrize("stage", ["before the statement", "before the file"])
def test_a_change_of_keys_that_a_crash_cut_short_can_be_ended(
    chain: Chain, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    chain.note_many(1)
    chain.sign()

    def crash(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(checkpoints, "_add" if stage == "before the statement" else "replace_key", crash)
        with pytest.raises(ConnectionError):
            checkpoints.rotate(chain.database, chain.settings)
    chain.note_many(1)
    chain.sign()
    assert chain.verify().faults == ()
    checkpoints.rotate(chain.database, chain.settings)
    chain.note_many(1)
    chain.sign()
    assert chain.verify().faults == ()


def test_a_lost_key_is_a_new_beginning_that_the_verifier_has_to_know(chain: Chain) -> None:
    chain.note_many(1)
    chain.sign()
    signing.key_path(chain.settings).unlink()
    chain.note_many(1)
    with pytest.raises(UnusableSigningKeyError, match="cannot be read"):
        chain.sign()
    checkpoints.rotate(chain.database, chain.settings, old_key_is_lost=True)
    chain.note_many(1)
    chain.sign()
    assert kinds_of(chain.verify()) == {"unknown_key"}
    assert chain.verify(chain.key()).faults == ()


def test_another_chains_key_does_not_sign(chain: Chain, tmp_path: Path) -> None:
    chain.note_many(1)
    chain.sign()
    other = tmp_path / "other.key"
    signing.create_key(other)
    chain.note_many(1)
    settings = chain.settings.model_copy(update={"records_key_file": other})
    with pytest.raises(UnusableSigningKeyError, match="rotate-key --old-key-is-lost"):
        checkpoints.sign(chain.database, settings, reason="asked")


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, minimum_free_bytes=0)
    found: list[PublicKey] = []
    threads = [threading.Thread(target=lambda: found.append(signing.prepare_key(settings))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    path = signing.key_path(settings)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["records.key"]
    assert PublicKey.from_pem(found[0].pem(), "x") == found[0] == PublicKey.from_pem(path.read_bytes(), "x")


def test_keys_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    settings = Settings(data_dir=tmp_path, records_key_file=path)
    with pytest.raises(UnusableSigningKeyError, match="cannot be read"):
        signing.prepare_key(settings)
    path.write_text("x")
    path.chmod(0o644)
    with pytest.raises(UnusableSigningKeyError, match="others may read it"):
        signing.prepare_key(settings)
    path.chmod(0o600)
    with pytest.raises(UnusableSigningKeyError, match="holds no key"):
        signing.prepare_key(settings)
    rsa = generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(rsa.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    with pytest.raises(UnusableSigningKeyError, match="another kind"):
        signing.prepare_key(settings)
    with pytest.raises(UnusableSigningKeyError, match="no Ed25519 key"):
        PublicKey.from_pem(path.read_bytes(), path)


def test_a_folder_where_no_key_can_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableSigningKeyError, match="cannot be created"):
        signing.create_key(tmp_path / "nowhere" / "records.key")
    assert list(tmp_path.iterdir()) == []


def test_the_service_signs_as_it_ends(settings: Settings, client: TestClient) -> None:
    body = {"name": "安信山", "length_between_perpendiculars_m": 192.0}
    assert client.post("/api/v1/vessels", json=body).status_code == 201
    client.__exit__()
    database, _ = open_data_directory(settings)
    with database.reading() as session:
        (row,) = session.scalars(select(Checkpoint))
    assert '"reason":"shutdown"' in row.statement
    database.dispose()
    client.__enter__()


def test_a_chain_that_does_not_hold_does_not_keep_the_service_from_ending(chain: Chain) -> None:
    chain.note_many(2)
    chain.tamper("UPDATE records SET actor = 'x' WHERE sequence = 1")
    checkpoints.sign_at_end(chain.database, chain.settings)
    assert checkpoint_count(chain) == 0
