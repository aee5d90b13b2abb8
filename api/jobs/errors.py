"""Errors between a job and its worker; none of them is an answer to a request.

Source: the rule of `api.jobs.queue` that only the holder of a lease may write anything of a job.
Left out: what goes wrong inside a job, whose words are kept with it.

    JobError
    ├── LeaseLostError      another worker has the job now, or it was cancelled
    ├── TurnLostError       another worker has the turn of a periodic task now
    └── StepFailedError     the process that did a step ended, ran too long, or took too much memory
"""

from uuid import UUID


class JobError(Exception):
    """A worker cannot do to a job what it meant to."""


class LeaseLostError(JobError):
    """The job was taken over or cancelled; what this worker found must not be stored."""

    def __init__(self, job_id: UUID, attempt: int) -> None:
        super().__init__(f"attempt {attempt} of job {job_id} was taken over, cancelled or settled")
        self.job_id = job_id
        self.attempt = attempt


class TurnLostError(JobError):
    """The lease of a periodic task ran out while it was run."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the turn of {name} was taken over")
        self.name = name


class StepFailedError(JobError):
    """A step came to no end of its own; the words say how."""

    def __init__(self, step: str, reason: str) -> None:
        super().__init__(f"step {step}: {reason}")
        self.step = step
        self.reason = reason
