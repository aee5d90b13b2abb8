"""`hullmark demo` where it cannot be shown: nothing is entered anywhere."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

DEMO = [sys.executable, "-m", "api.cli", "demo", "--once"]


@pytest.fixture
def somebody_else() -> Iterator[tuple[int, list[str]]]:
    """A service that is ready, on a port of its own, and what it was asked."""
    asked: list[str] = []

    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps([]).encode())

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Ready)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_service_that_runs_already_is_left_alone(
    tmp_path: Path, somebody_else: tuple[int, list[str]]
) -> None:
    port, asked = somebody_else
    environment = os.environ | {"HULLMARK_PORT": str(port), "HULLMARK_DATA_DIR": str(tmp_path / "var")}
    done = subprocess.run(DEMO, capture_output=True, text=True, check=False, env=environment, timeout=60)
    assert (done.returncode, done.stdout, asked) == (2, "", [])
    assert "another program listens there" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_service_that_cannot_start_says_so_once(tmp_path: Path) -> None:
    file = tmp_path / "var"
    file.touch()
    environment = os.environ | {"HULLMARK_PORT": str(free_port()), "HULLMARK_DATA_DIR": str(file)}
    done = subprocess.run(DEMO, capture_output=True, text=True, check=False, env=environment, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "a file stands where the folder should be" in done.stderr
    assert done.stderr.count("\n") == 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
