"""A worker process whose only job waits for a file to appear, so that tests can kill it in the middle.

Source: `api.worker.run_worker`, with this handler in place of the service's own.
Left out: footage; a vessel's row stands for the result.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from api.jobs.queue import ClaimedJob
from api.settings import Settings
from api.storage.tables import Vessel
from api.worker import run_worker


class SlowJob:
    """Tells by a file that it has begun, and ends when the file `go` is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, job: ClaimedJob, report_progress: Callable[[float], None]) -> str:
        report_progress(0.1)
        (self._folder / f"began-{job.attempt}").touch()
        while not (self._folder / "go").exists():
            time.sleep(0.01)
        return f"made in attempt {job.attempt}"

    def store(self, session: Session, job: ClaimedJob, outcome: Any) -> None:
        session.add(Vessel(id=job.subject_id, name=outcome, length_between_perpendiculars_m=100.0))

    def status_changed(self, session: Session, job: ClaimedJob, status: str, reason: str | None) -> None:
        """Nothing follows this job's status."""


if __name__ == "__main__":
    settings = Settings()
    run_worker(settings, handlers={"slow": SlowJob(settings.data_dir)})
