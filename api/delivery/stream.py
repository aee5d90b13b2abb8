"""A stream of records as they are made: server-sent events, the place in the chain as the event's id.

Source: WHATWG HTML, "Server-sent events"; a browser that reconnects says by Last-Event-ID where it was.
Left out: acknowledgement. Who must not miss a record asks again after a sequence, here or in the list of records.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse

from api.auth.access import requires
from api.auth.permissions import Permission
from api.delivery import repository
from api.errors import InvalidRequestError
from api.pages import Window
from api.problems import responses
from api.records import service as records
from api.records.schemas import RecordView
from api.routing import NounRouter, UsesDatabase
from api.storage.database import Database

MEDIA_TYPE = "text/event-stream"
LOOK_S = 1.0
KEEP_ALIVE_S = 15.0
_RECORDS_AT_ONCE = 100
_RECONNECT_MS = 2000
# A page that stays open asks again, and whoever it belongs to is let in again.
LONGEST_STREAM_S = 900.0

router = NounRouter(prefix="/records", tags=["records"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records a stream shows."""

    port_call_id: UUID | None
    subject_id: UUID | None
    kind: str | None


class HeadWatch:
    """Knows the end of the chain for all streams of a process, and asks for it once a second at most."""

    def __init__(self, database: Database, *, is_ending: Callable[[], bool]) -> None:
        self.is_ending = is_ending
        self._database = database
        self._turn = asyncio.Lock()
        self._looked_s = float("-inf")
        self._head = 0

    async def head(self) -> int:
        """Give the place of the last record, as it was within the last second."""
        async with self._turn:
            if time.monotonic() - self._looked_s >= LOOK_S:
                self._head = await asyncio.to_thread(self._look)
                self._looked_s = time.monotonic()
            return self._head

    def _look(self) -> int:
        with self._database.reading() as session:
            return repository.head_sequence(session)


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses=responses() | {200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
    dependencies=[requires(Permission.RECORDS_READ)],
)
async def stream_records(
    request: Request,
    database: UsesDatabase,
    after_sequence: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    port_call_id: UUID | None = None,
    subject_id: UUID | None = None,
    kind: Annotated[str | None, Query(max_length=64)] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """Send records as events for 15 minutes: those after Last-Event-ID or after_sequence, else those to come."""
    watch = _watch_of(request, database)
    head = await watch.head()
    start = _start(last_event_id, after_sequence)
    wanted = Wanted(port_call_id=port_call_id, subject_id=subject_id, kind=kind)
    events = _events(
        watch, lambda after: _read(database, after, wanted), head if start is None else min(start, head)
    )
    return StreamingResponse(
        events, media_type=MEDIA_TYPE, headers={"cache-control": "no-store", "x-accel-buffering": "no"}
    )


def _start(last_event_id: str | None, after_sequence: int | None) -> int | None:
    if last_event_id is None or not last_event_id.strip():
        return after_sequence
    if not last_event_id.isascii() or not last_event_id.isdecimal():
        raise InvalidRequestError.at("header:last-event-id", "is no sequence of a record")
    return min(int(last_event_id[:20]), 2**53)


def _watch_of(request: Request, database: Database) -> HeadWatch:
    watch: HeadWatch | None = getattr(request.app.state, "head_watch", None)
    if watch is None:
        is_ending = getattr(request.app.state, "is_ending", lambda: False)
        watch = request.app.state.head_watch = HeadWatch(database, is_ending=is_ending)
    return watch


async def _events(
    watch: HeadWatch, read: Callable[[int], tuple[list[RecordView], int]], cursor: int
) -> AsyncIterator[str]:
    yield f"retry: {_RECONNECT_MS}\nid: {cursor}\n\n"
    silent_s, began_s = 0.0, time.monotonic()
    while not watch.is_ending() and time.monotonic() - began_s < LONGEST_STREAM_S:
        if await watch.head() > cursor:
            views, cursor = await asyncio.to_thread(read, cursor)
            for view in views:
                yield _event(view)
            if views:
                silent_s = 0.0
                continue
        if silent_s >= KEEP_ALIVE_S:
            # An id without data makes no event, but the receiver remembers how far the stream has come.
            yield f": still here\nid: {cursor}\n\n"
            silent_s = 0.0
        await asyncio.sleep(LOOK_S)
        silent_s += LOOK_S


def _read(database: Database, after: int, wanted: Wanted) -> tuple[list[RecordView], int]:
    """Give the next wanted records, and the place up to which there are no others."""
    with database.reading() as session:
        head = repository.head_sequence(session)
        page = records.page(
            session,
            after_sequence=after,
            window=Window(limit=_RECORDS_AT_ONCE),
            port_call_id=wanted.port_call_id,
            subject_id=wanted.subject_id,
            kind=wanted.kind,
        )
    more = page.next_after_sequence is not None
    return page.items, page.items[-1].sequence if more else max(after, head)


def _event(view: RecordView) -> str:
    # One line of data: JSON written without line ends.
    data = json.dumps(view.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
    return f"event: record\nid: {view.sequence}\ndata: {data}\n\n"
