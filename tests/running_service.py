"""A service in processes of its own, as an operator starts it, for tests that kill and watch it.

Source: `hullmark serve`; what it logs says which processes it started.
Left out: the application inside one process, which `tests/api/conftest.py` has.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from logged_in import token_of

from api.storage.database import Database

SERVE = [sys.executable, "-c", "from api.cli import main; main()", "serve"]
PATIENCE_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Service:
    """A running service of its own, watched through what it logs and answers."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.data_dir = folder / "var"
        self._log_path = folder / "log"
        self._log = self._log_path.open("wb")
        command = [*SERVE, "--port", str(self.port), "--data-dir", str(self.data_dir)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._log)

    def lives(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    @cached_property
    def authorization(self) -> str:
        """Let a person with every role ask, written beside the running service."""
        database = Database(self.data_dir / "hullmark.sqlite3", busy_timeout_s=15.0)
        try:
            return f"Bearer {token_of(database)}"
        finally:
            database.dispose()

    def starts_of(self, child: str) -> list[int]:
        """Give the process of every start of a child so far."""
        lines = self._log_path.read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines if line.startswith("{")]
        return [
            event["process_id"]
            for event in events
            if event["event"] == "child started" and event["child"] == child
        ]

    def wait(self, *, alive: bool) -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while self.lives() is not alive:
            assert time.monotonic() < deadline_s, self._log_path.read_text(encoding="utf-8")
            time.sleep(0.1)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        self._log.close()


@contextmanager
def running(folder: Path) -> Iterator[Service]:
    service = Service(folder)
    try:
        service.wait(alive=True)
        yield service
    finally:
        service.close()
