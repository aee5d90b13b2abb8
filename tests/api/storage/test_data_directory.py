"""Evidence: data folders that cannot be used, each with the sentence an operator reads."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from api.errors import UnusableDataDirectoryError
from api.settings import Settings
from api.storage import sqlite as sqlite_module
from api.storage.data_directory import open_data_directory, prepare_data_directory


def test_a_missing_folder_is_created_with_database_and_store(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "港口" / "数据 ⚓")
    database, objects = open_data_directory(settings)
    database.ping()
    database.dispose()
    assert objects.put(b"abc").size_bytes == 3
    assert sorted(path.name for path in settings.data_dir.iterdir() if path.suffix != ".sqlite3-wal") == [
        "files",
        "hullmark.sqlite3",
    ]


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(UnusableDataDirectoryError, match="a file stands where the folder should be"):
        prepare_data_directory(tmp_path / "file")
    with pytest.raises(UnusableDataDirectoryError, match="a part of the path is a file"):
        prepare_data_directory(tmp_path / "file" / "var")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EROFS, "the file system is read-only"),
        (errno.EACCES, "permission denied"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, reason: str
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(
        UnusableDataDirectoryError, match=f"{reason}. Accepted: a folder that this user may write"
    ):
        prepare_data_directory(tmp_path)


@pytest.mark.parametrize("folder", ["objects", "quarantine", "incoming"])
def test_a_store_that_cannot_be_written_is_named_at_the_start(tmp_path: Path, folder: str) -> None:
    settings = Settings(data_dir=tmp_path)
    database, _ = open_data_directory(settings)
    database.dispose()
    (settings.files_dir / folder).rmdir()
    # Not even the superuser makes a file there.
    (settings.files_dir / folder).symlink_to("/proc/self/fdinfo")
    with pytest.raises(UnusableDataDirectoryError, match=str(settings.files_dir)):
        open_data_directory(settings)


def test_a_database_that_cannot_be_written_is_named_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path)
    database, _ = open_data_directory(settings)
    database.dispose()
    prepare = sqlite_module.prepare_connection

    def prepare_read_only(connection: sqlite3.Connection, record: object) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA query_only = ON")

    monkeypatch.setattr(sqlite_module, "prepare_connection", prepare_read_only)
    with pytest.raises(UnusableDataDirectoryError, match="attempt to write a readonly database"):
        open_data_directory(settings)
