"""Flights and their files, readings and the work behind them, weights.

Source: the routes below /flights, /footage, /readings, /jobs and /surveys.
Left out: following work over server-sent events; a program that waits asks again.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

from api.client import paging
from api.client.errors import DifferentBytesError, TookTooLongError, UnfinishedWorkError
from api.client.files import body_of, save, sha256_of
from api.client.shapes import Flight, Footage, Id, Job, Reading, Survey, SurveySummary, UploadReceipt
from api.client.transport import Progress, Transport

Body = Mapping[str, Any]
WaitedForT = TypeVar("WaitedForT")
FIRST_LOOK_S = 0.2
LONGEST_BETWEEN_LOOKS_S = 3.0
_AT_WORK = frozenset({"queued", "running"})


@dataclass(frozen=True, slots=True)
class Flights:
    """The flights of a service; every method raises `ProblemError` and `UnreachableError`."""

    _transport: Transport

    def announce(self, body: Body) -> Flight:
        """Announce a flight; its files follow."""
        return cast("Flight", self._transport.create("/flights", body))

    def walk(self, *, port_call_id: Id | None = None) -> Iterator[Flight]:
        """Walk through flights in the order they were announced."""
        return paging.items(self._transport, "/flights", {"port_call_id": port_call_id})

    def read(self, flight_id: Id) -> Flight:
        """Fetch one with its files."""
        return cast("Flight", self._transport.get(f"/flights/{flight_id}"))

    def upload(
        self,
        flight_id: Id,
        file: Path,
        *,
        name: str | None = None,
        media_type: str = "application/octet-stream",
        progress: Progress | None = None,
    ) -> UploadReceipt:
        """Send a file with its hash; what is stored is compared with it here and there.

        Args:
            flight_id: which flight it belongs to.
            file: what is sent; sent again after a broken connection.
            name: under which; the file's own where not given.
            media_type: is not believed by the service, which looks for itself.
            progress: is told how many bytes were sent, of how many.

        Raises:
            DifferentBytesError: the service has other bytes than the file.
        """
        sha256 = sha256_of(file)
        answer = self._transport.call(
            "PUT",
            f"/flights/{flight_id}/files/{quote(name or file.name, safe='')}",
            file=body_of(file, media_type=media_type, progress=progress),
            headers={"X-Content-SHA256": sha256},
        )
        receipt = cast("UploadReceipt", answer.json())
        if receipt["file"]["sha256"] != sha256:
            raise DifferentBytesError(str(file), expected=sha256, found=receipt["file"]["sha256"])
        return receipt

    def fetch(self, footage: Footage, out: Path) -> None:
        """Write the bytes of a file as they arrived.

        Raises:
            DifferentBytesError: they are not those that the service vouches for.
        """
        with self._transport.open("GET", f"/footage/{footage['id']}/content") as answer:
            save(answer, out)
        found = sha256_of(out)
        if found != footage["sha256"]:
            raise DifferentBytesError(str(out), expected=footage["sha256"], found=found)


@dataclass(frozen=True, slots=True)
class Jobs:
    """The work of a service; every method raises `ProblemError` and `UnreachableError`."""

    _transport: Transport

    def read(self, job_id: Id) -> Job:
        """Ask how far one is."""
        return cast("Job", self._transport.get(f"/jobs/{job_id}"))

    def walk(self, *, port_call_id: Id | None = None, status: str | None = None) -> Iterator[Job]:
        """Walk through jobs, the newest first."""
        return paging.items(self._transport, "/jobs", {"port_call_id": port_call_id, "status": status})

    def cancel(self, job_id: Id, *, reason: str | None = None) -> Job:
        """Stop one, whether it waits or runs."""
        return cast("Job", self._transport.act(f"/jobs/{job_id}/cancellation", {"reason": reason}))

    def wait(self, job_id: Id, *, limit_s: float, tell: Callable[[Job], None] | None = None) -> Job:
        """Wait until a job is done.

        Args:
            job_id: which.
            limit_s: how long at most.
            tell: is shown the job after every look.

        Raises:
            UnfinishedWorkError: it failed or was cancelled.
            TookTooLongError: it is not finished.
        """
        job = _waited_for(lambda: self.read(job_id), _status_of, f"job {job_id}", limit_s=limit_s, tell=tell)
        if job["status"] != "done":
            raise UnfinishedWorkError(f"job {job_id}", status=job["status"], reason=job["error"])
        return job


@dataclass(frozen=True, slots=True)
class Readings:
    """The draft readings of a service; every method raises `ProblemError` and `UnreachableError`."""

    _transport: Transport

    def request(self, body: Body) -> Reading:
        """Ask for a draft to be read from footage."""
        return cast("Reading", self._transport.create("/readings", body))

    def enter(self, body: Body) -> Reading:
        """Enter a reading taken by a person at the mark."""
        return cast("Reading", self._transport.create("/readings/manual", body))

    def walk(self, *, port_call_id: Id | None = None, stage: str | None = None) -> Iterator[Reading]:
        """Walk through readings in the order they were asked for."""
        return paging.items(self._transport, "/readings", {"port_call_id": port_call_id, "stage": stage})

    def read(self, reading_id: Id) -> Reading:
        """Fetch one."""
        return cast("Reading", self._transport.get(f"/readings/{reading_id}"))

    def wait(
        self, reading_id: Id, *, limit_s: float, tell: Callable[[Reading], None] | None = None
    ) -> Reading:
        """Wait until a reading is made.

        Args:
            reading_id: which.
            limit_s: how long at most.
            tell: is shown the reading after every look.

        Raises:
            UnfinishedWorkError: the reader refused, with the reason; or the work failed or was cancelled.
            TookTooLongError: it is not finished.
        """
        what = f"reading {reading_id}"
        reading = _waited_for(lambda: self.read(reading_id), _status_of, what, limit_s=limit_s, tell=tell)
        if reading["status"] != "ok":
            raise UnfinishedWorkError(what, status=reading["status"], reason=reading["reason"])
        return reading

    def accept(self, reading_id: Id, *, reason: str | None = None) -> Reading:
        """Let it count as it is."""
        return cast("Reading", self._transport.act(f"/readings/{reading_id}/accept", {"reason": reason}))

    def reject(self, reading_id: Id, *, reason: str) -> Reading:
        """Let it not count."""
        return cast("Reading", self._transport.act(f"/readings/{reading_id}/reject", {"reason": reason}))

    def correct(
        self, reading_id: Id, *, draft_m: float, standard_uncertainty_m: float, reason: str
    ) -> Reading:
        """Let another value count in its place."""
        body = {"draft_m": draft_m, "standard_uncertainty_m": standard_uncertainty_m, "reason": reason}
        return cast("Reading", self._transport.act(f"/readings/{reading_id}/correct", body))


@dataclass(frozen=True, slots=True)
class Surveys:
    """The computed weights of a service; every method raises `ProblemError` and `UnreachableError`."""

    _transport: Transport

    def compute(self, port_call_id: Id) -> Survey:
        """Compute the next version from the readings that count now."""
        return cast("Survey", self._transport.create("/surveys", {"port_call_id": str(port_call_id)}))

    def walk(self, port_call_id: Id) -> Iterator[SurveySummary]:
        """Walk through the versions of a port call, the newest first."""
        return paging.items(self._transport, "/surveys", {"port_call_id": port_call_id})

    def read(self, survey_id: Id) -> Survey:
        """Fetch one version with every step."""
        return cast("Survey", self._transport.get(f"/surveys/{survey_id}"))

    def fetch_report(self, survey_id: Id, name: str, out: Path, *, lang: str = "zh") -> None:
        """Write `certificate.pdf`, `record-sheet.pdf` or `workbook.xlsx` of a version into a file."""
        with self._transport.open("GET", f"/surveys/{survey_id}/{name}", query={"lang": lang}) as answer:
            save(answer, out)


def _status_of(work: Job | Reading) -> str:
    return work["status"]


def _waited_for(
    look: Callable[[], WaitedForT],
    status_of: Callable[[WaitedForT], str],
    what: str,
    *,
    limit_s: float,
    tell: Callable[[WaitedForT], None] | None,
) -> WaitedForT:
    began_s = time.monotonic()
    pause_s = FIRST_LOOK_S
    while True:
        work = look()
        if tell is not None:
            tell(work)
        if status_of(work) not in _AT_WORK:
            return work
        left_s = limit_s - (time.monotonic() - began_s)
        if left_s <= 0:
            raise TookTooLongError(what, waited_s=limit_s)
        time.sleep(min(pause_s, left_s))
        pause_s = min(1.5 * pause_s, LONGEST_BETWEEN_LOOKS_S)
