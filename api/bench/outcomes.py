"""What `hullmark bench reading` reads and what came of it: footage whose draft is known, and one outcome each.

Source: docs/draft-reading.md for what counts as covered and as a gross error.
Left out: figures over several outcomes (figures.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

GROSS_ERROR_M = 0.05
GROSS_INTERVALS = 3.0
HALF_METRE_M = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFootage:
    """One footage whose draft is known.

    Attributes:
        path: The file.
        group: What it belongs to; goals are set by group.
        condition: What is particular about it; empty where nothing is said.
        truth_m: The draft that it shows.
        tolerance_m: How well that is known; 0 for rendered footage.
    """

    path: Path
    group: str
    condition: str
    truth_m: float
    tolerance_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One footage read by one method.

    Attributes:
        footage: What was read.
        method: Who read it.
        draft_m: What was read, None where refused.
        u95_m: Its interval; None where refused or where the method states none.
        reason: Code of the refusal.
        seconds: Time taken.
        stages_s: Time by stage; empty where it was not measured.
    """

    footage: KnownFootage
    method: str
    draft_m: float | None
    u95_m: float | None
    reason: str | None
    seconds: float
    stages_s: Mapping[str, float] = field(default_factory=dict)

    @property
    def error_m(self) -> float | None:
        """Read less true."""
        return None if self.draft_m is None else self.draft_m - self.footage.truth_m

    @property
    def covered(self) -> bool | None:
        """Whether the interval, widened by what the truth lacks, holds the truth."""
        if self.error_m is None or self.u95_m is None:
            return None
        return abs(self.error_m) <= self.u95_m + self.footage.tolerance_m

    @property
    def gross(self) -> bool:
        """Not refused, and off by more than 50 mm or outside three intervals, beyond what the truth lacks."""
        if self.error_m is None:
            return False
        limit_m = GROSS_ERROR_M if self.u95_m is None else min(GROSS_ERROR_M, GROSS_INTERVALS * self.u95_m)
        return abs(self.error_m) > limit_m + self.footage.tolerance_m

    @property
    def wrong_metre(self) -> bool:
        """Whether the nearest draft with the same decimals lies a metre or more away."""
        return self.error_m is not None and abs(self.error_m) > HALF_METRE_M
