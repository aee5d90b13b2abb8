"""What looks wrong in a survey that can be computed: every check, with its code, its numbers and its limit.

Source: [NPI], [UKPI] and [WPI] for what goes wrong; back-solved constants as seen in real workbooks.
Left out: what makes a survey impossible, which is an error; the table alone (`hydrostatics_audit.py`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from survey.condition import MARKS, DraftReading, DraftReadings
from survey.drafts import list_to_starboard_deg
from survey.hydrostatics_audit import AuditCode, audit_table
from survey.plausibility_codes import WarningCode
from survey.plausibility_weights import weight_warnings
from survey.results import BillOfLadingComparison, ConditionResult, SurveyWarning
from survey.rounding import NOISE_DECIMALS, half_away_from_zero
from survey.survey_case import SurveyCase, SurveyLimits, Vessel
from survey.typed_hydrostatics import TypedHydrostatics

FUELS = ("fuel_oil", "diesel_oil")
_SUSPECT_ROWS = (AuditCode.TPC_DISAGREES, AuditCode.LCF_JUMP, AuditCode.MCTC_JUMP)


def survey_warnings(
    case: SurveyCase,
    conditions: Sequence[ConditionResult],
    *,
    cargo_t: float | None,
    bill_of_lading: BillOfLadingComparison | None,
) -> tuple[SurveyWarning, ...]:
    """All checks: each condition by itself, one condition against the next, then the weights.

    Args:
        case: what was computed, with the limits of the checks.
        conditions: the worked chains, in the order of the case.
        cargo_t: net(to) - net(from), or the provisional weight; None where there is none.
        bill_of_lading: the comparison, where there is a bill.
    """
    found = [warning for result in conditions for warning in _condition_warnings(result, case)]
    found += _fuel_warnings(conditions, case.limits)
    found += weight_warnings(case, conditions, cargo_t=cargo_t, bill_of_lading=bill_of_lading)
    return tuple(found)


_Check = Callable[[ConditionResult, Vessel, SurveyLimits], Iterator[SurveyWarning]]


def _condition_warnings(result: ConditionResult, case: SurveyCase) -> Iterator[SurveyWarning]:
    checks: tuple[_Check, ...] = (
        _reading_warnings,
        _list_warnings,
        _trim_warnings,
        _draft_warnings,
        _water_warnings,
        _deductible_warnings,
        _table_warnings,
    )
    for check in checks:
        yield from check(result, case.vessel, case.limits)


def _warning(
    code: WarningCode,
    result: ConditionResult,
    message: str,
    values: Mapping[str, float | str | None],
    limit: float | None = None,
) -> SurveyWarning:
    return SurveyWarning(code=code, message=message, stage=result.stage, values=values, limit=limit)


def _reading_warnings(
    result: ConditionResult, _vessel: Vessel, limits: SurveyLimits
) -> Iterator[SurveyWarning]:
    """Sides that were not read, and sides that differ by more than ships lie over in a port."""
    for name, estimated_m in result.estimated_readings.items():
        text = f"The reading {name} was not made; {estimated_m:.3f} m is estimated from the measured list."
        yield _warning(WarningCode.READING_ESTIMATED, result, text, {name: estimated_m})
    for mark, port, starboard in _pairs(result.condition.draft_readings):
        difference_m = half_away_from_zero(starboard.draft_m - port.draft_m, NOISE_DECIMALS)
        if abs(difference_m) > limits.side_difference_m:
            text = (
                f"The {mark} readings differ by {abs(difference_m):.3f} m from port to starboard, "
                f"more than {limits.side_difference_m:g} m."
            )
            values: dict[str, float | str | None] = {
                "mark": mark,
                "port_m": port.draft_m,
                "starboard_m": starboard.draft_m,
                "difference_m": difference_m,
            }
            yield _warning(WarningCode.SIDES_DIFFER, result, text, values, limits.side_difference_m)


def _pairs(readings: DraftReadings | None) -> Iterator[tuple[str, DraftReading, DraftReading]]:
    """(mark, port, starboard) for the marks that were read on both sides."""
    if readings is None:
        return
    for mark in MARKS:
        port, starboard = readings.of(mark, "port"), readings.of(mark, "starboard")
        if port is not None and starboard is not None:
            yield mark, port, starboard


def _list_warnings(result: ConditionResult, vessel: Vessel, limits: SurveyLimits) -> Iterator[SurveyWarning]:
    """A list that is large, and lists along the ship that no rigid hull can have."""
    lists_deg = _lists_deg(result, vessel)
    measured = result.condition.measured_list
    at_midships_deg = lists_deg.get("midship", None if measured is None else measured.to_starboard_deg)
    if at_midships_deg is not None and abs(at_midships_deg) > limits.list_deg:
        side = "starboard" if at_midships_deg > 0 else "port"
        text = (
            f"The ship lists {abs(at_midships_deg):.2f} degrees to {side}, more than {limits.list_deg:g}; "
            f"the list correction rule is {result.condition.list_rule}."
        )
        values: dict[str, float | str | None] = {
            "list_to_starboard_deg": at_midships_deg,
            "list_correction_t": result.find("list_correction_t"),
        }
        yield _warning(WarningCode.LIST, result, text, values, limits.list_deg)
    twist_deg = max(lists_deg.values(), default=0.0) - min(lists_deg.values(), default=0.0)
    if twist_deg > limits.twist_deg:
        text = (
            f"The lists along the ship disagree by {twist_deg:.2f} degrees, more than {limits.twist_deg:g}: "
            "a twisted hull, or a wrong reading."
        )
        by_mark = {f"{mark}_list_deg": value for mark, value in lists_deg.items()}
        yield _warning(WarningCode.TWISTED_HULL, result, text, by_mark, limits.twist_deg)


def _lists_deg(result: ConditionResult, vessel: Vessel) -> dict[str, float]:
    if vessel.breadth_m is None:
        return {}
    return {
        mark: list_to_starboard_deg(
            port_m=port.draft_m, starboard_m=starboard.draft_m, breadth_m=vessel.breadth_m
        )
        for mark, port, starboard in _pairs(result.condition.draft_readings)
    }


def _trim_warnings(
    result: ConditionResult, _vessel: Vessel, _limits: SurveyLimits
) -> Iterator[SurveyWarning]:
    trim_m = result.value("trim_m")
    if trim_m < 0:
        text = f"The ship is trimmed {-trim_m:.3f} m by the head; ballast tanks sounded aft may hide water."
        yield _warning(WarningCode.TRIM_BY_HEAD, result, text, {"trim_m": trim_m}, 0.0)
    second_t = result.find("second_trim_correction_t")
    if second_t is not None and second_t < 0:
        text = f"The second trim correction is {second_t:.3f} t, negative: the MCTC falls with draft here."
        values = {
            "second_trim_correction_t": second_t,
            "mctc_plus_tm_per_cm": result.find("mctc_plus_tm_per_cm"),
            "mctc_minus_tm_per_cm": result.find("mctc_minus_tm_per_cm"),
        }
        yield _warning(WarningCode.SECOND_TRIM_NEGATIVE, result, text, values, 0.0)


def _draft_warnings(
    result: ConditionResult, vessel: Vessel, _limits: SurveyLimits
) -> Iterator[SurveyWarning]:
    """Deeper than the summer mark: the readings are to the keel's underside, as the mark is."""
    read_m = result.find("midship_mean_m")
    draft_m = result.value("quarter_mean_m") if read_m is None else read_m
    if vessel.summer_draft_m is not None and draft_m > vessel.summer_draft_m:
        text = f"The midship draft {draft_m:.3f} m is above the summer mark of {vessel.summer_draft_m:g} m."
        yield _warning(
            WarningCode.ABOVE_SUMMER_MARK, result, text, {"midship_draft_m": draft_m}, vessel.summer_draft_m
        )


def _water_warnings(
    result: ConditionResult, _vessel: Vessel, limits: SurveyLimits
) -> Iterator[SurveyWarning]:
    """Water that is neither river nor sea, and hydrometers out of their certificate."""
    density_t_per_m3 = result.value("dock_density_t_per_m3")
    lowest, highest = limits.lowest_density_t_per_m3, limits.highest_density_t_per_m3
    if not lowest <= density_t_per_m3 <= highest:
        text = f"The dock water's density {density_t_per_m3:g} t/m3 is outside {lowest:g} to {highest:g}."
        passed = lowest if density_t_per_m3 < lowest else highest
        values = {"dock_density_t_per_m3": density_t_per_m3}
        yield _warning(WarningCode.DENSITY_UNUSUAL, result, text, values, passed)
    for sample in result.condition.density_samples:
        used_on = _day(sample.taken_at) or result.condition.surveyed_on
        if used_on is None or sample.certificate_expires_on is None:
            continue
        if used_on > sample.certificate_expires_on:
            number = sample.instrument_number or "without number"
            text = (
                f"The certificate of hydrometer {number} expired on {sample.certificate_expires_on}, "
                f"before its use on {used_on}."
            )
            certificate = {
                "instrument_number": sample.instrument_number,
                "certificate_expires_on": sample.certificate_expires_on.isoformat(),
                "used_on": used_on.isoformat(),
            }
            yield _warning(WarningCode.HYDROMETER_EXPIRED, result, text, certificate)


def _day(instant: str | None) -> date | None:
    """The day of an ISO 8601 instant; None where it was written in another way."""
    try:
        return None if instant is None else date.fromisoformat(instant[:10])
    except ValueError:
        return None


def _deductible_warnings(
    result: ConditionResult, _vessel: Vessel, _limits: SurveyLimits
) -> Iterator[SurveyWarning]:
    if not result.deductibles:
        text = "Nothing is deducted: no ballast, no fuel, no water is stated, which is not the same as none."
        yield _warning(WarningCode.NOTHING_DEDUCTED, result, text, {})
    for item in result.deductibles:
        if item.table_left_out:
            text = (
                f"The table of tank {item.name} does not cover the ship's trim or heel; "
                "the stated volume was taken."
            )
            values: dict[str, float | str | None] = {
                "tank": item.name,
                "trim_m": result.value("trim_m"),
                "volume_m3": item.volume_m3,
            }
            yield _warning(WarningCode.TRIM_OUTSIDE_TANK_TABLE, result, text, values)


def _table_warnings(
    result: ConditionResult, vessel: Vessel, _limits: SurveyLimits
) -> Iterator[SurveyWarning]:
    """Rows of the table that was used that do not agree with their neighbours."""
    table = result.condition.hydrostatics.table
    audit = audit_table(table.rows, length_between_perpendiculars_m=vessel.length_between_perpendiculars_m)
    kind = "typed rows" if isinstance(table, TypedHydrostatics) else "table"
    for finding in audit.findings:
        if finding.code in _SUSPECT_ROWS:
            text = (
                f"In the hydrostatic {kind}, row {finding.row} at {finding.draft_m:g} m: {finding.message}."
            )
            yield _warning(
                WarningCode.TABLE_SUSPECT, result, text, {"draft_m": finding.draft_m, **finding.values}
            )


def _fuel_warnings(conditions: Sequence[ConditionResult], limits: SurveyLimits) -> Iterator[SurveyWarning]:
    """Fuel that grows between two surveys was bunkered, or was wrong before."""
    for before, after in pairwise(conditions):
        for fuel in FUELS:
            before_t, after_t = _contents_t(before, fuel), _contents_t(after, fuel)
            if before_t is None or after_t is None or after_t - before_t <= limits.fuel_rise_t:
                continue
            text = (
                f"{fuel.replace('_', ' ').capitalize()} rises from {before_t:.3f} t ({before.stage}) "
                f"to {after_t:.3f} t; was she bunkered in between?"
            )
            values: dict[str, float | str | None] = {
                "contents": fuel,
                "before_t": before_t,
                "after_t": after_t,
            }
            yield _warning(WarningCode.FUEL_RISES, after, text, values, limits.fuel_rise_t)


def _contents_t(result: ConditionResult, contents: str) -> float | None:
    """All that is aboard of one kind; None where nobody stated any."""
    weights_t = [item.weight_t for item in result.deductibles if item.contents == contents]
    return sum(weights_t) if weights_t else None
