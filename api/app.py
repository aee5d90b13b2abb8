"""The web application: the routes of every noun, the page, and nothing that needs OpenCV, OpenVINO or torch.

Source: the rooms page of the design; FastAPI's application factory.
Left out: starting processes (`serve.py`) and heavy work (`worker.py`).
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, FastAPI
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import health, methods, observation, openapi, page, problems
from api.auth.coverage import require_declared_rights
from api.auth.visibility import hide_other_sites
from api.flights import intake
from api.guard import Guard
from api.records import checkpoints, signing
from api.retention.upkeep import watched_disk
from api.routing import PREFIX, Resources
from api.settings import Settings
from api.storage.data_directory import open_data_directory

NOUNS = (
    "auth",
    "vessels",
    "portcalls",
    "flights",
    "footage",
    "readings",
    "surveys",
    "jobs",
    "delivery",
    "records",
    "cargo",
    "search",
    "retention",
    "overview",
)
DESCRIPTION = (
    "Draft readings, cargo weights and supervision records. Times are UTC with Z, identifiers UUIDv7; "
    "the unit is the last word of a name; what is missing is null; "
    "every error is application/problem+json with a stable `code`."
)


def create_app(settings: Settings) -> FastAPI:
    """Build the application; the database is opened and migrated when it starts, not when it is built.

    Raises:
        UnprotectedRouteError: a route names no right.
        StartError: at start-up, when the data folder or the database cannot be used.
    """
    app = FastAPI(
        title="Hullmark",
        description=DESCRIPTION,
        version="1",
        lifespan=_lifespan,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its page loads scripts from another network, which an isolated port has not
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings
    for router in _noun_routers():
        app.include_router(router)
    app.include_router(health.router)
    app.include_router(observation.router)
    problems.install(app)
    openapi.install(app)
    require_declared_rights(app)
    page.serve_under(app)
    app.add_middleware(methods.HeadAsGet)
    app.add_middleware(Guard, allowed_hosts=settings.allowed_hosts)
    app.add_middleware(observation.Observation, over_tls=settings.cookies_need_tls)
    if settings.trusted_proxies:
        # Outermost: everything inside sees the address of whoever asked the proxy.
        app.add_middleware(
            ProxyHeadersMiddleware, trusted_hosts=[str(proxy) for proxy in settings.trusted_proxies]
        )
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    database, objects = open_data_directory(settings)
    database.narrow_by(hide_other_sites)
    signing.prepare_key(settings)
    # What this process's predecessor was receiving when it was killed.
    intake.note_abandoned(database, objects.sweep())
    app.state.resources = Resources(settings=settings, database=database, objects=objects)
    with watched_disk(database, objects, settings):
        yield
    checkpoints.sign_at_end(database, settings)
    database.dispose()


def _noun_routers() -> Iterator[APIRouter]:
    for noun in NOUNS:
        name = f"api.{noun}.router"
        if (Path(__file__).parent / noun).is_dir() and find_spec(name) is not None:
            yield import_module(name).router
