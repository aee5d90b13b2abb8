"""Typed rows made to reach beyond themselves, so that a draft can be moved by its uncertainty.

Source: TPC is the slope of the displacement; the other columns go on as straight as between the last two rows.
Left out: any weight: a survey is computed from the rows as typed, only its uncertainty from these.
"""

from collections.abc import Sequence
from dataclasses import replace

from survey.hydrostatic_rows import FEWEST_ROWS, HydrostaticRow, MctcRow, between
from survey.typed_hydrostatics import FARTHEST_SINGLE_ROW_M, TypedHydrostatics


def with_reach(typed: TypedHydrostatics) -> TypedHydrostatics:
    """The same rows with one more at each end, `FARTHEST_SINGLE_ROW_M` away.

    Officers often type two rows a centimetre apart, which a reading of 1 cm uncertainty leaves at once.
    """
    rows, mctc_rows = typed.rows, typed.mctc_rows
    if len(rows) >= FEWEST_ROWS:
        rows = (_beyond(rows[1], rows[0]), *rows, _beyond(rows[-2], rows[-1]))
    if len(mctc_rows) >= FEWEST_ROWS:
        mctc_rows = _mctc_with_reach(mctc_rows)
    return replace(typed, rows=rows, mctc_rows=mctc_rows)


def _beyond(inner: HydrostaticRow, end: HydrostaticRow) -> HydrostaticRow:
    """The row past an end; `inner` is the end's neighbour."""
    step_m = FARTHEST_SINGLE_ROW_M if end.draft_m > inner.draft_m else -FARTHEST_SINGLE_ROW_M
    fraction = (end.draft_m + step_m - inner.draft_m) / (end.draft_m - inner.draft_m)
    mctc_tm_per_cm = end.mctc_tm_per_cm
    if mctc_tm_per_cm is not None and inner.mctc_tm_per_cm is not None:
        mctc_tm_per_cm = between(inner.mctc_tm_per_cm, mctc_tm_per_cm, fraction)
    return HydrostaticRow(
        draft_m=end.draft_m + step_m,
        displacement_t=end.displacement_t + 100 * end.tpc_t_per_cm * step_m,
        tpc_t_per_cm=end.tpc_t_per_cm,
        lcf_aft_of_midships_m=between(inner.lcf_aft_of_midships_m, end.lcf_aft_of_midships_m, fraction),
        mctc_tm_per_cm=mctc_tm_per_cm,
    )


def _mctc_with_reach(rows: Sequence[MctcRow]) -> tuple[MctcRow, ...]:
    return (_mctc_beyond(rows[1], rows[0]), *rows, _mctc_beyond(rows[-2], rows[-1]))


def _mctc_beyond(inner: MctcRow, end: MctcRow) -> MctcRow:
    step_m = FARTHEST_SINGLE_ROW_M if end.draft_m > inner.draft_m else -FARTHEST_SINGLE_ROW_M
    fraction = (end.draft_m + step_m - inner.draft_m) / (end.draft_m - inner.draft_m)
    return MctcRow(
        draft_m=end.draft_m + step_m,
        mctc_tm_per_cm=between(inner.mctc_tm_per_cm, end.mctc_tm_per_cm, fraction),
    )
