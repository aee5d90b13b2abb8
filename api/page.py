"""Serves the page: every address that is no route of the service is a file of the `web` folder.

Source: the folder stands beside the packages in a checkout and inside this package in the wheel.
Left out: building the page.
"""

from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

_RESERVED = ("/api/", "/health/", "/metrics")


def web_folder() -> Path:
    """Find the folder of the page."""
    inside = Path(__file__).parent / "web"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "web"


def serve_under(app: FastAPI) -> None:
    """Serve the files where no route answers; a mount would hide the 405 of the routes."""
    files = StaticFiles(directory=web_folder(), html=True, check_dir=False)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_RESERVED):
            raise HTTPException(status_code=404)
        await files(scope, receive, send)

    app.router.default = serve
