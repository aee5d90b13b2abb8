"""Says how the reading of a DJI .SRT went, or what a file is that gives nothing.

Source: docs/conventions.md: what is missing is counted, what was not understood is shown.
Left out: the reading itself, which is dji_srt.py.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from drone.telemetry.dji_srt_dialects import Dialect
from drone.telemetry.flight_log import FlightSample, ParseReport, SkipReason
from drone.telemetry.srt_cues import MOMENT, Cue
from drone.telemetry.srt_positions import AxisOrder, WrittenPosition
from drone.telemetry.srt_tokens import TOKEN

SHOWN_LINES = 20
SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class CueReading:
    """A cue that was understood, before its position is placed.

    Attributes:
        values: Fields of the sample, all but the positions.
        dialect: How it is written.
        position: Of the drone, as written.
        home: Of the home point, as written.
        recording: Number of the recording, from 0.
        damaged: Names whose value could not be read.
        unknown: Names that belong to no field.
    """

    values: Mapping[str, Any]
    dialect: Dialect
    position: WrittenPosition | None
    home: WrittenPosition | None
    recording: int
    damaged: tuple[str, ...]
    unknown: tuple[str, ...]


def parse_report(
    cues: Sequence[Cue],
    readings: Sequence[CueReading],
    *,
    samples: Sequence[FlightSample],
    orders: Mapping[str, AxisOrder],
    skipped: Mapping[SkipReason, int],
) -> ParseReport:
    """Say how the reading went.

    Args:
        cues: All of the file.
        readings: Those that were understood.
        samples: Those that were kept; at least one.
        orders: How coordinates without names were read, by dialect.
        skipped: What was not kept, by reason.

    Returns:
        The report of the file.
    """
    dialects = Counter(reading.dialect.name for reading in readings)
    most = max((reading.dialect for reading in readings), key=lambda dialect: dialects[dialect.name])
    return ParseReport(
        read=len(samples),
        skipped=dict(skipped),
        dialect=most.name,
        dialects=dict(dialects),
        model=most.models[0] if len(most.models) == 1 else None,
        positions=sum(sample.latitude_deg is not None for sample in samples),
        no_fix=sum(reading.position is not None and not reading.position.is_fix for reading in readings),
        recordings=len({reading.recording for reading in readings}),
        axis_order="; ".join(str(order) for order in orders.values()) or None,
        unknown_tokens=dict(Counter(name for reading in readings for name in reading.unknown)),
        damaged_values=dict(Counter(name for reading in readings for name in reading.damaged)),
        unread_lines=tuple(islice(_unread_lines(cues), SHOWN_LINES)),
        remarks=tuple(_remarks(readings)),
    )


def what_was_found(cues: Sequence[Cue], skipped: Mapping[SkipReason, int]) -> str:
    """Say what a file is that gives no sample.

    Args:
        cues: All of the file.
        skipped: Why each of them was not kept.

    Returns:
        A clause for an error's message.
    """
    if not cues:
        return "no subtitle with a time line"
    if skipped[SkipReason.no_telemetry] == len(cues):
        words = next((" ".join(cue.text.split()) for cue in cues if cue.text.strip()), "")
        return f"{len(cues)} film subtitles without telemetry, such as {words[:SHOWN_CHARACTERS]!r}"
    counts = ", ".join(f"{reason}: {count}" for reason, count in skipped.items())
    return f"{len(cues)} subtitles, all of them damaged ({counts})"


def _remarks(readings: Sequence[CueReading]) -> Iterable[str]:
    yield from dict.fromkeys(reading.dialect.remark for reading in readings if reading.dialect.remark)
    written = [reading.position for reading in readings if reading.position is not None]
    if not written:
        yield "no position is written in any sample"
    elif not any(position.is_fix for position in written):
        yield "the drone had no fix in any sample"


def _unread_lines(cues: Iterable[Cue]) -> Iterable[str]:
    """Give lines with something in them that is no value, no date and no number."""
    for cue in cues:
        for line in cue.text.split("\n"):
            words = line.strip()
            if words and not (TOKEN.search(words) or MOMENT.search(words) or words.isdecimal()):
                yield words[:SHOWN_CHARACTERS]
