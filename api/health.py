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

from api.delivery.health import Lag, lags, silence
from api.delivery.repository import WORKER_KIND as DELIVERY
from api.errors import StorageError
from api.retention.space import refused_purposes
from api.routing import UsesDatabase, UsesObjects, UsesSettings
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import Worker, utc_now

router = APIRouter(prefix="/health", tags=["operation"])


class Check(BaseModel):
    """One thing that was looked at."""

    name: Literal["database", "disk", "worker", "delivery"]
    ok: bool
    detail: str = Field(examples=["answered"])


class Health(BaseModel):
    """The answer of a probe."""

    status: Literal["ok", "degraded"]
    checks: list[Check]


class Readiness(Health):
    """The answer of the probe that asks everything."""

    deliveries: list[Lag] = Field(description="How far each subscription is behind.")


@router.get("/live", operation_id="check_live")
def check_live() -> Health:
    """Tell that the web process answers."""
    return Health(status="ok", checks=[])


@router.get("/ready", operation_id="check_ready", responses={503: {"model": Readiness}})
def check_ready(
    response: Response, database: UsesDatabase, objects: UsesObjects, settings: UsesSettings
) -> Readiness:
    """Tell whether uploads, readings and surveys can be done now; 503 with the reason when not."""
    checks = [_database(database), _disk(objects), _worker(database, settings.worker_silence_limit_s)]
    ready = all(check.ok for check in checks)
    response.status_code = 200 if ready else 503
    behind = _lags(database)
    if behind:
        # A receiver that waits keeps nobody from working here: this is shown, and stays out of the status code.
        checks.append(_delivery(database, settings.worker_silence_limit_s))
    ok = all(check.ok for check in checks)
    return Readiness(status="ok" if ok else "degraded", checks=checks, deliveries=behind)


def _database(database: Database) -> Check:
    try:
        database.ping()
    except (SQLAlchemyError, StorageError) as error:
        return Check(name="database", ok=False, detail=f"does not answer: {type(error).__name__}")
    return Check(name="database", ok=True, detail="answered")


def _disk(objects: ObjectStore) -> Check:
    free, refused = objects.free_bytes(), refused_purposes(objects)
    stopped = f"; refused now: {', '.join(refused)}" if refused else ""
    return Check(name="disk", ok=free > 0, detail=f"{free} bytes may be used by uploads{stopped}")


def _worker(database: Database, silence_limit_s: float) -> Check:
    try:
        with database.reading() as session:
            query = select(func.max(Worker.heartbeat_at)).where(
                Worker.stopped_at.is_(None), Worker.kind != DELIVERY
            )
            heartbeat_at = session.scalar(query)
    except (SQLAlchemyError, StorageError) as error:
        return Check(name="worker", ok=False, detail=f"unknown: {type(error).__name__}")
    if heartbeat_at is None:
        return Check(name="worker", ok=False, detail="none has reported itself")
    silent = utc_now() - heartbeat_at
    ok = silent <= timedelta(seconds=silence_limit_s)
    return Check(name="worker", ok=ok, detail=f"last heartbeat {silent.total_seconds():.1f} s ago")


def _lags(database: Database) -> list[Lag]:
    try:
        return lags(database)
    except (SQLAlchemyError, StorageError):
        return []


def _delivery(database: Database, silence_limit_s: float) -> Check:
    try:
        silent = silence(database)
    except (SQLAlchemyError, StorageError) as error:
        return Check(name="delivery", ok=False, detail=f"unknown: {type(error).__name__}")
    if silent is None:
        return Check(name="delivery", ok=False, detail="no process has reported itself")
    ok = silent <= timedelta(seconds=silence_limit_s)
    return Check(name="delivery", ok=ok, detail=f"last heartbeat {silent.total_seconds():.1f} s ago")
