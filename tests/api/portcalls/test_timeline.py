"""Evidence: a whole port call of imported grain through the routes: every fact once, in order, page by page."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from api_rows import add_footage
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from logged_in import log_in

from api.app import create_app
from api.portcalls.timeline import Shifts
from api.settings import Settings
from api.storage.tables import Milestone, Survey, new_id, utc_now

AT = "2026-05-04T06:30:00Z"
START = datetime(2026, 5, 4, tzinfo=UTC)
SHANGHAI = timezone(timedelta(hours=8))


def truck(number: int) -> dict[str, Any]:
    at = (START + timedelta(hours=number)).isoformat()
    return {
        "mode": "truck",
        "ticket_number": str(number),
        "weighed_at": at,
        "net_t": None if number == 3 else 30.0,
    }


def declare(client: TestClient) -> str:
    vessel = {"name": "A", "length_between_perpendiculars_m": 100.0}
    body = {
        "vessel_id": client.post("/api/v1/vessels", json=vessel).json()["id"],
        "cargo": "大豆",
        "operation": "discharging",
        "method": {"rounding": "full", "mctc_half_interval_m": 0.5},
    }
    return str(client.post("/api/v1/portcalls", json=body).json()["id"])


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A port call with footage, a reading by hand, findings, a seal and twenty trucks."""
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("timeline") / "var", minimum_free_bytes=0))
    with TestClient(app, base_url="http://localhost") as client:
        log_in(client)
        resources = app.state.resources
        port_call_id = declare(client)
        add_footage(resources.database, resources.objects, port_call_id, content=b"video")
        reading = {
            "port_call_id": port_call_id,
            "stage": "initial",
            "mark": "forward",
            "side": "port",
            "draft_m": 9.1,
            "standard_uncertainty_m": 0.02,
            "reason": "目测",
            "observer": "王工",
        }
        assert client.post("/api/v1/readings/manual", json=reading).status_code == 201
        url = f"/api/v1/portcalls/{port_call_id}"
        seal = {"number": "CN1", "place": "3 号舱", "state": "applied", "seen_at": AT, "seen_by": "李"}
        client.post(f"{url}/seals", json=seal)
        finding = {
            "sample_number": "S",
            "category": "gmo",
            "analyte": "GMO",
            "verdict": "open",
            "laboratory": "L",
        }
        client.post(f"{url}/findings", json=finding)
        client.post(f"{url}/milestones", json={"name": "berthed", "occurred_at": AT})
        client.post(f"{url}/transfers", json={"transfers": [truck(number) for number in range(20)]})
        yield client, url


def pages(client: TestClient, url: str, **query: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        asked = {**query, **({} if cursor is None else {"cursor": cursor})}
        page = client.get(f"{url}/timeline", params=asked).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


def test_every_record_and_every_shift_stands_once_in_order_of_time(followed: Any) -> None:
    client, url = followed
    whole = pages(client, url)
    records = client.get("/api/v1/records", params={"port_call_id": url.rpartition("/")[2]}).json()["items"]
    assert {item["record_id"] for item in whole if item["record_id"]} == {item["id"] for item in records}
    assert [item["at"] for item in whole] == sorted(item["at"] for item in whole)
    assert {item["category"] for item in whole} >= {
        "flight",
        "reading",
        "cargo",
        "finding",
        "milestone",
        "shift",
    }
    for limit in (1, 2, 3):
        assert pages(client, url, limit=limit) == whole


def test_shifts_sum_the_loads_and_count_what_was_not_weighed(followed: Any) -> None:
    client, url = followed
    shifts = [item["shift"] for item in pages(client, url, category="shift")]
    # 00:00 to 19:00 UTC is 08:00 to 03:00 in Shanghai: shifts of 8 hours hold 8, 8 and 4 loads
    assert [(shift["load_count"], shift["without_weight"]) for shift in shifts] == [(8, 1), (8, 0), (4, 0)]
    assert [shift["net_t"] for shift in shifts] == [210.0, 240.0, 120.0]
    assert shifts[0]["shift_start"] == "2026-05-04T00:00:00Z"
    by_day = [
        item["shift"] for item in pages(client, url, category="shift", shift_hours=24, utc_offset_hours=0)
    ]
    assert [shift["load_count"] for shift in by_day] == [20]


@pytest.mark.parametrize(
    "category", ["flight", "reading", "finding", "cargo", "milestone", "transfer", "survey", "event"]
)
def test_a_category_gives_its_own_and_nothing_else(followed: Any, category: str) -> None:
    client, url = followed
    whole = [item for item in pages(client, url) if item["category"] == category]
    assert pages(client, url, category=category, limit=2) == whole


def test_what_an_item_speaks_of_can_be_read(followed: Any) -> None:
    client, url = followed
    for item in pages(client, url):
        for link in item["links"].values():
            assert client.get(link).status_code == 200, link
    received = next(item for item in pages(client, url) if item["kind"] == "file.received")
    assert received["evidence"][0]["sha256"]
    assert client.get(f"{received['links']['footage']}/content").content == b"video"


@pytest.mark.parametrize("cursor", ["x", "MjAyNi0wNS0wNFQwMDowMDowMCswMDowMHxhYmM="])
def test_a_cursor_of_somebody_else_is_refused(followed: Any, cursor: str) -> None:
    client, url = followed
    assert client.get(f"{url}/timeline", params={"cursor": cursor}).status_code == 422


def test_the_overview_leads_from_a_draft_to_its_reading(followed: Any) -> None:
    client, url = followed
    overview = client.get(f"{url}/overview").json()
    position = next(item for item in overview["stages"][0]["positions"] if item["draft_m"] is not None)
    reading = client.get(position["frame"]["reading_url"]).json()
    assert reading["decided_draft_m"] == position["draft_m"]
    assert position["frame"]["footage_url"] is None
    assert overview["progress"]["current"] == "berthed"
    assert overview["balance"]["figures"][0]["name"] == "truck_scales"


HOURS = st.integers(min_value=1, max_value=24)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(HOURS, MOMENTS)
def test_every_moment_lies_in_the_shift_it_is_put_into(hours: int, at: datetime) -> None:
    shifts = Shifts(hours=hours, zone=SHANGHAI)
    start = shifts.start_of(at)
    assert start <= at < shifts.end_of(start)
    assert shifts.start_of(start) == start


def add_final_survey(app: FastAPI, port_call_id: UUID) -> None:
    with app.state.resources.database.writing() as session:
        record_id = session.query(Milestone).filter_by(port_call_id=port_call_id).first().record_id
        session.add(
            Survey(
                id=new_id(),
                port_call_id=port_call_id,
                version=1,
                case={},
                document={},
                cargo_t=-3000.0,
                u95_t=12.0,
                provisional=False,
                record_id=record_id,
                computed_at=utc_now(),
            )
        )


@pytest.fixture
def surveyed(app: FastAPI, client: TestClient) -> str:
    """A grain ship that is surveyed twice and lacks only her papers."""
    port_call_id = declare(client)
    url = f"/api/v1/portcalls/{port_call_id}"
    for day, name in enumerate(("berthed", "initial_survey", "working", "final_survey"), start=1):
        stage = {"name": name, "occurred_at": f"2026-05-{day:02d}T00:00:00Z"}
        assert client.post(f"{url}/milestones", json=stage).status_code == 201
    add_final_survey(app, UUID(port_call_id))
    client.post(f"{url}/lots", json={"category": "grain", "name_zh": "大豆"})
    return url


RELEASE = {"name": "released", "occurred_at": "2026-05-09T00:00:00Z"}
PAPERS = ("bill_of_lading", "quarantine_permit", "phytosanitary_certificate", "origin_certificate")


def test_a_release_waits_for_papers_and_findings_and_rests_on_them(client: TestClient, surveyed: str) -> None:
    answer = client.post(f"{surveyed}/milestones", json=RELEASE)
    assert answer.status_code == 409
    assert [error["pointer"] for error in answer.json()["errors"]] == [
        f"document_missing:{kind}" for kind in PAPERS
    ]
    for kind in PAPERS:
        client.post(f"{surveyed}/documents", json={"kind": kind, "number": "1", "issuer": "海关"})
    finding = {
        "sample_number": "S-1",
        "category": "weed_seed",
        "analyte": "豚草",
        "laboratory": "L",
        "verdict": "open",
    }
    there = client.post(f"{surveyed}/findings", json=finding).json()
    refused = client.post(f"{surveyed}/milestones", json=RELEASE).json()
    assert [error["pointer"] for error in refused["errors"]] == ["finding_open:S-1 豚草"]
    passed = {"stated": {**finding, "verdict": "passed", "detected": False}, "reason": "报告已出"}
    found = client.post(f"{surveyed}/findings/{there['id']}/correction", json=passed).json()
    released = client.post(f"{surveyed}/milestones", json=RELEASE)
    assert released.status_code == 201, released.text
    record = client.get(f"/api/v1/records/{released.json()['record_id']}").json()
    assert found["record_id"] in record["causes"]
    assert client.get(f"{surveyed}/progress").json()["current"] == "released"
    override = {"occurred_at": RELEASE["occurred_at"], "reason": "x"}
    assert client.post(f"{surveyed}/release-override", json=override).status_code == 409


def test_an_override_releases_with_its_reason_and_names_what_is_lacking(
    client: TestClient, surveyed: str
) -> None:
    override = {"occurred_at": RELEASE["occurred_at"], "reason": "复检合格，见附函"}
    answer = client.post(f"{surveyed}/release-override", json=override)
    assert answer.status_code == 201, answer.text
    record = client.get(f"/api/v1/records/{answer.json()['record_id']}").json()
    assert record["kind"] == "port_call.released_by_override"
    assert record["payload"]["reason"] == override["reason"]
    assert len(record["payload"]["lacks"]) == 4
