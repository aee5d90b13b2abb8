"""A real S3 server in a process of its own, and a wire to it that can be cut.

Source: moto's server; boto3 makes the bucket as an operator would.
Left out: the store under test (`api.storage.objects`), which knows nothing of either.
"""

import socket
import subprocess
import sys
import threading
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from api.storage.objects.bucket import BucketAddress

BUCKET = "footage"
PREFIX = "port-1"
SECRET = "secret of the tests"  # noqa: S105
PATIENCE_S = 60.0
SERVER = """
import sys
from moto.server import main
main(["-H", "127.0.0.1", "-p", sys.argv[1]])
"""


@dataclass
class S3Server:
    """A server that can be killed and started again on the same port; what it held is gone then."""

    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SERVER, str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/moto-api/", timeout=5):  # noqa: S310
                break
            assert time.monotonic() < deadline_s, "the S3 server did not start"
            time.sleep(0.05)
        self.make_bucket()

    def make_bucket(self) -> None:
        client(self.url).create_bucket(Bucket=BUCKET)

    def ask_for_keys(self) -> None:
        """From now on only keys that the server knows are let in."""
        address = f"{self.url}/moto-api/reset-auth"
        plain = {"content-type": "text/plain"}
        request = urllib.request.Request(address, data=b"0", headers=plain, method="POST")  # noqa: S310
        urllib.request.urlopen(request, timeout=5).close()  # noqa: S310

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def keys(self) -> list[str]:
        listed = client(self.url).list_objects_v2(Bucket=BUCKET)
        return sorted(item["Key"] for item in listed.get("Contents", ()))

    def unfinished_uploads(self) -> int:
        return len(client(self.url).list_multipart_uploads(Bucket=BUCKET).get("Uploads", ()))


def client(url: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="tests",
            aws_secret_access_key=SECRET,
        )


def address(url: str, *, access_key_id: str = "tests") -> BucketAddress:
    return BucketAddress(
        bucket=BUCKET,
        prefix=PREFIX,
        endpoint=url,
        region="us-east-1",
        access_key_id=access_key_id,
        secret_access_key=SECRET,
        retry_limit=timedelta(seconds=1),
    )


@contextmanager
def s3_server() -> Iterator[S3Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        server = S3Server(port=probe.getsockname()[1])
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Wire:
    """Forwards connections to a server; after so many bytes towards it something happens, once."""

    def __init__(self, port: int, *, after_bytes: int, happens: Callable[[], None]) -> None:
        self._port = port
        self._left_bytes = after_bytes
        self._happens = happens
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        # A thread that waits in accept() is woken by this, and by close() alone it is not.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                near.close()
                continue
            threading.Thread(target=self._forward, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._forward, args=(far, near, False), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, counted: bool) -> None:  # noqa: FBT001
        with suppress(OSError):
            while chunk := source.recv(65_536):
                target.sendall(chunk)
                if counted:
                    self._count(len(chunk))
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _count(self, size_bytes: int) -> None:
        with self._lock:
            before, self._left_bytes = self._left_bytes, self._left_bytes - size_bytes
        if before > 0 >= self._left_bytes:
            self._happens()
