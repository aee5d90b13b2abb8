"""Evidence: backups of a real PostgreSQL and of a real S3 server, restored into others that are empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from api_rows import add_footage, add_port_call
from pydantic import SecretStr
from s3_server import BUCKET, SECRET, s3_server

from api.backup.checking import check_backup
from api.backup.restoring import restore_backup
from api.backup.taking import take_backup
from api.errors import RestorePlaceError, UnusableBackupError
from api.records import service as records
from api.settings import Settings
from api.storage.data_directory import open_data_directory
from api.storage.tables import Footage


def filled(settings: Settings, backup: Path) -> str:
    database, objects = open_data_directory(settings)
    add_footage(database, objects, str(add_port_call(database)), content=b"first")
    take_backup(settings, database, objects, backup)
    with database.reading() as session:
        head = records.verify(session, known_head=None).head_sha256
    database.dispose()
    return head


def restored_head(settings: Settings) -> str:
    database, objects = open_data_directory(settings)
    with database.reading() as session:
        report = records.verify(session, known_head=None)
        footage = session.query(Footage).one()
        objects.check(footage.object_sha256)
        assert b"".join(objects.chunks(footage.object_sha256)) == b"first"
    assert report.intact
    add_port_call(database)
    database.dispose()
    return report.head_sha256


@pytest.fixture
def bucket() -> Iterator[str]:
    with s3_server() as server:
        yield server.url


def test_from_a_bucket_into_a_folder_and_into_another_bucket(bucket: str, tmp_path: Path) -> None:
    def in_bucket(folder: str, prefix: str) -> Settings:
        return Settings(
            data_dir=tmp_path / folder,
            minimum_free_bytes=0,
            files_url=f"s3://{BUCKET}/{prefix}",
            files_endpoint_url=bucket,
            files_access_key_id="tests",
            files_secret_access_key=SecretStr(SECRET),
        )

    copies = tmp_path / "copies"
    head = filled(in_bucket("old", "old"), copies)
    assert check_backup(copies, busy_timeout_s=5.0).stored_file_count == 1
    for new in (Settings(data_dir=tmp_path / "new", minimum_free_bytes=0), in_bucket("newer", "new")):
        restore_backup(copies, new)
        assert restored_head(new) == head
    used = in_bucket("newest", "new")
    database, objects = open_data_directory(used)
    database.dispose()
    objects.put(b"somebody else's")
    with pytest.raises(RestorePlaceError, match=f"s3://{BUCKET}/new"):
        restore_backup(copies, in_bucket("last", "new"))
    assert not (tmp_path / "last" / "hullmark.sqlite3").exists()


def test_postgresql_is_restored_row_for_row_into_an_empty_one(
    postgresql_urls: tuple[str, str], tmp_path: Path
) -> None:
    old_url, new_url = postgresql_urls

    def on_server(folder: str, url: str) -> Settings:
        return Settings.model_validate(
            {"data_dir": tmp_path / folder, "minimum_free_bytes": 0, "database_url": url}
        )

    copies = tmp_path / "copies"
    head = filled(on_server("old", old_url), copies)
    assert check_backup(copies, busy_timeout_s=5.0).database == "postgresql"
    with pytest.raises(UnusableBackupError, match="set HULLMARK_DATABASE_URL"):
        restore_backup(copies, Settings(data_dir=tmp_path / "file"))
    with pytest.raises(RestorePlaceError, match="holds the table"):
        restore_backup(copies, on_server("same", old_url))

    restore_backup(copies, on_server("new", new_url))
    assert restored_head(on_server("new", new_url)) == head
