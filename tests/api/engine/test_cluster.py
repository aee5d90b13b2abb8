"""A Ray cluster of this machine alone: its actor is killed, and a step is given up in native code."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import killed_jobs
import pytest

from api.engine.opening import open_executor
from api.engine.orders import Executor, StepOrder
from api.jobs.errors import StepFailedError
from api.jobs.kinds import ClaimedJob
from api.settings import Settings
from api.storage.data_directory import open_data_directory
from api.storage.tables import new_id

pytestmark = pytest.mark.soak
ray = pytest.importorskip("ray")


class GivenUpError(Exception):
    """The job was cancelled while its step ran."""


@pytest.fixture
def executor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Executor]:
    monkeypatch.setenv("HULLMARK_DATA_DIR", str(tmp_path))
    tests = Path(killed_jobs.__file__).parent
    monkeypatch.setenv("PYTHONPATH", f"{tests.parent}:{tests}")
    settings = Settings(job_engine="ray")
    database, _ = open_data_directory(settings)
    database.dispose()
    executor = open_executor(settings, kinds_place="killed_jobs:KINDS")
    yield executor
    executor.close()


def test_a_killed_actor_is_started_again_and_a_cancelled_step_ends_at_once(
    executor: Any, tmp_path: Path
) -> None:
    (tmp_path / "go").touch()
    assert executor.run(order("wait"), lambda _: None) == {"made_in": 1}
    first = ray.get(executor._actor.process_id.remote())
    (tmp_path / "go").unlink()

    with pytest.raises(StepFailedError, match="its process on the cluster ended"):
        executor.run(order("wait"), at_look(12, lambda: os.kill(first, signal.SIGKILL)))
    (tmp_path / "go").touch()
    assert executor.run(order("wait"), lambda _: None) == {"made_in": 1}
    assert ray.get(executor._actor.process_id.remote()) != first

    def give_up() -> None:
        raise GivenUpError

    with pytest.raises(GivenUpError):
        executor.run(order("hold_the_interpreter"), at_look(12, give_up))
    assert executor.run(order("wait"), lambda _: None) == {"made_in": 1}


def at_look(number: int, act: Callable[[], object]) -> Callable[[float | None], None]:
    looks = 0

    def look(_: float | None) -> None:
        nonlocal looks
        looks += 1
        if looks == number:
            act()

    return look


def order(way: str) -> StepOrder:
    job = ClaimedJob(
        id=new_id(),
        kind="odd",
        subject_id=new_id(),
        port_call_id=None,
        payload={"way": way},
        worker_id=new_id(),
        attempt=1,
        fence=1,
    )
    return StepOrder(job=job, step="odd", results={})
