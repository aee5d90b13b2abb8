"""How long a search takes among so many records: a made database, searched as people search.

Source: the goal of the records page: p99 of at most 100 ms at a million records on SQLite.
Left out: a service around it; the search is asked directly.
"""

import json
import random
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

from api.search.schemas import SearchQuery
from api.search.service import search
from api.storage.database import Database
from api.storage.tables import new_id

SEED = 20_260_504
ROWS_AT_ONCE = 20_000
CARGOES = ("进口大豆", "铁矿粉", "玉米", "高粱", "铝土矿", "动力煤", "油菜籽", "大麦")
PLACES = ("宁波舟山港", "青岛港董家口", "日照港", "连云港", "湛江港", "防城港")
PEOPLE = ("王工", "李关员", "赵检验师", "service:reader", "陈调度", "Surveyor Smith")
KINDS = (
    "reading.made",
    "reading.decided",
    "survey.computed",
    "cargo.finding_stated",
    "cargo.transfers_entered",
    "file.received",
    "port_call.milestone_reached",
)
NOTES = ("复检合格", "按清晰帧复核", "待报告")
FIRST_MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
BETWEEN_RECORDS = timedelta(seconds=100)
_INSERT = (
    "INSERT INTO records (sequence, id, kind, subject_kind, subject_id, port_call_id, occurred_at, "
    "occurred_at_source, recorded_at, actor, payload_version, payload, evidence, causes, previous_sha256, sha256)"
    " VALUES (?, ?, ?, 'port_call', ?, ?, ?, 'stated', ?, ?, 1, ?, '[]', '[]', ?, ?)"
)
# Chinese and Latin, common and rare, one character to many, two words, and what occurs nowhere.
LOOKED_FOR: Mapping[str, SearchQuery] = MappingProxyType(
    {
        "two characters, common": SearchQuery(text="大豆"),
        "two characters, people": SearchQuery(text="王工"),
        "one character": SearchQuery(text="豆"),
        "three characters": SearchQuery(text="铁矿粉"),
        "plate": SearchQuery(text="浙B77777"),
        "part of a plate": SearchQuery(text="B777"),
        "two Latin characters": SearchQuery(text="sm"),
        "kind": SearchQuery(text="milestone_reached"),
        "everywhere": SearchQuery(text="S-20"),
        "two words": SearchQuery(text="大豆 日照港"),
        "two words, a rare one": SearchQuery(text="大豆 浙B77777"),
        "sample": SearchQuery(text="S-2023-0123456"),
        "nowhere": SearchQuery(text="无此内容"),
        "nowhere, of common parts": SearchQuery(text="港大豆铁矿"),
        "one noun and kind": SearchQuery(text="日照", noun=["record"], kind="survey.computed"),
        "one noun and actor": SearchQuery(text="玉米", noun=["record"], actor="赵检验师"),
        "a month long ago": SearchQuery(
            text="大豆",
            happened_from=datetime(2020, 3, 1, tzinfo=UTC),
            happened_before=datetime(2020, 4, 1, tzinfo=UTC),
        ),
        "a year long ago": SearchQuery(
            text="大豆",
            happened_from=datetime(2020, 1, 1, tzinfo=UTC),
            happened_before=datetime(2021, 1, 1, tzinfo=UTC),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTimes:
    """What was measured for one thing that is looked for, in milliseconds."""

    looked_for: str
    found: int
    median_ms: float
    p99_ms: float
    longest_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBench:
    """What was measured.

    Attributes:
        records: in the database.
        database_bytes: its size with the index.
        records_per_second_with_index: inserted by twenty thousand, the index kept by triggers.
        p99_ms: over all searches.
        times: for each thing that was looked for.
    """

    records: int
    database_bytes: int
    records_per_second_with_index: float
    p99_ms: float
    times: tuple[SearchTimes, ...]


def measure(folder: Path, *, records: int, repetitions: int) -> SearchBench:
    """Make a database of so many records, and search it.

    Args:
        folder: an empty one, for the database.
        records: how many, at least 1.
        repetitions: of each search, at least 2.
    """
    database = Database(folder / "search.sqlite3", busy_timeout_s=60.0)
    database.migrate()
    started_s = time.perf_counter()
    fill(database.path, records=records)
    filling_s = time.perf_counter() - started_s
    times = {name: _times_ms(database, query, repetitions) for name, query in LOOKED_FOR.items()}
    result = SearchBench(
        records=records,
        database_bytes=database.path.stat().st_size,
        records_per_second_with_index=records / filling_s,
        p99_ms=_quantile([time_ms for _, each in times.values() for time_ms in each], 0.99),
        times=tuple(_summary(name, found, each) for name, (found, each) in times.items()),
    )
    database.dispose()
    return result


def fill(path: Path, *, records: int) -> None:
    """Write records straight into the table; their chain is made up, as nobody verifies it here."""
    connection = sqlite3.connect(path)
    draw = random.Random(SEED)  # noqa: S311  (made data)
    rows = _rows(draw, records)
    try:
        while batch := [row for row, _ in zip(rows, range(ROWS_AT_ONCE), strict=False)]:
            with connection:
                connection.executemany(_INSERT, batch)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def as_json(bench: SearchBench) -> str:
    """Write what was measured as one JSON document."""
    return json.dumps(asdict(bench), ensure_ascii=False, indent=2)


def _rows(draw: random.Random, records: int) -> Iterator[tuple[Any, ...]]:
    port_calls = [new_id() for _ in range(max(records // 500, 1))]
    for sequence in range(1, records + 1):
        at = FIRST_MOMENT + sequence * BETWEEN_RECORDS
        port_call = draw.choice(port_calls[: max(sequence // 500, 1)])
        written = at.strftime("%Y-%m-%d %H:%M:%S.%f")
        yield (
            sequence,
            UUID(int=draw.getrandbits(128)).hex,
            draw.choice(KINDS),
            port_call.hex,
            port_call.hex,
            written,
            written,
            draw.choice(PEOPLE),
            json.dumps(_payload(draw, at.year)),
            f"{sequence - 1:064x}",
            f"{sequence:064x}",
        )


def _payload(draw: random.Random, year: int) -> dict[str, Any]:
    return {
        "reading_id": str(UUID(int=draw.getrandbits(128))),
        "sample_number": f"S-{year}-{draw.randrange(10_000_000):07d}",
        "cargo": draw.choice(CARGOES),
        "port": draw.choice(PLACES),
        "vehicle": f"浙B{draw.randrange(100_000):05d}",
        "value": draw.random(),
        "sha256": f"{draw.getrandbits(256):064x}",
        "note": f"{draw.choice(CARGOES)}第{draw.randrange(1, 8)}舱，{draw.choice(NOTES)}",
    }


def _times_ms(database: Database, query: SearchQuery, repetitions: int) -> tuple[int, list[float]]:
    found, times_ms = 0, []
    for _ in range(repetitions):
        started_s = time.perf_counter()
        with database.reading() as session:
            result = search(session, query)
        times_ms.append(1000 * (time.perf_counter() - started_s))
        found = sum(len(group.items) for group in result.groups)
    return found, times_ms


def _summary(name: str, found: int, times_ms: Sequence[float]) -> SearchTimes:
    return SearchTimes(
        looked_for=name,
        found=found,
        median_ms=_quantile(times_ms, 0.5),
        p99_ms=_quantile(times_ms, 0.99),
        longest_ms=max(times_ms),
    )


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
