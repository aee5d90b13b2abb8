"""Evidence: every noun found through its routes; short and mixed words; a property against a plain look-through."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from current_state import put_current
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from logged_in import log_in, token_of
from sqlalchemy import func, select
from sqlalchemy import text as sql

from api.app import create_app
from api.search.schemas import SearchQuery
from api.search.service import search
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import DEFAULT_SITE_ID, SearchEntry, Vessel

AT = "2026-05-04T06:30:00Z"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("search") / "var", minimum_free_bytes=0)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        log_in(client)
        yield client


@pytest.fixture(scope="module")
def url(client: TestClient) -> str:
    """A port call with one thing of every noun."""
    vessel = {"name": "安信山 ANXINSHAN", "imo": "9577434", "length_between_perpendiculars_m": 192.0}
    body = {
        "vessel_id": client.post("/api/v1/vessels", json=vessel).json()["id"],
        "port": "宁波舟山港",
        "berth": "北仑 7 号",
        "voyage": "V-2605E",
        "cargo": "进口大豆",
        "operation": "discharging",
        "method": {"rounding": "full", "mctc_half_interval_m": 0.5},
    }
    url = f"/api/v1/portcalls/{client.post('/api/v1/portcalls', json=body).json()['id']}"
    for path, stated in {
        "parties": {"role": "importer", "name": "中储粮油脂有限公司"},
        "lots": {"category": "grain", "name_zh": "大豆", "bill_of_lading_numbers": ["SANSHA2605-01"]},
        "documents": {"kind": "quarantine_permit", "number": "AP20260001", "issuer": "海关总署"},
        "findings": {
            "sample_number": "S-0417",
            "category": "weed_seed",
            "analyte": "豚草",
            "verdict": "open",
            "laboratory": "宁波海关技术中心",
        },
        "seals": {
            "number": "CN8812345",
            "place": "3 号舱口",
            "state": "applied",
            "seen_at": AT,
            "seen_by": "李关员",
        },
        "storage": {"place": "丰源筒仓", "stored_at": AT, "receipt_number": "R-77"},
        "transfers": {
            "transfers": [
                {
                    "mode": "truck",
                    "ticket_number": "T-1",
                    "vehicle": "浙B12345",
                    "weighed_at": AT,
                    "destination": "衢州库",
                }
            ]
        },
    }.items():
        assert client.post(f"{url}/{path}", json=stated).status_code == 201, path
    return url


def found(client: TestClient, text: str, **query: Any) -> dict[str, list[dict[str, Any]]]:
    answer = client.get("/api/v1/search", params={"text": text, **query})
    assert answer.status_code == 200, answer.text
    return {group["noun"]: group["items"] for group in answer.json()["groups"]}


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("安信", "vessel"),
        ("9577434", "vessel"),
        ("77434", "vessel"),
        ("anxin", "vessel"),
        ("安信山", "port_call"),
        ("V-2605", "port_call"),
        ("北仑", "port_call"),
        ("7 号", "port_call"),
        ("中储粮", "party"),
        ("油脂 中储", "party"),
        ("SANSHA2605-01", "lot"),
        ("豆", "lot"),
        ("AP2026", "document"),
        ("海关总署", "document"),
        ("permit", "document"),
        ("豚草", "finding"),
        ("s-0417", "finding"),
        ("8812", "seal"),
        ("李关员", "seal"),
        ("丰源", "storage"),
        ("R-77", "storage"),
        ("浙b12", "transfer"),
        ("衢州", "transfer"),
        ("port_call.decl", "record"),
        ("中储粮", "record"),
    ],
)
def test_every_noun_is_found_by_a_part_of_what_it_says(
    client: TestClient, url: str, text: str, noun: str
) -> None:
    assert url
    hits = found(client, text)
    assert hits.get(noun), hits.keys()
    hit = hits[noun][0]
    assert text.split(maxsplit=1)[0].lower() in hit["excerpt"].lower()
    answer = client.get(hit["url"])
    assert answer.status_code == 200, hit["url"]
    assert answer.json()["id"] == hit["id"]
    assert found(client, text, noun=noun).keys() == {noun}
    if hit["port_call_id"] is not None:
        own = [other for other in hits[noun] if other["port_call_id"] == hit["port_call_id"]]
        assert found(client, text, port_call_id=hit["port_call_id"])[noun] == own


@pytest.mark.parametrize(
    "text", ["无此内容", "大豆 无此", "zq", "Ω", '"', "%", "_%", "*", "OR", "ttt", "rrr"]
)
def test_what_is_nowhere_is_not_found_and_no_sign_means_anything(
    client: TestClient, url: str, text: str
) -> None:
    assert url
    hits = [hit["excerpt"].lower() for group in found(client, text).values() for hit in group]
    assert all(text.lower() in excerpt for excerpt in hits)


def test_records_are_narrowed_by_kind_actor_and_time(client: TestClient, url: str) -> None:
    assert url
    records = found(client, "大豆", kind="cargo.lot_stated", noun="record")["record"]
    assert {record["kind"] for record in records} == {"cargo.lot_stated"}
    actor = records[0]["actor"]
    assert found(client, "大豆", actor=actor, noun="record")["record"]
    assert found(client, "大豆", actor="nobody") == {}
    seen = found(
        client, "CN8812345", happened_from="2026-05-04T00:00:00Z", happened_before="2026-05-05T00:00:00Z"
    )
    assert seen.keys() == {"seal", "record"}
    assert found(client, "CN8812345", happened_before="2026-05-04T00:00:00Z") == {}


def test_what_no_longer_counts_is_found_in_its_record_alone(client: TestClient, url: str) -> None:
    party = client.post(f"{url}/parties", json={"role": "carrier", "name": "旧承运商"}).json()
    assert found(client, "旧承运商").keys() == {"party", "record"}
    client.post(f"{url}/parties/{party['id']}/withdrawal", json={"reason": "换了"})
    assert found(client, "旧承运商").keys() == {"record"}


def test_a_vessel_is_found_by_what_she_is_called_now(client: TestClient) -> None:
    body = {"name": "旧名轮", "length_between_perpendiculars_m": 100.0}
    vessel = client.post("/api/v1/vessels", json=body).json()
    put_current(client, f"/api/v1/vessels/{vessel['id']}", {**body, "name": "新名轮"})
    assert [hit["id"] for hit in found(client, "新名轮")["vessel"]] == [vessel["id"]]
    assert found(client, "旧名轮").keys() == {"record"}


def test_pages_of_one_noun_give_everything_once_the_newest_first(client: TestClient) -> None:
    for number in range(7):
        body = {"name": f"翻页轮 {number}", "length_between_perpendiculars_m": 100.0}
        client.post("/api/v1/vessels", json=body)
    seen: list[str] = []
    before: dict[str, str] = {}
    while True:
        asked: dict[str, Any] = {"text": "翻页", "noun": "vessel", "limit": 3, **before}
        group = client.get("/api/v1/search", params=asked).json()["groups"][0]
        seen += [hit["excerpt"] for hit in group["items"]]
        if group["next_cursor"] is None:
            break
        before = {"cursor": group["next_cursor"]}
    assert seen == [f"翻页轮 {number}" for number in range(6, -1, -1)]
    several = client.get("/api/v1/search", params={"text": "翻页", **before})
    assert several.json()["errors"][0]["pointer"] == "query:cursor"
    other = client.get("/api/v1/search", params={"text": "轮", "noun": "vessel", **before})
    assert other.json()["errors"][0]["pointer"] == "query:cursor"


@pytest.mark.parametrize(
    "query", [{"text": ""}, {"text": "a " * 9}, {"text": "x", "noun": "ship"}, {"text": "x", "limit": 0}, {}]
)
def test_a_search_that_cannot_be_is_refused(client: TestClient, query: dict[str, Any]) -> None:
    assert client.get("/api/v1/search", params=query).status_code == 422


def test_identifiers_and_hashes_are_not_looked_through(client: TestClient, url: str) -> None:
    lot_id = client.get(f"{url}/lots").json()["items"][0]["id"]
    assert found(client, lot_id) == {}


def weigher_of(client: TestClient, site_ids: Sequence[UUID]) -> TestClient:
    app = client.app
    assert isinstance(app, FastAPI)
    token = token_of(app.state.resources.database, ["weigher"], site_ids=site_ids)
    return TestClient(app, base_url="http://localhost", headers={"authorization": f"Bearer {token}"})


def test_only_port_calls_that_may_be_seen_are_found(client: TestClient, url: str) -> None:
    assert set(found(client, "安信山")) == {"vessel", "port_call", "record"}
    own, elsewhere = weigher_of(client, [DEFAULT_SITE_ID]), weigher_of(client, [])
    assert set(found(own, "大豆")) == {"port_call", "lot", "record"}
    assert found(elsewhere, "大豆") == {}
    assert set(found(elsewhere, "安信山")) == {"vessel", "record"}
    assert str(url.rpartition("/")[2]) not in elsewhere.get("/api/v1/search", params={"text": "安"}).text


ALPHABET = "大豆铁矿粉ABab12 -%_\"'*"
NAMES = st.lists(st.text(ALPHABET, min_size=1, max_size=12), min_size=1, max_size=15)
WORDS = st.text(ALPHABET.replace(" ", ""), min_size=1, max_size=5)


@given(names=NAMES, word=WORDS)
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_index_finds_what_a_plain_look_through_finds(
    plain: Database, names: list[str], word: str
) -> None:
    with plain.writing() as session:
        session.execute(sql("DELETE FROM search_entries"))
        for name in names:
            session.add(Vessel(name=name, length_between_perpendiculars_m=100.0))
        session.flush()
        result = search(session, SearchQuery(text=word, noun=["vessel"], limit=100))
        ids = {hit.id for group in result.groups for hit in group.items}
        texts = session.execute(select(SearchEntry.subject_id, SearchEntry.text)).all()
        session.execute(sql("DELETE FROM vessels"))
    assert ids == {row.subject_id for row in texts if word.lower() in row.text.lower()}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(tmp_path_factory.mktemp("plain") / "d.sqlite3", busy_timeout_s=5.0)
    database.migrate()
    yield database
    database.dispose()


def test_what_was_rolled_back_is_not_in_the_index(tmp_path: Path) -> None:
    database = Database(tmp_path / "d.sqlite3", busy_timeout_s=5.0)
    database.migrate()
    vessel = Vessel(name="没有写成", length_between_perpendiculars_m=1.0)
    with database.reading() as session:
        session.add(vessel)
        session.flush()
        assert session.scalar(select(func.count()).select_from(SearchEntry)) == 1
    with database.writing() as session:
        assert session.scalar(select(func.count()).select_from(SearchEntry)) == 0
        session.execute(sql("INSERT INTO search_text (search_text) VALUES ('integrity-check')"))
    database.dispose()
