"""`hullmark serve`: makes sure that the service can start, then supervises web process and job worker.

Source: the architecture page, "Processes": every start that cannot work ends in one clear sentence.
Left out: cameras, and TLS, which a reverse proxy adds.
"""

import errno
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import structlog
import typer

from api.auth.people import FIRST_ADMIN, ensure_first_admin
from api.errors import AlreadyRunningError, PortTakenError
from api.logs import configure_logs
from api.records.signing import prepare_key
from api.settings import Settings, load_settings
from api.storage.data_directory import Refusing, open_data_directory, prepare_data_directory
from api.supervision import Backoff, ChildSpec, Supervisor

_BACKLOG = 512
_REASONS = {
    errno.EADDRINUSE: "another program listens there",
    errno.EACCES: "this user may not listen on that port",
    errno.EADDRNOTAVAIL: "this machine has no such address",
}

log = structlog.get_logger("api.serve")


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (HULLMARK_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (HULLMARK_PORT).")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the data (HULLMARK_DATA_DIR).")] = None,
) -> None:
    """Run the service until Ctrl+C: the web process and the job worker, started again when they end."""
    given = {"host": host, "port": port, "data_dir": data_dir}
    chosen = {name: value for name, value in given.items() if value is not None}
    settings = load_settings(**chosen)
    # The children read their settings from the environment, as every process of the service does.
    os.environ.update({f"HULLMARK_{name.upper()}": str(value) for name, value in chosen.items()})
    configure_logs(settings, process="supervisor")
    run_service(settings)


def run_service(settings: Settings) -> None:
    """Run the service on its data folder and port until SIGINT or SIGTERM.

    Raises:
        StartError: the folder, the database, the lock or the port cannot be had.
    """
    prepare_data_directory(settings.data_dir)
    with held_lock(settings.lock_path), listening(settings.host, settings.port) as listener:
        database, objects = open_data_directory(settings)
        one_time_password = ensure_first_admin(database)
        database.dispose()
        prepare_key(settings)
        if objects.free_bytes() == 0:
            log.warning("disk nearly full: uploads are refused", data_dir=str(settings.data_dir))
        typer.echo(
            f"Hullmark serves {_address(listener)} (data in {settings.data_dir.resolve()}; Ctrl+C ends it)"
        )
        if one_time_password is not None:
            typer.echo(f"First login: name {FIRST_ADMIN}, one-time password {one_time_password} (shown once)")
        sys.stdout.flush()
        _supervise(listener, job_workers=settings.job_workers)


@contextmanager
def held_lock(path: Path) -> Iterator[None]:
    """Hold the data folder for this process; the system lets go of it however the process ends.

    Raises:
        AlreadyRunningError: another process holds it.
        UnusableDataDirectoryError: it cannot be written.
    """
    with Refusing(path):
        file = path.open("a+", encoding="utf-8")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise AlreadyRunningError(path, f"process {file.read().strip() or 'unknown'}") from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Listen already here: the port is sure before anything starts, and no request is lost in a restart.

    Raises:
        PortTakenError: the address cannot be listened on.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(found[0], socket.SOCK_STREAM)
    except OSError as error:
        raise PortTakenError(host, port, error.strerror or str(error)) from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(found[4])
            listener.listen(_BACKLOG)
        except OSError as error:
            reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
            raise PortTakenError(host, port, reason) from error
        yield listener


def _supervise(listener: socket.socket, *, job_workers: int) -> None:
    leash, grip = os.pipe()
    try:
        supervisor = Supervisor(
            _children(listener.fileno(), leash, job_workers=job_workers), backoff=Backoff()
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: supervisor.stop())
        supervisor.run()
    finally:
        os.close(leash)
        os.close(grip)


def _children(listen_fd: int, leash_fd: int, *, job_workers: int) -> list[ChildSpec]:
    command = [sys.executable, "-m", "api.child"]
    leash = ["--leash-fd", str(leash_fd)]
    workers = ["worker", *(f"worker-{number}" for number in range(2, job_workers + 1))][:job_workers]
    return [
        ChildSpec(
            name="web",
            command=[*command, "web", *leash, "--listen-fd", str(listen_fd)],
            inherited=(leash_fd, listen_fd),
        ),
        *(
            ChildSpec(name=name, command=[*command, "worker", *leash], inherited=(leash_fd,))
            for name in workers
        ),
        ChildSpec(name="delivery", command=[*command, "delivery", *leash], inherited=(leash_fd,)),
    ]


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
