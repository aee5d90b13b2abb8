"""Evidence: hand calculation of a whole balance through the routes; what is missing and what is unknown."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.records.payloads import Subject
from api.records.service import append
from api.storage.tables import Survey, new_id
from api.surveys.records import SurveyComputed

START = datetime(2026, 5, 4, tzinfo=UTC)
BRIDGE = {
    "number": "A",
    "kind": "truck_scale",
    "random_standard_uncertainty_t": 0.02,
    "systematic_standard_uncertainty_t": 0.03,
    "systematic_standard_uncertainty_permille": 1.0,
}
WAGONS = {**BRIDGE, "number": "标载", "kind": "declared_load", "random_standard_uncertainty_t": 0.5}


def load(number: int, mode: str = "truck", **changes: Any) -> dict[str, Any]:
    at = (START + timedelta(minutes=number)).isoformat()
    return {
        "mode": mode,
        "ticket_number": f"{mode}-{number}",
        "weighed_at": at,
        "scale_number": "A",
        **changes,
    }


def add_survey(client: TestClient, url: str, *, cargo_t: float, u95_t: float) -> UUID:
    app = client.app
    assert isinstance(app, FastAPI)
    port_call_id = UUID(url.rpartition("/")[2])
    with app.state.resources.database.writing() as session:
        payload = SurveyComputed(
            survey_id=str(new_id()),
            version=1,
            cargo_t=cargo_t,
            u95_t=u95_t,
            provisional=False,
            warnings=[],
            case_sha256="0" * 64,
            document_sha256="0" * 64,
        )
        record = append(session, payload, subject=Subject.port_call(port_call_id), actor="tests")
        survey = Survey(
            id=UUID(payload.survey_id),
            port_call_id=port_call_id,
            version=1,
            case={},
            document={},
            cargo_t=cargo_t,
            u95_t=u95_t,
            provisional=False,
            record_id=record.id,
        )
        session.add(survey)
        return survey.id


def figures(client: TestClient, url: str, **query: float) -> tuple[dict[str, Any], dict[str, Any]]:
    body = client.get(f"{url}/balance", params=query).json()
    return (
        {item["name"]: item for item in body["figures"]},
        {f"{item['figure']} {item['reference']}": item for item in body["comparisons"]},
    )


def test_every_weight_is_held_against_the_bill_and_the_survey(client: TestClient, url: str) -> None:
    survey_id = add_survey(client, url, cargo_t=-2990.0, u95_t=12.0)
    client.post(f"{url}/scales", json=BRIDGE)
    client.post(f"{url}/scales", json=WAGONS)
    loads = [load(number, net_t=30.0) for number in range(60)]
    loads += [load(number, "rail", declared_load_t=60.0, scale_number=None) for number in range(20)]
    assert client.post(f"{url}/transfers", json={"transfers": loads}).status_code == 201
    client.post(
        f"{url}/storage",
        json={
            "place": "1 号仓",
            "stored_at": START.isoformat(),
            "weight_t": 2900.0,
            "standard_uncertainty_t": 10.0,
        },
    )
    named, compared = figures(client, url)
    assert named["draft_survey"]["weight_t"] == 2990.0
    assert named["draft_survey"]["standard_uncertainty_t"] == 6.0
    assert named["draft_survey"]["url"] == f"/api/v1/surveys/{survey_id}"
    trucks = named["truck_scales"]
    # 60 x 0.02 at random; 60 x 0.03 t and 1 per mille of 1800 t in common
    expected_t = math.sqrt(60 * 0.02**2 + 1.8**2 + 1.8**2)
    assert (trucks["weight_t"], trucks["standard_uncertainty_t"]) == (1800.0, pytest.approx(expected_t))
    assert trucks["u95_t"] == pytest.approx(2 * expected_t)
    wagons = named["wagon_count"]
    expected_t = math.sqrt(20 * 0.5**2 + 0.6**2 + 1.2**2)
    assert (wagons["weight_t"], wagons["standard_uncertainty_t"]) == (1200.0, pytest.approx(expected_t))
    assert named["rail_scales"]["without_weight"] == 20
    assert named["transferred"]["without_weight"] == 20
    assert "belt_scale" not in named
    against_bill = compared["draft_survey bill_of_lading"]
    assert (against_bill["difference_t"], against_bill["verdict"]) == (-10.0, "agrees")
    assert against_bill["difference_permille"] == pytest.approx(-10 / 3)
    assert against_bill["expanded_uncertainty_t"] == 12.0
    stored = compared["storage draft_survey"]
    assert (stored["difference_t"], stored["verdict"]) == (-90.0, "short")
    assert stored["standard_uncertainty_t"] == pytest.approx(math.hypot(10, 6))
    assert compared["transferred bill_of_lading"]["doubtful"] == "incomplete"
    assert "bill_of_lading draft_survey" not in compared


def test_every_figure_names_the_records_it_rests_on(client: TestClient, url: str) -> None:
    add_survey(client, url, cargo_t=-2990.0, u95_t=12.0)
    client.post(f"{url}/transfers", json={"transfers": [load(1, net_t=30.0)]})
    client.post(f"{url}/lots", json={"category": "grain", "name_zh": "大豆", "declared_weight_t": 3000.0})
    named, _ = figures(client, url)
    assert named.keys() >= {"bill_of_lading", "lots_declared", "draft_survey", "truck_scales", "transferred"}
    for figure in named.values():
        assert figure["record_ids"], figure["name"]
        for record_id in figure["record_ids"]:
            assert client.get(f"/api/v1/records/{record_id}").status_code == 200
        if figure["name"] != "draft_survey":
            assert client.get(figure["url"]).status_code == 200


def test_an_undeclared_scale_is_counted_and_decides_nothing(client: TestClient, url: str) -> None:
    client.post(f"{url}/transfers", json={"transfers": [load(1, net_t=30.0), load(2, net_t=31.0)]})
    named, compared = figures(client, url)
    assert (named["truck_scales"]["weight_t"], named["truck_scales"]["standard_uncertainty_t"]) == (
        61.0,
        None,
    )
    assert named["truck_scales"]["without_uncertainty"] == 2
    assert compared["truck_scales bill_of_lading"]["doubtful"] == "no_uncertainty"


def test_the_rule_is_declared_and_printed(client: TestClient, url: str) -> None:
    add_survey(client, url, cargo_t=-2985.0, u95_t=12.0)
    _, by_two = figures(client, url)
    _, by_three = figures(client, url, coverage_factor=3.0)
    _, tight = figures(client, url, coverage_factor=3.0, tolerance_permille=1.0)
    name = "draft_survey bill_of_lading"
    assert [each[name]["verdict"] for each in (by_two, by_three, tight)] == ["short", "agrees", "not_decided"]
    assert client.get(f"{url}/balance", params={"coverage_factor": 3.0}).json()["rule"] == {
        "coverage_factor": 3.0,
        "tolerance_permille": None,
    }


def test_a_correction_changes_the_balance_and_a_withdrawn_load_leaves_it(
    client: TestClient, url: str
) -> None:
    client.post(f"{url}/transfers", json={"transfers": [load(1, net_t=30.0), load(2, net_t=31.0)]})
    first, second = client.get(f"{url}/transfers").json()["items"]
    client.post(
        f"{url}/transfers/{first['id']}/correction",
        json={"stated": load(1, net_t=32.0), "reason": "重磅"},
    )
    client.post(f"{url}/transfers/{second['id']}/withdrawal", json={"reason": "空车"})
    named, _ = figures(client, url)
    assert (named["truck_scales"]["weight_t"], named["truck_scales"]["load_count"]) == (32.0, 1)


def test_the_balance_of_nothing_has_only_the_bill(client: TestClient, url: str) -> None:
    named, compared = figures(client, url)
    assert (list(named), compared) == (["bill_of_lading"], {})
