"""Audit of a hydrostatic table before it is trusted: how a wrong digit, a lost row or a slipped sign shows.

Source: a table must agree with itself: dD/dT = 100 TPC (real tables: median to 0.4 %; a wrong digit: 100 %).
Left out: agreement with the ship herself; a table that is consistent and belongs to another ship passes.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import groupby, pairwise
from operator import attrgetter
from statistics import median
from types import MappingProxyType

from survey.hydrostatic_rows import DEEPEST_TABLE_DRAFT_M, FARTHEST_LCF, FEWEST_ROWS, HydrostaticRow

_GROWN = ("displacement_t", "tpc_t_per_cm", "mctc_tm_per_cm")
"""Above 0 in every row but that of draft 0, where curves of form may start."""
DEFINED_STEP = 0.001
"""Relative: steps are typed decimals, so anything beyond binary dust is another step."""


class Severity(StrEnum):
    """What a finding means for the table's use."""

    BLOCKING = "blocking"
    WARNING = "warning"
    NOTE = "note"


class AuditCode(StrEnum):
    """The findings an audit can make."""

    TOO_FEW_ROWS = "too_few_rows"
    NOT_A_NUMBER = "not_a_number"
    NOT_POSITIVE = "not_positive"
    DRAFT_OUTSIDE_RANGE = "draft_outside_range"
    DUPLICATE_DRAFT = "duplicate_draft"
    DISPLACEMENT_NOT_RISING = "displacement_not_rising"
    LCF_OUTSIDE_SHIP = "lcf_outside_ship"
    TPC_DISAGREES = "tpc_disagrees"
    LCF_JUMP = "lcf_jump"
    MCTC_JUMP = "mctc_jump"
    MCTC_MISSING = "mctc_missing"
    STEP_CHANGES = "step_changes"
    ROWS_UNSORTED = "rows_unsorted"


SEVERITIES: Mapping[AuditCode, Severity] = MappingProxyType(
    {
        AuditCode.TOO_FEW_ROWS: Severity.BLOCKING,
        AuditCode.NOT_A_NUMBER: Severity.BLOCKING,
        AuditCode.NOT_POSITIVE: Severity.BLOCKING,
        AuditCode.DRAFT_OUTSIDE_RANGE: Severity.BLOCKING,
        AuditCode.DUPLICATE_DRAFT: Severity.BLOCKING,
        AuditCode.DISPLACEMENT_NOT_RISING: Severity.BLOCKING,
        AuditCode.LCF_OUTSIDE_SHIP: Severity.BLOCKING,
        AuditCode.TPC_DISAGREES: Severity.WARNING,
        AuditCode.LCF_JUMP: Severity.WARNING,
        AuditCode.MCTC_JUMP: Severity.WARNING,
        AuditCode.MCTC_MISSING: Severity.WARNING,
        AuditCode.STEP_CHANGES: Severity.NOTE,
        AuditCode.ROWS_UNSORTED: Severity.NOTE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLimits:
    """Where a difference becomes a finding; the values are five times what real tables show.

    Attributes:
        tpc_deviation: |dD / (100 TPC dT) - 1|, beside the rounding of the displacement column.
        lcf_jump_m: distance of an LCF from the line through its neighbours.
        mctc_jump: the same for MCTC, relative.
        outlier_factor: a jump must also be this many times the table's own median.
    """

    tpc_deviation: float = 0.02
    lcf_jump_m: float = 0.10
    mctc_jump: float = 0.02
    outlier_factor: float = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """One thing found: its code, the row (counted as read, the first is 1) and the numbers behind it."""

    code: AuditCode
    severity: Severity
    row: int | None
    draft_m: float | None
    trim_by_stern_m: float | None
    message: str
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAudit:
    """All findings, gravest first, and the figure by which tables are compared."""

    findings: tuple[AuditFinding, ...]
    median_tpc_deviation: float | None

    @property
    def is_usable(self) -> bool:
        """Whether nothing found forbids the table's use."""
        return all(finding.severity is not Severity.BLOCKING for finding in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _NumberedRow:
    number: int
    row: HydrostaticRow

    @property
    def draft_m(self) -> float:
        return self.row.draft_m


def audit_table(
    rows: Sequence[HydrostaticRow],
    *,
    length_between_perpendiculars_m: float | None,
    limits: AuditLimits | None = None,
) -> TableAudit:
    """Look at the rows of a table as they were read, in any order and with any fault.

    Args:
        rows: displacement table, LCF abaft midships; a table by trim is audited page by page.
        length_between_perpendiculars_m: LBP, to see an LCF outside the ship; None where it is not known.
        limits: None for `AuditLimits()`.
    """
    used = limits or AuditLimits()
    numbered = [_NumberedRow(number=number, row=row) for number, row in enumerate(rows, start=1)]
    findings = list(_value_findings(numbered, length_between_perpendiculars_m))
    sound = [item for item in numbered if all(math.isfinite(value) for value in _numbers(item.row).values())]
    deviations: list[float] = []
    for page in _pages(sound):
        findings += _page_findings(page, used)
        deviations += [abs(deviation) for _, deviation, _ in _tpc_deviations(page)]
    findings += _whole_table_findings(numbered)
    order = list(Severity)
    return TableAudit(
        findings=tuple(
            sorted(findings, key=lambda finding: (order.index(finding.severity), finding.row or 0))
        ),
        median_tpc_deviation=median(deviations) if deviations else None,
    )


def _pages(rows: Sequence[_NumberedRow]) -> Iterator[list[_NumberedRow]]:
    by_trim = sorted(rows, key=lambda item: (item.row.trim_by_stern_m or 0.0, item.draft_m))
    for _, page in groupby(by_trim, key=lambda item: item.row.trim_by_stern_m):
        yield list(page)


def _numbers(row: HydrostaticRow) -> dict[str, float]:
    values = {
        "draft_m": row.draft_m,
        "displacement_t": row.displacement_t,
        "tpc_t_per_cm": row.tpc_t_per_cm,
        "lcf_aft_of_midships_m": row.lcf_aft_of_midships_m,
    }
    if row.mctc_tm_per_cm is not None:
        values["mctc_tm_per_cm"] = row.mctc_tm_per_cm
    if row.trim_by_stern_m is not None:
        values["trim_by_stern_m"] = row.trim_by_stern_m
    return values


def _finding(
    code: AuditCode, item: _NumberedRow | None, message: str, values: Mapping[str, float] | None = None
) -> AuditFinding:
    draft_m = item.draft_m if item is not None and math.isfinite(item.draft_m) else None
    return AuditFinding(
        code=code,
        severity=SEVERITIES[code],
        row=item.number if item is not None else None,
        draft_m=draft_m,
        trim_by_stern_m=item.row.trim_by_stern_m if item is not None else None,
        message=message,
        values=dict(values or {}),
    )


def _value_findings(rows: Sequence[_NumberedRow], length_m: float | None) -> Iterator[AuditFinding]:
    """What can be said of each row alone."""
    for item in rows:
        for name, value in _numbers(item.row).items():
            if not math.isfinite(value):
                yield _finding(AuditCode.NOT_A_NUMBER, item, f"{name} is {value}, not a finite number")
            elif name in _GROWN and (value < 0 or (value == 0 and item.draft_m != 0)):
                text = f"{name} is {value:g}; it must be positive"
                yield _finding(AuditCode.NOT_POSITIVE, item, text, {name: value})
        if not 0 <= item.draft_m <= DEEPEST_TABLE_DRAFT_M and math.isfinite(item.draft_m):
            text = f"draft {item.draft_m:g} m is no draft of a table; is the unit the declared one?"
            values = {"draft_m": item.draft_m, "deepest_m": DEEPEST_TABLE_DRAFT_M}
            yield _finding(AuditCode.DRAFT_OUTSIDE_RANGE, item, text, values)
        lcf_m = item.row.lcf_aft_of_midships_m
        if length_m is not None and abs(lcf_m) > FARTHEST_LCF * length_m:
            text = (
                f"LCF {lcf_m:g} m from midships is farther than a ship of {length_m:g} m has it; "
                "is its reference the declared one?"
            )
            values = {"lcf_aft_of_midships_m": lcf_m, "farthest_m": FARTHEST_LCF * length_m}
            yield _finding(AuditCode.LCF_OUTSIDE_SHIP, item, text, values)


def _whole_table_findings(rows: Sequence[_NumberedRow]) -> Iterator[AuditFinding]:
    if len(rows) < FEWEST_ROWS:
        text = f"{len(rows)} row(s); {FEWEST_ROWS} or more are needed to interpolate"
        yield _finding(AuditCode.TOO_FEW_ROWS, None, text, {"rows": len(rows)})
    without = [item for item in rows if item.row.mctc_tm_per_cm is None]
    if without:
        text = f"{len(without)} of {len(rows)} rows have no MCTC; the second trim correction needs it"
        yield _finding(AuditCode.MCTC_MISSING, without[0], text, {"rows_without": len(without)})
    for before, item in pairwise(rows):
        if before.row.trim_by_stern_m == item.row.trim_by_stern_m and item.draft_m < before.draft_m:
            text = f"draft {item.draft_m:g} m follows {before.draft_m:g} m; the rows are sorted for use"
            yield _finding(AuditCode.ROWS_UNSORTED, item, text)
            return


def _page_findings(page: Sequence[_NumberedRow], limits: AuditLimits) -> Iterator[AuditFinding]:
    """What neighbouring rows of one trim say of each other."""
    yield from _order_findings(page)
    yield from _step_findings(page)
    yield from _tpc_findings(page, limits)
    yield from _jump_findings(page, AuditCode.LCF_JUMP, attrgetter("lcf_aft_of_midships_m"), limits)
    if all(item.row.mctc_tm_per_cm is not None for item in page):
        yield from _jump_findings(page, AuditCode.MCTC_JUMP, attrgetter("mctc_tm_per_cm"), limits)


def _order_findings(page: Sequence[_NumberedRow]) -> Iterator[AuditFinding]:
    for before, item in pairwise(page):
        first, second = before.row, item.row
        if second.draft_m == first.draft_m:
            text = f"rows {before.number} and {item.number} both have the draft {second.draft_m:g} m"
            yield _finding(AuditCode.DUPLICATE_DRAFT, item, text)
        elif second.displacement_t <= first.displacement_t:
            text = (
                f"displacement {second.displacement_t:g} t at {second.draft_m:g} m is not above "
                f"{first.displacement_t:g} t at {first.draft_m:g} m"
            )
            values = {"displacement_t": second.displacement_t, "shallower_t": first.displacement_t}
            yield _finding(AuditCode.DISPLACEMENT_NOT_RISING, item, text, values)


def _step_findings(page: Sequence[_NumberedRow]) -> Iterator[AuditFinding]:
    steps_m = [later.draft_m - before.draft_m for before, later in pairwise(page)]
    for (before_m, step_m), item in zip(pairwise(steps_m), page[2:], strict=True):
        if abs(step_m - before_m) > DEFINED_STEP * max(step_m, before_m):
            text = f"the draft step changes from {before_m:.3g} m to {step_m:.3g} m; is a row missing?"
            values = {"step_m": step_m, "step_before_m": before_m}
            yield _finding(AuditCode.STEP_CHANGES, item, text, values)


def _tpc_findings(page: Sequence[_NumberedRow], limits: AuditLimits) -> Iterator[AuditFinding]:
    for item, deviation, rounding in _tpc_deviations(page):
        if abs(deviation) > limits.tpc_deviation + rounding:
            text = f"the rise of displacement to this row differs from 100 * TPC by {deviation:+.1%}"
            values = {"deviation": deviation, "limit": limits.tpc_deviation + rounding}
            yield _finding(AuditCode.TPC_DISAGREES, item, text, values)


def _tpc_deviations(page: Sequence[_NumberedRow]) -> list[tuple[_NumberedRow, float, float]]:
    """(row, relative deviation of its rise from 100*TPC, what the column's last digit can account for)."""
    digit_t = min((_last_digit(item.row.displacement_t) for item in page), default=0.0)
    found = []
    for before, item in pairwise(page):
        first, second = before.row, item.row
        expected_t = 50 * (first.tpc_t_per_cm + second.tpc_t_per_cm) * (second.draft_m - first.draft_m)
        if expected_t > 0:
            rise_t = second.displacement_t - first.displacement_t
            found.append((item, rise_t / expected_t - 1, digit_t / expected_t))
    return found


def _last_digit(value: float) -> float:
    """The place value of the last digit a number is printed with: 0.1 for 21226.5, 1 for 21226."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return 10.0 ** min(int(exponent), 0)


def _jump_findings(
    page: Sequence[_NumberedRow],
    code: AuditCode,
    value_of: Callable[[HydrostaticRow], float],
    limits: AuditLimits,
) -> Iterator[AuditFinding]:
    """Rows that lie off the line through their neighbours, if no neighbour lies farther off its own."""
    jumps = [_off_the_line(page[index - 1 : index + 2], value_of) for index in range(1, len(page) - 1)]
    least = limits.lcf_jump_m
    if code is AuditCode.MCTC_JUMP:
        least = limits.mctc_jump * median(abs(value_of(item.row)) for item in page)
    for index, jump in enumerate(jumps):
        # A wrong value bends its neighbours' lines too, so these three do not say what is usual here.
        others = jumps[: max(index - 1, 0)] + jumps[index + 2 :]
        limit = max(least, limits.outlier_factor * median(others)) if others else least
        if jump > limit and jump == max(jumps[max(index - 1, 0) : index + 2]):
            item = page[index + 1]
            text = f"{value_of(item.row):g} lies {jump:.3g} off the line through the rows beside it"
            yield _finding(code, item, text, {"value": value_of(item.row), "off": jump, "limit": limit})


def _off_the_line(three: Sequence[_NumberedRow], value_of: Callable[[HydrostaticRow], float]) -> float:
    first, middle, last = three
    width_m = last.draft_m - first.draft_m
    fraction = (middle.draft_m - first.draft_m) / width_m if width_m > 0 else 0.5
    straight = value_of(first.row) + fraction * (value_of(last.row) - value_of(first.row))
    return abs(value_of(middle.row) - straight)
