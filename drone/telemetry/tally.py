"""Counts what a reader meets on its way, and makes the flight log from it.

Source: docs/conventions.md: what is missing is counted, what was not understood is shown.
Left out: .SRT files, whose report knows more (dji_srt_report.py).
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from drone.errors import NoTelemetryError
from drone.telemetry.flight_log import FlightLog, FlightSample, ParseReport, SkipReason
from drone.telemetry.position_jumps import without_jumps
from drone.telemetry.srt_positions import HIGHEST_LATITUDE_DEG, HIGHEST_LONGITUDE_DEG

SHOWN_LINES = 20
SHOWN_CHARACTERS = 120
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
LOST = "position_lost"

# Fields of a sample by name.
Place = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Tally:
    """Running counts of one file.

    Attributes:
        skipped: Pieces that gave no sample.
        unknown: Names that belong to no field.
        damaged: Names whose value could not be read.
        no_fix: Positions that say that there is none.
        unread: The first pieces in which nothing was understood.
        remarks: What a person should know.
        facts: What the file says about itself once.
    """

    skipped: Counter[SkipReason] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)
    no_fix: int = 0
    unread: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    facts: dict[str, str | int | float] = field(default_factory=dict)

    def place(self, latitude_deg: float | None, longitude_deg: float | None) -> Place | None:
        """Give a position's two fields.

        Args:
            latitude_deg: As read; None where missing.
            longitude_deg: As read; None where missing.

        Returns:
            Both fields, none of them without a fix, None where the position is damaged and was counted.
        """
        if latitude_deg is None and longitude_deg is None:
            return {}
        if latitude_deg is None or longitude_deg is None:
            self.skipped[SkipReason.incomplete] += 1
            return None
        if (latitude_deg, longitude_deg) == (0.0, 0.0):
            self.no_fix += 1
            return {}
        if not abs(latitude_deg) <= HIGHEST_LATITUDE_DEG or not abs(longitude_deg) <= HIGHEST_LONGITUDE_DEG:
            self.skipped[SkipReason.position_out_of_range] += 1
            return None
        return {"latitude_deg": latitude_deg, "longitude_deg": longitude_deg}

    def note_unread(self, text: str) -> None:
        """Keep the first pieces that were not understood, shortened."""
        if len(self.unread) < SHOWN_LINES:
            self.unread.append(text.strip()[:SHOWN_CHARACTERS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a log is, besides its samples.

    Attributes:
        source: The file as the caller knows it.
        dialect: The way it is written.
        model: The drone or camera, where the file names it.
        utc_source: Where `utc` comes from.
        utc_uncertainty_s: One sigma of it.
        accepted: What would be read instead, for messages.
    """

    source: str
    dialect: str
    accepted: str
    model: str | None = None
    utc_source: str | None = None
    utc_uncertainty_s: float | None = None


def flight_log(origin: Origin, samples: Sequence[FlightSample], tally: Tally) -> FlightLog:
    """Make the log of a file.

    Args:
        origin: What it is.
        samples: In the order of the file.
        tally: What was met on the way.

    Returns:
        The log without positions that jump away and back.

    Raises:
        NoTelemetryError: There is no sample; the message says what was met.
    """
    skipped = +Counter(tally.skipped)
    kept = without_jumps([(0, sample) for sample in samples], skipped)
    if not kept:
        raise NoTelemetryError(origin.source, _what_was_met(origin, tally), accepted=origin.accepted)
    positions = sum(sample.latitude_deg is not None for sample in kept)
    remarks = [*tally.remarks] if positions else [*tally.remarks, "no sample has a position"]
    has_utc = any(sample.utc for sample in kept)
    report = ParseReport(
        read=len(kept),
        skipped=dict(skipped),
        dialect=origin.dialect,
        dialects={origin.dialect: len(kept)},
        model=origin.model,
        positions=positions,
        no_fix=tally.no_fix,
        recordings=1,
        axis_order=None,
        unknown_tokens=dict(tally.unknown),
        damaged_values=dict(tally.damaged),
        unread_lines=tuple(tally.unread),
        remarks=tuple(dict.fromkeys(remarks)),
        utc_source=origin.utc_source if has_utc else None,
        utc_uncertainty_s=origin.utc_uncertainty_s if has_utc else None,
        facts=tally.facts,
    )
    return FlightLog(source=origin.source, samples=tuple(kept), report=report)


def seconds_from_first(
    samples: Sequence[FlightSample], moments: Sequence[datetime | None]
) -> list[FlightSample]:
    """Give samples that have a moment and no other clock their seconds from the first moment.

    Args:
        samples: In the order of the file.
        moments: One for each; all with a zone or all without.

    Returns:
        The samples with `video_time_s` where there is a moment.
    """
    first = next((moment for moment in moments if moment is not None), None)
    return [
        sample
        if moment is None or first is None or sample.video_time_s is not None
        else replace(sample, video_time_s=(moment - first).total_seconds())
        for sample, moment in zip(samples, moments, strict=True)
    ]


def utc_text(moment: datetime) -> str:
    """ISO 8601 with Z, to the microsecond only where there is one."""
    text = moment.astimezone(UTC).isoformat()
    return text.removesuffix("+00:00") + "Z"


def utc_from_microseconds(count: float) -> datetime | None:
    """The moment of a count since 1970; None where no drone can have written it."""
    if not math.isfinite(count):
        return None
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(count))
    except OverflowError:
        return None
    return moment if EARLIEST <= moment < LATEST else None


def finite(value: float | None) -> float | None:
    """None for what is no number: NaN and infinities stand for missing values in several formats."""
    return value if value is not None and math.isfinite(value) else None


def _what_was_met(origin: Origin, tally: Tally) -> str:
    counts = ", ".join(f"{reason}: {count}" for reason, count in tally.skipped.items() if count)
    met = [f"{origin.dialect} without a usable sample", *([f"damaged pieces ({counts})"] if counts else [])]
    return "; ".join([*met, *tally.remarks])
