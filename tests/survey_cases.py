"""A survey by hand of a ship that does not exist: a prism of V sections, of which everything is known.

Source: closed form: half breadth 1.5 z over 100 m in water of 1.025 t/m³; Nemoto's term is exact for it.
Left out: real ships, whose papers are not ours to ship.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from survey.case import case_from_mapping
from survey.computation import compute_case
from survey.document import survey_document

LENGTH_M = 100.0
CARGO_T = 6457.5
"""Loaded 153.75 * 8² - 200 of fuel; light 3895 - 512.5 of ballast - 200 of fuel: 9640 - 3182.5."""

Change = Callable[[dict[str, Any]], object]


def v_hull_row(draft_m: float) -> dict[str, float]:
    return {
        "draft_m": draft_m,
        "displacement_t": 153.75 * draft_m**2,
        "tpc_t_per_cm": 3.075 * draft_m,
        "mctc_tm_per_cm": 25.625 * draft_m,
        "lcf_m": 0.0,
    }


def survey_case(*changes: Change) -> dict[str, Any]:
    """Light on 4, 5 and 6 m, then loaded on 8 m; nothing about it is implausible."""
    case = {
        "id": "by_hand",
        "vessel": {
            "name": "海测一号",
            "length_between_perpendiculars_m": LENGTH_M,
            "breadth_m": 24.0,
            "lightship_t": 3000.0,
            "declared_constant_t": 180.0,
            "summer_draft_m": 8.5,
        },
        "hydrostatic_table": {
            "density_t_per_m3": 1.025,
            "lcf_reference": "aft_of_midships",
            "draft_basis": "extreme",
            "rows": [v_hull_row(2.0 + 0.5 * index) for index in range(15)],
        },
        "method": {"rounding": "full", "mctc_half_interval_m": 0.5},
        "conditions": [
            condition("initial", forward_m=4.0, midship_m=5.0, aft_m=6.0, ballast_m3=500.0),
            condition("final", forward_m=8.0, midship_m=8.0, aft_m=8.0, ballast_m3=0.0),
        ],
    }
    for change in changes:
        change(case)
    return case


def condition(
    stage: str, *, forward_m: float, midship_m: float, aft_m: float, ballast_m3: float
) -> dict[str, Any]:
    means_m = {"forward": forward_m, "midship": midship_m, "aft": aft_m}
    return {
        "stage": stage,
        "draft_readings_m": {
            f"{mark}_{side}": mean_m for mark, mean_m in means_m.items() for side in ("port", "starboard")
        },
        "marks_forward_of_reference_m": {"forward": 0, "midship": 0, "aft": 0},
        "dock_density_t_per_m3": 1.025,
        "deductibles_t": {"fuel_oil": 200.0},
        "tanks": [
            {"name": "WBT 1", "contents": "ballast", "volume_m3": ballast_m3, "density_t_per_m3": 1.025}
        ],
        "list_correction": "none",
    }


def at(path: str, value: object) -> Change:
    """A change of one value, by a path such as `conditions.0.stage`; `del` takes it away."""

    def change(case: dict[str, Any]) -> None:
        *way, last = path.split(".")
        place: Any = case
        for name in way:
            place = place[int(name) if isinstance(place, list) else name]
        if value is DELETED:
            del place[last]
        else:
            place[int(last) if isinstance(place, list) else last] = copy.deepcopy(value)

    return change


DELETED = object()


def document_of(*changes: Change, case: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return survey_document(compute_case(case_from_mapping(case or survey_case(*changes))))


def codes(document: Mapping[str, Any]) -> set[str]:
    return {warning["code"] for warning in document["warnings"]}
