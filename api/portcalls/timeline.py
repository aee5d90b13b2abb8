"""Everything of a port call in one list by time: its records, and its transfers summed by shift.

Source: the chain of records; a place is the instant and, within one, the place in the chain.
Left out: single loads, of which there are thousands (`api.cargo.transfers`).
"""

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby, islice
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from api.cargo.repository import weighings
from api.cursor import LARGEST_NUMBER, instant_and_text
from api.errors import InvalidRequestError
from api.pages import Window
from api.portcalls import repository
from api.portcalls.service import require
from api.portcalls.timeline_schemas import ShiftSum, TimelineCategory, TimelineItem, TimelinePage
from api.storage.tables import Record

PREFIXES: Mapping[TimelineCategory, tuple[str, ...]] = MappingProxyType(
    {
        "milestone": ("port_call.milestone", "port_call.released"),
        "port_call": ("port_call.", "vessel."),
        "flight": ("flight.", "file."),
        "reading": ("reading.",),
        "survey": ("survey.",),
        "finding": ("cargo.finding",),
        "transfer": ("cargo.transfer",),
        "cargo": ("cargo.",),
        "event": ("event.", "camera.", "zone."),
    }
)
"""Which kinds of records belong to a category; the first that fits is the one."""
ADDRESSES: Mapping[str, str] = MappingProxyType(
    {
        "reading_id": "/api/v1/readings/{}",
        "footage_id": "/api/v1/footage/{}",
        "flight_id": "/api/v1/flights/{}",
        "survey_id": "/api/v1/surveys/{}",
    }
)
SHIFT = "shift"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifts:
    """How a day is cut: shifts of so many hours from midnight of a zone."""

    hours: int
    zone: timezone

    def start_of(self, at: datetime) -> datetime:
        """Give the beginning of the shift that a moment lies in."""
        local = at.astimezone(self.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return (midnight + timedelta(hours=local.hour // self.hours * self.hours)).astimezone(UTC)

    def end_of(self, start: datetime) -> datetime:
        """Give the end of a shift; the last one of a day may be shorter."""
        next_midnight = (start.astimezone(self.zone) + timedelta(days=1)).replace(hour=0)
        return min(start + timedelta(hours=self.hours), next_midnight.astimezone(UTC))


def timeline(
    session: Session,
    port_call_id: UUID,
    *,
    categories: Sequence[TimelineCategory],
    shifts: Shifts,
    window: Window,
) -> TimelinePage:
    """Show what happened, the earliest first.

    Args:
        session: that reads.
        port_call_id: which port call.
        categories: what is wanted; nothing means everything.
        shifts: how transfers are summed.
        window: which part is asked for.

    Raises:
        NotFoundError: there is no such port call.
        InvalidRequestError: the cursor was not given out here.
    """
    require(session, port_call_id)
    limit = window.limit
    after = None if window.cursor is None else _checked(instant_and_text(window.scope, window.cursor))
    streams = [
        _of_records(session, port_call_id, categories, after, limit + 1),
        _of_shifts(session, port_call_id, shifts, after) if not categories or SHIFT in categories else (),
    ]
    found = list(islice(heapq.merge(*streams, key=lambda item: item[:2]), limit + 1))
    kept, following = window.cut(found, lambda item: item[:2])
    return TimelinePage(items=[item for _, _, item in kept], next_cursor=following)


def _of_records(
    session: Session,
    port_call_id: UUID,
    categories: Sequence[TimelineCategory],
    after: tuple[datetime, str] | None,
    limit: int,
) -> Iterator[tuple[datetime, str, TimelineItem]]:
    wanted = [category for category in categories if category != SHIFT]
    if categories and not wanted:
        return
    prefixes = [prefix for category in wanted for prefix in PREFIXES[category]]
    place: tuple[datetime, int | None] | None = None if after is None else (after[0], _sequence_of(after[1]))
    while limit > 0:
        rows = repository.records_in_order_of_time(
            session, port_call_id, prefixes=prefixes, after=place, limit=limit
        )
        for row in rows:
            item = _item(row)
            # A short prefix covers more than its category: "cargo." covers findings too.
            if not wanted or item.category in wanted:
                yield row.occurred_at, _key(row.sequence), item
        if len(rows) < limit:
            return
        place = (rows[-1].occurred_at, rows[-1].sequence)


def _item(row: Record) -> TimelineItem:
    return TimelineItem.model_validate(
        {
            "at": row.occurred_at,
            "at_source": row.occurred_at_source,
            "category": category_of(row.kind),
            "kind": row.kind,
            "actor": row.actor,
            "record_id": row.id,
            "sequence": row.sequence,
            "payload": row.payload,
            "evidence": row.evidence,
            "causes": row.causes,
            "links": _links(row),
            "shift": None,
        }
    )


def category_of(kind: str) -> TimelineCategory:
    """Name the category of a kind of record; what is not known belongs to the port call.

    >>> category_of("cargo.finding_stated"), category_of("cargo.seal_stated"), category_of("reading.made")
    ('finding', 'cargo', 'reading')
    """
    return next(
        (category for category, prefixes in PREFIXES.items() if kind.startswith(prefixes)), "port_call"
    )


def _links(row: Record) -> dict[str, str]:
    found = {
        name.removesuffix("_id"): address.format(row.payload[name])
        for name, address in ADDRESSES.items()
        if row.payload.get(name) is not None
    }
    return {"record": f"/api/v1/records/{row.id}", **found}


def _of_shifts(
    session: Session, port_call_id: UUID, shifts: Shifts, after: tuple[datetime, str] | None
) -> Iterator[tuple[datetime, str, TimelineItem]]:
    def place(row: Row[*tuple[Any, ...]]) -> tuple[datetime, str]:
        return shifts.start_of(row.weighed_at), row.mode

    rows = sorted(weighings(session, port_call_id), key=place)
    sums = [_shift(start, mode, list(group), shifts) for (start, mode), group in groupby(rows, key=place)]
    for total in sorted(sums, key=lambda item: (item.shift_end, item.mode)):
        key = f"{SHIFT} {total.mode}"
        if after is None or (total.shift_end, key) > after:
            yield total.shift_end, key, _shift_item(total)


def _shift(start: datetime, mode: str, rows: Sequence[Row[*tuple[Any, ...]]], shifts: Shifts) -> ShiftSum:
    nets = [row.net_t for row in rows if row.net_t is not None]
    return ShiftSum(
        mode=mode,
        shift_start=start,
        shift_end=shifts.end_of(start),
        load_count=len(rows),
        without_weight=len(rows) - len(nets),
        net_t=sum(nets) if nets else None,
    )


def _shift_item(total: ShiftSum) -> TimelineItem:
    return TimelineItem(
        at=total.shift_end,
        at_source="weighing",
        category="shift",
        kind=f"transfers.{total.mode}",
        actor=None,
        record_id=None,
        sequence=None,
        payload=None,
        evidence=[],
        causes=[],
        links={},
        shift=total,
    )


def _key(sequence: int) -> str:
    # Digits sort before the letters of a shift, and by their number when all are equally long.
    return f"{sequence:016d}"


def _sequence_of(key: str) -> int | None:
    """The record after which to go on; after a shift every record of that instant was shown."""
    return int(key) if key.isdecimal() and int(key) <= LARGEST_NUMBER else None


def _checked(place: tuple[datetime, str]) -> tuple[datetime, str]:
    if not (place[1].isdecimal() and len(place[1]) <= len(_key(0))) and not place[1].startswith(SHIFT):
        raise InvalidRequestError.at("query:cursor", "is no cursor that was given out here")
    return place
