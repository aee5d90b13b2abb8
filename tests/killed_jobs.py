"""Kinds of job for worker processes that tests kill, freeze and cancel; the process is `python killed_jobs.py`.

What happens is told by a job's payload: `kill_at` names the place where the worker is killed in its first attempt.
Reading jobs are real ones (rows, records, evidence, object store) whose reader answers at once.
"""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from api.jobs import queue as queue_module
from api.jobs.kinds import ClaimedJob, JobKind, StepContext, StepFunction, StepPlan, StepResults, Workshop
from api.jobs.queue import JobQueue
from api.jobs.repository import forget_results
from api.readings import job as reading_job
from api.settings import Settings
from api.storage.tables import Job, Vessel
from api.worker import run_worker

STEPS = (reading_job.READING_STEP, reading_job.EVIDENCE_STEP)
PLACES = (
    "claim:after",
    *(
        f"{act}:{step}:{side}"
        for step in STEPS
        for act in ("begin_step", "finish_step")
        for side in ("before", "after")
    ),
    *(f"worker in {step}" for step in STEPS),
    *(f"process in {step}" for step in STEPS),
    "complete:before",
    "complete:within",
    "complete:after",
)
ANSWER = {
    "file": "-",
    "status": "ok",
    "reason": None,
    "draft_m": 8.62,
    "standard_uncertainty_m": 0.01,
    "u95_m": 0.02,
}


def die(place: str, job: ClaimedJob, process_id: int) -> None:
    """Kill a process where the job's payload says so, in the first attempt only."""
    if job.payload.get("kill_at") == place and job.attempt == 1:
        os.kill(process_id, signal.SIGKILL)
        time.sleep(60.0)


class QuickReader:
    """Answers at once, and notes on the disk which steps were really begun."""

    def __init__(self, folder: Path, job: ClaimedJob) -> None:
        self._folder = folder
        self._job = job

    def read_levels(
        self, path: Path, *, expected_range_m: tuple[float, float] | None, progress: Callable[[float], None]
    ) -> dict[str, Any]:
        del expected_range_m
        self._note(reading_job.READING_STEP)
        progress(0.5)
        time.sleep(float(self._job.payload.get("takes_s", 0.0)))
        self._die_in(reading_job.READING_STEP)
        return {"answer": ANSWER, "seen": {"bytes": path.stat().st_size}}

    def draw_evidence(self, path: Path, seen: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
        del path
        self._note(reading_job.EVIDENCE_STEP)
        entries = []
        for role in ("nearest", "lowest"):
            (folder / f"{role}.png").write_bytes(f"{role} of {self._job.subject_id} {seen['bytes']}".encode())
            entries.append({"role": role, "file": f"{role}.png", "media_type": "image/png", "time_s": 1.0})
        self._die_in(reading_job.EVIDENCE_STEP)
        return entries

    def _note(self, step: str) -> None:
        with (self._folder / f"begun-{self._job.id}").open("a") as file:
            file.write(f"{step}\n")

    def _die_in(self, step: str) -> None:
        die(f"worker in {step}", self._job, os.getppid())
        die(f"process in {step}", self._job, os.getpid())


def _reading_steps(workshop: Workshop) -> Mapping[str, StepFunction]:
    def step(name: str) -> StepFunction:
        def do(context: StepContext) -> Mapping[str, Any]:
            reader = QuickReader(workshop.settings.data_dir, context.job)
            return reading_job.ReadingSteps(workshop, reader).functions()[name](context)

        return do

    return {name: step(name) for name in STEPS}


def _odd_steps(workshop: Workshop) -> Mapping[str, StepFunction]:
    """One step that does what the payload names."""
    folder = workshop.settings.data_dir

    def wait(context: StepContext) -> Mapping[str, Any]:
        (folder / f"began-{context.job.id}-{context.job.attempt}").touch()
        while not (folder / "go").exists():
            time.sleep(0.02)
        return {"made_in": context.job.attempt}

    def hold_the_interpreter(context: StepContext) -> Mapping[str, Any]:
        (folder / f"began-{context.job.id}-{context.job.attempt}").touch()
        # PyDLL keeps the interpreter's lock: no signal handler and no thread of this process runs meanwhile.
        ctypes.PyDLL(None).sleep(600)
        return {}

    def crash(_: StepContext) -> Mapping[str, Any]:
        os.kill(os.getpid(), signal.SIGSEGV)
        return {}

    def take_memory(_: StepContext) -> Mapping[str, Any]:
        held = []
        while True:
            held.append(bytearray(32 * 1024 * 1024))

    ways = {f.__name__: f for f in (wait, hold_the_interpreter, crash, take_memory)}
    return {"odd": lambda context: ways[context.job.payload["way"]](context)}


def _store_vessel(session: Session, job: ClaimedJob, results: StepResults) -> None:
    name = f"made in attempt {results['odd'].get('made_in')}"
    session.add(Vessel(id=job.subject_id, name=name, length_between_perpendiculars_m=100.0))


def _follow_nothing(session: Session, subject_id: UUID, status: str, reason: str | None) -> None:
    """Nothing follows this job's status."""


KINDS = (
    replace(reading_job.KINDS[0], build=_reading_steps),
    JobKind(
        name="odd",
        priority=50,
        time_limit_s=600.0,
        steps=(StepPlan(name="odd"),),
        build=_odd_steps,
        store=_store_vessel,
        follow=_follow_nothing,
    ),
)


def _kill_around(name: str) -> None:
    """Let a method of the queue be the worker's last act, before its transaction or after it."""
    method = getattr(JobQueue, name)

    def act(queue: JobQueue, *arguments: Any, **keywords: Any) -> Any:
        claimed = arguments[0] if arguments else None
        step = f":{arguments[1]}" if name.endswith("_step") else ""
        if claimed is not None:
            die(f"{name}{step}:before", claimed, os.getpid())
        result = method(queue, *arguments, **keywords)
        if (claimed or result) is not None:
            die(f"{name}{step}:after", claimed or result, os.getpid())
        return result

    setattr(JobQueue, name, act)


def _kill_within_complete() -> None:
    forget = forget_results

    def act(session: Session, job_id: UUID) -> None:
        forget(session, job_id)
        job = session.get_one(Job, job_id)
        session.flush()
        if job.payload.get("kill_at") == "complete:within" and job.attempts == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    vars(queue_module)["forget_results"] = act


if __name__ == "__main__":
    for act in ("claim", "begin_step", "finish_step", "complete"):
        _kill_around(act)
    _kill_within_complete()
    run_worker(Settings(), kinds_place="killed_jobs:KINDS")
