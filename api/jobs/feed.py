"""Changes of jobs as server-sent events: whoever comes back with the last number misses nothing.

Source: the HTML standard, "Server-sent events"; the number is `Job.revision`, so it outlives this process.
Left out: every state in between; a job that changed twice while nobody looked is told once, as it is now.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID

from anyio.to_thread import run_sync
from fastapi.responses import StreamingResponse
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from api.errors import TooManyStreamsError
from api.jobs import repository
from api.jobs.schemas import JobView
from api.storage.database import Database

MOST_STREAMS = 64
LOOK_S = 0.5
BEAT_S = 15.0
# A page that stays open asks again, and whoever it belongs to is let in again.
LONGEST_STREAM_S = 900.0
RETRY_MS = 2000
_JOBS_AT_ONCE = 200
MEDIA_TYPE = "text/event-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which jobs a stream tells of: all, those of a port call, or one."""

    job_id: UUID | None = None
    port_call_id: UUID | None = None


class JobFeed:
    """The streams of one web process; however many there are, the database is looked at once in `LOOK_S`.

    Args:
        database: where the jobs are.
        is_ending: whether the process is about to end, which open streams would hold up.
    """

    def __init__(self, database: Database, *, is_ending: Callable[[], bool]) -> None:
        self._database = database
        self._is_ending = is_ending
        self._streams = 0
        self._newest = 0
        self._looked_s = float("-inf")
        self._looking = asyncio.Lock()

    def take_place(self) -> None:
        """Count a stream in.

        Raises:
            TooManyStreamsError: there are as many as this process serves.
        """
        if self._streams >= MOST_STREAMS:
            raise TooManyStreamsError(MOST_STREAMS)
        self._streams += 1

    def give_place(self) -> None:
        """Count a stream out."""
        self._streams -= 1

    async def events(self, wanted: Wanted, *, after_revision: int | None) -> AsyncIterator[str]:
        """Give the jobs that changed after a revision, and then every change; without one, the unfinished first.

        Args:
            wanted: which jobs.
            after_revision: the last number that the reader has seen.
        """
        yield f"retry: {RETRY_MS}\n\n"
        cursor, seen = after_revision, None
        began_s = told_s = time.monotonic()
        while not self._is_ending() and time.monotonic() - began_s < LONGEST_STREAM_S:
            newest = await self._newest_revision()
            if newest != seen:
                jobs, cursor, seen = await run_sync(self._changes, wanted, cursor)
                for revision, job in jobs:
                    told_s = time.monotonic()
                    yield f"id: {revision}\nevent: job\ndata: {job.model_dump_json()}\n\n"
            if time.monotonic() - told_s >= BEAT_S:
                told_s = time.monotonic()
                yield ": still here\n\n"
            await asyncio.sleep(LOOK_S)

    async def _newest_revision(self) -> int:
        async with self._looking:
            if time.monotonic() - self._looked_s >= LOOK_S:
                self._newest = await run_sync(self._read_newest)
                self._looked_s = time.monotonic()
        return self._newest

    def _read_newest(self) -> int:
        with self._database.reading() as session:
            return repository.newest_revision(session)

    def _changes(
        self, wanted: Wanted, after: int | None
    ) -> tuple[list[tuple[int, JobView]], int | None, int | None]:
        """Give changed jobs, where to go on, and the revision up to which nothing is left (None: more is)."""
        with self._database.reading() as session:
            newest = repository.newest_revision(session)
            # Numbers of a future that a restored backup does not know: the reader begins anew.
            known = None if after is not None and after > newest else after
            rows = repository.jobs_changed_after(
                session, known, job_id=wanted.job_id, port_call_id=wanted.port_call_id, limit=_JOBS_AT_ONCE
            )
            jobs = [(row.revision, JobView.model_validate(row)) for row in rows]
        if len(jobs) == _JOBS_AT_ONCE:
            return jobs, jobs[-1][0], None
        return jobs, newest, newest


class JobStream(StreamingResponse):
    """One answer that goes on; its place is given back however it ends."""

    def __init__(self, feed: JobFeed, events: AsyncIterator[str]) -> None:
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        super().__init__(events, media_type=MEDIA_TYPE, headers=headers)
        self._feed = feed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the reader leaves or the stream has lasted long enough."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._feed.give_place()


def feed_of(request: Request) -> JobFeed:
    """Give the one feed of an application."""
    state = request.app.state
    if getattr(state, "job_feed", None) is None:
        is_ending = getattr(state, "is_ending", None) or (lambda: False)
        state.job_feed = JobFeed(state.resources.database, is_ending=is_ending)
    feed: JobFeed = state.job_feed
    return feed
