"""`hullmark bench reading`: truths that are none, options that cannot be, and one still read by every part."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from rendered_marks import plain_scene
from typer.testing import CliRunner

from api.bench.command import bench
from api.bench.known_footage import known_footage
from api.bench.outcomes import KnownFootage
from api.pipelines.errors import PipelineError
from vision.synthetic.render import SceneRenderer

HEAD = "file,draft_m,tolerance_m\n"


def test_truths_of_both_kinds_are_read(tmp_path: Path) -> None:
    (tmp_path / "readings.csv").write_text(f"{HEAD}水尺.jpg,8.62,0.02\n", encoding="utf-8")
    assert known_footage(tmp_path) == [
        KnownFootage(
            path=tmp_path / "水尺.jpg", group="real stills", condition="", truth_m=8.62, tolerance_m=0.02
        )
    ]
    (tmp_path / "clips.toml").write_text('[[clip]]\nfile = "a.mp4"\ndraft_m = 6\n', encoding="utf-8")
    assert known_footage(tmp_path) == [
        KnownFootage(path=tmp_path / "clips/a.mp4", group="clips", condition="", truth_m=6.0, tolerance_m=0.0)
    ]


def test_conditions_come_from_the_truth(tmp_path: Path) -> None:
    text = 'file,draft_m,tolerance_m,condition\na.jpg,8,0.02,"calm, tilted"\n'
    (tmp_path / "readings.csv").write_text(text, encoding="utf-8")
    assert [one.condition for one in known_footage(tmp_path)] == ["calm, tilted"]
    clips = "".join(
        f'[[clip]]\nfile = "a.mp4"\ndraft_m = 6\nsignificant_height_m = {high}\n' for high in (0.1, 0.11)
    )
    (tmp_path / "clips.toml").write_text(clips, encoding="utf-8")
    assert [one.condition for one in known_footage(tmp_path)] == ["Hs up to 0.1 m", "Hs over 0.1 m"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("readings.csv", b"file,draft_m\na.jpg,8\n"),
        ("readings.csv", f"{HEAD}a.jpg,nan,0.02\n".encode()),
        ("readings.csv", f"{HEAD}a.jpg,8.6 m,0.02\n".encode()),
        ("readings.csv", f"{HEAD}a.jpg\n".encode()),
        ("readings.csv", b"\xff\xfe"),
        ("clips.toml", b"not = [toml"),
        ("clips.toml", b"[other]\n"),
        ("clips.toml", b'[[clip]]\nfile = "a.mp4"\ndraft_m = inf\n'),
        ("clips.toml", b"clip = 5\n"),
    ],
)
def test_a_truth_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PipelineError, match="its truth cannot be read") as refused:
        known_footage(tmp_path)
    assert str(refused.value).startswith(f"{tmp_path}: ")


@pytest.mark.parametrize("content", [None, HEAD])
def test_a_folder_without_truth_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "readings.csv").write_text(content, encoding="utf-8")
    with pytest.raises(PipelineError, match="no truth beside the footage; accepted: a folder with"):
        known_footage(tmp_path)


@pytest.mark.parametrize(
    ("options", "accepted"),
    [(["--without", "luck"], "second-look"), (["--group", "storm"], "hard stills")],
)
def test_unknown_parts_and_groups_are_named(options: list[str], accepted: str) -> None:
    refused = CliRunner().invoke(bench, ["reading", "--quick", *options], env={"COLUMNS": "300"})
    assert refused.exit_code == 2
    assert accepted in refused.output


@pytest.fixture(scope="module")
def still_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("still")
    frame = SceneRenderer(plain_scene(8.13)).frame(0.0)
    cv2.imwrite(str(folder / "still.png"), frame.image_bgr)
    (folder / "readings.csv").write_text(f"{HEAD}still.png,8.13,0.0\n", encoding="utf-8")
    return folder


def measured(folder: Path, *options: str) -> dict[str, Any]:
    answer = CliRunner().invoke(bench, ["reading", str(folder), "--json", *options])
    assert answer.exit_code == 0, answer.output
    document: dict[str, Any] = json.loads(answer.stdout)
    return document


def test_a_still_is_read_by_every_method_and_timed_by_stage(still_folder: Path) -> None:
    document = measured(still_folder, "--baselines", "--ablations")
    methods = [one["method"] for one in document["outcomes"]]
    assert methods[:2] == ["hullmark", "boxes"]
    assert sum(name.startswith("hullmark without ") for name in methods) == 5
    own, boxes = document["outcomes"][0], document["outcomes"][1]
    assert abs(own["error_m"]) < 0.03
    assert abs(boxes["error_m"]) < 0.03
    assert boxes["u95_m"] is None
    stages = own["stages_s"]
    assert {"search", "characters", "water", "scale", "waterline", "metre", "decoding and rest"} <= set(
        stages
    )
    assert sum(stages.values()) == pytest.approx(own["seconds"])
    assert all(seconds >= 0 for seconds in stages.values())


def test_parts_are_switched_off_together_and_stay_on_afterwards(still_folder: Path) -> None:
    first = measured(still_folder)["outcomes"][0]
    off = measured(still_folder, "--without", "edges", "--without", "tracking")["outcomes"]
    assert [one["method"] for one in off] == ["hullmark without edges, tracking"]
    assert off[0]["draft_m"] != first["draft_m"]
    again = measured(still_folder)["outcomes"][0]
    assert (again["draft_m"], again["u95_m"]) == (first["draft_m"], first["u95_m"])


def test_a_still_without_marks_is_refused_and_counted(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((200, 300, 3), 90, np.uint8))
    (tmp_path / "readings.csv").write_text(f"{HEAD}grey.png,8.0,0.0\n", encoding="utf-8")
    document = measured(tmp_path, "--baselines")
    assert [one["reason"] for one in document["outcomes"][:2]] == ["no_marks", "nothing_read"]
    assert document["figures"][0]["refused"] == {"no_marks": 1}
