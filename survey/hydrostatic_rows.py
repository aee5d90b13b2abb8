"""Rows of a hydrostatic table: what a row may hold, and the straight line between two of them.

Source: linear interpolation between bracketing rows after [ECE92].
Left out: whole tables and what an officer types (`hydrostatics.py`), plausibility (`hydrostatics_audit.py`).
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Protocol, TypeVar

from survey.errors import InvalidHydrostaticTableError, OutsideHydrostaticTableError

FEWEST_ROWS = 2
"""A straight line has two ends."""
DEEPEST_TABLE_DRAFT_M = 40.0
"""Tables go on above the deepest draft of any ship, but not to twice of it: those are decimetres or feet."""
FARTHEST_LCF = 0.25
"""Of LBP: no hull has its LCF farther from midships, but one counted from a perpendicular has."""
DUST_M = 1e-9
"""What binary arithmetic leaves on a draft that stands exactly on a table's end: 4.6 + 0.5 is not 5.1."""


class _AtDraft(Protocol):
    @property
    def draft_m(self) -> float: ...


_Row = TypeVar("_Row", bound=_AtDraft)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hydrostatics:
    """What a table says at one draft: displacement at the table's density, LCF abaft midships."""

    displacement_t: float
    tpc_t_per_cm: float
    lcf_aft_of_midships_m: float
    mctc_tm_per_cm: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HydrostaticRow:
    """One line of a table. `trim_by_stern_m` is None in a table for the even keel."""

    draft_m: float
    displacement_t: float
    tpc_t_per_cm: float
    lcf_aft_of_midships_m: float
    mctc_tm_per_cm: float | None = None
    trim_by_stern_m: float | None = None

    @property
    def hydrostatics(self) -> Hydrostatics:
        """The row's values without its place in the table."""
        return Hydrostatics(
            displacement_t=self.displacement_t,
            tpc_t_per_cm=self.tpc_t_per_cm,
            lcf_aft_of_midships_m=self.lcf_aft_of_midships_m,
            mctc_tm_per_cm=self.mctc_tm_per_cm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MctcRow:
    """A typed line that holds the moment to change trim alone."""

    draft_m: float
    mctc_tm_per_cm: float


def bracket(rows: Sequence[_Row], draft_m: float) -> tuple[_Row, _Row, float]:
    """The two rows around a draft and how far it lies from the first to the second, 0 to 1.

    A draft within `DUST_M` of an end is the end.

    Args:
        rows: at least two rows, by rising draft.
        draft_m: the draft looked up.

    Raises:
        OutsideHydrostaticTableError: the draft is below the first row, above the last, or no number.
    """
    lowest_m, highest_m = rows[0].draft_m, rows[-1].draft_m
    if not lowest_m - DUST_M <= draft_m <= highest_m + DUST_M:
        raise OutsideHydrostaticTableError(draft_m, lowest_m, highest_m)
    within_m = min(max(draft_m, lowest_m), highest_m)
    index = min(bisect_right(rows, within_m, key=attrgetter("draft_m")), len(rows) - 1)
    lower, upper = rows[index - 1], rows[index]
    return lower, upper, (within_m - lower.draft_m) / (upper.draft_m - lower.draft_m)


def hydrostatics_between(lower: Hydrostatics, upper: Hydrostatics, fraction: float) -> Hydrostatics:
    """The values on the straight line from `lower` (fraction 0) to `upper` (fraction 1).

    MCTC is None unless both ends have one.
    """
    mctc_tm_per_cm = None
    if lower.mctc_tm_per_cm is not None and upper.mctc_tm_per_cm is not None:
        mctc_tm_per_cm = between(lower.mctc_tm_per_cm, upper.mctc_tm_per_cm, fraction)
    return Hydrostatics(
        displacement_t=between(lower.displacement_t, upper.displacement_t, fraction),
        tpc_t_per_cm=between(lower.tpc_t_per_cm, upper.tpc_t_per_cm, fraction),
        lcf_aft_of_midships_m=between(lower.lcf_aft_of_midships_m, upper.lcf_aft_of_midships_m, fraction),
        mctc_tm_per_cm=mctc_tm_per_cm,
    )


def between(lower: float, upper: float, fraction: float) -> float:
    """The value on the straight line from `lower` (fraction 0) to `upper` (fraction 1)."""
    return lower + fraction * (upper - lower)


def interpolation_bound_t(rows: Sequence[HydrostaticRow], draft_m: float) -> float:
    """Bound on the error of linear interpolation of the displacement between two rows, in tonnes.

    >>> rows = [
    ...     HydrostaticRow(draft_m=z, displacement_t=100 * z * z, tpc_t_per_cm=2 * z, lcf_aft_of_midships_m=0)
    ...     for z in (4.0, 5.0)
    ... ]
    >>> interpolation_bound_t(rows, 4.5)  # the parabola lies at 2025, the chord at 2050
    25.0

    Raises:
        OutsideHydrostaticTableError: the draft is not covered by the rows.
    """
    lower, upper, fraction = bracket(rows, draft_m)
    step_m = upper.draft_m - lower.draft_m
    slope_change_t_per_m = 100 * abs(upper.tpc_t_per_cm - lower.tpc_t_per_cm)
    return slope_change_t_per_m / 2 * fraction * (1 - fraction) * step_m


def mctc_rows_of(rows: Sequence[HydrostaticRow]) -> tuple[MctcRow, ...]:
    """The MCTC column of rows by rising draft; rows without one are left out."""
    return tuple(
        MctcRow(draft_m=row.draft_m, mctc_tm_per_cm=row.mctc_tm_per_cm)
        for row in rows
        if row.mctc_tm_per_cm is not None
    )


def mctc_pair_between_rows(
    rows: Sequence[MctcRow], draft_m: float, *, half_interval_m: float
) -> tuple[float, float] | None:
    """MCTC at draft + a and at draft - a, or None where fewer than two rows hold one.

    Raises:
        OutsideHydrostaticTableError: draft + a or draft - a is not covered by the rows.
    """
    if len(rows) < FEWEST_ROWS:
        return None
    try:
        return _mctc_at(rows, draft_m + half_interval_m), _mctc_at(rows, draft_m - half_interval_m)
    except OutsideHydrostaticTableError as error:
        raise error.within(f"MCTC {half_interval_m:g} m above and below the draft") from error


def _mctc_at(rows: Sequence[MctcRow], draft_m: float) -> float:
    lower, upper, fraction = bracket(rows, draft_m)
    return between(lower.mctc_tm_per_cm, upper.mctc_tm_per_cm, fraction)


def check_row(row: HydrostaticRow) -> None:
    """Refuse a row whose values no ship can have.

    Raises:
        InvalidHydrostaticTableError: a value is not finite, or is not positive where only that can be.
    """
    check_finite("draft_m", row.draft_m, row.draft_m)
    _check_grown("displacement_t", row.displacement_t, row.draft_m)
    _check_grown("tpc_t_per_cm", row.tpc_t_per_cm, row.draft_m)
    check_finite("lcf_aft_of_midships_m", row.lcf_aft_of_midships_m, row.draft_m)
    if row.mctc_tm_per_cm is not None:
        _check_grown("mctc_tm_per_cm", row.mctc_tm_per_cm, row.draft_m)
    if row.trim_by_stern_m is not None:
        check_finite("trim_by_stern_m", row.trim_by_stern_m, row.draft_m)


def check_rising(rows: Sequence[HydrostaticRow]) -> None:
    """Refuse rows, ordered by draft, of which two share a draft or a deeper one displaces no more.

    Raises:
        InvalidHydrostaticTableError: naming the two rows.
    """
    check_distinct([row.draft_m for row in rows])
    for shallower, deeper in pairwise(rows):
        if deeper.displacement_t <= shallower.displacement_t:
            raise InvalidHydrostaticTableError(
                f"displacement_t must rise with draft, but is {shallower.displacement_t:g} t at "
                f"{shallower.draft_m:g} m and {deeper.displacement_t:g} t at {deeper.draft_m:g} m"
            )


def check_distinct(drafts_m: Sequence[float]) -> None:
    """Refuse ordered drafts of which two are the same.

    Raises:
        InvalidHydrostaticTableError: naming the draft.
    """
    for first_m, second_m in pairwise(drafts_m):
        if first_m == second_m:
            raise InvalidHydrostaticTableError(
                f"two rows have the draft {first_m:g} m; each draft may occur once"
            )


def check_positive(name: str, value: float, draft_m: float) -> None:
    """Refuse a value that is not finite and above zero.

    Raises:
        InvalidHydrostaticTableError: naming the value and its row.
    """
    check_finite(name, value, draft_m)
    if value <= 0:
        raise InvalidHydrostaticTableError(
            f"{name} is {value:g} in the row of {draft_m:g} m; it must be positive"
        )


def _check_grown(name: str, value: float, draft_m: float) -> None:
    """As `check_positive`, but a curve of form may start at 0 where the draft does."""
    if value != 0 or draft_m != 0:
        check_positive(name, value, draft_m)


def check_finite(name: str, value: float, draft_m: float) -> None:
    """Refuse a value that is NaN or infinite.

    Raises:
        InvalidHydrostaticTableError: naming the value and its row.
    """
    if not math.isfinite(value):
        raise InvalidHydrostaticTableError(
            f"{name} is {value} in the row of {draft_m:g} m; it must be a finite number"
        )
