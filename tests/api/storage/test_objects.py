"""Evidence: properties of content addressing, and faults: full disk, killed process, damaged file."""

import fcntl
import hashlib
import json
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api.errors import DamagedObjectError, StorageError, StorageFullError
from api.storage.objects import ObjectStore

ABC_SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4, example "abc"


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return prepared(tmp_path / "files")


def prepared(root: Path) -> ObjectStore:
    store = ObjectStore(root, minimum_free_bytes=0)
    store.prepare()
    return store


def files_below(store: ObjectStore) -> list[str]:
    return sorted(path.name for path in store.root.rglob("*") if path.is_file())


def test_an_object_is_named_by_its_hash_and_is_read_only(store: ObjectStore) -> None:
    stored = store.put(b"abc")
    assert (stored.sha256, stored.size_bytes) == (ABC_SHA256, 3)
    path = store.existing_path_of(ABC_SHA256)
    assert path.relative_to(store.root).parts == ("objects", "ba", "78", ABC_SHA256)
    assert path.read_bytes() == b"abc"
    assert path.stat().st_mode & 0o777 == 0o444


@hypothesis_settings(deadline=None)  # every example waits for the disk
@given(st.lists(st.binary(max_size=50), max_size=8))
def test_the_same_bytes_are_the_same_object_however_they_arrive(chunks: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = prepared(Path(folder))
        whole = store.put(b"".join(chunks))
        with store.receive() as incoming:
            for chunk in chunks:
                incoming.write(chunk)
            again = incoming.store()
        assert again == whole
        assert whole.sha256 == hashlib.sha256(b"".join(chunks)).hexdigest()
        assert files_below(store) == [whole.sha256]


def test_a_file_is_stored_byte_identical_and_stays_where_it_was(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "航拍 🚁.mp4"
    source.write_bytes(bytes(range(256)) * 9000)
    stored = store.put(source)
    assert store.existing_path_of(stored.sha256).read_bytes() == source.read_bytes()


def test_an_upload_that_fails_leaves_nothing(store: ObjectStore) -> None:
    def receive_half() -> None:
        with store.receive(expected_bytes=10) as incoming:
            incoming.write(b"half")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        receive_half()
    assert files_below(store) == []


def test_an_upload_that_nobody_stores_leaves_nothing(store: ObjectStore) -> None:
    with store.receive() as incoming:
        incoming.write(b"half")
    assert files_below(store) == []


def test_quarantined_bytes_are_kept_with_the_reason_and_are_no_object(store: ObjectStore) -> None:
    with store.receive() as incoming:
        incoming.write(b"abc")
        incoming.quarantine("no moov atom: 没有索引")
    assert store.quarantine_path_of(ABC_SHA256).read_bytes() == b"abc"
    note = json.loads((store.root / "quarantine" / f"{ABC_SHA256}.json").read_text(encoding="utf-8"))
    assert (note["reason"], note["size_bytes"]) == ("no moov atom: 没有索引", 3)
    with pytest.raises(DamagedObjectError):
        store.existing_path_of(ABC_SHA256)


def test_an_object_can_be_put_aside_later_and_stays(store: ObjectStore) -> None:
    store.put(b"abc")
    store.move_to_quarantine(ABC_SHA256, "a playlist")
    assert store.quarantine_path_of(ABC_SHA256).read_bytes() == b"abc"
    assert store.existing_path_of(ABC_SHA256).read_bytes() == b"abc"


@pytest.mark.parametrize(
    "name", ["", "abc", "../" * 20 + "etc/passwd", ABC_SHA256.upper(), ABC_SHA256 + "\n"]
)
def test_a_name_that_is_no_hash_is_refused(store: ObjectStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.path_of(name)
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.quarantine_path_of(name)


def test_a_changed_byte_and_a_lost_file_are_found(store: ObjectStore) -> None:
    store.put(b"abc")
    store.check(ABC_SHA256)
    path = store.existing_path_of(ABC_SHA256)
    path.chmod(0o644)
    path.write_bytes(b"abd")
    with pytest.raises(DamagedObjectError, match="its bytes now have the hash"):
        store.check(ABC_SHA256)
    path.unlink()
    with pytest.raises(DamagedObjectError, match="not in the store"):
        store.check(ABC_SHA256)


def test_what_does_not_fit_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    store = prepared(tmp_path)
    too_much = store.free_bytes() + 2**40
    with (
        pytest.raises(StorageFullError, match=f"An upload of {too_much} bytes"),
        store.receive(expected_bytes=too_much),
    ):
        pass
    reserved = ObjectStore(tmp_path, minimum_free_bytes=2**60)
    assert reserved.free_bytes() == 0
    with pytest.raises(StorageFullError), reserved.receive():
        pass


FULL_DISK = """
import resource, sys
from pathlib import Path
from api.errors import StorageFullError
from api.storage.objects import ObjectStore
store = ObjectStore(Path(sys.argv[1]), minimum_free_bytes=0)
store.prepare()
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    store.put(bytes(1_000_000))
except StorageFullError as error:
    print(error.detail)
"""


def test_a_disk_that_fills_up_midway_leaves_nothing(tmp_path: Path) -> None:
    # A file size limit makes the system refuse the write as a full disk does.
    command = [sys.executable, "-c", FULL_DISK, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "does not fit on the disk; nothing was stored" in done.stdout
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_disk_that_cannot_be_written_is_named(store: ObjectStore) -> None:
    (store.root / "incoming").rmdir()
    with pytest.raises(StorageError, match="cannot be written"), store.receive():
        pass


KILLED = """
import os, signal, sys
from pathlib import Path
from api.storage.objects import ObjectStore
store = ObjectStore(Path(sys.argv[1]), minimum_free_bytes=0)
with store.receive(origin={"name": "左舷"}) as incoming:
    incoming.write(bytes(5_000_000))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_is_being_received_is_not_swept(store: ObjectStore) -> None:
    with store.receive() as incoming:
        incoming.write(b"half, ")
        assert ObjectStore(store.root, minimum_free_bytes=0).sweep() == []
        incoming.write(b"and the rest")
        stored = incoming.store()
    store.check(stored.sha256)
    store.sweep()
    assert files_below(store) == [stored.sha256]


def test_a_part_swept_between_opening_and_locking_is_begun_anew(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock
    swept: list[bool] = []

    def sweep_first(file: Any, operation: int) -> None:
        if not swept:
            swept.append(True)
            store.sweep()
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", sweep_first)
    with store.receive() as incoming:
        incoming.write(b"abc")
        assert incoming.store().sha256 == ABC_SHA256
    store.check(ABC_SHA256)


def test_a_killed_process_leaves_no_object_and_the_next_start_sweeps(store: ObjectStore) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(store.root)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert list((store.root / "objects").iterdir()) == []
    assert len(files_below(store)) == 2, "the part and its origin"
    (abandoned,) = store.sweep()
    assert abandoned.origin == {"name": "左舷"}
    assert abandoned.received_bytes == 5_000_000
    assert files_below(store) == []


@pytest.mark.parametrize("origin", [None, b"", b'{"name": "'])
def test_a_part_without_its_origin_is_swept_all_the_same(store: ObjectStore, origin: bytes | None) -> None:
    part = store.root / "incoming" / "0.part"
    part.touch()
    if origin is not None:
        part.with_suffix(".origin").write_bytes(origin)
    assert store.sweep() == []
    assert files_below(store) == []


def test_many_at_once_store_the_same_bytes(store: ObjectStore) -> None:
    threads = [threading.Thread(target=store.put, args=(b"abc" * 100_000,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert files_below(store) == [hashlib.sha256(b"abc" * 100_000).hexdigest()]
