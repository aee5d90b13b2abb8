"""A port call with one video, and a reader whose answers are given by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from api_rows import add_footage, add_port_call
from fastapi.testclient import TestClient

from api.engine.inline import InlineExecutor
from api.jobs.kinds import Workshop
from api.jobs.queue import JobQueue
from api.jobs.runner import JobRunner
from api.readings.job import KIND, KINDS, ReadingSteps
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import new_id

READ = {
    "file": "the store's own name",
    "status": "ok",
    "reason": None,
    "draft_m": 8.62,
    "standard_uncertainty_m": 0.011,
    "u95_m": 0.022,
    "series": [[0.0, 8.61], [0.5, 8.63]],
    "models": ["numerals"],
}
PICTURE = b"\x89PNG\r\n\x1a\n nearest frame"


@dataclass
class Reader:
    """Stands where `api.pipelines.reading` stands, and answers what it was told to."""

    answer: dict[str, Any] | Exception = field(default_factory=lambda: dict(READ))
    calls: list[dict[str, Any]] = field(default_factory=list)

    def read_levels(
        self, path: Path, *, expected_range_m: tuple[float, float] | None, progress: Callable[[float], None]
    ) -> dict[str, Any]:
        self.calls.append(
            {"name": path.name, "bytes": path.read_bytes(), "expected_range_m": expected_range_m}
        )
        progress(0.5)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"answer": self.answer, "seen": {"nearest_s": 1.25}}

    def draw_evidence(self, path: Path, seen: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
        del path
        (folder / "nearest.png").write_bytes(PICTURE)
        return [
            {
                "role": "nearest",
                "file": "nearest.png",
                "media_type": "image/png",
                "time_s": seen["nearest_s"],
            }
        ]


@pytest.fixture
def reader() -> Reader:
    return Reader()


@pytest.fixture
def work(settings: Settings, database: Database, objects: ObjectStore, reader: Reader) -> Callable[[], bool]:
    """Run one due reading job, as a worker would; tells whether there was one."""
    kinds = {kind.name: kind for kind in KINDS}
    workshop = Workshop(settings=settings, database=database, objects=objects)
    executor = InlineExecutor({KIND: ReadingSteps(workshop, reader).functions()})
    queue = JobQueue(database, kinds, worker_id=new_id(), lease_s=60.0, max_attempts=1)
    return JobRunner(queue, kinds, executor, heartbeat_s=20.0).run_one


@pytest.fixture
def port_call_id(database: Database) -> str:
    return str(add_port_call(database))


@pytest.fixture
def footage_id(database: Database, objects: ObjectStore, port_call_id: str) -> str:
    return str(add_footage(database, objects, port_call_id, content=b"video bytes"))


@pytest.fixture
def ask(client: TestClient, footage_id: str) -> Callable[..., Any]:
    """Ask for a reading of the footage; keywords replace parts of the request."""

    def ask(**parts: Any) -> Any:
        body = {"footage_id": footage_id, "stage": "initial", "mark": "forward", "side": "port"} | parts
        return client.post("/api/v1/readings", json=body)

    return ask
