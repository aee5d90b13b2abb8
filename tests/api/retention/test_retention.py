"""Evidence: a real store with old files; faults: killed between record and deletion, stored again meanwhile, damage."""

import hashlib
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from api_rows import add_footage, add_port_call
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.errors import UnusableRetentionPolicyError
from api.records import service as records
from api.records.payloads import Evidence, Payload, Subject
from api.retention.deleting import delete_expired, finish_deletions
from api.retention.policy import POLICY_FILE, RetentionPolicy, load_policy
from api.retention.references import referring_columns
from api.retention.scrubbing import scrub
from api.retention.stock import take_stock
from api.routing import Resources
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore, Purpose
from api.storage.tables import FileDeletion, Reading, Record, StoredFile

POLICY = "[classes.footage]\nmax_age_days = 30\n"
DAY_S = 86_400
OldFootage = Callable[[bytes], UUID]


class Noted(Payload):
    """Somebody rests an assertion on footage."""

    KIND = "test.noted"


@pytest.fixture
def policy(settings: Settings, resources: Resources) -> RetentionPolicy:
    assert resources.settings is settings
    (settings.data_dir / POLICY_FILE).write_text(POLICY, encoding="utf-8")
    return load_policy(settings)


@pytest.fixture
def port_call_id(database: Database) -> UUID:
    return add_port_call(database)


@pytest.fixture
def old_footage(database: Database, objects: ObjectStore, port_call_id: UUID) -> OldFootage:
    def add(content: bytes) -> UUID:
        footage_id = add_footage(database, objects, str(port_call_id), content=content)
        grow_old(objects, content)
        return footage_id

    return add


def grow_old(objects: ObjectStore, content: bytes, *, days: float = 40) -> None:
    path = objects.path_of(name_of(content))
    moment_s = path.stat().st_mtime - days * DAY_S
    os.utime(path, (moment_s, moment_s))


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def upkeep(resources: Resources, policy: RetentionPolicy) -> int:
    take_stock(resources.database, resources.objects)
    return delete_expired(resources.database, resources.objects, policy)


def records_of(database: Database, kind: str) -> list[Record]:
    with database.reading() as session:
        return list(session.scalars(select(Record).where(Record.kind == kind).order_by(Record.sequence)))


def test_old_footage_goes_with_a_record_and_its_address_says_so(
    client: TestClient,
    resources: Resources,
    policy: RetentionPolicy,
    old_footage: OldFootage,
    port_call_id: UUID,
) -> None:
    footage_id = old_footage(b"old")
    add_footage(resources.database, resources.objects, str(port_call_id), content=b"young")

    assert upkeep(resources, policy) == 3

    assert not resources.objects.exists(name_of(b"old"))
    assert resources.objects.exists(name_of(b"young"))
    (record,) = records_of(resources.database, "storage.file_deleted")
    assert record.payload["sha256"] == name_of(b"old")
    assert record.payload["reason"] == "footage is kept for 30 days"
    assert record.payload["policy_sha256"] == policy.sha256
    assert record.port_call_id == port_call_id
    answer = client.get(f"/api/v1/footage/{footage_id}/content")
    assert (answer.status_code, answer.json()["code"]) == (410, "object_deleted")
    assert str(record.id) in answer.json()["detail"]
    assert upkeep(resources, policy) == 0, "once"


def test_what_a_record_names_as_evidence_stays(
    resources: Resources, policy: RetentionPolicy, old_footage: OldFootage, port_call_id: UUID
) -> None:
    old_footage(b"held")
    with resources.database.writing() as session:
        records.append(
            session,
            Noted(),
            subject=Subject.port_call(port_call_id),
            actor="tests",
            evidence=[Evidence(sha256=name_of(b"held"), media_type="video/mp4")],
        )
    assert upkeep(resources, policy) == 0
    assert resources.objects.exists(name_of(b"held"))


def test_what_a_reading_was_asked_for_stays(
    resources: Resources, policy: RetentionPolicy, old_footage: OldFootage, port_call_id: UUID
) -> None:
    footage_id = old_footage(b"asked")
    with resources.database.writing() as session:
        session.add(
            Reading(
                port_call_id=port_call_id, footage_id=footage_id, stage="initial", mark="aft", side="port"
            )
        )
    assert upkeep(resources, policy) == 0
    assert resources.objects.exists(name_of(b"asked"))


def test_a_hold_that_comes_after_the_stocktaking_is_seen(
    resources: Resources, policy: RetentionPolicy, old_footage: OldFootage, port_call_id: UUID
) -> None:
    old_footage(b"held late")
    take_stock(resources.database, resources.objects)
    with resources.database.writing() as session:
        evidence = [Evidence(sha256=name_of(b"held late"), media_type="video/mp4")]
        records.append(
            session, Noted(), subject=Subject.port_call(port_call_id), actor="tests", evidence=evidence
        )
    assert delete_expired(resources.database, resources.objects, policy) == 0


def test_orphans_quarantine_and_nothing_else_go_by_default(
    resources: Resources, settings: Settings, old_footage: OldFootage
) -> None:
    old_footage(b"footage")
    resources.objects.put(b"orphan")
    grow_old(resources.objects, b"orphan", days=3)
    with resources.objects.receive() as incoming:
        incoming.write(b"refused")
        incoming.quarantine("nothing we read")
    path = resources.objects.quarantine_path_of(name_of(b"refused"))
    os.utime(path, (path.stat().st_mtime - 91 * DAY_S,) * 2)

    assert upkeep(resources, load_policy(settings)) == len(b"orphan") + len(b"refused")
    assert resources.objects.exists(name_of(b"footage"))
    assert list(path.parent.iterdir()) == [], "and its note"


def test_a_crash_between_record_and_deletion_is_finished(
    resources: Resources,
    policy: RetentionPolicy,
    old_footage: OldFootage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old_footage(b"old")

    def die(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(ObjectStore, "remove", die)
    with pytest.raises(KeyboardInterrupt):
        upkeep(resources, policy)
    monkeypatch.undo()
    assert resources.objects.exists(name_of(b"old"))
    assert finish_deletions(resources.database, resources.objects) == 3
    assert not resources.objects.exists(name_of(b"old"))
    assert len(records_of(resources.database, "storage.file_deleted")) == 1


def test_bytes_that_came_again_after_the_decision_stay(
    client: TestClient,
    resources: Resources,
    policy: RetentionPolicy,
    old_footage: OldFootage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    footage_id = old_footage(b"old")
    monkeypatch.setattr("api.retention.deleting.finish_deletions", lambda *_: 0)
    upkeep(resources, policy)
    monkeypatch.undo()
    resources.objects.put(b"old")

    assert finish_deletions(resources.database, resources.objects) == 0
    assert client.get(f"/api/v1/footage/{footage_id}/content").content == b"old"
    with resources.database.reading() as session:
        assert session.scalars(select(FileDeletion.outcome)).one() == "stored_again"
    assert delete_expired(resources.database, resources.objects, policy) == 0


def test_damage_and_loss_are_recorded_once_and_repair_too(
    resources: Resources, old_footage: OldFootage
) -> None:
    for content in (b"damaged", b"lost", b"whole"):
        old_footage(content)
    take_stock(resources.database, resources.objects)
    path = resources.objects.path_of(name_of(b"damaged"))
    path.chmod(0o644)
    path.write_bytes(b"dAmaged")
    resources.objects.path_of(name_of(b"lost")).unlink()

    for _ in range(2):
        take_stock(resources.database, resources.objects)
        scrub(resources.database, resources.objects, interval=timedelta(0))

    damaged = records_of(resources.database, "storage.object_damaged")
    told = {record.payload["sha256"]: record.payload["damage"] for record in damaged}
    assert set(told) == {name_of(b"damaged"), name_of(b"lost")}
    assert len(damaged) == 2
    assert told[name_of(b"lost")] == "not in the store"
    assert "its bytes now have the hash" in told[name_of(b"damaged")]

    resources.objects.put(b"damaged")
    resources.objects.put(b"lost")
    take_stock(resources.database, resources.objects)
    scrub(resources.database, resources.objects, interval=timedelta(0))
    assert len(records_of(resources.database, "storage.object_whole")) == 2
    with resources.database.reading() as session:
        assert session.scalars(select(StoredFile).where(StoredFile.damage.is_not(None))).all() == []
        assert records.verify(session, known_head=None).intact


def test_a_check_stops_at_its_budget_and_goes_on(resources: Resources) -> None:
    for number in range(4):
        resources.objects.put(bytes([number]) * 100)
    take_stock(resources.database, resources.objects)
    for unchecked in (2, 0):
        scrub(resources.database, resources.objects, interval=timedelta(days=1), budget_bytes=200)
        with resources.database.reading() as session:
            query = select(StoredFile).where(StoredFile.checked_at.is_(None))
            assert len(session.scalars(query).all()) == unchecked


def test_administrators_see_the_store(
    client: TestClient, resources: Resources, policy: RetentionPolicy, old_footage: OldFootage
) -> None:
    del policy
    old_footage(b"old")
    take_stock(resources.database, resources.objects)

    view = client.get("/api/v1/storage").json()

    footage = next(item for item in view["classes"] if item["retention_class"] == "footage")
    assert footage == {
        "retention_class": "footage",
        "file_count": 1,
        "used_bytes": 3,
        "held_bytes": 0,
        "max_age_days": 30.0,
        "max_total_bytes": None,
    }
    assert [(item["sha256"], item["reason"]) for item in view["next_to_go"]] == [
        (name_of(b"old"), "footage is kept for 30 days")
    ]
    assert [item["purpose"] for item in view["floors"]] == ["live_recording", "derived", "upload", "evidence"]
    assert view["damaged"] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[classes.photos]\n", "classes.photos"),
        ("[classes.footage]\nmax_age_days = -1\n", "max_age_days"),
        ("[classes.footage]\ndays = 1\n", "days: Extra inputs"),
        ("[stop_below_free_bytes]\nupload = 'much'\n", "stop_below_free_bytes.upload"),
        ("classes = [", "cannot be read"),
    ],
)
def test_a_policy_that_is_not_understood_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / POLICY_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(UnusableRetentionPolicyError, match=words):
        load_policy(Settings(data_dir=tmp_path))


def test_floors_can_be_declared(tmp_path: Path) -> None:
    text = "[stop_below_free_bytes]\nupload = 7\n"
    (tmp_path / POLICY_FILE).write_text(text, encoding="utf-8")
    floors = load_policy(Settings(data_dir=tmp_path, minimum_free_bytes=100)).floors
    assert floors == {
        Purpose.LIVE_RECORDING: 300,
        Purpose.DERIVED: 200,
        Purpose.UPLOAD: 7,
        Purpose.EVIDENCE: 25,
    }


def test_every_column_that_may_name_a_file_is_known_to_the_rules() -> None:
    names = {f"{column.table.name}.{column.name}" for column, _ in referring_columns()}
    assert {"footage.object_sha256", "footage.thumbnail_sha256", "evidence_files.object_sha256"} <= names
