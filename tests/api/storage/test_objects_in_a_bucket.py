"""Evidence: a real S3 server; faults: it dies in the middle, comes back, refuses, holds other bytes."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from s3_server import BUCKET, PREFIX, SECRET, S3Server, Wire, address, client, s3_server

from api.errors import (
    DamagedObjectError,
    StorageError,
    StorageRefusedError,
    StorageUnreachableError,
    UnusableFileStoreError,
)
from api.settings import Settings
from api.storage.objects import ObjectStore, open_object_store
from api.storage.objects.bucket import PART_BYTES, BucketShelf, address_of, entity_tag_of

ABC_SHA256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4, example "abc"


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


@pytest.fixture
def store(server: S3Server, tmp_path: Path) -> ObjectStore:
    empty(server)
    return prepared(tmp_path / "files", server.url)


def empty(server: S3Server) -> None:
    for key in server.keys():  # noqa: SIM118 (it is a listing of a bucket)
        client(server.url).delete_object(Bucket=BUCKET, Key=key)


def prepared(root: Path, url: str, *, cache_bytes: int = 2**30, key: str = "tests") -> ObjectStore:
    shelf = BucketShelf(address(url, access_key_id=key))
    store = ObjectStore(root, minimum_free_bytes=0, shelf=shelf, cache_bytes=cache_bytes)
    store.prepare()
    return store


def local_files(store: ObjectStore) -> list[str]:
    return sorted(path.name for path in store.root.rglob("*") if path.is_file())


def test_an_object_lies_in_the_bucket_under_its_hash_and_nothing_stays_here(
    store: ObjectStore, server: S3Server
) -> None:
    stored = store.put(b"abc")
    assert (stored.sha256, stored.size_bytes) == (ABC_SHA256, 3)
    assert server.keys() == [f"{PREFIX}/objects/ba/78/{ABC_SHA256}"]
    assert local_files(store) == []
    assert b"".join(store.chunks(ABC_SHA256)) == b"abc"
    assert b"".join(store.chunks(ABC_SHA256, start=1, stop=2)) == b"b"
    assert store.size_of(ABC_SHA256) == 3
    assert [(item.sha256, item.size_bytes) for item in store.listing("objects")] == [(ABC_SHA256, 3)]
    store.check(ABC_SHA256)


@pytest.mark.parametrize("size_bytes", [0, 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 5])
def test_a_file_in_parts_comes_back_byte_identical(store: ObjectStore, size_bytes: int) -> None:
    content = os.urandom(size_bytes)
    stored = store.put(content)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert b"".join(store.chunks(stored.sha256)) == content
    with store.local_copy(stored.sha256) as path:
        assert path.read_bytes() == content


@pytest.mark.parametrize("size_bytes", [0, 5, PART_BYTES + 1])
def test_the_tag_of_the_server_is_the_one_that_is_expected(
    store: ObjectStore, server: S3Server, tmp_path: Path, size_bytes: int
) -> None:
    part = tmp_path / "part"
    part.write_bytes(bytes(size_bytes))
    sha256 = store.put(part).sha256
    head = client(server.url).head_object(
        Bucket=BUCKET, Key=f"{PREFIX}/objects/{sha256[:2]}/{sha256[2:4]}/{sha256}"
    )
    assert head["ETag"].strip('"') == entity_tag_of(part)


def test_quarantined_bytes_lie_beside_with_the_reason(store: ObjectStore, server: S3Server) -> None:
    with store.receive() as incoming:
        incoming.write(b"abc")
        incoming.quarantine("没有索引")
    assert server.keys() == [f"{PREFIX}/quarantine/{ABC_SHA256}", f"{PREFIX}/quarantine/{ABC_SHA256}.json"]
    assert not store.exists(ABC_SHA256)
    assert b"".join(store.chunks(ABC_SHA256, area="quarantine")) == b"abc"
    assert [item.sha256 for item in store.listing("quarantine")] == [ABC_SHA256]


def test_other_bytes_under_the_name_are_found_and_given_to_no_reader(
    store: ObjectStore, server: S3Server
) -> None:
    store.put(b"abc")
    client(server.url).put_object(Bucket=BUCKET, Key=server.keys()[0], Body=b"abd")
    with pytest.raises(DamagedObjectError, match="its bytes now have the hash"):
        store.check(ABC_SHA256)
    with pytest.raises(DamagedObjectError), store.local_copy(ABC_SHA256):
        pass
    assert local_files(store) == []
    with pytest.raises(DamagedObjectError, match="not in the store"):
        store.size_of("0" * 64)


def test_a_server_with_tags_of_its_own_is_believed_only_when_it_gives_the_bytes_back(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.storage.objects.bucket.entity_tag_of", lambda _: "an encrypted one")
    store.put(b"abc")
    store.check(ABC_SHA256)
    monkeypatch.setattr(BucketShelf, "chunks", lambda *_, **__: iter([b"abd"]))
    with pytest.raises(DamagedObjectError, match="other bytes than were sent"):
        store.put(b"another")
    monkeypatch.undo()
    assert [item.sha256 for item in store.listing("objects")] == [ABC_SHA256]


def test_the_cache_keeps_to_its_limit_and_never_takes_what_is_in_use(
    server: S3Server, tmp_path: Path
) -> None:
    store = prepared(tmp_path / "files", server.url, cache_bytes=250)
    names = [store.put(bytes([number]) * 100).sha256 for number in range(4)]
    cached = store.root / "cache"
    with store.local_copy(names[0]) as in_use:
        for name in names[1:]:
            with store.local_copy(name):
                pass
        assert in_use.read_bytes() == bytes([0]) * 100
        assert names[0] in {path.name for path in cached.iterdir()}
        assert sum(path.stat().st_size for path in cached.iterdir()) <= 250
    client(server.url).delete_object(
        Bucket=BUCKET, Key=f"{PREFIX}/objects/{names[0][:2]}/{names[0][2:4]}/{names[0]}"
    )
    with store.local_copy(names[0]) as again:
        assert again.read_bytes() == bytes([0]) * 100, "from the cache"


def test_an_object_stored_again_outlives_a_deletion_decided_before(store: ObjectStore) -> None:
    store.put(b"abc")
    (listed,) = store.listing("objects")
    assert not store.remove(ABC_SHA256, area="objects", unless_after=listed.modified_at.replace(year=2000))
    assert store.remove(ABC_SHA256, area="objects", unless_after=listed.modified_at.replace(year=2100))
    assert not store.exists(ABC_SHA256)


def test_a_server_that_dies_in_the_middle_leaves_nothing_and_takes_the_file_when_it_is_back(
    tmp_path: Path,
) -> None:
    content = os.urandom(4 * PART_BYTES)
    with s3_server() as server:
        wire = Wire(server.port, after_bytes=PART_BYTES + PART_BYTES // 2, happens=server.kill)
        store = prepared(tmp_path / "files", wire.url)
        with pytest.raises(StorageUnreachableError, match=r"does not answer; nothing was stored"):
            store.put(content)
        assert local_files(store) == []
        with pytest.raises(StorageUnreachableError):
            store.exists(ABC_SHA256)
        server.start()
        assert list(store.listing("objects")) == []
        stored = store.put(content)
        store.check(stored.sha256)
        wire.close()


def test_a_server_that_is_away_at_the_start_is_waited_for(tmp_path: Path) -> None:
    with s3_server() as server:
        server.kill()
        store = prepared(tmp_path / "files", server.url)
        with pytest.raises(StorageUnreachableError):
            store.put(b"abc")
        server.start()
        assert store.put(b"abc").sha256 == ABC_SHA256


def test_wrong_credentials_are_named_at_the_start_and_later(tmp_path: Path) -> None:
    with s3_server() as server:
        server.ask_for_keys()
        with pytest.raises(UnusableFileStoreError, match="refuses the credentials") as refusal:
            prepared(tmp_path / "files", server.url, key="wrong")
        assert SECRET not in str(refusal.value)
        store = ObjectStore(
            tmp_path / "files",
            minimum_free_bytes=0,
            shelf=BucketShelf(address(server.url, access_key_id="wrong")),
        )
        with pytest.raises(StorageRefusedError, match="HULLMARK_FILES_ACCESS_KEY_ID"):
            store.put(b"abc")
        assert local_files(store) == []


def test_a_bucket_that_is_not_there_is_named_at_the_start(server: S3Server, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        files_url="s3://no-such-bucket/x",
        files_endpoint_url=server.url,
        files_access_key_id="tests",
        files_secret_access_key=SecretStr(SECRET),
    )
    with pytest.raises(UnusableFileStoreError, match="no-such-bucket"):
        open_object_store(settings).prepare()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"files_url": "https://example.com/bucket"}, "is no s3://bucket/prefix"),
        ({"files_url": "s3://"}, "is no s3://bucket/prefix"),
        ({"files_access_key_id": None}, "HULLMARK_FILES_ACCESS_KEY_ID is not set"),
        ({"files_secret_access_key": None}, "HULLMARK_FILES_SECRET_ACCESS_KEY_FILE is not set"),
        (
            {"files_secret_access_key": None, "files_secret_access_key_file": Path("/nowhere")},
            "/nowhere cannot be read",
        ),
    ],
)
def test_what_is_missing_in_the_settings_is_named(
    changed: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    given: dict[str, object] = {
        "files_url": "s3://bucket",
        "files_access_key_id": "k",
        "files_secret_access_key": "s",
    }
    settings = Settings.model_validate(given | changed)
    with pytest.raises(UnusableFileStoreError, match=words):
        open_object_store(settings)


def test_the_secret_may_lie_in_a_file(server: S3Server, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    settings = Settings(
        data_dir=tmp_path,
        files_url=f"s3://{BUCKET}",
        files_endpoint_url=server.url,
        files_access_key_id="tests",
        files_secret_access_key_file=secret,
    )
    store = open_object_store(settings)
    store.prepare()
    assert SECRET not in repr(store.shelf) + store.place
    assert store.put(b"abc").sha256 == ABC_SHA256


def test_a_prefix_may_be_deep_or_none() -> None:
    assert address_of("s3://b/a/b/c") == ("b", "a/b/c")
    assert address_of("s3://b") == ("b", "")


def test_what_a_local_path_is_asked_for_says_that_there_is_none(store: ObjectStore) -> None:
    store.put(b"abc")
    with pytest.raises(ValueError, match="another machine"):
        store.existing_path_of(ABC_SHA256)
    with pytest.raises(StorageError), store.local_copy("0" * 64):
        pass
