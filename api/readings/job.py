"""The job that reads a draft from one file of footage and stores the answer with its evidence.

Source: `api.pipelines.reading` for the reading itself, whose JSON is kept whole.
Left out: thresholds and pixels; a refusal by the reader is an answer and not an error.
"""

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

from sqlalchemy.orm import Session

from api.jobs.queue import ClaimedJob
from api.pipelines.errors import UnreadableFootageError
from api.readings import repository
from api.readings.records import reading_made
from api.storage.database import Database
from api.storage.objects import ObjectStore, StoredObject
from api.storage.tables import EvidenceFile, Reading, utc_now

LONGEST_FILE_NAME_BYTES = 255


class ReadFootage(Protocol):
    """A pipeline from a file to a reading, as `api.pipelines.reading.read_footage` is."""

    def __call__(
        self,
        path: Path,
        *,
        expected_range_m: tuple[float, float] | None,
        evidence_dir: Path | None,
        progress: Callable[[float], None] | None,
    ) -> dict[str, Any]:
        """Read one file; the result is that of `hullmark read --json`, with its evidence files listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvidence:
    """One evidence file, already in the object store."""

    role: str
    file_name: str
    media_type: str
    time_s: float | None
    stored: StoredObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOutcome:
    """What a reading job found: the reader's JSON, and its evidence."""

    result: Mapping[str, Any]
    evidence: tuple[StoredEvidence, ...]


class ReadingJob:
    """Reads the footage that a reading names; its subject is the reading."""

    KIND: ClassVar[str] = "reading"

    def __init__(self, database: Database, store: ObjectStore, read_footage: ReadFootage) -> None:
        self._database = database
        self._store = store
        self._read_footage = read_footage

    def run(self, job: ClaimedJob, report_progress: Callable[[float], None]) -> ReadingOutcome:
        """Read the footage; the evidence goes to the object store, where a repeated run finds it again."""
        with self._database.reading() as session:
            reading, footage = repository.reading_with_footage(session, job.subject_id)
        stored = self._store.existing_path_of(footage.object_sha256)
        with tempfile.TemporaryDirectory(prefix="hullmark-reading-") as folder:
            evidence_dir = Path(folder) / "evidence"
            try:
                answer = self._read_footage(
                    _under_its_name(stored, footage.file_name, Path(folder) / "footage"),
                    expected_range_m=_expected_range_m(reading),
                    evidence_dir=evidence_dir,
                    progress=report_progress,
                )
            except UnreadableFootageError as error:
                answer = _refusal(error)
            evidence = tuple(self._keep(evidence_dir, item) for item in answer.get("evidence", ()))
        result = {key: value for key, value in answer.items() if key != "evidence"}
        result["file"] = footage.file_name
        # A number that JSON cannot hold must not reach the database: every later answer would break on it.
        json.dumps(result, allow_nan=False)
        return ReadingOutcome(result=result, evidence=evidence)

    def store(self, session: Session, job: ClaimedJob, outcome: ReadingOutcome) -> None:
        """Write the answer, its evidence and its record."""
        reading, footage = repository.reading_with_footage(session, job.subject_id)
        result = outcome.result
        reading.status = result["status"]
        reading.reason = result.get("message") or result.get("reason")
        reading.draft_m = result.get("draft_m")
        reading.standard_uncertainty_m = result.get("standard_uncertainty_m")
        reading.u95_m = result.get("u95_m")
        reading.result = dict(result)
        reading.finished_at = utc_now()
        files = [_evidence_row(reading, item) for item in outcome.evidence]
        session.add_all(files)
        reading.record_id = reading_made(session, reading, footage, files).id

    def status_changed(
        self,
        session: Session,
        job: ClaimedJob,
        status: Literal["queued", "running", "failed"],
        reason: str | None,
    ) -> None:
        """Show the job's status on the reading; a failed one keeps the words it failed with."""
        reading, _ = repository.reading_with_footage(session, job.subject_id)
        reading.status = status
        reading.reason = reason
        reading.finished_at = utc_now() if status == "failed" else None

    def _keep(self, folder: Path, item: Mapping[str, Any]) -> StoredEvidence:
        return StoredEvidence(
            role=item["role"],
            file_name=item["file"],
            media_type=item["media_type"],
            time_s=item.get("time_s"),
            stored=self._store.put(folder / item["file"]),
        )


def _under_its_name(stored: Path, file_name: str, folder: Path) -> Path:
    """Show the reader the stored bytes under the sender's name, which it prints on the evidence."""
    # A file system counts the bytes of a name, and Chinese takes three for a character.
    if len(file_name.encode()) > LONGEST_FILE_NAME_BYTES:
        return stored
    folder.mkdir()
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


def _evidence_row(reading: Reading, item: StoredEvidence) -> EvidenceFile:
    return EvidenceFile(
        reading_id=reading.id,
        role=item.role,
        file_name=item.file_name,
        object_sha256=item.stored.sha256,
        media_type=item.media_type,
        size_bytes=item.stored.size_bytes,
        time_s=item.time_s,
    )
