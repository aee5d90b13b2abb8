"""Hydrostatic tables: displacement, TPC, LCF and MCTC at a draft, and at a trim where the table has one.

Source: linear interpolation between bracketing rows after [ECE92]; references are declared, never guessed.
Left out: extrapolation of any kind, curves of form, and the making of tables from lines plans.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from survey.errors import InvalidHydrostaticTableError, OutsideTrimRangeError
from survey.hydrostatic_rows import (
    DUST_M,
    HydrostaticRow,
    Hydrostatics,
    bracket,
    check_rising,
    check_row,
    hydrostatics_between,
    interpolation_bound_t,
    mctc_pair_between_rows,
    mctc_rows_of,
)

__all__ = [
    "DraftBasis",
    "HydrostaticRow",
    "HydrostaticTable",
    "Hydrostatics",
    "LcfReference",
    "TableKind",
    "TablePage",
    "displacement_from_table_t",
    "lcf_aft_of_midships_m",
]


class LcfReference(StrEnum):
    """From where, and in which direction, a table counts its LCF. There is no default: a slip costs 900 t."""

    AFT_OF_MIDSHIPS = "aft_of_midships"
    FORWARD_OF_MIDSHIPS = "forward_of_midships"
    FORWARD_OF_AP = "forward_of_ap"
    AFT_OF_FP = "aft_of_fp"


class DraftBasis(StrEnum):
    """What the drafts of a table are measured to: the underside of the keel plate, or its upper side."""

    EXTREME = "extreme"
    MOULDED = "moulded"


class TableKind(StrEnum):
    """What the weight column of a table holds."""

    DISPLACEMENT = "displacement"
    DEADWEIGHT = "deadweight"


def lcf_aft_of_midships_m(
    lcf_m: float, *, reference: LcfReference, length_between_perpendiculars_m: float
) -> float:
    """An LCF in the one convention used inside: metres abaft midships, negative forward.

    Args:
        lcf_m: the LCF as the table prints it.
        reference: the convention that the table declares.
        length_between_perpendiculars_m: LBP; midships lies halfway.

    >>> lcf_aft_of_midships_m(76.5, reference=LcfReference.FORWARD_OF_AP, length_between_perpendiculars_m=148)
    -2.5
    """
    half_length_m = length_between_perpendiculars_m / 2
    return {
        LcfReference.AFT_OF_MIDSHIPS: lcf_m,
        LcfReference.FORWARD_OF_MIDSHIPS: -lcf_m,
        LcfReference.FORWARD_OF_AP: half_length_m - lcf_m,
        LcfReference.AFT_OF_FP: lcf_m - half_length_m,
    }[reference]


def displacement_from_table_t(weight_t: float, *, kind: TableKind, lightship_t: float | None) -> float:
    """The displacement behind a table's weight column: a deadweight table leaves the lightship out.

    Args:
        weight_t: the column's value, at the table's density.
        kind: what the column holds, as declared.
        lightship_t: needed for a deadweight table only; None where unknown.

    Raises:
        InvalidHydrostaticTableError: a deadweight table without the ship's lightship.
    """
    if kind is TableKind.DISPLACEMENT:
        return weight_t
    if lightship_t is None:
        raise InvalidHydrostaticTableError(
            "a deadweight table becomes displacements only with the ship's lightship_t, which is missing"
        )
    return weight_t + lightship_t


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePage:
    """The rows of one trim, by rising draft; `trim_by_stern_m` is None in a table for the even keel."""

    trim_by_stern_m: float | None
    rows: tuple[HydrostaticRow, ...]

    @property
    def lowest_m(self) -> float:
        """The page's smallest draft."""
        return self.rows[0].draft_m

    @property
    def highest_m(self) -> float:
        """The page's largest draft."""
        return self.rows[-1].draft_m

    def at(self, draft_m: float) -> Hydrostatics:
        """Linear interpolation between the bracketing rows.

        Raises:
            OutsideHydrostaticTableError: the draft is below the first row, above the last, or no number.
        """
        lower, upper, fraction = bracket(self.rows, draft_m)
        return hydrostatics_between(lower.hydrostatics, upper.hydrostatics, fraction)


@dataclass(frozen=True, slots=True, kw_only=True)
class HydrostaticTable:
    """A ship's table: one page for the even keel, or one page for each of several trims.

    Build it with `from_rows`, which sorts and checks; drafts are on the table's own basis, weights are
    displacements at the table's own density, LCF is abaft midships.
    """

    pages: tuple[TablePage, ...]

    @classmethod
    def from_rows(cls, rows: Iterable[HydrostaticRow]) -> "HydrostaticTable":
        """A table from rows in any order.

        Raises:
            InvalidHydrostaticTableError: fewer than two rows, two rows of one draft, a value that cannot be,
                a displacement that does not rise with draft, trims on some rows only, or a single trim.
        """
        found = tuple(rows)
        for row in found:
            check_row(row)
        by_trim = [row for row in found if row.trim_by_stern_m is not None]
        if by_trim and len(by_trim) != len(found):
            raise InvalidHydrostaticTableError(
                "some rows declare a trim and others do not; give it on all or none"
            )
        ordered = sorted(found, key=lambda row: (row.trim_by_stern_m or 0.0, row.draft_m))
        pages = tuple(
            _page(trim_by_stern_m, tuple(page_rows))
            for trim_by_stern_m, page_rows in groupby(ordered, key=attrgetter("trim_by_stern_m"))
        )
        _check_pages(pages)
        return cls(pages=pages)

    @property
    def is_by_trim(self) -> bool:
        """Whether the values already hold for a trimmed ship, so that both trim corrections are zero."""
        return self.pages[0].trim_by_stern_m is not None

    @property
    def rows(self) -> tuple[HydrostaticRow, ...]:
        """All rows, by trim and draft."""
        return tuple(row for page in self.pages for row in page.rows)

    @property
    def lowest_m(self) -> float:
        """The smallest draft that every page covers."""
        return max(page.lowest_m for page in self.pages)

    @property
    def highest_m(self) -> float:
        """The largest draft that every page covers."""
        return min(page.highest_m for page in self.pages)

    def at(self, draft_m: float, trim_m: float | None = None) -> Hydrostatics:
        """The table's values at a draft: linear, or bilinear in draft and trim for a table by trim.

        Args:
            draft_m: draft on the table's basis.
            trim_m: trim at the perpendiculars, positive by the stern. A table for the even keel does not
                depend on it and ignores it; a table by trim needs it.

        Raises:
            OutsideHydrostaticTableError: the draft is not covered by the rows.
            OutsideTrimRangeError: the trim is missing or not covered by the pages.
        """
        if not self.is_by_trim:
            return self.pages[0].at(draft_m)
        trims_m = [page.trim_by_stern_m for page in self.pages if page.trim_by_stern_m is not None]
        if trim_m is None or not trims_m[0] - DUST_M <= trim_m <= trims_m[-1] + DUST_M:
            raise OutsideTrimRangeError(trim_m, trims_m[0], trims_m[-1])
        within_m = min(max(trim_m, trims_m[0]), trims_m[-1])
        index = min(bisect_right(trims_m, within_m), len(trims_m) - 1)
        fraction = (within_m - trims_m[index - 1]) / (trims_m[index] - trims_m[index - 1])
        return hydrostatics_between(
            self.pages[index - 1].at(draft_m), self.pages[index].at(draft_m), fraction
        )

    def mctc_pair_tm_per_cm(self, draft_m: float, *, half_interval_m: float) -> tuple[float, float] | None:
        """MCTC at draft + a and at draft - a, for the second trim correction [ECE92].

        Args:
            draft_m: the draft that enters the table.
            half_interval_m: a; 0.50 m in [ECE92].

        Returns:
            (MCTC plus, MCTC minus), or None where the table has no MCTC. A table by trim needs none, as both
            trim corrections are zero there, and gives None.

        Raises:
            OutsideHydrostaticTableError: draft + a or draft - a is not covered by the rows.
        """
        if self.is_by_trim:
            return None
        rows = mctc_rows_of(self.pages[0].rows)
        return mctc_pair_between_rows(rows, draft_m, half_interval_m=half_interval_m)

    def interpolation_bound_t(self, draft_m: float) -> float:
        """How far, at most, the straight line between two rows lies from the curve of displacement.

        Between rows a distance h apart the error is D''/2 * s(h - s), where D'' is the slope of 100*TPC; the
        rows' own TPC give it. Worst over the pages of a table by trim.

        Raises:
            OutsideHydrostaticTableError: the draft is not covered by the rows.
        """
        return max(interpolation_bound_t(page.rows, draft_m) for page in self.pages)


def _page(trim_by_stern_m: float | None, rows: tuple[HydrostaticRow, ...]) -> TablePage:
    if len(rows) == 1:
        raise InvalidHydrostaticTableError(
            f"a table of one row (draft {rows[0].draft_m:g} m) cannot be interpolated; two or more are needed"
        )
    check_rising(rows)
    return TablePage(trim_by_stern_m=trim_by_stern_m, rows=rows)


def _check_pages(pages: Sequence[TablePage]) -> None:
    if not pages:
        raise InvalidHydrostaticTableError("the table has no row; two rows or more are needed")
    if len(pages) == 1 and pages[0].trim_by_stern_m is not None:
        raise InvalidHydrostaticTableError(
            f"a table by trim with the single trim {pages[0].trim_by_stern_m:g} m cannot be interpolated; "
            "two trims or more are needed"
        )
