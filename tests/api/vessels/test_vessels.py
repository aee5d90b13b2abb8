"""Evidence: vessels and tables through the routes, with the faults a ship's papers have."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from current_state import put_current
from fastapi.testclient import TestClient
from openpyxl import Workbook
from shared_data import SHARED, needs_shared

from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.vessels import service

UNKNOWN = "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"
PAPERS: dict[str, Any] = {
    "name": "安信山 ⚓",
    "imo": "9577434",
    "length_between_perpendiculars_m": 100.0,
    "breadth_m": 20.0,
    "lightship_t": 3000.0,
}
# A box of 100 m by 20 m in sea water: 2050 t a metre, 20.5 t a centimetre, LCF amidships.
BOX = [(draft, 2050.0 * draft, 20.5, 170.8, 0.0) for draft in (4.0, 4.5, 5.0, 5.5, 6.0)]
HEADER = ("draft_m", "displacement_t", "tpc_t_per_cm", "mctc_tm_per_cm", "lcf_m")
DECLARED = {
    "file_name": "box.csv",
    "density_t_per_m3": "1.025",
    "lcf_reference": "aft_of_midships",
    "draft_basis": "extreme",
    "kind": "displacement",
}


def csv_of(rows: Sequence[tuple[float, ...]]) -> bytes:
    lines = [",".join(HEADER), *(",".join(str(value) for value in row) for row in rows)]
    return "\n".join(lines).encode()


def xlsx_of(rows: Sequence[tuple[float, ...]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADER, *rows):
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture
def vessel_id(client: TestClient) -> str:
    identifier: str = client.post("/api/v1/vessels", json=PAPERS).json()["id"]
    return identifier


def send_table(client: TestClient, vessel_id: str, content: bytes, **changes: str | None) -> Any:
    query = {name: value for name, value in {**DECLARED, **changes}.items() if value is not None}
    return client.post(f"/api/v1/vessels/{vessel_id}/hydrostatic-tables", params=query, content=content)


def kinds(client: TestClient) -> list[str]:
    return [record["kind"] for record in client.get("/api/v1/records").json()["items"]]


def test_a_vessel_is_entered_read_found_and_recorded(client: TestClient) -> None:
    answer = client.post("/api/v1/vessels", json={**PAPERS, "name": "  安信山 ⚓  "})
    assert answer.status_code == 201
    vessel = answer.json()
    assert answer.headers["location"] == f"/api/v1/vessels/{vessel['id']}"
    assert vessel["name"] == "安信山 ⚓"
    assert vessel["created_at"].endswith("Z")
    assert vessel["summer_draft_m"] is None
    assert client.get(f"/api/v1/vessels/{vessel['id']}").json() == vessel
    assert client.get("/api/v1/vessels", params={"name_contains": "信山"}).json()["items"] == [vessel]
    assert client.get("/api/v1/vessels", params={"name_contains": "%"}).json()["items"] == []
    assert kinds(client) == ["vessel.registered"]


def test_a_change_keeps_both_states_in_the_record(client: TestClient, vessel_id: str) -> None:
    changed = {**PAPERS, "lightship_t": 3100.0}
    assert put_current(client, f"/api/v1/vessels/{vessel_id}", changed).json()["lightship_t"] == 3100.0
    payload = client.get("/api/v1/records", params={"kind": "vessel.changed"}).json()["items"][0]["payload"]
    assert (payload["before"]["lightship_t"], payload["after"]["lightship_t"]) == (3000.0, 3100.0)


def test_an_unknown_vessel_is_404_on_every_route(client: TestClient) -> None:
    for answer in (
        client.get(f"/api/v1/vessels/{UNKNOWN}"),
        put_current(client, f"/api/v1/vessels/{UNKNOWN}", PAPERS),
        client.get(f"/api/v1/vessels/{UNKNOWN}/hydrostatic-tables"),
        client.get(f"/api/v1/vessels/{UNKNOWN}/hydrostatic-tables/{UNKNOWN}"),
        client.get(f"/api/v1/vessels/{UNKNOWN}/hydrostatic-tables/{UNKNOWN}/file"),
        send_table(client, UNKNOWN, csv_of(BOX)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 201),
        ("name", "a\u0007b"),
        ("name", "a\nb"),
        ("name", "evil\u202egnp"),
        ("name", 7),
        ("imo", "9577435"),
        ("imo", "957743"),
        ("imo", "٩٥٧٧٤٣٤"),
        ("length_between_perpendiculars_m", 1e308),
        ("length_between_perpendiculars_m", -1.0),
        ("length_between_perpendiculars_m", "100"),
        ("length_between_perpendiculars_m", True),
        ("length_between_perpendiculars_m", None),
        ("breadth_m", 0.0),
        ("lightship_t", -1.0),
        ("keel_plate_thickness_m", 18.0),
        ("marks_forward_of_reference_m", {"forward": -1.0, "midship": 0.0}),
        ("colour", "red"),
    ],
)
def test_an_implausible_field_is_refused_by_its_name(client: TestClient, field: str, value: object) -> None:
    answer = client.post("/api/v1/vessels", json={**PAPERS, field: value})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert all(error["pointer"].startswith(f"/{field}") for error in answer.json()["errors"])
    assert client.get("/api/v1/vessels").json()["items"] == []


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "../../etc/passwd", "👩‍✈️ 船", "' OR 1=1 --", "x" * 200]
)
def test_any_plain_name_comes_back_as_it_was(client: TestClient, name: str) -> None:
    vessel = client.post("/api/v1/vessels", json={**PAPERS, "name": name}).json()
    assert client.get(f"/api/v1/vessels/{vessel['id']}").json()["name"] == name


@pytest.mark.parametrize(("name", "make"), [("盒.csv", csv_of), ("盒.xlsx", xlsx_of)])
def test_a_table_is_imported_kept_and_recorded(
    client: TestClient, objects: ObjectStore, vessel_id: str, name: str, make: Any
) -> None:
    content = make(BOX)
    answer = send_table(client, vessel_id, content, file_name=name)
    assert answer.status_code == 201, answer.text
    table = answer.json()
    assert [row["displacement_t"] for row in table["rows"]] == [row[1] for row in BOX]
    assert not [finding for finding in table["audit"] if finding["severity"] == "blocking"]
    assert objects.existing_path_of(table["object_sha256"]).read_bytes() == content
    assert client.get(f"/api/v1/vessels/{vessel_id}").json()["hydrostatic_table_id"] == table["id"]
    url = f"/api/v1/vessels/{vessel_id}/hydrostatic-tables"
    assert client.get(f"{url}/{table['id']}").json() == table
    summary = client.get(url).json()["items"]
    assert [item["id"] for item in summary] == [table["id"]]
    assert "rows" not in summary[0]
    record = client.get("/api/v1/records", params={"kind": "vessel.hydrostatic_table_imported"}).json()[
        "items"
    ][0]
    assert record["evidence"][0]["sha256"] == table["object_sha256"]
    assert record["payload"]["row_count"] == 5


def test_the_file_comes_back_as_a_download(client: TestClient, vessel_id: str) -> None:
    table = send_table(client, vessel_id, csv_of(BOX), file_name="盒.csv").json()
    answer = client.get(f"/api/v1/vessels/{vessel_id}/hydrostatic-tables/{table['id']}/file")
    assert answer.content == csv_of(BOX)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_table_of_another_vessel_is_404(client: TestClient, vessel_id: str) -> None:
    table = send_table(client, vessel_id, csv_of(BOX)).json()
    other = client.post("/api/v1/vessels", json={**PAPERS, "name": "B"}).json()["id"]
    assert client.get(f"/api/v1/vessels/{other}/hydrostatic-tables/{table['id']}").status_code == 404


def test_rows_are_brought_to_one_convention_for_the_survey(
    client: TestClient, database: Database, vessel_id: str
) -> None:
    # Hand calculation: LBP 100 m, so 48 m forward of AP is 2 m abaft midships; deadweight + lightship 3000 t.
    rows = [(draft, displacement - 3000.0, tpc, mctc, 48.0) for draft, displacement, tpc, mctc, _ in BOX]
    content = csv_of(rows).replace(b"displacement_t", b"deadweight_t")
    table = send_table(client, vessel_id, content, kind="deadweight", lcf_reference="forward_of_ap").json()
    assert (table["file_kind"], table["file_lcf_reference"]) == ("deadweight", "forward_of_ap")
    with database.reading() as session:
        stored = service.require_table(session, UUID(table["vessel_id"]), UUID(table["id"]))
        case = service.case_table(stored)
    assert (case["kind"], case["lcf_reference"]) == ("displacement", "aft_of_midships")
    assert case["rows"][0]["displacement_t"] == pytest.approx(8200.0)
    assert case["rows"][0]["lcf_aft_of_midships_m"] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("content", "changes", "code"),
    [
        (b"", {}, "invalid_request"),
        (b" \n", {}, "unreadable_table"),
        (b"\x00\x01\x02" * 100, {}, "unreadable_table"),
        (b"dear diary,\ntoday it rained\n", {}, "unreadable_table"),
        (csv_of(BOX), {"lcf_reference": None}, "undeclared_table"),
        (csv_of(BOX), {"draft_basis": None}, "undeclared_table"),
        (csv_of([*BOX, (6.5, float("nan"), 20.5, 170.8, 0.0)]), {}, "bad_cell"),
        (csv_of(BOX[:1]), {}, "unusable_table"),
        (csv_of([*BOX, BOX[-1]]), {}, "unusable_table"),
        (csv_of([*BOX, (6.5, 100.0, 20.5, 170.8, 0.0)]), {}, "unusable_table"),
        (csv_of(BOX), {"density_t_per_m3": "1025"}, "invalid_request"),
        (csv_of(BOX), {"density_t_per_m3": "nan"}, "invalid_request"),
        (csv_of(BOX), {"density_t_per_m3": None}, "invalid_request"),
        (csv_of(BOX), {"lcf_reference": "midships"}, "invalid_request"),
        (csv_of(BOX), {"file_name": "a\x00b"}, "invalid_request"),
        (csv_of(BOX), {"colour": "red"}, "invalid_request"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_and_leaves_nothing(
    client: TestClient, objects: ObjectStore, vessel_id: str, content: bytes, changes: Any, code: str
) -> None:
    answer = send_table(client, vessel_id, content, **changes)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert client.get(f"/api/v1/vessels/{vessel_id}/hydrostatic-tables").json()["items"] == []
    assert kinds(client) == ["vessel.registered"]
    assert [path for path in objects.root.rglob("*") if path.is_file()] == []


def test_an_unusable_table_names_the_lines(client: TestClient, vessel_id: str) -> None:
    answer = send_table(client, vessel_id, csv_of([*BOX, BOX[-1]]))
    assert [error["pointer"] for error in answer.json()["errors"]] == ["line:7"]
    assert "both have the draft 6 m" in answer.json()["detail"]


@needs_shared
def test_a_real_table_is_imported(client: TestClient) -> None:
    papers = {"name": "REIHOU", "length_between_perpendiculars_m": 234.5, "lightship_t": 16576.0}
    vessel_id = client.post("/api/v1/vessels", json=papers).json()["id"]
    answer = send_table(client, vessel_id, (SHARED / "data/surveys/hydro_reihou.csv").read_bytes())
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["rows"]) > 10
