"""Evidence: the order of stages rule by rule, and a port call from declaration to release through the routes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.portcalls.schemas import MilestoneName
from api.portcalls.stages import (
    NEEDED,
    ORDER,
    Finding,
    Paper,
    PortCallFacts,
    current_stage,
    lacks_of,
    time_lacks,
)

START = datetime(2026, 5, 1, tzinfo=UTC)
GRAIN_PAPERS = ("bill_of_lading", "quarantine_permit", "phytosanitary_certificate", "origin_certificate")


def facts(*reached: MilestoneName, **changes: Any) -> PortCallFacts:
    values: dict[str, Any] = {
        "operation": "discharging",
        "reached": {name: START + timedelta(days=ORDER.index(name)) for name in ("declared", *reached)},
        "declared_on": START.date(),
        "categories": frozenset({"grain"}),
        "papers": [Paper(kind=kind, expires_on=None) for kind in GRAIN_PAPERS],
        "findings": [],
        "seals": [],
        "surveyed": True,
    }
    return PortCallFacts(**(values | changes))


SURVEYED: tuple[MilestoneName, ...] = ("berthed", "initial_survey", "working", "final_survey")


@pytest.mark.parametrize(
    ("name", "known", "codes"),
    [
        ("berthed", facts(), []),
        ("anchorage_inspection", facts(), []),
        ("anchorage_inspection", facts("berthed"), ["later_reached"]),
        ("initial_survey", facts(), ["stage_missing"]),
        ("working", facts("berthed"), ["stage_missing"]),
        ("final_survey", facts("berthed", "initial_survey"), ["stage_missing"]),
        ("berthed", facts("berthed"), ["already_reached"]),
        ("stored", facts("berthed", "initial_survey", "working"), []),
        ("stored", facts(*SURVEYED, "transferred"), []),
        ("stored", facts(*SURVEYED, "released"), ["later_reached"]),
        ("stored", facts(*SURVEYED, operation="loading"), ["not_for_this_operation"]),
        ("released", facts(*SURVEYED), []),
        ("released", facts(*SURVEYED, surveyed=False), ["survey_missing"]),
        ("released", facts("berthed", "initial_survey", "working"), ["stage_missing"]),
        ("released", facts(*SURVEYED, categories=frozenset()), ["lot_missing"]),
        ("released", facts(*SURVEYED, papers=[]), ["document_missing"] * 4),
        ("released", facts(*SURVEYED, papers=[], categories=frozenset({"ore"})), ["document_missing"]),
        ("released", facts(*SURVEYED, papers=[], operation="loading"), []),
        ("released", facts(*SURVEYED, findings=[Finding(name="S", state="open")]), ["finding_open"]),
        ("released", facts(*SURVEYED, findings=[Finding(name="S", state="failed")]), ["finding_failed"]),
        ("released", facts(*SURVEYED, findings=[Finding(name="S", state="passed")]), []),
        ("released", facts(*SURVEYED, seals=[Finding(name="1", state="broken")]), ["seal_broken"]),
    ],
)
def test_what_keeps_a_port_call_from_a_stage(
    name: MilestoneName, known: PortCallFacts, codes: list[str]
) -> None:
    assert [lack.code for lack in lacks_of(name, known)] == codes


def test_a_paper_that_had_expired_when_the_ship_came_is_none() -> None:
    expired = Paper(kind="quarantine_permit", expires_on=date(2026, 4, 30))
    valid = Paper(kind="quarantine_permit", expires_on=START.date())
    others = [Paper(kind=kind, expires_on=None) for kind in GRAIN_PAPERS if kind != "quarantine_permit"]
    assert [lack.code for lack in lacks_of("released", facts(*SURVEYED, papers=[*others, expired]))] == [
        "document_expired"
    ]
    assert lacks_of("released", facts(*SURVEYED, papers=[*others, expired, valid])) == []


@pytest.mark.parametrize(
    ("name", "days", "contradicted"),
    [
        ("working", 0.5, ["berthed", "initial_survey"]),
        ("initial_survey", 2.5, []),
        ("initial_survey", 6.0, ["working", "final_survey"]),
        ("stored", 4.5, []),
        ("stored", 3.5, ["working"]),
    ],
)
def test_a_moment_that_contradicts_other_stages_is_named(
    name: MilestoneName, days: float, contradicted: list[str]
) -> None:
    known = facts("berthed", "initial_survey", "working", "final_survey")
    assert [lack.subject for lack in time_lacks(name, START + timedelta(days=days), known)] == contradicted


@given(st.permutations(ORDER[1:]))
def test_in_whatever_order_it_is_tried_no_stage_comes_before_what_it_needs(
    tried: list[MilestoneName],
) -> None:
    reached: list[MilestoneName] = ["declared"]
    for _ in ORDER:
        for name in tried:
            if not lacks_of(name, facts(*reached)):
                assert set(NEEDED[name]) <= set(reached)
                reached.append(name)
    assert "released" in reached
    assert current_stage(facts(*reached).reached) == "released"


METHOD = {"rounding": "full", "mctc_half_interval_m": 0.5}


@pytest.fixture
def url(client: TestClient) -> str:
    vessel = client.post(
        "/api/v1/vessels", json={"name": "A", "length_between_perpendiculars_m": 100.0}
    ).json()
    body = {"vessel_id": vessel["id"], "cargo": "大豆", "operation": "discharging", "method": METHOD}
    return f"/api/v1/portcalls/{client.post('/api/v1/portcalls', json=body).json()['id']}"


def at(day: int) -> str:
    return f"2026-05-{day:02d}T00:00:00Z"


def test_stages_are_reached_in_order_corrected_and_withdrawn(client: TestClient, url: str) -> None:
    early = client.post(f"{url}/milestones", json={"name": "working", "occurred_at": at(4)})
    assert (early.status_code, early.json()["code"]) == (409, "not_ready")
    assert early.json()["errors"][0]["pointer"] == "stage_missing:initial_survey"
    for name, day in (("berthed", 2), ("initial_survey", 3)):
        answer = client.post(f"{url}/milestones", json={"name": name, "occurred_at": at(day), "note": "靠泊"})
        assert answer.status_code == 201, answer.text
    listed = {item["name"]: item for item in client.get(f"{url}/milestones").json()["items"]}
    berthed, surveyed = listed["berthed"], listed["initial_survey"]
    record = client.get(f"/api/v1/records/{surveyed['record_id']}").json()
    assert record["causes"] == [berthed["record_id"]]
    assert (record["occurred_at"], record["occurred_at_source"]) == (at(3), "stated")
    late = {"occurred_at": at(4), "reason": "日志"}
    assert client.post(f"{url}/milestones/{berthed['id']}/correction", json=late).status_code == 409
    corrected = client.post(
        f"{url}/milestones/{berthed['id']}/correction", json={"occurred_at": at(1), "reason": "日志"}
    ).json()
    assert (corrected["replaces_id"], corrected["occurred_at"]) == (berthed["id"], at(1))
    resting = client.post(f"{url}/milestones/{corrected['id']}/withdrawal", json={"reason": "x"})
    assert "initial_survey rests on berthed" in resting.json()["detail"]
    gone = client.post(f"{url}/milestones/{surveyed['id']}/withdrawal", json={"reason": "未做"})
    assert gone.json()["ended_at"] is not None
    again = client.post(f"{url}/milestones/{surveyed['id']}/withdrawal", json={"reason": "x"})
    assert again.status_code == 409
    assert [item["name"] for item in client.get(f"{url}/milestones").json()["items"]] == [
        "berthed",
        "declared",
    ]
    everything = client.get(f"{url}/milestones", params={"with_ended": True}).json()["items"]
    assert len(everything) == 4
    assert client.get(f"{url}/progress").json()["current"] == "berthed"


def test_what_has_not_happened_yet_is_refused(client: TestClient, url: str) -> None:
    answer = client.post(f"{url}/milestones", json={"name": "berthed", "occurred_at": "2199-01-01T00:00:00Z"})
    assert answer.json()["errors"][0]["pointer"] == "/occurred_at"


def test_an_override_needs_what_nobody_may_pass_over(client: TestClient, url: str) -> None:
    body = {"occurred_at": at(9), "reason": "复检合格"}
    answer = client.post(f"{url}/release-override", json=body)
    assert answer.status_code == 409
    assert {error["pointer"].partition(":")[0] for error in answer.json()["errors"]} == {
        "stage_missing",
        "survey_missing",
        "lot_missing",
    }
