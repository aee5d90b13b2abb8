"""`hullmark dataset export` on the data folder of a service with readings that persons have decided."""

import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import cv2
import numpy as np
import pytest
from api_rows import add_footage, add_port_call
from rendered_marks import PAINT, camera_at, plain_scene

from api.cli import main
from api.readings.records import reading_decided
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import Footage, Reading, new_id, utc_now
from vision.synthetic.render import SceneRenderer

DRAFT_M = 6.43
READER = "王工"

Export = Callable[..., tuple[int, dict[str, Any], str]]


def still(draft_m: float) -> bytes:
    scene = plain_scene(draft_m, camera=camera_at(draft_m, size_px=(640, 512), px_per_m=220.0), paint=PAINT)
    packed = cv2.imencode(".jpg", SceneRenderer(scene).frame(0.0).image_bgr)[1]
    return bytes(np.asarray(packed).tobytes())


def decide(
    database: Database, port_call_id: UUID, footage_id: UUID | None, decision: str, **values: Any
) -> str:
    """Write a reading with a person's decision about it."""
    with database.writing() as session:
        reading = Reading(
            id=new_id(),
            port_call_id=port_call_id,
            footage_id=footage_id,
            stage="initial",
            mark="forward",
            side="port",
            status="ok",
            decision=decision,
            decided_by=READER,
            decided_at=utc_now(),
            **values,
        )
        session.add(reading)
        session.flush()
        reading.record_id = reading_decided(session, reading, actor=READER).id
        return str(reading.id)


@pytest.fixture
def readings(database: Database, objects: ObjectStore) -> dict[str, str]:
    """One accepted reading, one with another waterline, one rejected, one without footage, one in quarantine."""
    port_call_id = add_port_call(database)
    ids = {}
    decided = {
        "accepted": (DRAFT_M, DRAFT_M, 0.01),
        "corrected": (DRAFT_M + 0.1, DRAFT_M, 0.01),
        "rejected": (DRAFT_M, None, None),
    }
    for number, (decision, (read_m, draft_m, sigma_m)) in enumerate(decided.items()):
        picture = still(DRAFT_M) + bytes([number])
        footage_id = add_footage(database, objects, str(port_call_id), content=picture, kind="still")
        ids[decision] = decide(
            database,
            port_call_id,
            footage_id,
            decision,
            draft_m=read_m,
            decided_draft_m=draft_m,
            decided_standard_uncertainty_m=sigma_m,
        )
    values = {"decided_draft_m": DRAFT_M, "decided_standard_uncertainty_m": 0.02}
    decide(database, port_call_id, None, "accepted", draft_m=DRAFT_M, **values)
    aside = add_footage(database, objects, str(port_call_id), content=b"nothing", kind="still")
    with database.writing() as session:
        footage = session.get(Footage, aside)
        assert footage is not None
        footage.status = "quarantined"
    decide(database, port_call_id, aside, "corrected", draft_m=None, **values)
    return ids


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Export:
    def export(*options: str, licence: str = "port authority, letter of 2026-11-20") -> Any:
        words = ["hullmark", "dataset", "export", str(tmp_path / "out.zip"), "--licence", licence, *options]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return ended.value.code, json.loads(shown.out) if shown.out else {}, shown.err

    return export


def test_decided_readings_become_weakly_labelled_pictures(
    settings: Settings, readings: dict[str, str], export: Export, tmp_path: Path
) -> None:
    code, told, _ = export("--data-dir", str(settings.data_dir))
    assert code == 0
    assert told["labels"] == "weak"
    assert told["left_out"] == {
        "rejected by a person": 1,
        "read at the mark, without footage": 1,
        "its file is in quarantine or shows nothing": 1,
    }
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(packed["manifest.json"])
    assert manifest["licence"] == "port authority, letter of 2026-11-20"
    sources = {one["reading_id"]: one for one in manifest["provenance"]}
    assert set(sources) == {readings["accepted"], readings["corrected"]}
    assert sources[readings["corrected"]]["decided_draft_m"] == DRAFT_M
    masks = [name for name in packed if name.startswith("masks/")]
    assert masks == [f"masks/train/{readings['accepted']}-0.png"]
    assert f"frames/{readings['corrected']}-0.jpg,{DRAFT_M}" in packed["by-hand.csv"].decode()
    assert len(packed[f"labels/train/{readings['accepted']}-0.txt"].splitlines()) >= 4
    assert packed["water-train.txt"].decode() == f"./images/train/{readings['accepted']}-0.jpg\n"


def test_what_is_exported_names_no_person_no_ship_and_no_file(
    settings: Settings, readings: dict[str, str], export: Export, tmp_path: Path
) -> None:
    assert readings
    export("--data-dir", str(settings.data_dir))
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        texts = [archive.read(name) for name in archive.namelist() if not name.endswith((".jpg", ".png"))]
    for name in (READER, "安信山", "水尺 01", str(settings.data_dir)):
        assert not any(name.encode() in text for text in texts), name


def test_other_port_calls_are_left_alone(
    settings: Settings, database: Database, readings: dict[str, str], export: Export
) -> None:
    assert readings
    other = add_port_call(database)
    code, _, words = export("--data-dir", str(settings.data_dir), "--port-call", str(other))
    assert code == 2
    assert "no reading is decided" in " ".join(words.split())


def test_a_frame_without_a_column_is_left_to_a_person(
    settings: Settings, database: Database, objects: ObjectStore, export: Export, tmp_path: Path
) -> None:
    port_call_id = add_port_call(database)
    grey = bytes(cv2.imencode(".png", np.full((300, 400, 3), 90, dtype=np.uint8))[1].tobytes())
    footage_id = add_footage(database, objects, str(port_call_id), content=grey, kind="still")
    values = {"decided_draft_m": 7.5, "decided_standard_uncertainty_m": 0.02}
    reading_id = decide(database, port_call_id, footage_id, "corrected", draft_m=None, **values)
    code, told, _ = export("--data-dir", str(settings.data_dir))
    assert code == 0
    assert told["pictures"] == {}
    assert told["left_out"] == {"no column found in the frame: exported for labelling by hand": 1}
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert f"frames/{reading_id}-0.jpg,7.5" in archive.read("by-hand.csv").decode()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ([], "one of --dataset and --data-dir is accepted"),
        (["--dataset", ".", "--data-dir", "."], "one of --dataset and --data-dir is accepted"),
        (["--dataset", ".", "--port-call", "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10"], "with --data-dir"),
        (["--data-dir", "."], "a service's data folder is accepted"),
        (["--dataset", "."], "no numerals.yaml in it"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    export: Export, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: list[str], problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, words = export(*options)
    assert code == 2
    assert problem in " ".join(words.split()).replace(" │ ", " ")
    assert list(tmp_path.glob("*.zip*")) == []


def test_a_licence_has_to_be_said(export: Export, tmp_path: Path) -> None:
    assert export("--dataset", str(tmp_path), licence=" ")[0] == 2
