"""The job that reads a draft from one file of footage and stores the answer with its evidence.

Source: `api.pipelines.reading` for the reading itself, whose JSON is kept whole; docs/decisions/0013 for the steps.
Left out: thresholds and pixels; a refusal by the reader is an answer and not an error.

    reading     the levels in the footage, and the answer
    evidence    the pictures that show it, drawn and put into the object store
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import ConflictError
from api.jobs.kinds import (
    ClaimedJob,
    FollowedStatus,
    JobKind,
    StepContext,
    StepFunction,
    StepPlan,
    StepResult,
    StepResults,
    Workshop,
)
from api.pipelines.errors import UnreadableFootageError
from api.readings import repository
from api.readings.records import reading_made
from api.storage.objects import Purpose
from api.storage.tables import EvidenceFile, Footage, Reading, utc_now

KIND = "reading"
READING_STEP, EVIDENCE_STEP = "reading", "evidence"
PRIORITY = 80
TIME_LIMIT_S = 3600.0
LONGEST_FILE_NAME_BYTES = 255


class Reader(Protocol):
    """A reader of drafts in two parts, as the module `api.pipelines.reading` is."""

    def read_levels(
        self, path: Path, *, expected_range_m: tuple[float, float] | None, progress: Callable[[float], None]
    ) -> dict[str, Any]:
        """Read one file; gives the JSON of `hullmark read` as `answer`, and `seen` for the evidence."""

    def draw_evidence(self, path: Path, seen: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
        """Draw what was seen; gives role, file, media type and time of each file in the folder."""


class ReadingSteps:
    """The steps of reading the footage that a reading names; the job's subject is the reading."""

    def __init__(self, workshop: Workshop, reader: Reader) -> None:
        self._database = workshop.database
        self._store = workshop.objects
        self._reader = reader

    def functions(self) -> Mapping[str, StepFunction]:
        """Give the steps by name."""
        return {READING_STEP: self.read, EVIDENCE_STEP: self.show}

    def read(self, context: StepContext) -> StepResult:
        """Read the footage; what is no footage is answered with a refusal."""
        reading, footage = self._subject(context)
        try:
            with self._footage_file(footage) as path:
                found = self._reader.read_levels(
                    path, expected_range_m=_expected_range_m(reading), progress=context.report_progress
                )
        except UnreadableFootageError as error:
            found = {"answer": _refusal(error), "seen": None}
        answer = {key: value for key, value in found["answer"].items() if key != "evidence"}
        answer["file"] = footage.file_name
        # A number that JSON cannot hold must not reach the database: every later answer would break on it.
        json.dumps(answer, allow_nan=False)
        return {"answer": answer, "seen": found["seen"]}

    def show(self, context: StepContext) -> StepResult:
        """Draw the evidence into the object store, where a repeated step finds the same bytes again."""
        seen = context.results[READING_STEP]["seen"]
        if seen is None:
            return {"files": []}
        _, footage = self._subject(context)
        with (
            self._footage_file(footage) as path,
            tempfile.TemporaryDirectory(prefix="hullmark-evidence-") as folder,
        ):
            drawn = self._reader.draw_evidence(path, seen, Path(folder))
            return {"files": [self._keep(Path(folder), item) for item in drawn]}

    def _subject(self, context: StepContext) -> tuple[Reading, Footage]:
        with self._database.reading() as session:
            return repository.reading_with_footage(session, context.job.subject_id)

    @contextmanager
    def _footage_file(self, footage: Footage) -> Iterator[Path]:
        with (
            self._store.local_copy(footage.object_sha256) as stored,
            tempfile.TemporaryDirectory(prefix="hullmark-reading-") as folder,
        ):
            yield _under_its_name(stored, footage.file_name, Path(folder))

    def _keep(self, folder: Path, item: Mapping[str, Any]) -> dict[str, Any]:
        stored = self._store.put(folder / item["file"], purpose=Purpose.EVIDENCE)
        return {
            "role": item["role"],
            "file_name": item["file"],
            "media_type": item["media_type"],
            "time_s": item.get("time_s"),
            "sha256": stored.sha256,
            "size_bytes": stored.size_bytes,
        }


def store(session: Session, job: ClaimedJob, results: StepResults) -> None:
    """Write the answer, its evidence and its record."""
    reading, footage = repository.reading_with_footage(session, job.subject_id)
    answer = results[READING_STEP]["answer"]
    reading.status = answer["status"]
    reading.reason = answer.get("message") or answer.get("reason")
    reading.draft_m = answer.get("draft_m")
    reading.standard_uncertainty_m = answer.get("standard_uncertainty_m")
    reading.u95_m = answer.get("u95_m")
    reading.result = dict(answer)
    reading.finished_at = utc_now()
    files = [_evidence_row(reading, item) for item in results[EVIDENCE_STEP]["files"]]
    session.add_all(files)
    reading.record_id = reading_made(session, reading, footage, files).id


def follow(session: Session, reading_id: UUID, status: FollowedStatus, reason: str | None) -> None:
    """Show the job's status on the reading; a failed one keeps the words it failed with.

    Raises:
        ConflictError: a person has decided about the reading in the meantime, and it is to be made again.
    """
    reading, _ = repository.reading_with_footage(session, reading_id)
    if status == "queued" and reading.decision is not None:
        raise ConflictError(
            f"The reading was {reading.decision} by a person. Accepted: asking for a new reading."
        )
    reading.status = status
    reading.reason = reason
    reading.finished_at = utc_now() if status in {"failed", "cancelled"} else None


def _steps(workshop: Workshop) -> Mapping[str, StepFunction]:
    # Loads OpenCV and OpenVINO; only the process that does steps comes here.
    from api.pipelines import reading

    return ReadingSteps(workshop, reading).functions()


KINDS = (
    JobKind(
        name=KIND,
        priority=PRIORITY,
        time_limit_s=TIME_LIMIT_S,
        steps=(StepPlan(name=READING_STEP, share=0.9), StepPlan(name=EVIDENCE_STEP, share=0.1)),
        build=_steps,
        store=store,
        follow=follow,
    ),
)


def _under_its_name(stored: Path, file_name: str, folder: Path) -> Path:
    """Show the reader the stored bytes under the sender's name, which it prints on the evidence."""
    # A file system counts the bytes of a name, and Chinese takes three for a character.
    if len(file_name.encode()) > LONGEST_FILE_NAME_BYTES:
        return stored
    link = folder / file_name
    link.symlink_to(stored.resolve())
    return link


def _expected_range_m(reading: Reading) -> tuple[float, float] | None:
    if reading.expected_low_m is None or reading.expected_high_m is None:
        return None
    return (reading.expected_low_m, reading.expected_high_m)


def _refusal(error: UnreadableFootageError) -> dict[str, Any]:
    """The reader's answer for a file that it could not open, in the shape of all its answers."""
    numbers = ("draft_m", "standard_uncertainty_m", "u95_m", "unit_of_marks")
    return dict.fromkeys(numbers) | {
        "status": "refused",
        "reason": "unreadable_footage",
        "message": f"{error.reason}; accepted: {error.accepted}",
        "frames": {"used": 0, "rejected": {}},
        "waves": {"significant_height_m": None, "mean_period_s": None},
        "series": [],
        "rules": {},
        "scale": {"numerals": None, "residual_m": None},
        "models": [],
    }


def _evidence_row(reading: Reading, item: Mapping[str, Any]) -> EvidenceFile:
    return EvidenceFile(
        reading_id=reading.id,
        role=item["role"],
        file_name=item["file_name"],
        object_sha256=item["sha256"],
        media_type=item["media_type"],
        size_bytes=item["size_bytes"],
        time_s=item["time_s"],
    )
