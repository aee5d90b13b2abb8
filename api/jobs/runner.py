"""Brings claimed jobs to their end, one after another and step by step, while their leases are kept.

Source: `api.jobs.queue` for the rules; `api.engine` for where a step is done.
Left out: starting and stopping the process (`api.worker`).
"""

import time
from collections.abc import Callable, Mapping

import structlog

from api.engine.orders import Executor, StepOrder
from api.errors import StorageError
from api.jobs.errors import LeaseLostError, StepFailedError
from api.jobs.kinds import ClaimedJob, JobKind, StepPlan, StepResult
from api.jobs.queue import JobQueue

PROGRESS_INTERVAL_S = 0.5
# A cancelled job is noticed by looking: its worker is told nothing.
LOOK_INTERVAL_S = 1.0
INSIST_PAUSE_S = 0.5

log = structlog.get_logger(__name__)


class JobRunner:
    """Takes due jobs from a queue and has their steps done by an executor."""

    def __init__(
        self, queue: JobQueue, kinds: Mapping[str, JobKind], executor: Executor, *, heartbeat_s: float
    ) -> None:
        self._queue = queue
        self._kinds = kinds
        self._executor = executor
        self._heartbeat_s = heartbeat_s

    def run_one(self) -> bool:
        """Run the next due job, if there is one.

        Returns:
            Whether there was one, however it ended.
        """
        claimed = self._queue.claim()
        if claimed is None:
            return False
        # The request that asked for the job stands in every line about it, to the end of the work.
        with structlog.contextvars.bound_contextvars(job_id=str(claimed.id), request_id=claimed.request_id):
            log.info("job started", kind=claimed.kind, attempt=claimed.attempt)
            try:
                self._run(claimed)
            except LeaseLostError:
                log.warning("job taken over or cancelled", attempt=claimed.attempt)
        return True

    def _run(self, claimed: ClaimedJob) -> None:
        try:
            results = self._do_steps(claimed)
            self._insist(lambda: self._queue.complete(claimed, results))
            log.info("job done", kind=claimed.kind)
        except LeaseLostError:
            raise
        except Exception as error:
            # Whatever a job dies of must not take the worker with it: the words are kept with the job.
            log.exception("job attempt failed", attempt=claimed.attempt)
            reason = str(error) if isinstance(error, StepFailedError) else f"{type(error).__name__}: {error}"
            self._insist(lambda: self._queue.retry_or_fail(claimed, reason))
        except BaseException:
            self._queue.hand_back(claimed)
            raise

    def _do_steps(self, claimed: ClaimedJob) -> dict[str, StepResult]:
        """Do the steps that no earlier attempt has finished."""
        kind = self._kinds[claimed.kind]
        deadline_s = time.monotonic() + kind.time_limit_s
        results = self._queue.results_of(claimed)
        for plan in kind.steps:
            if plan.name not in results:
                results[plan.name] = self._do(claimed, plan, results, deadline_s)
        return results

    def _do(
        self, claimed: ClaimedJob, plan: StepPlan, results: Mapping[str, StepResult], deadline_s: float
    ) -> StepResult:
        kind = self._kinds[claimed.kind]
        started_s = time.monotonic()
        span = kind.span_of(plan.name)
        self._insist(lambda: self._queue.begin_step(claimed, plan.name, progress=span[0]))
        watch = _Watch(self._queue, claimed, span=span, heartbeat_s=self._heartbeat_s)

        def look(progress: float | None) -> None:
            if time.monotonic() > deadline_s:
                raise StepFailedError(plan.name, f"took longer than {kind.time_limit_s:.0f} s and was ended")
            watch.look(progress)

        order = StepOrder(job=claimed, step=plan.name, results=dict(results))
        result = self._executor.run(order, look)
        duration_s = time.monotonic() - started_s
        self._insist(lambda: self._queue.finish_step(claimed, plan.name, result, duration_s=duration_s))
        return result

    def _insist(self, write: Callable[[], None]) -> None:
        """Write in spite of a database that is away for a while, but not beyond the lease."""
        deadline_s = time.monotonic() + self._queue.lease_s
        while True:
            try:
                write()
            except StorageError:
                if time.monotonic() > deadline_s:
                    raise
                log.exception("not written, trying again")
                time.sleep(INSIST_PAUSE_S)
            else:
                return


class _Watch:
    """Keeps one lease while a step is done elsewhere, and looks whether it is still wanted."""

    def __init__(
        self, queue: JobQueue, claimed: ClaimedJob, *, span: tuple[float, float], heartbeat_s: float
    ) -> None:
        self._queue = queue
        self._claimed = claimed
        self._from, self._to = span
        self._heartbeat_s = heartbeat_s
        self._renewed_s = self._looked_s = time.monotonic()
        self._told: float | None = None

    def look(self, progress: float | None) -> None:
        """Write progress and renew the lease where it is time to; called several times a second.

        Raises:
            LeaseLostError: the job was taken over or cancelled, so that going on would be in vain.
        """
        now_s = time.monotonic()
        news = progress is not None and progress != self._told
        try:
            if now_s - self._renewed_s >= (PROGRESS_INTERVAL_S if news else self._heartbeat_s):
                self._renewed_s = self._looked_s = now_s
                self._queue.renew(self._claimed, progress=self._of_job(progress))
                self._told = progress
            elif now_s - self._looked_s >= LOOK_INTERVAL_S:
                self._looked_s = now_s
                if not self._queue.holds(self._claimed):
                    raise LeaseLostError(self._claimed.id, self._claimed.attempt)
        except StorageError:
            # A busy database is no reason to stop: the lease outlives several beats.
            log.exception("lease not renewed", job_id=str(self._claimed.id))

    def _of_job(self, progress: float | None) -> float | None:
        if progress is None:
            return None
        return self._from + (self._to - self._from) * min(1.0, max(0.0, progress))
