"""Runs claimed jobs one after another while a heartbeat keeps their leases.

Source: `api.jobs.queue` for the rules; a job stopped at any instruction is run again from its start.
Left out: starting and stopping the process (`api.worker`).
"""

import os
import threading
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import structlog

from api.jobs.errors import LeaseLostError
from api.jobs.queue import ClaimedJob, JobHandler, JobQueue

# Native code that never returns cannot be interrupted from Python: past this the process is ended.
JOB_TIME_LIMIT_S = 3600.0
PROGRESS_INTERVAL_S = 0.5
EXIT_STUCK = 70

log = structlog.get_logger(__name__)


class JobRunner:
    """Takes due jobs from a queue and brings each to its end."""

    def __init__(self, queue: JobQueue, handlers: Mapping[str, JobHandler], *, heartbeat_s: float) -> None:
        self._queue = queue
        self._handlers = handlers
        self._heartbeat_s = heartbeat_s

    def run_one(self) -> bool:
        """Run the next due job, if there is one.

        Returns:
            Whether there was one, however it ended.
        """
        claimed = self._queue.claim()
        if claimed is None:
            return False
        log.info("job started", job_id=str(claimed.id), kind=claimed.kind, attempt=claimed.attempt)
        try:
            self._run(claimed)
        except LeaseLostError:
            log.warning("job taken over", job_id=str(claimed.id), attempt=claimed.attempt)
        return True

    def _run(self, claimed: ClaimedJob) -> None:
        try:
            with _Lease(self._queue, claimed, heartbeat_s=self._heartbeat_s) as lease:
                outcome = self._handlers[claimed.kind].run(claimed, lease.report_progress)
            self._queue.complete(claimed, outcome)
            log.info("job done", job_id=str(claimed.id), kind=claimed.kind)
        except LeaseLostError:
            raise
        except Exception as error:
            # Whatever a reading dies of must not take the worker with it: the words are kept with the job.
            log.exception("job attempt failed", job_id=str(claimed.id), attempt=claimed.attempt)
            self._queue.retry_or_fail(claimed, f"{type(error).__name__}: {error}")
        except BaseException:
            self._queue.hand_back(claimed)
            raise


class _Lease:
    """Renews one lease from a thread until the block ends."""

    def __init__(self, queue: JobQueue, claimed: ClaimedJob, *, heartbeat_s: float) -> None:
        self._queue = queue
        self._claimed = claimed
        self._heartbeat_s = heartbeat_s
        self._ended = threading.Event()
        self._lost = False
        self._progress: float | None = None
        self._written_s = 0.0
        self._thread = threading.Thread(target=self._beat, name="job-heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def report_progress(self, fraction: float) -> None:
        """Note how far the work is, 0 to 1; stops the work once the lease is lost.

        Raises:
            LeaseLostError: another worker has the job now, so that going on would be in vain.
        """
        if self._lost:
            raise LeaseLostError(self._claimed.id, self._claimed.attempt)
        self._progress = fraction
        now_s = time.monotonic()
        if now_s - self._written_s >= PROGRESS_INTERVAL_S:
            self._written_s = now_s
            self._queue.renew(self._claimed, progress=fraction)

    def _beat(self) -> None:
        started_s = time.monotonic()
        while not self._ended.wait(self._heartbeat_s):
            if time.monotonic() - started_s > JOB_TIME_LIMIT_S:
                log.error("job stuck, ending this worker", job_id=str(self._claimed.id))
                os._exit(EXIT_STUCK)
            try:
                self._queue.renew(self._claimed, progress=self._progress)
            except LeaseLostError:
                self._lost = True
                return
            except Exception:
                # A busy database is no reason to stop: the lease outlives several beats.
                log.exception("lease not renewed", job_id=str(self._claimed.id))
