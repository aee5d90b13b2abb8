"""The weight of a port call from what counts; the ship is a box, so that the truth is known by hand."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from current_state import put_current
from fastapi.testclient import TestClient
from shared_data import SHARED, needs_shared

Measure = Callable[..., None]
FIVE_PLACES = [
    ("forward", "port"),
    ("forward", "starboard"),
    ("midship", "port"),
    ("midship", "starboard"),
    ("aft", "port"),
]


def compute(client: TestClient, port_call: dict[str, Any]) -> Any:
    return client.post("/api/v1/surveys", json={"port_call_id": port_call["id"]})


def test_the_cargo_of_a_box_is_what_the_hand_computes(
    client: TestClient, declared: dict[str, Any], measure: Measure
) -> None:
    measure("initial", draft_m=4.0, ballast_t=2100.0)
    measure("final", draft_m=7.0, ballast_t=60.0)

    answer = compute(client, declared)

    assert answer.status_code == 201, answer.text
    survey = answer.json()
    assert survey["cargo_t"] == pytest.approx(3.0 * 2050.0 + 2100.0 - 60.0, abs=1e-6)
    assert survey["provisional"] is False
    assert survey["u95_t"] > 0.0
    assert survey["document"]["bill_of_lading"] is not None
    steps = {step["name"]: step["value"] for step in survey["document"]["conditions"][0]["steps"]}
    assert steps["table_displacement_t"] == pytest.approx(8200.0)


def test_the_uncertainty_of_the_readings_is_the_one_of_the_weight(
    client: TestClient, declared: dict[str, Any], measure: Measure
) -> None:
    """1 cm on each of twelve readings is 0.545 cm of quarter mean each: 20.5 t/cm makes 15.8 t of both."""
    measure("initial", draft_m=4.0, ballast_t=2100.0)
    measure("final", draft_m=7.0, ballast_t=60.0)

    budget = compute(client, declared).json()["document"]["budget"]

    of_readings_t = sum(line["contribution_t"] ** 2 for line in budget if _is_reading(line)) ** 0.5
    assert of_readings_t == pytest.approx(0.545 * 20.5 * 2**0.5, rel=0.01)


def test_every_computation_is_a_new_version_with_a_record_that_names_its_readings(
    client: TestClient, declared: dict[str, Any], measure: Measure
) -> None:
    measure("initial", draft_m=4.0, ballast_t=2100.0)
    measure("final", draft_m=7.0, ballast_t=60.0)
    first, second = compute(client, declared).json(), compute(client, declared).json()

    assert (first["version"], second["version"]) == (1, 2)
    listed = client.get("/api/v1/surveys", params={"port_call_id": declared["id"]}).json()["items"]
    assert [survey["id"] for survey in listed] == [second["id"], first["id"]]
    assert client.get(f"/api/v1/surveys/{first['id']}").json() == first | {"state": "superseded"}
    record = client.get(f"/api/v1/records/{first['record_id']}").json()
    assert (record["kind"], record["payload"]["cargo_t"]) == ("survey.computed", first["cargo_t"])
    assert len(record["causes"]) == 12


def test_one_survey_alone_gives_a_provisional_weight(
    client: TestClient, declared: dict[str, Any], measure: Measure
) -> None:
    measure("final", draft_m=7.0, ballast_t=60.0)

    survey = compute(client, declared).json()

    assert survey["provisional"] is True
    assert survey["cargo_t"] == pytest.approx(7.0 * 2050.0 - 560.0 - 3000.0 - 100.0)


def test_what_is_missing_is_named_one_by_one(
    client: TestClient, declared: dict[str, Any], measure: Measure
) -> None:
    assert compute(client, declared).json()["code"] == "not_ready"
    measure("final", draft_m=7.0, ballast_t=60.0, places=FIVE_PLACES)
    inputs: dict[str, Any] = {"density_samples": [], "deductibles_t": {}}
    put_current(client, f"/api/v1/portcalls/{declared['id']}/stages/final", inputs)

    answer = compute(client, declared)

    assert answer.status_code == 409
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointers == ["final/aft_starboard", "final/density_samples"]


def test_a_draft_outside_the_table_is_refused_with_the_range(
    client: TestClient, declared: dict[str, Any], measure: Measure
) -> None:
    measure("final", draft_m=15.0, ballast_t=60.0)

    answer = compute(client, declared)

    assert answer.status_code == 422
    assert answer.json()["code"] == "outside_hydrostatic_table"
    assert "1 m to 12 m" in answer.json()["detail"]
    assert client.get("/api/v1/surveys", params={"port_call_id": declared["id"]}).json()["items"] == []


def test_a_rejected_reading_no_longer_counts(
    client: TestClient, declared: dict[str, Any], measure: Measure
) -> None:
    measure("final", draft_m=7.0, ballast_t=60.0)
    reading = client.get("/api/v1/readings", params={"port_call_id": declared["id"]}).json()["items"][0]
    client.post(f"/api/v1/readings/{reading['id']}/reject", json={"reason": "看错了"})

    assert compute(client, declared).json()["errors"][0]["pointer"] == "final/forward_port"


def test_a_survey_of_no_port_call_is_refused(client: TestClient) -> None:
    answer = compute(client, {"id": "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/port_call_id"


@pytest.mark.parametrize(("lang", "title"), [("zh", "水尺计重"), ("en", "DRAFT SURVEY")])
@pytest.mark.parametrize("name", ["certificate.pdf", "record-sheet.pdf"])
def test_certificate_and_record_sheet_say_the_weight(
    client: TestClient, declared: dict[str, Any], measure: Measure, lang: str, title: str, name: str
) -> None:
    measure("initial", draft_m=4.0, ballast_t=2100.0)
    measure("final", draft_m=7.0, ballast_t=60.0)
    survey = compute(client, declared).json()

    answer = client.get(f"/api/v1/surveys/{survey['id']}/{name}", params={"lang": lang})

    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))
    assert title in text.upper()
    assert "8190" in text.replace(" ", "").replace(",", "").replace("\u202f", "").replace("\u00a0", "")


def test_the_workbook_opens(client: TestClient, declared: dict[str, Any], measure: Measure) -> None:
    measure("final", draft_m=7.0, ballast_t=60.0)
    survey = compute(client, declared).json()

    answer = client.get(survey["report_urls"]["workbook_zh"])

    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames


@pytest.mark.parametrize("path", ["certificate.doc?lang=zh", "certificate.pdf?lang=fr"])
def test_another_form_or_language_is_refused_by_name(
    client: TestClient, declared: dict[str, Any], measure: Measure, path: str
) -> None:
    measure("final", draft_m=7.0, ballast_t=60.0)
    survey = compute(client, declared).json()

    answer = client.get(f"/api/v1/surveys/{survey['id']}/{path}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_the_overview_holds_what_the_page_shows(
    client: TestClient, declared: dict[str, Any], measure: Measure
) -> None:
    url = f"/api/v1/portcalls/{declared['id']}/overview"
    before = client.get(url).json()
    measure("initial", draft_m=4.0, ballast_t=2100.0)
    measure("final", draft_m=7.0, ballast_t=60.0, places=FIVE_PLACES)
    after = client.get(url).json()

    assert before["survey"] is None
    assert [stage["complete"] for stage in before["stages"]] == [False, False]
    assert [stage["complete"] for stage in after["stages"]] == [True, False]
    assert [place["draft_m"] for place in after["stages"][1]["positions"]] == [7.0] * 5 + [None]
    assert after["vessel"]["name"] == "方箱轮 📦"
    assert after["hydrostatic_table"]["file_name"] == "box.csv"
    assert after["timeline"][0]["name"] == "declared"
    assert after["records"]["count"] == 14, "the declaration, two stages of inputs, eleven readings"


def test_an_overview_of_nothing_is_not_found(client: TestClient) -> None:
    answer = client.get("/api/v1/portcalls/0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10/overview")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def _is_reading(line: dict[str, Any]) -> bool:
    return any(word in line["input"] for word in ("forward", "midship", "aft"))


def test_an_expired_hydrometer_is_warned_of(
    client: TestClient, declared: dict[str, Any], measure: Measure
) -> None:
    measure("final", draft_m=7.0, ballast_t=60.0)
    sample = {
        "density_t_per_m3": 1.025,
        "taken_at": "2026-05-04T06:30:00Z",
        "certificate_expires_on": "2026-05-03",
    }
    inputs = {"density_samples": [sample], "deductibles_t": {"ballast": 60.0, "fuel_oil": 500.0}}
    put_current(client, f"/api/v1/portcalls/{declared['id']}/stages/final", inputs)

    warnings = compute(client, declared).json()["document"]["warnings"]

    assert "hydrometer_expired" in [warning["code"] for warning in warnings]


@needs_shared
def test_a_published_case_entered_by_hand_gives_its_published_weight(client: TestClient) -> None:
    """REIHOU, coal, Newcastle 2024 (officer's workbook): 83 601.745 t between initial and final survey."""
    case = json.loads((SHARED / "data" / "surveys" / "reihou_coal_newcastle_2024.json").read_text("utf-8"))
    port_call_id = enter_case(client, case, SHARED / "data" / "surveys")

    survey = compute(client, {"id": port_call_id}).json()

    assert survey["cargo_t"] == pytest.approx(case["expected"]["cargo_t"], abs=case["tolerances"]["result_t"])
    conditions = {condition["stage"]: condition for condition in case["conditions"]}
    for computed in survey["document"]["conditions"]:
        for name, value in conditions[computed["stage"]]["expected"].items():
            assert computed[name] == pytest.approx(value, abs=case["tolerances"]["tonnes"]), name


def posted(client: TestClient, noun: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{noun}", json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def enter_case(client: TestClient, case: dict[str, Any], folder: Path) -> str:
    """Enter the initial and final condition of a case through the routes that people use."""
    vessel = posted(client, "vessels", case["vessel"])
    table = case["hydrostatic_table"]
    query = {name: table[name] for name in ("density_t_per_m3", "lcf_reference", "draft_basis")}
    answer = client.post(
        f"/api/v1/vessels/{vessel['id']}/hydrostatic-tables",
        params=query | {"kind": "displacement", "file_name": table["file"]},
        content=(folder / table["file"]).read_bytes(),
        headers={"content-type": "text/csv"},
    )
    assert answer.status_code == 201, answer.text
    body = {"vessel_id": vessel["id"], "cargo": "coal", "operation": "loading", "method": case["method"]}
    port_call_id = str(posted(client, "portcalls", body)["id"])
    for condition in case["conditions"]:
        if condition["stage"] in {"initial", "final"}:
            enter_condition(client, port_call_id, condition)
    return port_call_id


def enter_condition(client: TestClient, port_call_id: str, condition: dict[str, Any]) -> None:
    inputs = {
        "density_samples": [{"density_t_per_m3": condition["dock_density_t_per_m3"]}],
        "deductibles_t": condition["deductibles_t"],
        "marks_forward_of_reference_m": condition["marks_forward_of_reference_m"],
        "list_correction": condition["list_correction"],
    }
    url = f"/api/v1/portcalls/{port_call_id}/stages/{condition['stage']}"
    answer = put_current(client, url, inputs)
    assert answer.status_code == 200, answer.text
    for place, draft_m in condition["draft_readings_m"].items():
        mark, side = place.split("_")
        reading = {"stage": condition["stage"], "mark": mark, "side": side, "draft_m": draft_m}
        stated = {"standard_uncertainty_m": 0.01, "reason": "officer's workbook", "observer": "ship"}
        posted(client, "readings/manual", {"port_call_id": port_call_id} | reading | stated)
