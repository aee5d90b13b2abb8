"""Errors between a job and its worker; none of them is an answer to a request.

Source: the rule of `api.jobs.queue` that only the holder of a lease may settle a job.
Left out: what goes wrong inside a job, whose words are kept with it.

    JobError
    └── LeaseLostError      another worker has the job now
"""

from uuid import UUID


class JobError(Exception):
    """A worker cannot do to a job what it meant to."""


class LeaseLostError(JobError):
    """Another worker has taken the job over; what this one found must not be stored."""

    def __init__(self, job_id: UUID, attempt: int) -> None:
        super().__init__(f"attempt {attempt} of job {job_id} was taken over or settled")
        self.job_id = job_id
        self.attempt = attempt
