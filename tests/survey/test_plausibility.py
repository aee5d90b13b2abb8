"""Plausibility: a sound survey warns of nothing, and each fault put into it is named with its numbers."""

import json
from typing import Any

import pytest
from survey_cases import Change, at, codes, document_of, v_hull_row

from survey.plausibility_codes import WarningCode

READINGS = "conditions.0.draft_readings_m"


def sides(mark: str, port_m: float, starboard_m: float, *, index: int = 0) -> list[Change]:
    place = f"conditions.{index}.draft_readings_m.{mark}"
    return [at(f"{place}_port", port_m), at(f"{place}_starboard", starboard_m)]


def sample(**known: Any) -> list[Change]:
    return [
        at("conditions.0.dock_density_t_per_m3", None),
        at("conditions.0.density_samples", [{"density_t_per_m3": 1.025, **known}]),
    ]


EXPIRED = {"instrument_number": "H-17", "certificate_expires_on": "2026-05-01"}
WRONG_ROWS = [
    {**v_hull_row(2.0 + 0.5 * index), **({"tpc_t_per_cm": 51.375} if index == 6 else {})}
    for index in range(15)
]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (sides("midship", 4.8, 5.2), WarningCode.LIST),
        (sides("midship", 4.8, 5.2), WarningCode.SIDES_DIFFER),
        (sides("midship", 4.8, 5.2), WarningCode.TWISTED_HULL),
        (sides("midship", 5.2, 4.8), WarningCode.LIST),
        ([*sides("forward", 6.0, 6.0), *sides("aft", 4.0, 4.0)], WarningCode.TRIM_BY_HEAD),
        ([at("vessel.summer_draft_m", 7.9)], WarningCode.ABOVE_SUMMER_MARK),
        ([at("conditions.0.dock_density_t_per_m3", 0.98)], WarningCode.DENSITY_UNUSUAL),
        ([at("conditions.0.dock_density_t_per_m3", 1.05)], WarningCode.DENSITY_UNUSUAL),
        (sample(taken_at="2026-05-04T06:30:00Z", **EXPIRED), WarningCode.HYDROMETER_EXPIRED),
        (
            [*sample(taken_at="noon", **EXPIRED), at("conditions.0.surveyed_on", "2026-05-02")],
            WarningCode.HYDROMETER_EXPIRED,
        ),
        (
            [at("conditions.0.deductibles_t", {}), at("conditions.0.tanks", [])],
            WarningCode.NOTHING_DEDUCTED,
        ),
        ([at("hydrostatic_table.rows", WRONG_ROWS)], WarningCode.TABLE_SUSPECT),
        ([at("conditions.1.deductibles_t.fuel_oil", 202.0)], WarningCode.FUEL_RISES),
        (sides("midship", 7.95, 7.95, index=1), WarningCode.HOG_WHEN_LOADED),
        (sides("midship", 5.05, 5.05), WarningCode.SAG_WHEN_LIGHT),
        ([at("vessel.declared_constant_t", 250.0)], WarningCode.CONSTANT_DEVIATES),
        ([at("vessel.declared_constant_t", 182.0)], WarningCode.CONSTANT_COINCIDES),
        ([at("vessel.lightship_t", 3300.0)], WarningCode.CONSTANT_NEGATIVE),
        (
            [at("conditions.0.cargo_on_board_t", 0.0), at("conditions.1.cargo_on_board_t", 6300.0)],
            WarningCode.CONSTANT_DRIFTS,
        ),
        ([at("operation", "discharging")], WarningCode.CARGO_AGAINST_OPERATION),
        ([at("bill_of_lading_t", 6500.0)], WarningCode.BILL_OF_LADING_DIFFERS),
    ],
)
def test_each_fault_is_named(changes: list[Change], code: WarningCode) -> None:
    document = document_of(*changes)
    found = next(warning for warning in document["warnings"] if warning["code"] == code)
    assert found["message"].endswith((".", "?"))
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    "changes",
    [
        [],
        sides("midship", 4.95, 5.05),
        sample(taken_at="2026-04-30T06:30:00Z", **EXPIRED),
        sample(**EXPIRED),
        [at("vessel.summer_draft_m", None), at("vessel.declared_constant_t", None)],
        [at("vessel.breadth_m", None)],
        [at("vessel.lightship_t", None)],
        [at("conditions.1.deductibles_t", {"diesel_oil": 200.0})],
        [at("operation", "loading"), at("bill_of_lading_t", 6450.0)],
        [at("conditions.0.cargo_on_board_t", 0.0), at("conditions.1.cargo_on_board_t", 6450.0)],
    ],
)
def test_what_is_sound_warns_of_nothing(changes: list[Change]) -> None:
    assert codes(document_of(*changes)) == set()


def test_a_second_trim_correction_below_zero_is_kept_and_named() -> None:
    rows = [{**v_hull_row(2.0 + 0.5 * index), "mctc_tm_per_cm": 300.0 - 10 * index} for index in range(15)]
    document = document_of(at("hydrostatic_table.rows", rows))
    assert document["conditions"][0]["second_trim_correction_t"] < 0
    assert "second_trim_negative" in codes(document)


def test_typed_rows_are_audited_as_well() -> None:
    typed = {"rows": [{**v_hull_row(4.4), "tpc_t_per_cm": 1.3}, v_hull_row(5.0), v_hull_row(5.6)]}
    found = document_of(at("conditions.0.typed_hydrostatics", typed))
    assert any("typed rows" in warning["message"] for warning in found["warnings"])


def test_a_single_light_condition_has_a_constant() -> None:
    light = document_of(at("conditions.0.cargo_on_board_t", 0.0), _only_the_first)
    assert codes(light) == set()
    assert "constant_deviates" in codes(
        document_of(
            at("conditions.0.cargo_on_board_t", 0.0), _only_the_first, at("vessel.declared_constant_t", 90)
        )
    )


def _only_the_first(case: dict[str, Any]) -> None:
    del case["conditions"][1]


def test_corrected_drafts_are_held_against_the_summer_mark_too() -> None:
    corrected = at("conditions.1.corrected_drafts_m", {"quarter_mean": 8.6, "trim": 0.0})
    assert "above_summer_mark" in codes(document_of(at("conditions.1.draft_readings_m", None), corrected))
