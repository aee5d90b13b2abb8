"""Leases on jobs: claimed, renewed, moved on step by step, settled exactly once, taken over from who is gone.

Source: leases with a fencing number that only grows; every write of a worker checks it again in its transaction.
Left out: running the work (`api.jobs.runner`); nothing here knows what a job does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from api.jobs.errors import LeaseLostError
from api.jobs.kinds import ClaimedJob, JobKind, StepResult, StepResults
from api.jobs.moment import present
from api.jobs.repository import (
    forget_results,
    job_held_by,
    jobs_held_by_any,
    next_due_job,
    publish,
    steps_of,
)
from api.storage.database import Database
from api.storage.tables import Job, JobStep

RETRY_DELAY_S = 2.0


class JobQueue:
    """The jobs of one database, as one worker process meets them.

    Args:
        database: where the jobs are.
        kinds: what can be done here, by name; other kinds are left to other workers.
        worker_id: identity of this process in the leases.
        lease_s: how long a job stays with a worker that says nothing.
        max_attempts: starts of one job before it fails for good.
        clock: the present moment, the same for all workers of the database.
    """

    def __init__(
        self,
        database: Database,
        kinds: Mapping[str, JobKind],
        *,
        worker_id: UUID,
        lease_s: float,
        max_attempts: int,
        clock: Callable[[Session], datetime] = present,
    ) -> None:
        self._database = database
        self._kinds = kinds
        self._worker_id = worker_id
        self._lease = timedelta(seconds=lease_s)
        self._max_attempts = max_attempts
        self._clock = clock

    @property
    def lease_s(self) -> float:
        """How long a job stays with a worker that says nothing."""
        return self._lease.total_seconds()

    def claim(self) -> ClaimedJob | None:
        """Take the most urgent due job; one whose workers died too often is failed, and the next is taken."""
        while True:
            with self._database.writing() as session:
                job = next_due_job(session, kinds=tuple(self._kinds), now=self._clock(session))
                if job is None:
                    return None
                if job.attempts < self._max_attempts:
                    return self._lease_to_me(session, job)
                where = "" if job.step is None else f", last in step {job.step}"
                self._fail(session, job, f"the worker ended in each of {job.attempts} attempts{where}")

    def holds(self, claimed: ClaimedJob) -> bool:
        """Tell whether the job is still this worker's: not taken over, and not cancelled."""
        with self._database.reading() as session:
            return _held(session, claimed, lock=False) is not None

    def renew(self, claimed: ClaimedJob, *, progress: float | None) -> None:
        """Say that the work goes on, and how far it is.

        Raises:
            LeaseLostError: the job is no longer this worker's.
        """
        with self._mine(claimed) as (session, job):
            job.lease_expires_at = self._clock(session) + self._lease
            if progress is not None and progress != job.progress:
                job.progress = min(1.0, max(0.0, progress))
                publish(session, job)

    def begin_step(self, claimed: ClaimedJob, step: str, *, progress: float) -> None:
        """Say which step the work is at.

        Raises:
            LeaseLostError: the job is no longer this worker's.
        """
        with self._mine(claimed) as (session, job):
            job.step, job.progress = step, progress
            job.lease_expires_at = self._clock(session) + self._lease
            publish(session, job)

    def finish_step(self, claimed: ClaimedJob, step: str, result: StepResult, *, duration_s: float) -> None:
        """Keep what a step found: a later attempt goes on behind it.

        Raises:
            LeaseLostError: the job is no longer this worker's; nothing is kept.
        """
        with self._mine(claimed) as (session, job):
            now = self._clock(session)
            job.lease_expires_at = now + self._lease
            session.add(
                JobStep(
                    job_id=job.id,
                    name=step,
                    result=dict(result),
                    attempt=claimed.attempt,
                    duration_s=duration_s,
                    finished_at=now,
                )
            )
            publish(session, job)

    def results_of(self, claimed: ClaimedJob) -> dict[str, StepResult]:
        """Give what the finished steps of a job left, by their names."""
        with self._database.reading() as session:
            return {step.name: step.result or {} for step in steps_of(session, claimed.id)}

    def complete(self, claimed: ClaimedJob, results: StepResults) -> None:
        """Store what was found and mark the job done in one transaction.

        Raises:
            LeaseLostError: the job is no longer this worker's; nothing is stored.
        """
        with self._mine(claimed) as (session, job):
            self._kinds[job.kind].store(session, claimed, results)
            release(job, status="done")
            job.step, job.progress, job.error, job.finished_at = None, 1.0, None, self._clock(session)
            forget_results(session, job.id)
            publish(session, job)

    def retry_or_fail(self, claimed: ClaimedJob, reason: str) -> None:
        """Keep what went wrong; the job waits for its next attempt, longer each time, or fails at its last.

        Raises:
            LeaseLostError: the job is no longer this worker's.
        """
        with self._mine(claimed) as (session, job):
            if job.attempts >= self._max_attempts:
                self._fail(session, job, reason)
                return
            release(job, status="queued")
            job.error = reason
            job.not_before = self._clock(session) + timedelta(seconds=RETRY_DELAY_S * 2 ** (job.attempts - 1))
            self._kinds[job.kind].follow(session, job.subject_id, "queued", reason)
            publish(session, job)

    def hand_back(self, claimed: ClaimedJob) -> None:
        """Give an unfinished job back because the worker is being stopped; this start does not count.

        Raises:
            LeaseLostError: the job is no longer this worker's.
        """
        with self._mine(claimed) as (session, job):
            job.attempts -= 1
            self._requeue(session, job)

    def take_from(self, worker_ids: Sequence[UUID]) -> int:
        """Let jobs of workers that are known to be gone wait for another one before their leases run out.

        Returns:
            How many there were; the starts they had still count.
        """
        with self._database.writing() as session:
            jobs = [job for job in jobs_held_by_any(session, worker_ids) if job.kind in self._kinds]
            for job in jobs:
                self._requeue(session, job)
            return len(jobs)

    def _lease_to_me(self, session: Session, job: Job) -> ClaimedJob:
        now = self._clock(session)
        job.status, job.leased_by, job.lease_expires_at = "running", self._worker_id, now + self._lease
        job.attempts += 1
        job.fence += 1
        job.started_at = job.started_at or now
        self._kinds[job.kind].follow(session, job.subject_id, "running", None)
        publish(session, job)
        return self._as_claimed(job)

    def _requeue(self, session: Session, job: Job) -> None:
        release(job, status="queued")
        self._kinds[job.kind].follow(session, job.subject_id, "queued", None)
        publish(session, job)

    def _fail(self, session: Session, job: Job, reason: str) -> None:
        release(job, status="failed")
        job.error, job.finished_at = reason, self._clock(session)
        self._kinds[job.kind].follow(session, job.subject_id, "failed", reason)
        publish(session, job)

    @contextmanager
    def _mine(self, claimed: ClaimedJob) -> Iterator[tuple[Session, Job]]:
        with self._database.writing() as session:
            job = _held(session, claimed, lock=True)
            if job is None:
                raise LeaseLostError(claimed.id, claimed.attempt)
            yield session, job

    def _as_claimed(self, job: Job) -> ClaimedJob:
        return ClaimedJob(
            id=job.id,
            kind=job.kind,
            subject_id=job.subject_id,
            port_call_id=job.port_call_id,
            payload=job.payload,
            worker_id=self._worker_id,
            attempt=job.attempts,
            fence=job.fence,
            request_id=job.request_id,
        )


def _held(session: Session, claimed: ClaimedJob, *, lock: bool) -> Job | None:
    return job_held_by(
        session, job_id=claimed.id, worker_id=claimed.worker_id, fence=claimed.fence, lock=lock
    )


def release(job: Job, *, status: str) -> None:
    """Take the lease off a job; whoever held it can write nothing any more."""
    job.status, job.leased_by, job.lease_expires_at = status, None, None
