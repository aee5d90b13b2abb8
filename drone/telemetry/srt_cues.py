"""Cuts the text of a subtitle file into cues, however damaged it is.

Source: SubRip as written by drones; time stamps are read with the `srt` library.
Left out: `srt.parse`: where a time or a number is damaged it drops the cue or hangs it on the one before.

A cue is here what lies between two time lines, so none is lost that has a time, whatever is inside.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import srt

ARROW = "-->"
MARKUP = re.compile(r"</?\s*font\b[^<>]*>?|<[^<>\n]*>", re.IGNORECASE)

# The drone's clock, on its own line or after HOME(...); one or two groups of three digits behind the second.
MOMENT = re.compile(
    r"\b(\d{4})[-./](\d{1,2})[-./](\d{1,2})[ T]+(\d{1,2}):(\d{1,2}):(\d{1,2})"
    r"(?:[.,](\d{1,3})(?:,(\d{1,3}))?)?(?:\s*([AaPp][Mm])\b)?(?:\s*(Z|UTC)\b)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One subtitle.

    Attributes:
        start_s: From the start of the video; None where the time line is damaged.
        end_s: As written, even where it lies before the start.
        text: Without markup; lines separated by a line feed.
        at_end_of_file: The text ends where the file ends, without a line feed: its last word may be cut.
    """

    start_s: float | None
    end_s: float | None
    text: str
    at_end_of_file: bool = False


def cues_of(text: str) -> Iterator[Cue]:
    """Cut a subtitle file into its cues.

    Args:
        text: The whole file.

    Yields:
        One cue for each line with an arrow, in the order of the file.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    arrows = [number for number, line in enumerate(lines) if ARROW in line]
    for arrow, following in pairwise([*arrows, len(lines)]):
        is_last = following == len(lines)
        body = lines[arrow + 1 : following] if is_last else _without_index(lines[arrow + 1 : following])
        start, _, end = lines[arrow].partition(ARROW)
        yield Cue(
            start_s=_seconds(start),
            end_s=_seconds(end),
            text=MARKUP.sub(" ", "\n".join(body)),
            at_end_of_file=is_last and lines[-1] != "",
        )


def _without_index(body: list[str]) -> list[str]:
    """Leave out the number that belongs to the next cue: the last line with anything in it, if a number."""
    filled = [number for number, line in enumerate(body) if line.strip()]
    if filled and body[filled[-1]].strip().isdecimal():
        return body[: filled[-1]]
    return body


def _seconds(stamp: str) -> float | None:
    """Read `HH:MM:SS,mmm`; more than 999 milliseconds, which some drones write, are added up."""
    try:
        return float(srt.srt_timestamp_to_timedelta(stamp.strip()).total_seconds())
    except (srt.TimestampParseError, OverflowError, ValueError):
        return None
