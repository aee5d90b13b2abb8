"""Joins the streams of a flight controller's log, which come at their own rates, at the moments of its positions.

Source: PX4 and ArduPilot logs: attitude at 10 to 250 Hz, GPS at 1 to 10 Hz.
Left out: interpolation: a value belongs to the position where it is at most half a second old or young.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

FARTHEST_S = 0.5

Row = tuple[float, Mapping[str, Any]]


@dataclass(slots=True, kw_only=True)
class Stream:
    """Values over time.

    Attributes:
        times_s: In the order of the log, which is that of time.
        values: Fields of a sample, one mapping for each time.
    """

    times_s: list[float] = field(default_factory=list)
    values: list[Mapping[str, Any]] = field(default_factory=list)

    def add(self, time_s: float, values: Mapping[str, Any]) -> None:
        """Take one row; one that lies before the last is out of order and costs only itself."""
        if not self.times_s or time_s >= self.times_s[-1]:
            self.times_s.append(time_s)
            self.values.append(values)

    def near(self, time_s: float) -> Mapping[str, Any]:
        """Give the values nearest in time; nothing where none is near."""
        after = bisect_left(self.times_s, time_s)
        candidates = [index for index in (after - 1, after) if 0 <= index < len(self.times_s)]
        if not candidates:
            return {}
        nearest = min(candidates, key=lambda index: abs(self.times_s[index] - time_s))
        return self.values[nearest] if abs(self.times_s[nearest] - time_s) <= FARTHEST_S else {}


def joined(positions: Sequence[Row], streams: Sequence[Stream]) -> list[tuple[float, dict[str, Any]]]:
    """Give every position the values of the other streams near to it.

    Args:
        positions: Times in seconds and fields.
        streams: The later ones fill what the earlier ones leave open.

    Returns:
        One mapping for each position; its own values count before those of the streams.
    """
    rows = []
    for time_s, own in positions:
        values = dict(own)
        for stream in streams:
            for name, value in stream.near(time_s).items():
                if values.get(name) is None:
                    values[name] = value
        rows.append((time_s, values))
    return rows
