"""Evidence: records under concurrency, crash and tampering, through the routes that a reader uses."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from api_rows import add_port_call
from fastapi.testclient import TestClient

from api.records.payloads import Evidence, Occurrence, Payload, Subject
from api.records.service import append
from api.records.signing import PublicKey
from api.records.verification import verify_export
from api.storage.database import Database
from api.storage.tables import new_id, utc_now

Tamper = Callable[[sqlite3.Connection], object]


class Noted(Payload):
    """Something for these tests."""

    KIND: ClassVar[str] = "test.noted"

    text: str
    value: float


def note(database: Database, text: str, **options: Any) -> UUID:
    subject = options.pop("subject", Subject.vessel(new_id()))
    with database.writing() as session:
        payload = Noted(text=text, value=0.1)
        return append(session, payload, subject=subject, actor="tester", **options).id


def verification(client: TestClient, **query: str | int) -> Any:
    answer = client.get("/api/v1/records/verification", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_record_says_who_what_when_and_why(client: TestClient, database: Database) -> None:
    first = note(database, "船 ⚓")
    port_call = add_port_call(database)
    at = utc_now()
    second = note(
        database,
        "b",
        subject=Subject.port_call(port_call),
        occurrence=Occurrence(at=at, source="stated"),
        evidence=[Evidence(sha256="a" * 64, media_type="image/png", start_s=1.5, end_s=2.0)],
        causes=[first],
    )
    record = client.get(f"/api/v1/records/{second}").json()
    assert record["payload"] == {"text": "b", "value": 0.1}
    assert (record["kind"], record["payload_version"], record["actor"]) == ("test.noted", 1, "tester")
    assert record["port_call_id"] == record["subject_id"] == str(port_call)
    assert record["occurred_at"] == at.isoformat().replace("+00:00", "Z")
    assert record["occurred_at_source"] == "stated"
    assert record["causes"] == [str(first)]
    assert record["evidence"][0]["start_s"] == 1.5
    assert record["previous_sha256"] == client.get(f"/api/v1/records/{first}").json()["sha256"]


def test_an_unknown_record_is_404(client: TestClient) -> None:
    assert client.get(f"/api/v1/records/{new_id()}").status_code == 404


def test_pages_give_every_record_once_in_order(client: TestClient, database: Database) -> None:
    for number in range(7):
        note(database, str(number))
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = client.get("/api/v1/records", params={"after_sequence": after, "limit": 3}).json()
        seen += [item["payload"]["text"] for item in page["items"]]
        after = page["next_after_sequence"]
    assert seen == list("0123456")


def test_records_are_found_by_port_call_subject_and_kind(client: TestClient, database: Database) -> None:
    port_call = add_port_call(database)
    note(database, "other")
    note(database, "mine", subject=Subject.port_call(port_call))
    for query in ({"port_call_id": str(port_call)}, {"subject_id": str(port_call)}):
        items = client.get("/api/v1/records", params=query).json()["items"]
        assert [item["payload"]["text"] for item in items] == ["mine"]
    assert len(client.get("/api/v1/records", params={"kind": "test.noted"}).json()["items"]) == 2
    assert client.get("/api/v1/records", params={"kind": "none"}).json()["items"] == []


def test_the_fact_and_its_record_are_one_transaction(client: TestClient, database: Database) -> None:
    def write_and_fail() -> None:
        with database.writing() as session:
            append(session, Noted(text="x", value=1.0), subject=Subject.vessel(new_id()), actor="t")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        write_and_fail()
    assert verification(client)["record_count"] == 0


def test_many_writers_make_one_chain(client: TestClient, database: Database) -> None:
    def write_some() -> None:
        for number in range(15):
            note(database, str(number))

    threads = [threading.Thread(target=write_some) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verification(client)
    assert (report["intact"], report["record_count"], report["head_sequence"]) == (True, 120, 120)


def tampered(database: Database, tamper: Tamper) -> None:
    # Someone with the file: triggers do not stop him, the chain shows him.
    database.dispose()
    connection = sqlite3.connect(database.path)
    for verb in ("update", "delete"):
        connection.execute(f"DROP TRIGGER records_refuse_{verb}")
    tamper(connection)
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("UPDATE records SET actor = 'someone' WHERE sequence = 2", {"changed"}),
        ('UPDATE records SET payload = \'{"text":"1","value":0.11}\' WHERE sequence = 2', {"changed"}),
        ("UPDATE records SET recorded_at = '2020-01-01 00:00:00.000000' WHERE sequence = 3", {"changed"}),
        ("UPDATE records SET sha256 = 'f' WHERE sequence = 2", {"broken_link"}),
        ("DELETE FROM records WHERE sequence = 2", {"missing", "broken_link"}),
        ("UPDATE records SET sequence = 9 WHERE sequence = 1", {"missing", "broken_link", "changed"}),
    ],
)
def test_tampering_with_the_file_is_found(
    client: TestClient, database: Database, statement: str, kinds: set[str]
) -> None:
    for number in range(4):
        note(database, str(number))
    tampered(database, lambda connection: connection.execute(statement))
    report = verification(client)
    assert report["intact"] is False
    assert {fault["kind"] for fault in report["faults"]} == kinds


def test_a_removed_end_is_found_with_a_head_noted_before(client: TestClient, database: Database) -> None:
    for number in range(3):
        note(database, str(number))
    head = verification(client)
    tampered(database, lambda connection: connection.execute("DELETE FROM records WHERE sequence = 3"))
    assert verification(client)["intact"] is True
    report = verification(client, known_sequence=head["head_sequence"], known_sha256=head["head_sha256"])
    assert [fault["kind"] for fault in report["faults"]] == ["head_not_found"]


def test_half_a_head_is_refused(client: TestClient) -> None:
    answer = client.get("/api/v1/records/verification", params={"known_sequence": 1})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "query:known_sequence")


def test_checkpoints_and_the_key_are_read_and_an_export_is_sent(
    client: TestClient, database: Database, tmp_path: Path
) -> None:
    assert client.get("/api/v1/records/export").status_code == 409
    note(database, "a")
    answer = client.get("/api/v1/records/export")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert int(answer.headers["content-length"]) == len(answer.content)
    path = tmp_path / "a.zip"
    path.write_bytes(answer.content)
    key = client.get("/api/v1/records/public-key").json()
    found = verify_export(path, known_keys=[PublicKey.from_pem(key["pem"].encode(), "route")])
    assert (found.faults, found.record_count, found.key_ids) == ((), 1, (key["key_id"],))
    (item,) = client.get("/api/v1/records/checkpoints").json()["items"]
    assert (item["sequence"], item["reason"], item["key_id"]) == (1, "export", key["key_id"])
    assert PublicKey(text=key["public_key"]).has_signed(item["statement"].encode(), item["signature"])


def test_an_export_of_one_port_call_is_sent_by_its_own_route(client: TestClient, database: Database) -> None:
    port_call_id = add_port_call(database)
    note(database, "mine", subject=Subject.port_call(port_call_id))
    answer = client.get(f"/api/v1/records/port-calls/{port_call_id}/export")
    assert answer.status_code == 200
    assert f"hullmark-records-{port_call_id}.zip" in answer.headers["content-disposition"]
    assert client.get(f"/api/v1/records/port-calls/{new_id()}/export").status_code == 404
