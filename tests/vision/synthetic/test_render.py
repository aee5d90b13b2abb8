"""The renderer: labels and picture against the geometry, masks against the waterline, and the same bytes again."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rendered_marks import (
    CALM,
    CleanRenderer,
    SeenCharacter,
    camera_at,
    clean_water,
    plain_scene,
    plain_style,
    plate_of,
    sea_of,
    seen_characters,
)

from vision.synthetic.labels import CharacterLabel
from vision.synthetic.marks import MarkStyle
from vision.synthetic.render import RenderedFrame, SceneRenderer
from vision.synthetic.scene import Scene
from vision.synthetic.surface import random_surface

Array = NDArray[np.float64]

POSES: dict[str, dict[str, Any]] = {
    "level": {},
    "above": {"elevation_deg": 30.0},
    "side": {"azimuth_deg": 25.0, "elevation_deg": 8.0},
    "roll": {"roll_deg": 10.0},
}


def clean(scene: Scene) -> Scene:
    return replace(scene, water=clean_water(scene.water))


def label_of(frame: RenderedFrame, seen: SeenCharacter) -> CharacterLabel:
    """The label of a character: same text and value, nearest box."""
    middle = seen.corners_px.mean(axis=0)
    alike = [
        label
        for label in frame.characters
        if label.text == seen.text and label.value_m == pytest.approx(seen.value_m)
    ]
    return min(
        alike,
        key=lambda label: float(
            np.hypot(
                (label.box_xyxy_px[0] + label.box_xyxy_px[2]) / 2 - middle[0],
                (label.box_xyxy_px[1] + label.box_xyxy_px[3]) / 2 - middle[1],
            )
        ),
    )


@pytest.mark.parametrize("style", list(MarkStyle))
@pytest.mark.parametrize("pose", POSES.values(), ids=POSES.keys())
def test_labels_are_the_projected_characters(style: MarkStyle, pose: dict[str, Any]) -> None:
    scene = plain_scene(11.63, camera=camera_at(11.63, **pose), style=plain_style(style))
    frame = CleanRenderer(clean(scene)).frame(0.0)
    seen = seen_characters(scene, 0.0)

    assert len(seen) >= 5
    for character in seen:
        label = label_of(frame, character)
        low, high = character.corners_px.min(axis=0), character.corners_px.max(axis=0)
        assert label.box_xyxy_px == pytest.approx((*low, *high), abs=0.01)
        assert label.visible == pytest.approx(character.visible, abs=1e-6)


def test_labels_name_nothing_that_is_under_water() -> None:
    scene = plain_scene(11.63)
    frame = CleanRenderer(clean(scene)).frame(0.0)
    assert min(label.value_m for label in frame.characters) == pytest.approx(11.6), (
        "seven tenths of it are dry"
    )
    assert next(label.visible for label in frame.characters if label.value_m < 11.7) == pytest.approx(0.7)
    barely = CleanRenderer(clean(plain_scene(11.66))).frame(0.0)
    assert min(label.value_m for label in barely.characters) == pytest.approx(11.8)


def crossing(profile: Array, *, falling: bool) -> float:
    """Last place where a profile passes the middle between its ends, going down the picture."""
    middle = (float(profile.max()) + float(profile.min())) / 2
    above = profile > middle if falling else profile < middle
    at = int(np.flatnonzero(above[:-1] & ~above[1:])[-1])
    return at + float((profile[at] - middle) / (profile[at] - profile[at + 1]))


@pytest.mark.parametrize("draft_m", [8.07, 8.113, 8.151])
def test_a_numerals_lower_edge_is_drawn_at_its_value(draft_m: float) -> None:
    # The 2 has a flat foot; the profile runs down through the foot's middle.
    scene = plain_scene(draft_m, camera=camera_at(draft_m, px_per_m=300.0, elevation_deg=0.0))
    frame = CleanRenderer(clean(scene)).frame(0.0)
    foot = next(seen for seen in seen_characters(scene, 0.0) if seen.text == "2" and seen.dry)
    column = round(float(foot.corners_px[:2, 0].mean()))
    edge = float(foot.corners_px[:2, 1].mean())
    rows = slice(round(edge) - 4, round(edge) + 6)
    profile = frame.image_bgr[rows, column].astype(float).sum(axis=1)
    assert rows.start + crossing(profile, falling=True) == pytest.approx(edge, abs=0.2)


@pytest.mark.parametrize("pose", POSES.values(), ids=POSES.keys())
def test_mask_waterline_and_picture_agree(pose: dict[str, Any]) -> None:
    scene = clean(plain_scene(8.1, camera=camera_at(8.1, **pose), sea=sea_of(0.08, 1.2)))
    frame = CleanRenderer(scene).frame(0.7)
    line = frame.waterline_px[np.argsort(frame.waterline_px[:, 0])]
    for column in range(20, 430, 37):
        row = float(np.interp(column, line[:, 0], line[:, 1]))
        split = int(np.flatnonzero(frame.water[:, column])[0])
        assert abs(split - 0.5 - row) < 0.75, "the first water pixel is the one below the line"
        if abs(column - 224) < 60:
            continue
        green = frame.image_bgr[round(row) - 6 : round(row) + 7, column, 1].astype(float)
        assert round(row) - 6 + crossing(green, falling=False) == pytest.approx(row, abs=0.6)


def test_the_waterline_is_the_sea_on_the_plating() -> None:
    scene = plain_scene(8.1, sea=sea_of(0.1, 1.5), flare_deg=10.0, curvature_per_m=0.03)
    frame = SceneRenderer(scene).frame(1.3)
    u_m, z_m = plate_of(scene).plating(frame.waterline_px)

    assert z_m == pytest.approx(8.1 + scene.sea.elevation_m(u_m, 1.3), abs=1e-6)
    assert frame.level_m == pytest.approx(8.1 + float(scene.sea.elevation_m(np.zeros(1), 1.3)[0]))
    assert frame.draft_m == 8.1


def test_calm_water_stands_at_the_draft() -> None:
    frame = SceneRenderer(plain_scene(8.1, sea=CALM)).frame(4.0)
    assert frame.level_m == 8.1
    assert float(np.ptp(frame.waterline_px[:, 1])) < 1e-6


@pytest.mark.parametrize("rake", [-0.2, 0.2])
def test_a_raked_column_is_labelled_where_it_stands(rake: float) -> None:
    scene = plain_scene(8.1, rake=rake, bend_per_m=0.04)
    frame = SceneRenderer(scene).frame(0.0)
    for character in seen_characters(scene, 0.0):
        box = label_of(frame, character).box_xyxy_px
        assert (box[0] + box[2]) / 2 == pytest.approx(float(character.corners_px[:, 0].mean()), abs=0.05)


def test_a_thing_before_the_hull_is_no_water_and_hides_labels() -> None:
    hidden = 0
    scene = plain_scene(8.1, camera=camera_at(8.1, look_at_u_m=0.3))
    plain = SceneRenderer(scene).frame(0.0)
    for seed in range(5):
        covered = SceneRenderer(replace(scene, foreground_seed=seed)).frame(0.0)
        changed = (plain.image_bgr != covered.image_bgr).any(axis=2)

        assert (covered.water <= plain.water).all(), "a thing adds no water"
        assert changed[(plain.water == 1) & (covered.water == 0)].all()
        assert len(covered.characters) <= len(plain.characters)
        hidden += int(plain.water.sum()) > int(covered.water.sum())
    assert hidden >= 1


def test_what_lies_on_the_water_changes_only_the_water() -> None:
    scene = plain_scene(8.1, camera=camera_at(8.1, elevation_deg=20.0))
    bare = SceneRenderer(scene).frame(0.0)
    rng = np.random.default_rng(3)
    surface = replace(random_surface(rng, share=0.0, roughness=0.0), line=0.9, stripes=0.8, shadow=0.4)
    lain = SceneRenderer(replace(scene, surface=surface)).frame(0.0)
    changed = (bare.image_bgr != lain.image_bgr).any(axis=2)

    assert float(changed[bare.water == 1].mean()) > 0.1
    # A pixel cut by the waterline may change with its wet part.
    dry = np.roll(bare.water, -2, axis=0) == 0
    assert not changed[dry].any()
    assert np.array_equal(bare.water, lain.water)
    assert bare.characters == lain.characters


def test_a_scene_is_the_same_bytes_again() -> None:
    scene = plain_scene(8.1, sea=sea_of(0.1, 1.5), faults=0.8, foreground_seed=4)
    first = SceneRenderer(scene)
    early, late = first.frame(0.5), first.frame(2.0)
    again = SceneRenderer(scene)
    late_again, early_again = again.frame(2.0), again.frame(0.5)

    assert early.image_bgr.tobytes() == early_again.image_bgr.tobytes(), "whatever was drawn before it"
    assert late.image_bgr.tobytes() == late_again.image_bgr.tobytes()
    assert early.water.tobytes() == early_again.water.tobytes()
    assert early.characters == early_again.characters
    assert early.image_bgr.tobytes() != late.image_bgr.tobytes()
    other = SceneRenderer(replace(scene, seed=scene.seed + 1)).frame(0.5)
    assert other.image_bgr.tobytes() != early.image_bgr.tobytes()


def test_ships_of_one_paint_seed_share_their_paint() -> None:
    tones = [
        SceneRenderer(plain_scene(8.1, seed=seed, paint_seed=paint_seed))
        .frame(0.0)
        .image_bgr[:150]
        .astype(float)
        .mean(axis=(0, 1))
        for seed, paint_seed in ((1, 12), (2, 12), (1, 13))
    ]
    hues = [tone / tone.sum() for tone in tones]
    assert float(np.abs(hues[0] - hues[1]).max()) < float(np.abs(hues[0] - hues[2]).max())


def test_pictures_and_masks_are_what_they_say() -> None:
    frame = SceneRenderer(plain_scene(8.1)).frame(0.0)
    assert frame.image_bgr.shape == (448, 448, 3)
    assert (str(frame.image_bgr.dtype), str(frame.water.dtype)) == ("uint8", "uint8")
    assert set(np.unique(frame.water).tolist()) == {0, 1}
    assert np.isfinite(frame.waterline_px).all()
