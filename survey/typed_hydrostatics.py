"""What an officer types when only a few rows of the ship's book are at hand; it goes before a table.

Source: [ECE92]; for a single row the nearest draft plus TPC times the difference, as on Chinese sheets.
Left out: whole tables (`hydrostatics.py`) and any reach beyond what was typed.
"""

from dataclasses import dataclass
from operator import attrgetter

from survey.errors import InvalidHydrostaticTableError, OutsideHydrostaticTableError
from survey.hydrostatic_rows import (
    DUST_M,
    HydrostaticRow,
    Hydrostatics,
    MctcRow,
    bracket,
    check_distinct,
    check_finite,
    check_positive,
    check_rising,
    check_row,
    hydrostatics_between,
    interpolation_bound_t,
    mctc_pair_between_rows,
    mctc_rows_of,
)

FARTHEST_SINGLE_ROW_M = 0.25
"""A single typed row is the *nearest* of a printed table, whose steps are at most 0.5 m: half of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedHydrostatics:
    """The few rows that an officer types from the ship's book when no whole table is at hand.

    `rows` may be a single one. MCTC comes from the two typed values at draft + a and draft - a, or from
    `mctc_rows`, or from the rows themselves. The side TPC serve the list correction; None where not typed.
    """

    rows: tuple[HydrostaticRow, ...]
    mctc_rows: tuple[MctcRow, ...] = ()
    mctc_plus_tm_per_cm: float | None = None
    mctc_minus_tm_per_cm: float | None = None
    tpc_at_port_draft_t_per_cm: float | None = None
    tpc_at_starboard_draft_t_per_cm: float | None = None

    def __post_init__(self) -> None:
        """Sort and check once, so that every later look-up may trust the rows.

        Raises:
            InvalidHydrostaticTableError: no row, two rows of one draft, a value that cannot be, or one of the
                two MCTC values without the other.
        """
        if not self.rows:
            raise InvalidHydrostaticTableError("no row is typed; one row or more is needed")
        for row in self.rows:
            check_row(row)
            if row.trim_by_stern_m is not None:
                raise InvalidHydrostaticTableError("typed rows are for the even keel and carry no trim")
        for mctc_row in self.mctc_rows:
            check_finite("draft_m", mctc_row.draft_m, mctc_row.draft_m)
            check_positive("mctc_tm_per_cm", mctc_row.mctc_tm_per_cm, mctc_row.draft_m)
        self._check_typed_values()
        if len(self.mctc_rows) == 1:
            raise InvalidHydrostaticTableError(
                "a single MCTC row is typed; two or more are needed around each draft"
            )
        if (self.mctc_plus_tm_per_cm is None) != (self.mctc_minus_tm_per_cm is None):
            raise InvalidHydrostaticTableError(
                "mctc_plus_tm_per_cm and mctc_minus_tm_per_cm come together, but only one is typed"
            )
        rows = tuple(sorted(self.rows, key=attrgetter("draft_m")))
        mctc_rows = tuple(sorted(self.mctc_rows, key=attrgetter("draft_m")))
        check_rising(rows)
        check_distinct([row.draft_m for row in mctc_rows])
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "mctc_rows", mctc_rows)

    def _check_typed_values(self) -> None:
        for name in (
            "mctc_plus_tm_per_cm",
            "mctc_minus_tm_per_cm",
            "tpc_at_port_draft_t_per_cm",
            "tpc_at_starboard_draft_t_per_cm",
        ):
            value = getattr(self, name)
            if value is not None:
                check_positive(name, value, self.rows[0].draft_m)

    @property
    def is_by_trim(self) -> bool:
        """Typed rows are always for the even keel."""
        return False

    @property
    def lowest_m(self) -> float:
        """The smallest draft at which the typed rows answer."""
        return self.rows[0].draft_m - self._reach_m

    @property
    def highest_m(self) -> float:
        """The largest draft at which the typed rows answer."""
        return self.rows[-1].draft_m + self._reach_m

    @property
    def _reach_m(self) -> float:
        return FARTHEST_SINGLE_ROW_M if len(self.rows) == 1 else 0.0

    def at(self, draft_m: float, trim_m: float | None = None) -> Hydrostatics:  # noqa: ARG002 (one signature for all tables)
        """The typed values at a draft; `trim_m` is accepted and ignored, as typed rows are for the even keel.

        Several rows: linear between the bracketing two. One row: its displacement plus TPC times the
        difference in centimetres (接近平均水尺 + 差额水尺 x 每厘米吃水吨数), its TPC and LCF as they stand,
        no farther than `FARTHEST_SINGLE_ROW_M`.

        Raises:
            OutsideHydrostaticTableError: the draft is not covered by the rows.
        """
        if len(self.rows) > 1:
            lower, upper, fraction = bracket(self.rows, draft_m)
            return hydrostatics_between(lower.hydrostatics, upper.hydrostatics, fraction)
        if not self.lowest_m - DUST_M <= draft_m <= self.highest_m + DUST_M:
            raise OutsideHydrostaticTableError(draft_m, self.lowest_m, self.highest_m)
        row = self.rows[0]
        return Hydrostatics(
            displacement_t=row.displacement_t + row.tpc_t_per_cm * (draft_m - row.draft_m) * 100,
            tpc_t_per_cm=row.tpc_t_per_cm,
            lcf_aft_of_midships_m=row.lcf_aft_of_midships_m,
            mctc_tm_per_cm=row.mctc_tm_per_cm,
        )

    def interpolation_bound_t(self, draft_m: float) -> float | None:
        """As in `HydrostaticTable`; None for a single row, which does not show its curvature.

        Raises:
            OutsideHydrostaticTableError: the draft is not covered by the rows.
        """
        return interpolation_bound_t(self.rows, draft_m) if len(self.rows) > 1 else None

    def mctc_pair_tm_per_cm(self, draft_m: float, *, half_interval_m: float) -> tuple[float, float] | None:
        """MCTC at draft + a and at draft - a, for the second trim correction [ECE92].

        The two typed values win over typed MCTC rows, and these over the rows themselves.

        Args:
            draft_m: the draft that enters the table.
            half_interval_m: a; 0.50 m in [ECE92]. Two typed values must belong to it.

        Returns:
            (MCTC plus, MCTC minus), or None where nothing typed holds an MCTC.

        Raises:
            OutsideHydrostaticTableError: draft + a or draft - a is not covered by the rows.
        """
        if self.mctc_plus_tm_per_cm is not None and self.mctc_minus_tm_per_cm is not None:
            return self.mctc_plus_tm_per_cm, self.mctc_minus_tm_per_cm
        rows = self.mctc_rows or mctc_rows_of(self.rows)
        return mctc_pair_between_rows(rows, draft_m, half_interval_m=half_interval_m)
