"""DJI subtitle telemetry (.SRT): cues to samples by a table of dialects.

Pure: text in, values out. The splitting is `srt`'s, the payload ours; see dialects.py for what tokens mean.
Left out: UTC, as the subtitle's clock has no zone.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import srt

from drone.errors import DamagedFlightLogError, EmptyFlightLogError, NotAFlightLogError
from drone.telemetry.dialects import DIALECTS, IGNORED, NUMBER, Dialect
from drone.telemetry.flight_log import FlightLog, FlightSample, ParseReport, SkipReason

_TIMING = re.compile(r"\d+:\d+:\d+[,.]\d+\s*-->\s*\d+:\d+:\d+[,.]\d+")
_MARKUP = re.compile(r"<[^>\n]{0,80}>")
_TOKEN = re.compile(r"([A-Za-z][A-Za-z_.]*)\s*:\s*([^\]\[]*?)(?=\s*(?:[A-Za-z][A-Za-z_]*\s*:|[\]\[\n]|,\s*[A-Za-z]|$))")
_WORD = re.compile(r"(?:^|[\s,])(F|SS|ISO|EV|DZOOM|D|H\.S|V\.S|H)\s*[/ ]\s*([^,(\n]+)")
_PLACE = re.compile(r"\b(HOME|GPS|RTK)\s*\(([^)]*)\)", re.IGNORECASE)
_ATTITUDE = re.compile(r"\b([FG])\.PRY\s*\(([^)]*)\)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})[ T](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?(?:[.,](\d{1,3}))?")
_GOGGLES = re.compile(r"\b(?:signal|glsBat|uavBat)\s*:", re.IGNORECASE)
_CUES_TO_RECOGNISE = 40
# A cue that starts this much before the one ahead of it belongs to a second recording.
_REWIND_S = 1.0


@dataclass(slots=True)
class _Tally:
    """Counts kept while cues are read."""

    skipped: Counter[SkipReason]
    unknown: Counter[str]
    no_fix: int = 0


def parse_dji_srt(text: str, *, source: str) -> FlightLog:
    """Read subtitle telemetry.

    Args:
        text: The file's text.
        source: Its name, for reports and errors.

    Returns:
        The log; samples without a position are kept with what they have.

    Raises:
        EmptyFlightLogError: Nothing but white space.
        NotAFlightLogError: No subtitles, or subtitles of another kind.
        DamagedFlightLogError: Telemetry of which no cue could be read.
    """
    if not text.strip("\ufeff \t\r\n\0"):
        raise EmptyFlightLogError(source, "the file is empty")
    if not _TIMING.search(text):
        raise NotAFlightLogError(source, "there are no subtitle times in it")
    cues = list(_cues(text))
    dialect = _dialect_of(cues, source)
    tally = _Tally(skipped=Counter(), unknown=Counter())
    samples = _samples(cues, dialect, tally)
    if not samples:
        raise DamagedFlightLogError(source, f"none of {len(cues)} cues of dialect {dialect.name} could be read")
    samples, remarks = _right_way_round(samples, dialect)
    return FlightLog(source=source, samples=samples, report=_report(samples, dialect, tally, remarks))


def _cues(text: str) -> Iterator[tuple[float, float, str]]:
    """(start in s, end in s, text) of each subtitle, markup removed."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").lstrip("\ufeff")
    for cue in srt.parse(clean, ignore_errors=True):
        yield cue.start.total_seconds(), cue.end.total_seconds(), _MARKUP.sub(" ", cue.content)


def _dialect_of(cues: list[tuple[float, float, str]], source: str) -> Dialect:
    step = max(1, len(cues) // _CUES_TO_RECOGNISE)
    votes: Counter[int] = Counter()
    for _, _, text in [*cues[:_CUES_TO_RECOGNISE], *cues[::step]]:
        index = next((i for i, dialect in enumerate(DIALECTS) if dialect.pattern.search(text)), None)
        if index is not None:
            votes[index] += 1
    if votes:
        # Cues cut short look like a poorer dialect: the one most cues speak, and of equals the richer.
        best = max(votes.values())
        return DIALECTS[min(index for index, count in votes.items() if count == best)]
    if any(_GOGGLES.search(text) for _, _, text in cues):
        raise NotAFlightLogError(source, "these are FPV goggles' signal readings, without camera or position")
    raise NotAFlightLogError(source, f"these are film subtitles or of an unknown dialect ({_excerpt(cues)})")


def _excerpt(cues: list[tuple[float, float, str]]) -> str:
    first = next((text.strip() for _, _, text in cues if text.strip()), "no text")
    return " ".join(first.split())[:60]


def _samples(cues: list[tuple[float, float, str]], dialect: Dialect, tally: _Tally) -> tuple[FlightSample, ...]:
    samples: list[FlightSample] = []
    latest = -math.inf
    for start_s, end_s, text in cues:
        if start_s < latest - _REWIND_S:
            tally.skipped[SkipReason.TIME_RUNS_BACKWARDS] += 1
            continue
        values = _values(text, dialect, tally)
        if not values:
            reason = SkipReason.UNREADABLE_CUE if text.strip() else SkipReason.NO_TELEMETRY
            tally.skipped[reason] += 1
            continue
        latest = max(latest, start_s)
        samples.append(FlightSample(video_time_s=start_s, video_end_s=max(start_s, end_s), **values))
    return tuple(sorted(samples, key=lambda sample: sample.video_time_s))


def _values(text: str, dialect: Dialect, tally: _Tally) -> dict[str, Any]:
    """Every field that a cue's text gives, empty where it gives none."""
    values: dict[str, Any] = {}
    for key, raw in _tokens(text, dialect):
        field = dialect.fields.get(key)
        if field is None:
            if key not in IGNORED:
                tally.unknown[key] += 1
            continue
        value = field.parse(raw)
        if value is not None and math.isfinite(value):
            values[field.attribute] = int(value) if field.attribute == "frame_count" else value
    _read_places(text, dialect, values)
    _read_attitudes(text, values)
    if not values:
        return values
    _check_position(values, tally)
    local_time = _local_time(text)
    return values if local_time is None else {**values, "local_time": local_time}


def _tokens(text: str, dialect: Dialect) -> Iterator[tuple[str, str]]:
    without_places = _ATTITUDE.sub(" ", _PLACE.sub(" ", _DATE.sub(" ", text)))
    if dialect.name == "comma_list":
        for key, raw in _WORD.findall(without_places):
            yield key.lower(), raw
        return
    for key, raw in _TOKEN.findall(without_places):
        yield key.lower(), raw


def _read_places(text: str, dialect: Dialect, values: dict[str, Any]) -> None:
    """Add what GPS(…), RTK(…) and HOME(…) say to `values`."""
    if dialect.order is None:
        return
    for kind, inside in _PLACE.findall(text):
        parts = [part.strip() for part in inside.split(",")]
        numbers = [float(found.group()) if (found := NUMBER.search(part)) else None for part in parts]
        if len(numbers) < 2 or numbers[0] is None or numbers[1] is None:
            continue
        first, second = numbers[0], numbers[1]
        longitude, latitude = (first, second) if dialect.order == "lon_lat" else (second, first)
        prefix = "home_" if kind.upper() == "HOME" else ""
        values[f"{prefix}latitude_deg"], values[f"{prefix}longitude_deg"] = latitude, longitude
        third = numbers[2] if len(numbers) > 2 else None
        if not prefix and third is not None and dialect.third is not None:
            values[dialect.third] = int(third) if dialect.third == "satellites" else third


def _read_attitudes(text: str, values: dict[str, Any]) -> None:
    """Add flight and gimbal attitudes written as F.PRY (pitch, roll, yaw) and G.PRY to `values`."""
    for kind, inside in _ATTITUDE.findall(text):
        numbers = NUMBER.findall(inside)
        if len(numbers) == 3:
            prefix = "gimbal" if kind.upper() == "G" else "drone"
            for name, number in zip(("pitch", "roll", "yaw"), numbers, strict=True):
                values[f"{prefix}_{name}_deg"] = float(number)


def _check_position(values: dict[str, Any], tally: _Tally) -> None:
    """Keep latitude and longitude together or not at all; 0, 0 and what is on no globe are no fix."""
    for prefix in ("", "home_"):
        latitude, longitude = values.get(f"{prefix}latitude_deg"), values.get(f"{prefix}longitude_deg")
        if latitude is None and longitude is None:
            continue
        usable = latitude is not None and longitude is not None and (latitude, longitude) != (0.0, 0.0)
        if usable and max(abs(latitude), abs(longitude)) <= 180 and min(abs(latitude), abs(longitude)) <= 90:
            continue
        values.pop(f"{prefix}latitude_deg", None)
        values.pop(f"{prefix}longitude_deg", None)
        tally.no_fix += not prefix


def _local_time(text: str) -> str | None:
    """The drone's clock as ISO 8601, microseconds where the text has two groups after the second."""
    found = _DATE.search(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(group) for group in found.groups()[:6])
    plausible = 1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 61
    if not plausible:
        return None
    milli, micro = found.group(7), found.group(8)
    digits = "" if milli is None else "." + milli.ljust(3, "0") + ("" if micro is None else micro.rjust(3, "0"))
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}{digits}"


def _right_way_round(samples: tuple[FlightSample, ...], dialect: Dialect) -> tuple[tuple[FlightSample, ...], tuple[str, ...]]:
    """Swap the axes of a whole file whose latitudes cannot be latitudes."""
    latitudes = [sample.latitude_deg for sample in samples if sample.latitude_deg is not None]
    if not latitudes or max(abs(latitude) for latitude in latitudes) <= 90:
        return samples, ()
    swapped = tuple(_swapped(sample) for sample in samples)
    return swapped, (f"latitude and longitude stood the other way round than dialect {dialect.name} has them",)


def _swapped(sample: FlightSample) -> FlightSample:
    return replace(
        sample,
        latitude_deg=sample.longitude_deg,
        longitude_deg=sample.latitude_deg,
        home_latitude_deg=sample.home_longitude_deg,
        home_longitude_deg=sample.home_latitude_deg,
    )


def _report(
    samples: tuple[FlightSample, ...], dialect: Dialect, tally: _Tally, remarks: tuple[str, ...]
) -> ParseReport:
    positions = sum(sample.latitude_deg is not None for sample in samples)
    if positions == 0:
        found = f"camera data without positions: {dialect.model or dialect.name}"
        remarks = (*remarks, "no satellite fix in the whole file" if tally.no_fix else found)
    return ParseReport(
        read=len(samples),
        skipped=dict(tally.skipped),
        dialect=dialect.name,
        model=dialect.model,
        positions=positions,
        no_fix=tally.no_fix,
        unknown_tokens=dict(tally.unknown),
        remarks=remarks,
    )
