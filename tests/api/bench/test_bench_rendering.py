"""What the bench renders: descriptions that load, seeds that nobody trains on, pictures that show what they claim."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from shared_data import REPOSITORY

from api.bench.drafts.descriptions import Condition, Group, load_groups, seeds_of
from api.bench.drafts.rendering import rendered_footage
from api.bench.drafts.staging import MOMENT_S, changed_picture, staged_scene
from vision.errors import DatasetDescriptionError
from vision.synthetic.render import RenderedFrame, SceneRenderer
from vision.video.frames import open_footage

FOLDER = REPOSITORY / "datasets" / "bench-reading"
SMALL = """
group = "small"
readable = {readable}
least_numerals = 2
[ranges]
size_px = [320, 240]
scale_px_per_m = [150.0, 160.0]
draft_m = [5.0, 9.0]
significant_height_m = [0.0, 0.05]
elevation_deg = [4.0, 8.0]
azimuth_deg = [-5.0, 5.0]
roll_deg = [-2.0, 2.0]
waterline_row = [0.6, 0.8]
without_marks = 0.0
faults = 0.0
foreground = 0.0
[[condition]]
name = "one"
seed = 900000000
quick = 1
full = 2
"""


def small_groups(tmp_path: Path, extra: str = "", *, readable: bool = True) -> list[Group]:
    folder = tmp_path / "bench-reading"
    folder.mkdir()
    (tmp_path / "draft-marks").symlink_to(REPOSITORY / "datasets" / "draft-marks")
    text = SMALL.format(readable=str(readable).lower())
    (folder / "small.toml").write_text(text + extra, encoding="utf-8")
    return load_groups(folder)


def fonts_installed() -> bool:
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("*.toml")]
    return all(Path(font).is_file() for text in texts for font in tomllib.loads(text).get("fonts", []))


needs_fonts = pytest.mark.skipif(
    not fonts_installed(), reason="the descriptions' type faces are not installed"
)


@needs_fonts
def test_the_descriptions_load_and_hold_what_the_goals_are_for() -> None:
    groups = {group.name: group for group in load_groups(FOLDER)}
    assert set(groups) == {"calm", "waves", "hard stills", "unreadable", "speed"}
    assert sum(condition.full for condition in groups["hard stills"].conditions) >= 60
    heights = [condition.ranges.significant_height_m for condition in groups["waves"].conditions]
    assert (min(low for low, _ in heights), max(high for _, high in heights)) == (0.1, 0.5)
    for condition in groups["waves"].conditions:
        assert condition.clip is not None
        assert 20 <= condition.clip.duration_s <= 60


@needs_fonts
def test_no_seed_is_shared_with_another_part_or_with_training() -> None:
    groups = load_groups(FOLDER)
    quick, full = seeds_of(groups, part="quick"), seeds_of(groups, part="full")
    assert not quick & full
    conditions = [condition for group in groups for condition in group.conditions]
    assert len(full) == 1000 * sum(condition.full for condition in conditions)
    training = tomllib.loads((REPOSITORY / "datasets/draft-marks/dataset.toml").read_text(encoding="utf-8"))
    farthest = training["seed"] + 1_000_000 * len(training["parts"]) + max(training["parts"].values())
    assert min(quick | full) > farthest


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        ('[[condition]]\nname = "two"\n', "'seed'"),
        ('[[condition]]\nname = "two"\nseed = 1\nquick = 1\nfull = 1\nchange = "storm"\n', "boot_top"),
        ('[[condition]]\nname = "two"\nseed = 1\nquick = 1\nfull = 1\nranges = { luck = 1 }\n', "luck"),
    ],
)
def test_a_description_that_cannot_be_followed_says_why(tmp_path: Path, extra: str, problem: str) -> None:
    with pytest.raises(DatasetDescriptionError, match=problem):
        small_groups(tmp_path, extra)


def test_missing_descriptions_and_type_faces_are_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetDescriptionError, match=r"holds no \*.toml"):
        load_groups(tmp_path)
    folder = tmp_path / "bench-reading"
    folder.mkdir()
    (tmp_path / "draft-marks").symlink_to(REPOSITORY / "datasets" / "draft-marks")
    text = 'fonts = ["/nowhere/a.otf"]\n' + SMALL.format(readable="true")
    (folder / "small.toml").write_text(text, encoding="utf-8")
    groups = load_groups(folder)
    with pytest.raises(DatasetDescriptionError, match=r"^small: type faces not installed: /nowhere/a\.otf"):
        rendered_footage(groups, tmp_path / "work", quick=True, progress=lambda *_: None)


def test_footage_is_rendered_once_with_its_truth(tmp_path: Path) -> None:
    extra = """
[[condition]]
name = "film"
seed = 901000000
quick = 1
full = 0
clip = { duration_s = 9.0, quick_duration_s = 0.5, rate_hz = 4.0, quality = 20, repeat = 2, enlarge = 2 }
"""
    groups = small_groups(tmp_path, extra)
    calls: list[tuple[int, int]] = []
    work = tmp_path / "work"
    footage = rendered_footage(groups, work, quick=True, progress=lambda *done: calls.append(done))
    assert [one.path.suffix for one in footage] == [".jpg", ".mp4"]
    assert [(one.group, one.condition) for one in footage] == [("small", "one"), ("small", "film")]
    truth = json.loads(footage[0].path.with_suffix(".json").read_text(encoding="utf-8"))
    assert footage[0].truth_m == truth["draft_m"]
    assert 5 <= footage[0].truth_m <= 9
    assert calls[-1] == (2, 2)
    with open_footage(footage[1].path) as film:
        times_s = [frame.time_s for frame in film.frames()]
        # Two pictures, each shown twice at twice the rate, enlarged twice.
        assert (film.width_px, film.height_px) == (640, 480)
    assert times_s == pytest.approx([0, 0.125, 0.25, 0.375])
    written = footage[0].path.stat().st_mtime_ns
    again = rendered_footage(groups, work, quick=True, progress=lambda *_: None)
    assert again == footage
    assert footage[0].path.stat().st_mtime_ns == written


def staged(tmp_path: Path, part: str, *, readable: bool = False) -> tuple[RenderedFrame, Condition]:
    extra = f'[[condition]]\nname = "two"\nseed = 902000000\nquick = 1\nfull = 1\n{part}\n'
    group = small_groups(tmp_path, extra, readable=readable)[0]
    _, renderer = staged_scene(group, group.conditions[1], group.conditions[1].seed)
    assert isinstance(renderer, SceneRenderer)
    return renderer.frame(MOMENT_S), group.conditions[1]


def test_a_readable_scene_shows_numerals_and_a_full_metre(tmp_path: Path) -> None:
    frame, _ = staged(tmp_path, "", readable=True)
    values = {round(label.value_m, 3) for label in frame.characters}
    assert len(values) >= 2
    assert any(value == round(value) for value in values)


def test_the_full_metre_is_left_out_where_the_condition_says_so(tmp_path: Path) -> None:
    frame, _ = staged(tmp_path, 'change = "no_full_metre"')
    values = {round(label.value_m, 3) for label in frame.characters}
    assert len(values) >= 2
    assert not any(value == round(value) for value in values)


def test_covered_marks_do_not_show(tmp_path: Path) -> None:
    frame, condition = staged(tmp_path, 'change = "covered_marks"')
    picture = changed_picture(frame, condition, seed=1)
    for label in frame.characters:
        left, top, right, bottom = (round(edge) for edge in label.box_xyxy_px)
        assert np.ptp(picture[max(0, top) : bottom, max(0, left) : right].reshape(-1, 3), axis=0).max() == 0


def test_the_boot_top_has_another_tone_above_its_edge_only(tmp_path: Path) -> None:
    frame, condition = staged(tmp_path, 'change = "boot_top"')
    picture = changed_picture(frame, condition, seed=1).astype(float)
    changed = np.abs(picture - frame.image_bgr).mean(axis=2)
    middle = frame.water.shape[1] // 2
    contact = int(np.argmax(frame.water[:, middle]))
    assert changed[contact - 40 : contact - 20].mean() > 15
    assert changed[contact:].max() == 0
    assert changed[contact - 4 : contact, middle].max() == 0


def test_a_dark_picture_is_dark_and_the_same_again(tmp_path: Path) -> None:
    frame, condition = staged(tmp_path, 'change = "dark"')
    picture = changed_picture(frame, condition, seed=1)
    assert picture.mean() < 0.35 * frame.image_bgr.mean() + 8
    assert np.array_equal(picture, changed_picture(frame, condition, seed=1))


def test_a_condition_that_no_scene_shows_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.bench.drafts.staging.SEEDS_PER_PICTURE", 2)
    extra = '[[condition]]\nname = "two"\nseed = 5\nquick = 1\nfull = 1\nwater_share = [2.0, 3.0]\n'
    group = small_groups(tmp_path, extra)[0]
    with pytest.raises(DatasetDescriptionError, match="two: no scene from seed 5 on shows what it claims"):
        staged_scene(group, group.conditions[1], 5)
