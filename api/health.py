"""Whether the process lives, and whether the service can do its work: database, disk, worker.

Source: the usual pair of probes; `live` asks nothing of anyone, `ready` asks everything a user would need.
Left out: cameras.
"""

from datetime import timedelta
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from api.errors import StorageError
from api.routing import UsesDatabase, UsesObjects, UsesSettings
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import Worker, utc_now

router = APIRouter(prefix="/health", tags=["operation"])


class Check(BaseModel):
    """One thing that was looked at."""

    name: Literal["database", "disk", "worker"]
    ok: bool
    detail: str = Field(examples=["answered"])


class Health(BaseModel):
    """The answer of a probe."""

    status: Literal["ok", "degraded"]
    checks: list[Check]


@router.get("/live", operation_id="check_live")
def check_live() -> Health:
    """Tell that the web process answers."""
    return Health(status="ok", checks=[])


@router.get("/ready", operation_id="check_ready", responses={503: {"model": Health}})
def check_ready(
    response: Response, database: UsesDatabase, objects: UsesObjects, settings: UsesSettings
) -> Health:
    """Tell whether uploads, readings and surveys can be done now; 503 with the reason when not."""
    checks = [_database(database), _disk(objects), _worker(database, settings.worker_silence_limit_s)]
    ok = all(check.ok for check in checks)
    response.status_code = 200 if ok else 503
    return Health(status="ok" if ok else "degraded", checks=checks)


def _database(database: Database) -> Check:
    try:
        database.ping()
    except (SQLAlchemyError, StorageError) as error:
        return Check(name="database", ok=False, detail=f"does not answer: {type(error).__name__}")
    return Check(name="database", ok=True, detail="answered")


def _disk(objects: ObjectStore) -> Check:
    free = objects.free_bytes()
    return Check(name="disk", ok=free > 0, detail=f"{free} bytes may be used by uploads")


def _worker(database: Database, silence_limit_s: float) -> Check:
    try:
        with database.reading() as session:
            query = select(func.max(Worker.heartbeat_at)).where(Worker.stopped_at.is_(None))
            heartbeat_at = session.scalar(query)
    except (SQLAlchemyError, StorageError) as error:
        return Check(name="worker", ok=False, detail=f"unknown: {type(error).__name__}")
    if heartbeat_at is None:
        return Check(name="worker", ok=False, detail="none has reported itself")
    silent = utc_now() - heartbeat_at
    ok = silent <= timedelta(seconds=silence_limit_s)
    return Check(name="worker", ok=ok, detail=f"last heartbeat {silent.total_seconds():.1f} s ago")
