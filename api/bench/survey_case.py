"""A draft survey of a ship that does not exist, made from a closed form, for measuring speed and agreement.

Source: a prism of flared sections: half breadth 12 m + 0.3 z over 180 m, in sea water of 1.025 t/m³.
Left out: real ships, whose papers are not ours to ship.
"""

from typing import Any

LENGTH_M = 180.0
BOTTOM_HALF_BREADTH_M = 12.0
FLARE = 0.3
SEA_T_PER_M3 = 1.025
BALLAST_TANKS = 10


def table_row(draft_m: float) -> dict[str, float]:
    """One row of the prism's table, by the names of the case format.

    >>> table_row(10.0)["displacement_t"]  # 1.025 * 180 * (24 * 10 + 0.3 * 100)
    49815.0
    """
    breadth_m = 2 * (BOTTOM_HALF_BREADTH_M + FLARE * draft_m)
    section_m2 = 2 * BOTTOM_HALF_BREADTH_M * draft_m + FLARE * draft_m**2
    return {
        "draft_m": draft_m,
        "displacement_t": round(SEA_T_PER_M3 * LENGTH_M * section_m2, 6),
        "tpc_t_per_cm": SEA_T_PER_M3 * LENGTH_M * breadth_m / 100,
        "lcf_m": 0.0,
        "mctc_tm_per_cm": SEA_T_PER_M3 * breadth_m * LENGTH_M**2 / 12 / 100,
    }


def made_case() -> dict[str, Any]:
    """A loading survey: light with ballast in ten tanks, then deep with fuel alone."""
    return {
        "id": "bench",
        "title": "A flared prism, loading",
        "vessel": {
            "name": "PRISM",
            "length_between_perpendiculars_m": LENGTH_M,
            "breadth_m": 32.0,
            "lightship_t": 9000.0,
            "declared_constant_t": 250.0,
            "summer_draft_m": 12.0,
        },
        "hydrostatic_table": {
            "density_t_per_m3": SEA_T_PER_M3,
            "lcf_reference": "aft_of_midships",
            "draft_basis": "extreme",
            "rows": [table_row(round(3.0 + 0.1 * index, 1)) for index in range(101)],
        },
        "method": {"rounding": "full", "mctc_half_interval_m": 0.5},
        "conditions": [
            _condition(
                "initial", forward_m=4.10, midship_m=4.85, aft_m=5.60, ballast_m3=1200.0, fuel_t=900.0
            ),
            _condition("final", forward_m=11.02, midship_m=11.13, aft_m=11.20, ballast_m3=8.0, fuel_t=880.0),
        ],
        "expected": {"from": "initial", "to": "final"},
    }


def _condition(
    stage: str, *, forward_m: float, midship_m: float, aft_m: float, ballast_m3: float, fuel_t: float
) -> dict[str, Any]:
    """Readings 1 cm apart port to starboard; ten ballast tanks of equal content."""
    means_m = {"forward": forward_m, "midship": midship_m, "aft": aft_m}
    sides_m = {"port": 0.005, "starboard": -0.005}
    return {
        "stage": stage,
        "draft_readings_m": {
            f"{mark}_{side}": round(mean_m + off_m, 4)
            for mark, mean_m in means_m.items()
            for side, off_m in sides_m.items()
        },
        "marks_forward_of_reference_m": {"forward": -1.5, "midship": 0.0, "aft": 8.0},
        "dock_density_t_per_m3": 1.021,
        "deductibles_t": {"fuel_oil": fuel_t, "diesel_oil": 60.0, "fresh_water": 210.0},
        "tanks": [
            {
                "name": f"WBT {number}",
                "contents": "ballast",
                "volume_m3": ballast_m3,
                "density_t_per_m3": 1.025,
                "sounding_m": 1.0,
            }
            for number in range(1, BALLAST_TANKS + 1)
        ],
        "list_correction": "none",
    }
