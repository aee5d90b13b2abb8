"""Evidence: port calls, stage inputs and timeline through the routes, with the faults of entering them."""

from typing import Any

import pytest
from current_state import current, put_current
from fastapi.testclient import TestClient

UNKNOWN = "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"
METHOD = {"rounding": "full", "mctc_half_interval_m": 0.5, "uncertainty_profile": "visual_survey"}
TANK = {
    "name": "WBT 1P",
    "contents": "ballast",
    "volume_m3": 646.81,
    "density_t_per_m3": 1.025,
    "sounding_m": 2.23,
    "status": "sounded_jointly",
}


@pytest.fixture
def declared(client: TestClient) -> dict[str, Any]:
    vessel = client.post(
        "/api/v1/vessels", json={"name": "A", "length_between_perpendiculars_m": 100.0}
    ).json()
    return {
        "vessel_id": vessel["id"],
        "port": "宁波舟山港",
        "cargo": "铁矿粉",
        "operation": "discharging",
        "bill_of_lading_t": 53000.0,
        "method": METHOD,
    }


@pytest.fixture
def url(client: TestClient, declared: dict[str, Any]) -> str:
    return f"/api/v1/portcalls/{client.post('/api/v1/portcalls', json=declared).json()['id']}"


def test_a_port_call_is_declared_read_listed_and_recorded(
    client: TestClient, declared: dict[str, Any]
) -> None:
    answer = client.post("/api/v1/portcalls", json=declared)
    assert answer.status_code == 201, answer.text
    call = answer.json()
    method = call["method"]
    assert {**declared, "method": method}.items() <= call.items()
    assert method == {**METHOD, "mean_rule": None, "uncertainty_profile": "visual_survey"}
    assert call["vessel_name"] == "A"
    assert client.get(answer.headers["location"]).json() == call
    assert client.get("/api/v1/portcalls", params={"vessel_id": declared["vessel_id"]}).json()["items"] == [
        call
    ]
    assert client.get("/api/v1/portcalls", params={"vessel_id": UNKNOWN}).json()["items"] == []
    records = client.get("/api/v1/records", params={"port_call_id": call["id"]}).json()["items"]
    assert [record["kind"] for record in records] == ["port_call.declared"]


def test_an_amendment_keeps_both_states(client: TestClient, declared: dict[str, Any], url: str) -> None:
    amended = put_current(client, url, {**declared, "bill_of_lading_t": 52000.0})
    assert amended.json()["bill_of_lading_t"] == 52000.0
    assert amended.headers["etag"] == client.get(url).headers["etag"]
    record = client.get("/api/v1/records", params={"kind": "port_call.amended"}).json()["items"][0]
    assert record["payload"]["before"]["bill_of_lading_t"] == 53000.0
    assert record["payload"]["after"]["bill_of_lading_t"] == 52000.0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vessel_id", UNKNOWN),
        ("vessel_id", "x"),
        ("hydrostatic_table_id", UNKNOWN),
        ("operation", "lightering"),
        ("cargo", "\u0000"),
        ("cargo", " "),
        ("bill_of_lading_t", 1e308),
        ("bill_of_lading_t", -1),
        ("method", {"rounding": "full"}),
        ("method", {"rounding": "none", "mctc_half_interval_m": 0.5}),
        ("method", {"rounding": "full", "mctc_half_interval_m": 0}),
        ("method", {**METHOD, "mean_rule": "5/8"}),
        ("method", {**METHOD, "uncertainty_profile": "none"}),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(
    client: TestClient, declared: dict[str, Any], field: str, value: object
) -> None:
    answer = client.post("/api/v1/portcalls", json={**declared, field: value})
    assert answer.status_code in {400, 422}
    assert client.get("/api/v1/portcalls").json()["items"] == []


def test_nothing_physical_is_assumed(client: TestClient, declared: dict[str, Any]) -> None:
    without = {name: value for name, value in declared.items() if name != "method"}
    answer = client.post("/api/v1/portcalls", json=without)
    assert answer.json()["errors"] == [{"pointer": "/method", "message": "Field required"}]


def test_an_unknown_port_call_is_404_on_every_route(client: TestClient, declared: dict[str, Any]) -> None:
    url = f"/api/v1/portcalls/{UNKNOWN}"
    milestone = {"name": "berthed", "occurred_at": "2026-05-04T06:30:00Z"}
    for answer in (
        client.get(url),
        put_current(client, url, declared),
        client.get(f"{url}/stages/initial"),
        put_current(client, f"{url}/stages/initial", {}),
        client.get(f"{url}/timeline"),
        client.post(f"{url}/milestones", json=milestone),
        client.get(f"{url}/milestones"),
        client.get(f"{url}/progress"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_stage_inputs_are_replaced_and_every_version_is_recorded(client: TestClient, url: str) -> None:
    empty = client.get(f"{url}/stages/initial").json()
    assert (empty["version"], empty["inputs"]["tanks"], empty["updated_at"]) == (0, [], None)
    first = put_current(client, f"{url}/stages/initial", {"tanks": [TANK]}).json()
    assert (first["version"], first["inputs"]["tanks"]) == (1, [TANK])
    sample = {
        "density_t_per_m3": 1.0205,
        "place": "右舷中部",
        "depth_m": 4.0,
        "taken_at": "2026-05-04T14:30:00+08:00",
    }
    second = put_current(client, f"{url}/stages/initial", {"density_samples": [sample]}).json()
    assert (second["version"], second["inputs"]["tanks"]) == (2, [])
    assert second["inputs"]["density_samples"][0]["taken_at"] == "2026-05-04T06:30:00Z"
    assert client.get(f"{url}/stages/initial").json() == second
    assert client.get(f"{url}/stages/final").json()["version"] == 0
    records = client.get("/api/v1/records", params={"kind": "port_call.stage_inputs_entered"}).json()["items"]
    assert [record["payload"]["version"] for record in records] == [1, 2]
    assert records[0]["payload"]["inputs"]["tanks"] == [TANK]


def test_a_change_that_rests_on_an_old_version_is_refused(client: TestClient, url: str) -> None:
    seen = current(client, f"{url}/stages/final")
    client.put(f"{url}/stages/final", json={"tanks": [TANK]}, headers=seen)
    answer = client.put(f"{url}/stages/final", json={}, headers=seen)
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    unsaid = client.put(f"{url}/stages/final", json={})
    assert (unsaid.status_code, unsaid.json()["code"]) == (428, "precondition_required")
    assert client.get(f"{url}/stages/final").json()["inputs"]["tanks"] == [TANK]


@pytest.mark.parametrize(
    ("inputs", "pointer"),
    [
        ({"tanks": [{**TANK, "volume_m3": -1.0}]}, "/tanks/0/volume_m3"),
        ({"tanks": [{**TANK, "volume_m3": None}]}, "/tanks/0/volume_m3"),
        ({"tanks": [TANK, {**TANK, "density_t_per_m3": 1025}]}, "/tanks/1/density_t_per_m3"),
        ({"tanks": [{**TANK, "status": "guessed"}]}, "/tanks/0/status"),
        ({"density_samples": [{"density_t_per_m3": 1.3}]}, "/density_samples/0/density_t_per_m3"),
        (
            {"density_samples": [{"density_t_per_m3": 1.02, "taken_at": "2026-05-04T06:30:00"}]},
            "/density_samples/0/taken_at",
        ),
        (
            {"density_samples": [{"density_t_per_m3": 1.02, "taken_at": "0001-01-01T00:00:00Z"}]},
            "/density_samples/0/taken_at",
        ),
        ({"deductibles_t": {"fuel_oil": "657"}}, "/deductibles_t/fuel_oil"),
        ({"deductibles_t": {"Fuel Oil": 657}}, "/deductibles_t/Fuel Oil/[key]"),
        ({"list_correction": "yes"}, "/list_correction"),
        ({"typed_hydrostatics": {"rows": []}}, "/typed_hydrostatics/lcf_reference"),
        ({"balast": 3}, "/balast"),
    ],
)
def test_an_input_that_cannot_be_is_refused_by_its_place(
    client: TestClient, url: str, inputs: dict[str, Any], pointer: str
) -> None:
    answer = put_current(client, f"{url}/stages/initial", inputs)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert client.get(f"{url}/stages/initial").json()["version"] == 0


def test_a_stage_that_does_not_exist_is_refused(client: TestClient, url: str) -> None:
    answer = put_current(client, f"{url}/stages/middle", {})
    assert answer.json()["errors"] == [
        {"pointer": "path:stage", "message": "Input should be 'initial' or 'final'"}
    ]
