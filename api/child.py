"""The processes that `hullmark serve` supervises: `python -m api.child web`, `worker` and `delivery`.

Source: the architecture page, "Processes".
Left out: any start by hand; `hullmark serve` and `hullmark worker` are for that.
"""

import argparse
import socket

import uvicorn

from api.logs import configure_logs
from api.settings import Settings, load_settings
from api.supervision import GRACE_S, follow_parent


def main() -> None:
    """Be the child that the arguments name, until the supervisor ends it or is gone."""
    parser = argparse.ArgumentParser(prog="python -m api.child")
    parser.add_argument("role", choices=["web", "worker", "delivery"])
    parser.add_argument("--leash-fd", type=int, required=True)
    parser.add_argument("--listen-fd", type=int)
    given = parser.parse_args()
    settings = load_settings()
    configure_logs(settings, process=given.role)
    follow_parent(given.leash_fd)
    if given.role == "worker":
        _work(settings)
    elif given.role == "delivery":
        _deliver(settings)
    else:
        _serve_web(settings, given.listen_fd)


def _work(settings: Settings) -> None:
    # The worker's imports are heavy and must not reach the web process.
    from api.worker import run_worker

    run_worker(settings)


def _deliver(settings: Settings) -> None:
    # Its imports are not needed by the web process either.
    from api.delivery.process import run_delivery

    run_delivery(settings)


def _serve_web(settings: Settings, listen_fd: int) -> None:
    from api.app import create_app
    from api.http_protocol import ProblemProtocol

    app = create_app(settings)
    config = uvicorn.Config(
        app,
        http=ProblemProtocol,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=int(GRACE_S / 2),
    )
    server = uvicorn.Server(config)
    # Streams that would go on for ever end when the process is asked to.
    app.state.is_ending = lambda: server.should_exit
    server.run(sockets=[socket.socket(fileno=listen_fd)])


if __name__ == "__main__":
    main()
