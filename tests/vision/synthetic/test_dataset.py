"""Data sets and clips from descriptions: the same bytes again, labels in YOLO's terms, and descriptions at fault."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from rendered_marks import SHIP, plain_scene, plain_style, plate_of
from shared_data import REPOSITORY

from vision.errors import DatasetDescriptionError
from vision.synthetic.clips import ClipDescription, ShipClips, clip_scene, load_clips, render_clips
from vision.synthetic.contact_sheet import write_contact_sheet
from vision.synthetic.dataset import (
    CLASSES,
    RENDERER_VERSION,
    DatasetDescription,
    _boxes_text,
    _truth_text,
    build_dataset,
    load_description,
)
from vision.synthetic.marks import MarkStyle
from vision.synthetic.render import SceneRenderer
from vision.video.frames import open_footage

SMALL = replace(SHIP.ranges, size_px=(160, 128), scale_px_per_m=(110.0, 140.0), faults=0.5)


def built(path: Path, seed: int = 5) -> tuple[Path, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    description = DatasetDescription(
        name="small", seed=seed, parts={"train": 2, "val": 1}, ranges=SMALL, fonts=()
    )
    build_dataset(description, path, processes=1, progress=lambda done, total: told.append((done, total)))
    return path, told


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path, told = built(tmp_path_factory.mktemp("one"))
    assert told == [(1, 3), (2, 3), (3, 3)]
    return path


def content(path: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(path)): file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file() and file.suffix != ".yaml"
    }


def test_the_same_description_is_the_same_bytes(dataset: Path, tmp_path: Path) -> None:
    again, _ = built(tmp_path)
    assert content(again) == content(dataset)


def test_every_picture_has_its_labels_mask_and_truth(dataset: Path) -> None:
    names = set(content(dataset))
    for part, count in (("train", 2), ("val", 1)):
        for index in range(count):
            assert {
                f"{kind}/{part}/{index:06d}.{suffix}"
                for kind, suffix in (
                    ("images", "jpg"),
                    ("labels", "txt"),
                    ("masks", "png"),
                    ("truth", "json"),
                )
            } <= names
    assert names >= {"contact-sheet.jpg"}
    assert len(names) == 13
    pictures = {name: data for name, data in content(dataset).items() if name.startswith("images/")}
    assert len(set(pictures.values())) == 3, "no part repeats another's scenes"


def test_labels_are_shares_of_the_picture_and_those_of_the_truth(dataset: Path) -> None:
    for path in sorted((dataset / "labels").rglob("*.txt")):
        part, stem = path.parent.name, path.stem
        truth = json.loads((dataset / "truth" / part / f"{stem}.json").read_text(encoding="utf-8"))
        rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]

        assert [CLASSES[int(row[0])] for row in rows] == [mark["text"] for mark in truth["characters"]]
        for row, mark in zip(rows, truth["characters"], strict=True):
            x, y, width, height = (float(value) for value in row[1:])
            left, top, right, bottom = mark["box_xyxy_px"]
            assert (x * 160, y * 128) == pytest.approx(
                ((left + right) / 2 + 0.5, (top + bottom) / 2 + 0.5), abs=0.01
            )
            assert (width * 160, height * 128) == pytest.approx((right - left, bottom - top), abs=0.01)
        mask = cv2.imread(str(dataset / "masks" / part / f"{stem}.png"), cv2.IMREAD_UNCHANGED)
        assert mask is not None
        assert mask.shape == (128, 160)
        assert set(np.unique(np.asarray(mask)).tolist()) <= {0, 1}


def test_the_truth_names_the_conditions(dataset: Path) -> None:
    truth = json.loads((dataset / "truth" / "train" / "000000.json").read_text(encoding="utf-8"))
    conditions = truth["conditions"]
    assert {
        "significant_height_m", "elevation_deg", "visibility_m", "mirror", "wear", "foreground", "style",
        "second_column", "night", "rain", "backlight", "stamps", "distortion",
    } == set(conditions)  # fmt: skip
    assert conditions["style"] in {marks.value for marks in MarkStyle}
    assert conditions["night"] is conditions["stamps"] is False, "these ranges have neither"


def test_roman_letters_are_told_and_not_labelled(tmp_path: Path) -> None:
    scene = plain_scene(8.1, style=plain_style(MarkStyle.IMPERIAL_ROMAN))
    frame = SceneRenderer(scene).frame(0.0)
    truth = json.loads(_truth_text(scene, frame))
    assert truth["characters"] == []
    assert _boxes_text(frame) == ""
    # 27 feet are 8.2296 m.
    seven = [one["text"] for one in truth["other_characters"] if one["value_m"] == pytest.approx(8.2296)]
    assert "".join(seven) == "XXVII"
    tmp_path.joinpath("truth", "val").mkdir(parents=True)
    assert write_contact_sheet(tmp_path, ["val"]) is None, "a set without pictures has no sheet"


def test_the_contact_sheet_shows_boxes_contact_and_mask(dataset: Path) -> None:
    sheet = cv2.imread(str(dataset / "contact-sheet.jpg"))
    assert sheet is not None
    # Eight tiles of 320 pixels a row; three pictures of 160 by 128, enlarged twice, fill the first row.
    assert sheet.shape == (320, 8 * 320, 3)
    assert float(sheet[:256, : 3 * 320].mean()) > 20
    assert float(sheet[:, 3 * 320 + 8 :].mean()) < 2
    blue, green, red = (sheet[:256, : 3 * 320, channel].astype(int) for channel in range(3))
    assert int(((red > 150) & (green < 110) & (blue < 110)).sum()) > 100, "the contact line"


def test_the_trainer_finds_its_parts_and_classes(dataset: Path) -> None:
    numerals = (dataset / "numerals.yaml").read_text(encoding="utf-8")
    water = (dataset / "water.yaml").read_text(encoding="utf-8")
    assert f"path: {dataset.resolve()}\ntrain: images/train\nval: images/val\nnames:\n  0: '0'\n" in numerals
    assert "  10: 'M'\n  11: 'dash'\n" in numerals
    assert "masks_dir: masks" in water
    assert water.endswith("  0: hull\n  1: water\n")


DESCRIPTION = (REPOSITORY / "datasets" / "draft-marks" / "dataset.toml").read_text(encoding="utf-8")
NO_FONTS = (
    DESCRIPTION[: DESCRIPTION.index("fonts = [")]
    + "fonts = []\n"
    + DESCRIPTION[DESCRIPTION.index("[parts]") :]
)


def described(path: Path, text: str) -> Path:
    (path / "dataset.toml").write_text(text, encoding="utf-8")
    return path / "dataset.toml"


def test_the_description_of_the_shipped_weights_can_be_followed(tmp_path: Path) -> None:
    description = load_description(described(tmp_path, NO_FONTS))
    assert description.name == "draft-marks"
    assert set(description.parts) == {"train", "val"}


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (f"renderer_version = {RENDERER_VERSION}", "renderer_version = 1", "this code is version"),
        ("seed =", "sown =", "missing or unknown key: 'seed'"),
        ("faults =", "flaws =", "missing or unknown key"),
        ("fonts = []", 'fonts = ["/nowhere/face.ttf"]', "type faces not installed: /nowhere/face.ttf"),
    ],
    ids=["version", "missing", "unknown", "font"],
)
def test_a_description_at_fault_is_refused_by_its_words(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in NO_FONTS
    path = described(tmp_path, NO_FONTS.replace(old, new))
    with pytest.raises(DatasetDescriptionError, match=problem) as refused:
        load_description(path)
    assert refused.value.path == path


CLIP = ClipDescription(file="a.mp4", seed=4, draft_m=8.2, significant_height_m=0.05, peak_period_s=1.5)


def ship(*clips: ClipDescription) -> ShipClips:
    return replace(SHIP, ranges=SMALL, duration_s=0.75, rate_hz=8.0, clips=clips)


def test_clips_are_videos_of_the_stated_rate_and_length(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    render_clips(
        ship(CLIP, replace(CLIP, file="b.mp4", seed=5)),
        tmp_path / "clips",
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 2), (2, 2)]
    with open_footage(tmp_path / "clips" / "a.mp4") as footage:
        assert (footage.width_px, footage.height_px) == (160, 128)
        assert [frame.time_s for frame in footage.frames()] == pytest.approx(
            [index / 8 for index in range(6)]
        )


def test_one_ship_keeps_paint_and_letters_over_its_clips() -> None:
    one, other = (
        clip_scene(ship(CLIP), replace(CLIP, seed=seed, draft_m=draft_m))
        for seed, draft_m in ((4, 8.2), (5, 4.6))
    )
    assert (one.paint_seed, one.typeface, one.paint, one.water) == (
        other.paint_seed, other.typeface, other.paint, other.water,
    )  # fmt: skip
    assert one.camera != other.camera
    assert one.motion.still
    assert one.weather == other.weather
    assert (one.draft_m, other.draft_m) == (8.2, 4.6)
    rows = plate_of(replace(other, flare_deg=0.0, curvature_per_m=0.0)).pixels(np.zeros(1), np.array([4.6]))
    assert 0.4 * 128 < float(rows[0, 1]) < 128, "the camera follows the draft"


def test_a_clips_camera_moves_if_its_ranges_say_so() -> None:
    moving = replace(ship(CLIP), ranges=replace(SMALL, motion=1.0))
    one, other = (clip_scene(moving, replace(CLIP, seed=seed)) for seed in (4, 5))
    assert not one.motion.still
    assert one.motion != other.motion
    assert clip_scene(moving, CLIP).motion == one.motion


CLIPS = (REPOSITORY / "datasets" / "demo-port" / "clips.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("paint_seed", "colour_seed"),
        ('marks = "double_height"', 'marks = "roman"'),
        ("peak_period_s", "period"),
        ("faults", "flaws"),
        ("[ship]", "[vessel]"),
    ],
)
def test_a_clip_description_at_fault_is_refused(tmp_path: Path, old: str, new: str) -> None:
    assert old in CLIPS
    path = tmp_path / "clips.toml"
    path.write_text(CLIPS.replace(old, new), encoding="utf-8")
    with pytest.raises(DatasetDescriptionError, match="missing or unknown key"):
        load_clips(path)


@pytest.mark.parametrize("load", [load_description, load_clips])
@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe\x00", b"name = 1\nname = 2"])
def test_what_is_no_toml_is_refused_by_name(
    tmp_path: Path, load: Callable[[Path], object], content: bytes
) -> None:
    path = tmp_path / "description.toml"
    path.write_bytes(content)
    with pytest.raises(DatasetDescriptionError, match=r"description\.toml.*TOML"):
        load(path)


@pytest.mark.parametrize("load", [load_description, load_clips])
def test_a_description_that_is_a_folder_is_refused(tmp_path: Path, load: Callable[[Path], object]) -> None:
    with pytest.raises(DatasetDescriptionError, match="cannot be read"):
        load(tmp_path)
