"""A service's data folder without the web process, for tests that need no routes: opened from a copy, in no time.

Source: `api.storage.data_directory`, called once for all tests.
Left out: people and their passwords, which only routes ask for.
"""

import contextlib
import io
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from api import cli
from api.routing import Resources
from api.settings import Settings
from api.storage.data_directory import open_data_directory
from api.storage.database import Database
from api.storage.objects import open_object_store


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables of the service, to be copied."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("migrated"), minimum_free_bytes=0)
    database, _ = open_data_directory(settings)
    database.dispose()
    return settings.database_path


@contextmanager
def opened(settings: Settings, migrated_file: Path) -> Iterator[Resources]:
    """Open what the settings name; a SQLite file begins as the copy."""
    if settings.database_url is not None:
        database, objects = open_data_directory(settings)
    else:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        if not settings.database_path.exists():
            shutil.copyfile(migrated_file, settings.database_path)
        database = Database(settings.database_place, busy_timeout_s=settings.busy_timeout_s)
        objects = open_object_store(settings)
        objects.prepare()
    yield Resources(settings=settings, database=database, objects=objects)
    database.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def hullmark(*words: str | Path) -> Done:
    """Call the command line in this process: everything of it but the start of an interpreter."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    arguments = ["hullmark", *map(str, words)]
    with (
        patch.object(sys, "argv", arguments),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
    return Done(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())
