"""A box-shaped ship whose weight is known by hand: every centimetre is 20.5 t, and nothing needs correcting.

Length 100 m, breadth 20 m, water 1.025 t/m3 in the table and alongside: 2050 t per metre of draft.
"""

from collections.abc import Callable
from typing import Any

import pytest
from current_state import put_current
from fastapi.testclient import TestClient

PLACES = [(mark, side) for mark in ("forward", "midship", "aft") for side in ("port", "starboard")]
TONNES_PER_METRE = 2050.0


def box_table() -> str:
    lines = ["draft_m,displacement_t,tpc_t_per_cm,mctc_tm_per_cm,lcf_aft_of_midships_m"]
    lines += [f"{draft / 2},{TONNES_PER_METRE * draft / 2},20.5,170.8333,0.0" for draft in range(2, 25)]
    return "\n".join(lines) + "\n"


@pytest.fixture
def declared(client: TestClient) -> dict[str, Any]:
    """A port call of the box, with her table, before anything was measured."""
    vessel = posted(
        client,
        "vessels",
        {
            "name": "方箱轮 📦",
            "length_between_perpendiculars_m": 100.0,
            "breadth_m": 20.0,
            "lightship_t": 3000.0,
            "declared_constant_t": 100.0,
            "summer_draft_m": 11.0,
            "marks_forward_of_reference_m": {"forward": 0.0, "midship": 0.0, "aft": 0.0},
        },
    )
    query: dict[str, str | float] = {
        "file_name": "box.csv",
        "density_t_per_m3": 1.025,
        "lcf_reference": "aft_of_midships",
        "draft_basis": "extreme",
        "kind": "displacement",
    }
    url = f"/api/v1/vessels/{vessel['id']}/hydrostatic-tables"
    table = client.post(url, params=query, content=box_table().encode(), headers={"content-type": "text/csv"})
    assert table.status_code == 201, table.text
    return posted(
        client,
        "portcalls",
        {
            "vessel_id": vessel["id"],
            "cargo": "玉米",
            "operation": "loading",
            "bill_of_lading_t": 8190.0,
            "method": {"rounding": "full", "mctc_half_interval_m": 0.5},
        },
    )


@pytest.fixture
def measure(client: TestClient, declared: dict[str, Any]) -> Callable[..., None]:
    """Enter one stage at an even draft: what was measured aboard, and the readings taken by a person."""

    def measure(
        stage: str, *, draft_m: float, ballast_t: float, places: list[tuple[str, str]] = PLACES
    ) -> None:
        inputs = {
            "density_samples": [
                {"density_t_per_m3": 1.025, "place": "midships", "instrument_number": "H-77"}
            ],
            "deductibles_t": {"ballast": ballast_t, "fuel_oil": 500.0},
        }
        answer = put_current(client, f"/api/v1/portcalls/{declared['id']}/stages/{stage}", inputs)
        assert answer.status_code == 200, answer.text
        for mark, side in places:
            posted(
                client,
                "readings/manual",
                {
                    "port_call_id": declared["id"],
                    "stage": stage,
                    "mark": mark,
                    "side": side,
                    "draft_m": draft_m,
                    "standard_uncertainty_m": 0.01,
                    "reason": "visual",
                    "observer": "王工",
                },
            )

    return measure


def posted(client: TestClient, noun: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{noun}", json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created
