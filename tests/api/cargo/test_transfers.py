"""Evidence: thousands of tickets by CSV and JSON, sent twice, cut, mixed up and wrong, row by row."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.cargo.transfer_table import Declared, read_table
from api.errors import InvalidRequestError

START = datetime(2026, 5, 4, tzinfo=UTC)
HEADER = "ticket_number,vehicle,weighed_at,gross_t,tare_t,scale_number,destination"


def ticket(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "mode": "truck",
        "ticket_number": f"T-{number:05d}",
        "vehicle": f"浙B{number % 40:05d}",
        "weighed_at": (START + timedelta(minutes=3 * number)).isoformat(),
        "gross_t": 48.26,
        "tare_t": 15.3,
        **changes,
    }


def table(count: int) -> bytes:
    lines = [HEADER]
    for number in range(count):
        at = (START + timedelta(minutes=3 * number)).isoformat()
        lines.append(f"T-{number:05d},浙B{number % 40:05d},{at},48.26,15.30,2 号,3 号仓")
    return "\r\n".join(lines).encode()


def send(client: TestClient, url: str, content: bytes, **query: str) -> Any:
    return client.post(f"{url}/transfers/table", params={"mode": "truck", **query}, content=content)


def test_thousands_of_rows_are_taken_once_however_often_they_are_sent(client: TestClient, url: str) -> None:
    first = send(client, url, table(3000))
    assert first.status_code == 201, first.text
    assert (first.json()["added_count"], first.json()["known_count"]) == (3000, 0)
    again = send(client, url, table(3000)).json()
    assert (again["added_count"], again["known_count"], again["record_id"]) == (0, 3000, None)
    grown = send(client, url, table(3005)).json()
    assert (grown["added_count"], grown["known_count"]) == (5, 3000)
    records = client.get(
        "/api/v1/records",
        params={"kind": "cargo.transfers_entered", "port_call_id": url.rpartition("/")[2]},
    ).json()["items"]
    assert [record["payload"]["added_count"] for record in records] == [3000, 5]
    assert records[0]["payload"]["sums"][0]["net_t"] == pytest.approx(3000 * 32.96)
    figure = next(
        item for item in client.get(f"{url}/balance").json()["figures"] if item["name"] == "truck_scales"
    )
    assert (figure["load_count"], figure["weight_t"]) == (3005, pytest.approx(3005 * 32.96))


def test_pages_give_every_load_once_in_the_order_of_weighing(client: TestClient, url: str) -> None:
    send(client, url, table(25))
    seen: list[str] = []
    cursor = None
    while True:
        page = client.get(f"{url}/transfers", params={"limit": 10, **({"cursor": cursor} if cursor else {})})
        seen += [item["ticket_number"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"T-{number:05d}" for number in range(25)]
    assert client.get(f"{url}/transfers", params={"mode": "rail"}).json()["items"] == []


@pytest.mark.parametrize("cursor", ["x", "====", "MjAyNi0wNS0wNFQwMDowMDowMHxh", "5L2g"])
def test_a_cursor_of_somebody_else_is_refused(client: TestClient, url: str, cursor: str) -> None:
    answer = client.get(f"{url}/transfers", params={"cursor": cursor})
    assert answer.json()["errors"][0]["pointer"] == "query:cursor"


def test_wrong_rows_are_each_named_and_nothing_is_taken(client: TestClient, url: str) -> None:
    rows = table(6).decode().split("\r\n")
    rows[2] = rows[2].replace("48.26", "viel")
    rows[4] = rows[4].replace("15.30", "95.30")
    rows[5] = rows[5] + ",extra"
    rows.append(rows[1])
    answer = send(client, url, "\n".join(rows).encode())
    assert answer.status_code == 422
    named = {error["pointer"]: error["message"] for error in answer.json()["errors"]}
    assert named.keys() == {"line:3", "line:5", "line:6"}
    assert "'viel' is no number" in named["line:3"]
    assert "tare_t is more than gross_t" in named["line:5"]
    assert client.get(f"{url}/transfers").json()["items"] == []


def test_the_same_ticket_twice_in_one_table_is_refused_at_both_places(client: TestClient, url: str) -> None:
    rows = table(3).decode().split("\r\n")
    answer = send(client, url, "\n".join([*rows, rows[2]]).encode())
    assert [error["pointer"] for error in answer.json()["errors"]] == ["line:3", "line:5"]


def test_a_ticket_with_other_weights_needs_a_correction(client: TestClient, url: str) -> None:
    client.post(f"{url}/transfers", json={"transfers": [ticket(1)]})
    answer = client.post(f"{url}/transfers", json={"transfers": [ticket(2), ticket(1, gross_t=50.0)]})
    assert answer.json()["errors"][0]["pointer"] == "/transfers/1"
    there = client.get(f"{url}/transfers").json()["items"]
    assert len(there) == 1
    correction = {"stated": ticket(1, gross_t=50.0), "reason": "抄录错误"}
    corrected = client.post(f"{url}/transfers/{there[0]['id']}/correction", json=correction)
    assert corrected.status_code == 201, corrected.text
    assert corrected.json()["net_t"] == pytest.approx(34.7)
    withdrawn = client.post(f"{url}/transfers/{corrected.json()['id']}/withdrawal", json={"reason": "x"})
    assert withdrawn.status_code == 201
    assert client.post(f"{url}/transfers", json={"transfers": [ticket(1)]}).json()["added_count"] == 1


def test_the_same_truck_at_the_same_moment_under_another_ticket_is_refused(
    client: TestClient, url: str
) -> None:
    client.post(f"{url}/transfers", json={"transfers": [ticket(1)]})
    answer = client.post(f"{url}/transfers", json={"transfers": [ticket(1, ticket_number="另一张")]})
    assert "at that moment already" in answer.json()["errors"][0]["message"]


def test_blanks_width_and_case_make_no_other_ticket(client: TestClient, url: str) -> None:
    client.post(f"{url}/transfers", json={"transfers": [ticket(1)]})
    same = ticket(1, ticket_number=" ｔ-00001", vehicle="浙b 00001")
    answer = client.post(f"{url}/transfers", json={"transfers": [same]})
    assert "is there with other values" in answer.json()["errors"][0]["message"]


def test_what_was_not_weighed_is_missing_and_not_zero(client: TestClient, url: str) -> None:
    loads = [ticket(1), ticket(2, gross_t=None), ticket(3, gross_t=None, tare_t=None)]
    assert client.post(f"{url}/transfers", json={"transfers": loads}).status_code == 201
    nets = [item["net_t"] for item in client.get(f"{url}/transfers").json()["items"]]
    assert nets == [pytest.approx(32.96), None, None]


def test_chinese_headers_kilograms_and_gb18030_are_read(client: TestClient, url: str) -> None:
    text = "磅单号;车牌号;过磅时间;毛重(kg);皮重（千克）;净重(公斤)\n001;浙B12345;2026/5/4 14:30;48260;15300;32960\n"
    answer = send(client, url, text.encode("gb18030"), utc_offset="+08:00")
    assert answer.status_code == 201, answer.text
    load = client.get(f"{url}/transfers").json()["items"][0]
    assert (load["weighed_at"], load["gross_t"], load["net_t"]) == ("2026-05-04T06:30:00Z", 48.26, 32.96)


@pytest.mark.parametrize(
    ("text", "pointer", "words"),
    [
        ("车牌号,过磅时间,毛重\nA,2026-05-04T00:00:00Z,1", "line:1", "names no unit"),
        ("车牌号,毛重(t)\nA,1", "line:1", "no column says when"),
        ("vehicle,weighed_at,wheight\nA,2026-05-04T00:00:00Z,1", "line:1", "is unknown"),
        ("vehicle,plate,weighed_at\nA,B,2026-05-04T00:00:00Z", "line:1", "has two columns"),
        ("vehicle,weighed_at\nA,2026-05-04 00:00:00", "line:2", "has no zone"),
        ("vehicle,weighed_at\nA,4 May", "line:2", "is no time"),
        ("vehicle,weighed_at\n,2026-05-04T00:00:00Z", "line:2", "ticket_number or a vehicle"),
        ("vehicle,weighed_at,net_t\nA,2026-05-04T00:00:00Z,nan", "line:2", "net_t"),
        ("vehicle,weighed_at,net_t\nA,2026-05-04T00:00:00Z,1e9", "line:2", "net_t"),
        ("vehicle,weighed_at", "file", "holds no rows"),
        ("", "line:1", "no column says when"),
        ('vehicle,weighed_at\n"A', "line:2", "is no CSV"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(
    client: TestClient, url: str, text: str, pointer: str, words: str
) -> None:
    answer = send(client, url, text.encode() or b" ")
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["pointer"], words in answer.json()["errors"][0]["message"]) == (
        pointer,
        True,
    )


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_but_a_refusal(content: bytes) -> None:
    with contextlib.suppress(InvalidRequestError):
        read_table(content, Declared(mode="truck", zone=None))


@given(st.text(alphabet='车号毛重时间,;\t"\n\r\0 gross_tkg()（）2026-05T:Z1.', max_size=200))
def test_no_text_like_a_table_raises_anything_but_a_refusal(text: str) -> None:
    with contextlib.suppress(InvalidRequestError):
        read_table(text.encode(), Declared(mode="truck", zone=UTC))
