"""Evidence: systemd and nginx themselves read the files of docs/operations; nginx runs before a real service."""

import configparser
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from certificates import Authority
from running_service import Service, free_port, running
from shared_data import REPOSITORY

from api.settings import load_settings

OPERATIONS = REPOSITORY / "docs" / "operations"
UNITS = sorted(path for path in OPERATIONS.iterdir() if path.suffix in {".service", ".timer"})
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
NAME = "hullmark.port.example"
PATIENCE_S = 20.0


def units_of(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_accepts_the_unit(path: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/hullmark/bin/hullmark", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    name = path.name.replace("@.", "@2.")
    (tmp_path / path.name).rename(tmp_path / name)
    done = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if path.name.partition(".")[0] in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("name", ["hullmark.service", "hullmark-worker@.service"])
def test_the_process_that_opens_uploads_may_still_confine_itself(name: str) -> None:
    service = units_of(OPERATIONS / name)["Service"]
    assert {"user", "net", "ipc"} <= set(service["RestrictNamespaces"].split())
    allowed = set(service["SystemCallFilter"].split())
    assert {"@system-service", "unshare", "seccomp", "landlock_restrict_self"} <= allowed
    assert "MemoryDenyWriteExecute" not in service


def test_every_setting_of_the_environment_file_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (OPERATIONS / "hullmark.env").read_text(encoding="utf-8").splitlines()
    given = [line.removeprefix("# ") for line in lines if "=" in line and "HULLMARK_" in line]
    assert len(given) >= 9
    for line in given:
        monkeypatch.setenv(*line.split("=", 1))
    assert load_settings().public_url == f"https://{NAME}"


@contextmanager
def nginx_before(port: int, folder: Path, authority: Authority) -> Iterator[int]:
    """Run the configuration as it is, but for its ports and the place of its certificate."""
    certificate, key = authority.issue(NAME)
    tls_port, plain_port = free_port(), free_port()
    text = (OPERATIONS / "nginx.conf").read_text(encoding="utf-8")
    for written, here in {
        "/etc/nginx/tls/hullmark.crt": str(certificate),
        "/etc/nginx/tls/hullmark.key": str(key),
        "server 127.0.0.1:8000": f"server 127.0.0.1:{port}",
        "    listen [::]:443 ssl http2;\n": "",
        "    listen [::]:80;\n": "",
        "listen 443 ssl": f"listen 127.0.0.1:{tls_port} ssl",
        "listen 80": f"listen 127.0.0.1:{plain_port}",
    }.items():
        assert written in text
        text = text.replace(written, here)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    temporary = "".join(
        f"  {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"pid {folder}/pid;\ndaemon off;\nevents {{}}\n"
        f"http {{\n  access_log off;\n{temporary}  include {folder}/site.conf;\n}}\n"
    )
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    command = [str(NGINX), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    process = subprocess.Popen(command)
    try:
        await_port(tls_port)
        yield tls_port
    finally:
        process.terminate()
        process.wait()


def await_port(port: int) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        else:
            return


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
def test_nginx_speaks_tls_before_a_running_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HULLMARK_ALLOWED_HOSTS", f"{NAME},127.0.0.1")
    monkeypatch.setenv("HULLMARK_TRUSTED_PROXIES", "127.0.0.1/32")
    monkeypatch.setenv("HULLMARK_PUBLIC_URL", f"https://{NAME}")
    authority = Authority(tmp_path)
    with running(tmp_path) as service, nginx_before(service.port, tmp_path, authority) as port:
        assert_answers(service, port, ssl.create_default_context(cafile=str(authority.certificate_path)))


def assert_answers(service: Service, port: int, context: ssl.SSLContext) -> None:
    connection = Named(port, context)
    connection.request("GET", "/health/ready", headers={"Host": NAME})
    answer = connection.getresponse()
    assert (answer.status, answer.read()[:1]) == (200, b"{")
    hsts = answer.headers.get_all("Strict-Transport-Security") or []
    assert [value.partition(";")[0] for value in hsts] == ["max-age=31536000"]
    # The head of a stream comes at once: nothing holds it back.
    headers = {"Host": NAME, "Authorization": service.authorization}
    connection.request("GET", "/api/v1/records/stream?after_sequence=0", headers=headers)
    stream = connection.getresponse()
    assert (stream.status, stream.headers.get_content_type()) == (200, "text/event-stream")
    assert stream.fp.readline()
    connection.close()
    # An upload beyond nginx's usual megabyte reaches the service, whose words come back.
    connection = Named(port, context)
    path = "/api/v1/flights/019a0000-0000-7000-8000-000000000000/files/a.mp4"
    connection.request("PUT", path, body=bytes(2_000_000), headers=headers)
    assert b'"not_found"' in connection.getresponse().read()
    connection.close()


class Named(http.client.HTTPSConnection):
    """A connection to this machine that expects the certificate of the service's name."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__("127.0.0.1", port, timeout=PATIENCE_S)
        self._tls = context

    def connect(self) -> None:
        plain = socket.create_connection((self.host, self.port), timeout=PATIENCE_S)
        self.sock = self._tls.wrap_socket(plain, server_hostname=NAME)
