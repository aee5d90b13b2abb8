"""Leases on jobs: claimed, renewed, settled exactly once, taken over when their worker is gone.

Source: leases with a fencing number (worker and attempt), checked again in the transaction that settles.
Left out: running the work (`api.jobs.runner`); nothing here knows what a job does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from api.jobs.errors import LeaseLostError
from api.jobs.repository import job_held_by, jobs_held_by_any, next_due_job
from api.storage.database import Database
from api.storage.tables import Job, utc_now

RETRY_DELAY_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    """A job as its worker sees it: the lease is this worker's in this attempt only."""

    id: UUID
    kind: str
    subject_id: UUID
    port_call_id: UUID | None
    payload: Mapping[str, Any]
    worker_id: UUID
    attempt: int


class JobHandler(Protocol):
    """What one kind of job does. `run` works outside any transaction; the other two inside the queue's."""

    def run(self, job: ClaimedJob, report_progress: Callable[[float], None]) -> Any:
        """Do the work and return what `store` keeps; may be stopped and repeated at any point."""

    def store(self, session: Session, job: ClaimedJob, outcome: Any) -> None:
        """Write the outcome; runs once per job, in the transaction that marks it done."""

    def status_changed(
        self,
        session: Session,
        job: ClaimedJob,
        status: Literal["queued", "running", "failed"],
        reason: str | None,
    ) -> None:
        """Follow the job's status in the noun it belongs to."""


class JobQueue:
    """The jobs of one database, as one worker process meets them.

    Args:
        database: where the jobs are.
        handlers: what to do, by kind of job; other kinds are left to other workers.
        worker_id: identity of this process in the leases.
        lease_s: how long a job stays with a worker that says nothing.
        max_attempts: starts of one job before it fails for good.
        clock: the present moment in UTC.
    """

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, JobHandler],
        *,
        worker_id: UUID,
        lease_s: float,
        max_attempts: int,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._worker_id = worker_id
        self._lease = timedelta(seconds=lease_s)
        self._max_attempts = max_attempts
        self._clock = clock

    def claim(self) -> ClaimedJob | None:
        """Take the oldest due job; one whose workers died too often is failed, and the next is taken."""
        while True:
            with self._database.writing() as session:
                job = next_due_job(session, kinds=tuple(self._handlers), now=self._clock())
                if job is None:
                    return None
                if job.attempts < self._max_attempts:
                    return self._lease_to_me(session, job)
                self._close(
                    session,
                    self._as_claimed(job),
                    job,
                    f"the worker ended in each of {job.attempts} attempts",
                )

    def renew(self, claimed: ClaimedJob, *, progress: float | None) -> None:
        """Say that the work goes on.

        Raises:
            LeaseLostError: the job is no longer this worker's.
        """
        with self._database.writing() as session:
            job = self._mine(session, claimed)
            job.lease_expires_at = self._clock() + self._lease
            if progress is not None:
                job.progress = min(1.0, max(0.0, progress))

    def complete(self, claimed: ClaimedJob, outcome: Any) -> None:
        """Store the outcome and mark the job done in one transaction.

        Raises:
            LeaseLostError: the job is no longer this worker's; nothing is stored.
        """
        with self._database.writing() as session:
            job = self._mine(session, claimed)
            self._handlers[job.kind].store(session, claimed, outcome)
            _release(job, status="done")
            job.progress, job.error, job.finished_at = 1.0, None, self._clock()

    def retry_or_fail(self, claimed: ClaimedJob, reason: str) -> None:
        """Keep what went wrong; the job waits for its next attempt, longer each time, or fails at its last.

        Raises:
            LeaseLostError: the job is no longer this worker's.
        """
        with self._database.writing() as session:
            job = self._mine(session, claimed)
            if job.attempts >= self._max_attempts:
                self._close(session, claimed, job, reason)
                return
            _release(job, status="queued")
            job.error = reason
            job.not_before = self._clock() + timedelta(seconds=RETRY_DELAY_S * 2 ** (job.attempts - 1))
            self._handlers[job.kind].status_changed(session, claimed, "queued", reason)

    def hand_back(self, claimed: ClaimedJob) -> None:
        """Give an unfinished job back because the worker is being stopped; this start does not count."""
        with self._database.writing() as session:
            job = self._mine(session, claimed)
            _release(job, status="queued")
            job.attempts -= 1
            self._handlers[job.kind].status_changed(session, claimed, "queued", None)

    def take_from(self, worker_ids: Sequence[UUID]) -> int:
        """Let jobs of workers that are known to be gone wait for another one before their leases run out.

        Returns:
            How many there were; the starts they had still count.
        """
        with self._database.writing() as session:
            jobs = [job for job in jobs_held_by_any(session, worker_ids) if job.kind in self._handlers]
            for job in jobs:
                _release(job, status="queued")
                self._handlers[job.kind].status_changed(session, self._as_claimed(job), "queued", None)
            return len(jobs)

    def _lease_to_me(self, session: Session, job: Job) -> ClaimedJob:
        now = self._clock()
        job.status, job.leased_by, job.lease_expires_at = "running", self._worker_id, now + self._lease
        job.attempts += 1
        job.started_at = job.started_at or now
        claimed = self._as_claimed(job)
        self._handlers[job.kind].status_changed(session, claimed, "running", None)
        return claimed

    def _close(self, session: Session, claimed: ClaimedJob, job: Job, reason: str) -> None:
        _release(job, status="failed")
        job.error, job.finished_at = reason, self._clock()
        self._handlers[job.kind].status_changed(session, claimed, "failed", reason)

    def _mine(self, session: Session, claimed: ClaimedJob) -> Job:
        job = job_held_by(session, job_id=claimed.id, worker_id=claimed.worker_id, attempt=claimed.attempt)
        if job is None:
            raise LeaseLostError(claimed.id, claimed.attempt)
        return job

    def _as_claimed(self, job: Job) -> ClaimedJob:
        return ClaimedJob(
            id=job.id,
            kind=job.kind,
            subject_id=job.subject_id,
            port_call_id=job.port_call_id,
            payload=job.payload,
            worker_id=self._worker_id,
            attempt=job.attempts,
        )


def _release(job: Job, *, status: str) -> None:
    job.status, job.leased_by, job.lease_expires_at = status, None, None
