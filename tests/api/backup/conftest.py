"""A service with records, footage and a quarantined file, to be backed up."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from api_rows import add_footage, add_port_call
from opened_data import migrated_file, opened
from postgres_server import PostgresServer, postgres_server
from small_disk import mounted

from api.backup.taking import BackupReport, take_backup
from api.routing import Resources
from api.settings import Settings

__all__ = ["migrated_file", "postgres_server"]  # pytest finds fixtures by their names
CONTENTS = (b"first", b"second" * 1000)


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """Two files of footage, one kept aside, a key, a policy."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("filled"), minimum_free_bytes=0)
    with opened(settings, migrated_file) as resources:
        port_call_id = str(add_port_call(resources.database))
        for content in CONTENTS:
            add_footage(resources.database, resources.objects, port_call_id, content=content)
        with resources.objects.receive() as incoming:
            incoming.write(b"nothing we read")
            incoming.quarantine("没有索引")
    (settings.data_dir / "site.key").write_text("a key", encoding="utf-8")
    (settings.data_dir / "retention.toml").write_text("", encoding="utf-8")
    return settings.data_dir


@pytest.fixture
def filled(filled_folder: Path, tmp_path: Path) -> Iterator[Resources]:
    """A copy of it, open."""
    data_dir = tmp_path / "var"
    shutil.copytree(filled_folder, data_dir)
    settings = Settings(data_dir=data_dir, minimum_free_bytes=0)
    with opened(settings, settings.database_path) as resources:
        yield resources


@pytest.fixture
def take(filled: Resources) -> Callable[[Path], BackupReport]:
    def backup(path: Path) -> BackupReport:
        return take_backup(filled.settings, filled.database, filled.objects, path)

    return backup


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted(tmp_path / "small") as folder:
        yield folder


@pytest.fixture
def postgresql_urls(postgres_server: PostgresServer) -> Iterator[tuple[str, str]]:
    """Two empty databases."""
    urls = postgres_server.create_database(), postgres_server.create_database()
    yield urls
    for url in urls:
        postgres_server.drop_database(url)
