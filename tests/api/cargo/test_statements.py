"""Evidence: every kind of statement through its routes; corrections and withdrawals against the records."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

UNKNOWN = "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"
AT = "2026-05-04T06:30:00Z"
PARTY = {"role": "importer", "name": "中储粮油脂有限公司"}
LOT = {
    "category": "grain",
    "name_zh": "大豆",
    "hs_code": "1201901100",
    "origin_country": "BR",
    "declared_weight_t": 3000.0,
    "bill_of_lading_numbers": ["SANSHA2605-01"],
    "holds": ["1", "2"],
}
DOCUMENT = {
    "kind": "quarantine_permit",
    "number": "AP20260001",
    "issuer": "海关总署",
    "issued_on": "2026-02-01",
}
FINDING = {
    "sample_number": "S-1",
    "hold": "3",
    "category": "mycotoxin",
    "analyte": "DON",
    "value": 420.0,
    "unit": "µg/kg",
    "standard_uncertainty": 25.0,
    "upper_limit": 1000.0,
    "verdict": "passed",
    "laboratory": "宁波海关技术中心",
}
SEAL = {"number": "CN1", "place": "3 号舱口", "state": "applied", "seen_at": AT, "seen_by": "李关员"}
SCALE = {
    "number": "汽车衡 2 号",
    "kind": "truck_scale",
    "random_standard_uncertainty_t": 0.02,
    "systematic_standard_uncertainty_t": 0.01,
    "systematic_standard_uncertainty_permille": 0.5,
}
STORAGE = {"place": "3 号筒仓", "stored_at": AT, "weight_t": 2990.0, "receipt_number": "R-1"}
KINDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "parties": ("party", PARTY, {"name": "中粮"}),
    "lots": ("lot", LOT, {"declared_weight_t": 2999.0}),
    "documents": ("document", DOCUMENT, {"number": "AP20260002"}),
    "findings": ("finding", FINDING, {"value": 480.0}),
    "seals": ("seal", SEAL, {"state": "broken"}),
    "scales": ("scale", SCALE, {"random_standard_uncertainty_t": 0.03}),
    "storage": ("storage", STORAGE, {"weight_t": 2991.0}),
}


@pytest.mark.parametrize("path", KINDS)
def test_a_statement_is_made_corrected_and_withdrawn_and_nothing_is_erased(
    client: TestClient, url: str, path: str
) -> None:
    noun, body, change = KINDS[path]
    answer = client.post(f"{url}/{path}", json=body)
    assert answer.status_code == 201, answer.text
    first = answer.json()
    assert body.items() <= first.items()
    assert client.get(answer.headers["location"]).json() == first
    corrected = client.post(
        f"{url}/{path}/{first['id']}/correction", json={"stated": {**body, **change}, "reason": "录错"}
    )
    assert corrected.status_code == 201, corrected.text
    second = corrected.json()
    assert change.items() <= second.items()
    assert second["replaces_id"] == first["id"]
    assert client.get(f"{url}/{path}").json()["items"] == [second]
    everything = client.get(f"{url}/{path}", params={"with_ended": True}).json()["items"]
    assert [item["id"] for item in everything] == [first["id"], second["id"]]
    assert everything[0] == {
        **first,
        "ended_at": everything[0]["ended_at"],
        "end_record_id": second["record_id"],
    }
    gone = client.post(f"{url}/{path}/{second['id']}/withdrawal", json={"reason": "重复"})
    assert gone.status_code == 201
    assert client.get(f"{url}/{path}").json()["items"] == []
    records = client.get("/api/v1/records", params={"port_call_id": url.rpartition("/")[2]}).json()["items"]
    kinds = ["port_call.declared", f"cargo.{noun}_stated", f"cargo.{noun}_stated", "cargo.fact_withdrawn"]
    assert [record["kind"] for record in records] == kinds
    assert records[2]["causes"] == [records[1]["id"]]
    assert records[3]["causes"] == [records[2]["id"]]
    assert records[2]["payload"]["reason"] == "录错"


@pytest.mark.parametrize("path", KINDS)
def test_what_no_longer_counts_cannot_be_corrected_again(client: TestClient, url: str, path: str) -> None:
    body = KINDS[path][1]
    first = client.post(f"{url}/{path}", json=body).json()
    client.post(f"{url}/{path}/{first['id']}/withdrawal", json={"reason": "x"})
    for way, request in (
        ("correction", {"stated": body, "reason": "x"}),
        ("withdrawal", {"reason": "x"}),
    ):
        answer = client.post(f"{url}/{path}/{first['id']}/{way}", json=request)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize("path", sorted(KINDS.keys() - {"lots"}))
def test_the_same_is_not_stated_twice(client: TestClient, url: str, path: str) -> None:
    body = KINDS[path][1]
    assert client.post(f"{url}/{path}", json=body).status_code == 201
    answer = client.post(f"{url}/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert len(client.get(f"{url}/{path}").json()["items"]) == 1


@pytest.mark.parametrize("path", KINDS)
def test_an_unknown_port_call_or_statement_is_404(client: TestClient, url: str, path: str) -> None:
    body = KINDS[path][1]
    other = f"/api/v1/portcalls/{UNKNOWN}/{path}"
    there = client.post(f"{url}/{path}", json=body).json()["id"]
    correction = {"stated": body, "reason": "x"}
    for answer in (
        client.post(other, json=body),
        client.get(other),
        client.get(f"{url}/{path}/{UNKNOWN}"),
        client.get(f"{other}/{there}"),
        client.post(f"{other}/{there}/correction", json=correction),
        client.post(f"{other}/{there}/withdrawal", json={"reason": "x"}),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("path", "change", "pointer"),
    [
        ("parties", {"role": "king"}, "/role"),
        ("lots", {"hs_code": "12"}, "/hs_code"),
        ("lots", {"origin_country": "Brasil"}, "/origin_country"),
        ("lots", {"declared_weight_t": -1}, "/declared_weight_t"),
        ("lots", {"bill_of_lading_numbers": [" "]}, "/bill_of_lading_numbers/0"),
        ("documents", {"expires_on": "2025-01-01"}, ""),
        ("documents", {"kind": "letter"}, "/kind"),
        ("findings", {"unit": None}, ""),
        ("findings", {"value": None}, ""),
        ("findings", {"value": 1200.0}, ""),
        ("findings", {"lower_limit": 500.0}, ""),
        ("findings", {"standard_uncertainty": -1}, "/standard_uncertainty"),
        ("seals", {"seen_at": "2026-05-04T06:30:00"}, "/seen_at"),
        ("scales", {"random_standard_uncertainty_t": None}, "/random_standard_uncertainty_t"),
        ("storage", {"weight_t": "2990"}, "/weight_t"),
        ("storage", {"wheight_t": 1}, "/wheight_t"),
    ],
)
def test_a_statement_that_cannot_be_is_refused_by_its_place(
    client: TestClient, url: str, path: str, change: dict[str, Any], pointer: str
) -> None:
    answer = client.post(f"{url}/{path}", json={**KINDS[path][1], **change})
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert client.get(f"{url}/{path}").json()["items"] == []


def test_nothing_about_a_scale_is_assumed(client: TestClient, url: str) -> None:
    answer = client.post(f"{url}/scales", json={"number": "1", "kind": "truck_scale"})
    missing = {error["pointer"] for error in answer.json()["errors"]}
    assert missing == {name for name in (f"/{key}" for key in SCALE) if "uncertainty" in name}


PDF = b"%PDF-1.7\n%" + bytes(range(256))


def test_the_file_of_a_paper_is_kept_and_given_out_and_stays_with_its_correction(
    client: TestClient, url: str
) -> None:
    paper = client.post(f"{url}/documents", json=DOCUMENT).json()
    assert (paper["file_url"], client.get(f"{url}/documents/{paper['id']}/file").status_code) == (None, 404)
    file_url = f"{url}/documents/{paper['id']}/file"
    for _ in range(2):
        filed = client.put(file_url, params={"file_name": "许可证.pdf"}, content=PDF)
        assert filed.status_code == 200, filed.text
    assert filed.json()["file_url"] == file_url
    got = client.get(file_url)
    assert (got.content, got.headers["content-type"]) == (PDF, "application/pdf")
    other = client.put(file_url, params={"file_name": "a.pdf"}, content=PDF + b"x")
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    corrected = client.post(
        f"{url}/documents/{paper['id']}/correction",
        json={"stated": {**DOCUMENT, "expires_on": "2026-12-31"}, "reason": "补有效期"},
    ).json()
    assert corrected["object_sha256"] == filed.json()["object_sha256"]
    assert client.get(corrected["file_url"]).content == PDF
    records = client.get(
        "/api/v1/records", params={"kind": "cargo.document_filed", "port_call_id": url.rpartition("/")[2]}
    ).json()["items"]
    assert [record["evidence"][0]["sha256"] for record in records] == [filed.json()["object_sha256"]]


@pytest.mark.parametrize("content", [b"<svg/>", b"MZ\x90", b"", b"plain"])
def test_a_file_that_is_no_paper_is_refused(client: TestClient, url: str, content: bytes) -> None:
    paper = client.post(f"{url}/documents", json=DOCUMENT).json()
    answer = client.put(f"{url}/documents/{paper['id']}/file", params={"file_name": "a"}, content=content)
    assert answer.status_code in {415, 422}
    assert client.get(f"{url}/documents/{paper['id']}").json()["object_sha256"] is None
