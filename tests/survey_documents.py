"""A survey document by hand, for tests of what is made from one: an invented ship, round numbers.

Source: the JSON of `hullmark survey --json` as docs/architecture.md gives it.
Left out: arithmetic that holds together beyond what a test checks; the real chain is tested where it is.
"""

from typing import Any

SHIP = "海测一号 HAI CE 1"


def step(name: str, value: float, unit: str, *, symbol: str, formula: str) -> dict[str, Any]:
    return {
        "name": name,
        "symbol": symbol,
        "value": value,
        "unit": unit,
        "formula": formula,
        "source": "ECE92",
    }


def tank(name: str, contents: str, weight_t: float, **known: Any) -> dict[str, Any]:
    missing = {"volume_m3": None, "density_t_per_m3": None, "status": None}
    return {"name": name, "contents": contents, "weight_t": weight_t} | missing | known


def condition(stage: str, *, quarter_mean_m: float, net_displacement_t: float) -> dict[str, Any]:
    steps = [
        step("trim_m", -0.25, "m", symbol="T", formula="A − F"),
        step("quarter_mean_m", quarter_mean_m, "m", symbol="D/M", formula="(F + 6M + A)/8"),
        step("first_trim_correction_t", -12.3456, "t", symbol="Z₁", formula="100·T·TPC·LCF/LBP"),
        step("net_displacement_t", net_displacement_t, "t", symbol="Δ", formula="Δ − ΣD"),
    ]
    marks = [
        (f"{position}_{side}") for position in ("forward", "midship", "aft") for side in ("port", "starboard")
    ]
    return {
        "stage": stage,
        **{each["name"]: each["value"] for each in steps},
        "dock_density_t_per_m3": 1.0235,
        "deductibles_t": 1575.0,
        "draft_readings_m": dict.fromkeys(marks, quarter_mean_m),
        "deductibles": [
            tank(
                "WBT 1P",
                "ballast",
                1025.0,
                volume_m3=1000.0,
                density_t_per_m3=1.025,
                status="sounded_jointly",
            ),
            tank("fuel_oil", "fuel_oil", 550.0),
        ],
        "steps": steps,
    }


def survey_document_by_hand(*, ship: str = SHIP, warnings: int = 1) -> dict[str, Any]:
    """Two conditions, 40 000.5 t of cargo with a U95 of 123.4 t, 500.5 t over the bill of lading."""
    return {
        "vessel": {"name": ship, "length_between_perpendiculars_m": 180.0, "lightship_t": 9000.0},
        "conditions": [
            condition("initial", quarter_mean_m=4.5, net_displacement_t=10000.25),
            condition("final", quarter_mean_m=11.0, net_displacement_t=50000.75),
        ],
        "cargo_t": 40000.5,
        "cargo_from": "initial",
        "cargo_to": "final",
        "u95_t": 123.4,
        "u95_permille": 3.085,
        "standard_uncertainty_t": 61.7,
        "budget": [
            budget_line("fuel_oil", "initial", 2.5, share=0.01),
            budget_line("draft", "final", 61.0, share=0.97),
        ],
        "bill_of_lading": {"bill_of_lading_t": 39500.0, "difference_t": 500.5, "difference_permille": 12.671},
        "provisional": False,
        "warnings": [
            {
                "code": "made_up",
                "message": "The constant moved by 12.5 t.",
                "stage": "final",
                "values": {"constant_t": 12.5},
                "limit": 10.0,
            }
        ]
        * warnings,
        "rounding": "full",
        "rules": {"mean": "6/8"},
    }


def budget_line(name: str, stage: str | None, contribution_t: float, *, share: float) -> dict[str, Any]:
    return {
        "input": name,
        "stage": stage,
        "standard_uncertainty": 0.01,
        "unit": "m",
        "assumed_from": f"stated for {name}",
        "sensitivity_t_per_unit": contribution_t / 0.01,
        "contribution_t": contribution_t,
        "share": share,
    }
