"""Tables made to reach beyond themselves, so that a draft or a trim can be moved by its uncertainty.

Source: TPC is the slope of the displacement; the other columns go on as straight as between the last two rows.
Left out: any weight: a survey is computed from the table as it stands, only its uncertainty from this one.
"""

from dataclasses import replace

from survey.hydrostatic_rows import FEWEST_ROWS, HydrostaticRow, MctcRow, between
from survey.hydrostatics import HydrostaticTable, TablePage
from survey.typed_hydrostatics import FARTHEST_SINGLE_ROW_M, TypedHydrostatics

REACH_M = FARTHEST_SINGLE_ROW_M
"""In draft and in trim: far more than a reading is doubted by, and within a table's step."""


def with_reach(table: HydrostaticTable | TypedHydrostatics) -> HydrostaticTable | TypedHydrostatics:
    """The same table with one more row at each end of its drafts, and one more page at each end of its trims.

    Officers often type two rows a centimetre apart, which a reading of 1 cm uncertainty leaves at once; and a
    ship may lie on the last row or trim of a table.
    """
    if isinstance(table, TypedHydrostatics):
        return replace(
            table, rows=_rows_with_reach(table.rows), mctc_rows=_mctc_rows_with_reach(table.mctc_rows)
        )
    pages = tuple(replace(page, rows=_rows_with_reach(page.rows)) for page in table.pages)
    if len(pages) > 1:
        pages = (_page_beyond(pages[1], pages[0]), *pages, _page_beyond(pages[-2], pages[-1]))
    return HydrostaticTable(pages=pages)


def _rows_with_reach(rows: tuple[HydrostaticRow, ...]) -> tuple[HydrostaticRow, ...]:
    """The rows and those past both ends; none where the ship would weigh nothing there."""
    if len(rows) < FEWEST_ROWS:
        return rows
    found = (_beyond(rows[1], rows[0]), *rows, _beyond(rows[-2], rows[-1]))
    return tuple(row for row in found if row in rows or row.displacement_t > 0)


def _beyond(inner: HydrostaticRow, end: HydrostaticRow) -> HydrostaticRow:
    """The row past an end; `inner` is the end's neighbour."""
    step_m = REACH_M if end.draft_m > inner.draft_m else -REACH_M
    fraction = (end.draft_m + step_m - inner.draft_m) / (end.draft_m - inner.draft_m)
    mctc_tm_per_cm = end.mctc_tm_per_cm
    if mctc_tm_per_cm is not None and inner.mctc_tm_per_cm is not None:
        mctc_tm_per_cm = _on_the_line(inner.mctc_tm_per_cm, mctc_tm_per_cm, fraction)
    return replace(
        end,
        draft_m=end.draft_m + step_m,
        displacement_t=end.displacement_t + 100 * end.tpc_t_per_cm * step_m,
        lcf_aft_of_midships_m=between(inner.lcf_aft_of_midships_m, end.lcf_aft_of_midships_m, fraction),
        mctc_tm_per_cm=mctc_tm_per_cm,
    )


def _mctc_rows_with_reach(rows: tuple[MctcRow, ...]) -> tuple[MctcRow, ...]:
    if len(rows) < FEWEST_ROWS:
        return rows
    return (_mctc_beyond(rows[1], rows[0]), *rows, _mctc_beyond(rows[-2], rows[-1]))


def _mctc_beyond(inner: MctcRow, end: MctcRow) -> MctcRow:
    step_m = REACH_M if end.draft_m > inner.draft_m else -REACH_M
    fraction = (end.draft_m + step_m - inner.draft_m) / (end.draft_m - inner.draft_m)
    return MctcRow(
        draft_m=end.draft_m + step_m,
        mctc_tm_per_cm=_on_the_line(inner.mctc_tm_per_cm, end.mctc_tm_per_cm, fraction),
    )


def _on_the_line(inner: float, end: float, fraction: float) -> float:
    """The value past an end, or the end's own where the line would fall to nothing."""
    found = between(inner, end, fraction)
    return found if found > 0 else end


def _page_beyond(inner: TablePage, end: TablePage) -> TablePage:
    """The page past the last trim: every row as much heavier or lighter again as the trim has made it before."""
    trims_m = (inner.trim_by_stern_m or 0.0, end.trim_by_stern_m or 0.0)
    step_m = REACH_M if trims_m[1] > trims_m[0] else -REACH_M
    fraction = (trims_m[1] + step_m - trims_m[0]) / (trims_m[1] - trims_m[0])
    rows = [_row_beyond(inner, row, fraction) for row in end.rows]
    trim_m = trims_m[1] + step_m
    return TablePage(trim_by_stern_m=trim_m, rows=tuple(replace(row, trim_by_stern_m=trim_m) for row in rows))


def _row_beyond(inner: TablePage, row: HydrostaticRow, fraction: float) -> HydrostaticRow:
    if not inner.lowest_m <= row.draft_m <= inner.highest_m:
        return row
    before = inner.at(row.draft_m)
    return replace(
        row,
        displacement_t=_on_the_line(before.displacement_t, row.displacement_t, fraction),
        tpc_t_per_cm=_on_the_line(before.tpc_t_per_cm, row.tpc_t_per_cm, fraction),
        lcf_aft_of_midships_m=between(before.lcf_aft_of_midships_m, row.lcf_aft_of_midships_m, fraction),
    )
