"""`hullmark demo`: the service with a demo port call, processed for real.

Source: docs/architecture.md, the two commands.
Left out: what is entered (port.py).
"""

import os
import subprocess
import sys
import time

import typer

from api.demo.accounts import demo_accounts
from api.demo.client import ServiceClient
from api.demo.errors import DemoFailedError
from api.demo.port import demo_port, enter_port_call, existing_port_call
from api.serve import listening
from api.settings import load_settings

START_LIMIT_S = 90.0
CHECK_S = 0.3


def demo(
    *,
    once: bool = typer.Option(
        False, "--once", help="Stop when the port call is processed, do not go on serving."
    ),
) -> None:
    """Start the service, enter the demo port call, wait until it is read and weighed, print where to look."""
    port = demo_port()
    settings = load_settings()
    # Whatever answers there already is somebody else's: the demo port must not be entered into it.
    with listening(settings.host, settings.port):
        pass
    client = ServiceClient(address=f"http://{settings.host}:{settings.port}")
    # A person is told what happens line by line; the log is for those who ask for it.
    quiet = {"HULLMARK_LOG_LEVEL": "warning", **os.environ}
    service = subprocess.Popen([sys.executable, "-m", "api.cli", "serve"], env=quiet)
    try:
        _await_start(client, service)
        accounts = demo_accounts(settings)
        client = ServiceClient(address=client.address, token=accounts.token)
        for line in accounts.lines:
            typer.echo(line)
        port_call_id = existing_port_call(client, port)
        if port_call_id is None:
            port_call_id = enter_port_call(client, port, typer.echo)
        typer.echo(f"\n  示范港 demo port: {client.address}/?portcall={port_call_id}\n  Ctrl+C stops it.\n")
        if not once:
            service.wait()
    except KeyboardInterrupt:
        pass
    finally:
        service.terminate()
        service.wait()


def _await_start(client: ServiceClient, service: "subprocess.Popen[bytes]") -> None:
    """Wait until the service is ready.

    Raises:
        DemoFailedError: It took longer than anyone waits.
        typer.Exit: It did not start; with its own exit code.
    """
    deadline = time.monotonic() + START_LIMIT_S
    while not client.is_ready():
        if service.poll() is not None:
            # Its own message stands above, and says it all.
            raise typer.Exit(service.returncode)
        if time.monotonic() > deadline:
            raise DemoFailedError(f"the service was not ready within {START_LIMIT_S:.0f} s")
        time.sleep(CHECK_S)
