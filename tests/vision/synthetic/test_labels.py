"""Labels: none for what a person could not read, and boxes where a bent picture shows the characters."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from rendered_marks import (
    CleanRenderer,
    camera_at,
    clean_water,
    plain_scene,
    plain_style,
    plate_of,
    seen_characters,
)

from vision.synthetic.labels import CharacterLabel, can_be_seen, share_in
from vision.synthetic.marks import MarkStyle
from vision.synthetic.render import SceneRenderer
from vision.synthetic.scene import visible_fixtures
from vision.synthetic.weather import FAIR

Picture = NDArray[np.float32]
LABEL = CharacterLabel(text="8", value_m=8.0, box_xyxy_px=(10.0, 10.0, 29.0, 39.0), visible=1.0)
# A ring of ink in the box.
INK = np.zeros((60, 50), dtype=np.float32)
INK[10:40, 10:30] = 1.0
INK[16:34, 15:25] = 0.0
OPEN = np.zeros_like(INK)
PICTURE = (np.repeat(INK[..., None], 3, axis=2) * 100 + 60).astype(np.uint8)


def seen(*, contrast: Picture = INK, image: NDArray[np.uint8] = PICTURE, hidden: Picture = OPEN) -> bool:
    return can_be_seen(LABEL, ink=INK, contrast=contrast, image_bgr=image, hidden=hidden)


def test_a_plain_character_is_labelled() -> None:
    assert seen()


def test_a_character_worn_away_is_not() -> None:
    left = INK.copy()
    left[10:34] = 0.0
    assert not seen(contrast=left), "two sevenths of its ink are left"
    left = INK.copy()
    left[10:20] = 0.0
    assert seen(contrast=left)
    assert not seen(contrast=0.03 * INK), "everywhere paler than can be told"


def test_a_character_that_something_hides_is_not() -> None:
    hidden = OPEN.copy()
    hidden[10:19, 10:30] = 1.0
    assert share_in(hidden, LABEL.box_xyxy_px) == pytest.approx(0.3)
    assert seen(hidden=hidden)
    hidden[10:22, 10:30] = 1.0
    assert not seen(hidden=hidden)


def test_a_character_lost_in_light_or_darkness_is_not() -> None:
    assert not seen(image=np.full_like(PICTURE, 255))
    faint = (np.repeat(INK[..., None], 3, axis=2) * 6 + 10).astype(np.uint8)
    assert not seen(image=faint)
    assert seen(image=(faint * 2))


def test_a_box_full_of_ink_still_has_its_surroundings() -> None:
    full = np.zeros_like(INK)
    full[10:40, 10:30] = 1.0
    image = (np.repeat(full[..., None], 3, axis=2) * 100 + 60).astype(np.uint8)
    assert can_be_seen(LABEL, ink=full, contrast=full, image_bgr=image, hidden=OPEN)
    assert not can_be_seen(LABEL, ink=np.ones_like(full), contrast=full, image_bgr=image, hidden=OPEN)


@pytest.mark.parametrize("k1", [-0.12, 0.12])
def test_boxes_and_waterline_are_bent_as_the_picture_is(k1: float) -> None:
    camera = camera_at(8.1, focal_px=480.0, px_per_m=160.0, look_at_u_m=0.8)
    scene = plain_scene(8.1, camera=camera)
    scene = replace(scene, water=clean_water(scene.water))
    bent = replace(scene, camera=replace(camera, k1=k1))
    frame = CleanRenderer(bent).frame(0.0)
    straight = plate_of(scene)

    for character in (one for one in seen_characters(scene, 0.0) if one.dry):
        off = character.corners_px - 223.5
        moved = off * (1 + k1 * (off**2).sum(axis=1) / 480.0**2)[:, None] + 223.5
        low, high = moved.min(axis=0), moved.max(axis=0)
        if (moved < 0).any() or (moved > 447).any():
            continue
        boxes = [one.box_xyxy_px for one in frame.characters if one.text == character.text]
        assert any(box == pytest.approx((*low, *high), abs=0.01) for box in boxes)
    line = frame.waterline_px
    ideal = straight.pixels(np.linspace(-1.5, 2.5, 50), np.full(50, 8.1))
    ideal = ideal[np.abs(ideal[:, 0] - 223.5) < 200] - 223.5
    expected = ideal * (1 + k1 * (ideal**2).sum(axis=1) / 480.0**2)[:, None] + 223.5
    rows = np.interp(expected[:, 0], line[:, 0], line[:, 1])
    assert rows == pytest.approx(expected[:, 1], abs=0.05)
    for column in range(30, 420, 60):
        first_water = int(np.flatnonzero(frame.water[:, column])[0])
        assert abs(first_water - 0.5 - float(np.interp(column, line[:, 0], line[:, 1]))) < 0.75


def test_night_rain_and_stamps_leave_fewer_labels() -> None:
    scene = plain_scene(8.1)
    plain = SceneRenderer(scene).frame(0.0)
    assert len(plain.characters) >= 5
    dark = SceneRenderer(replace(scene, weather=replace(FAIR, night=1.0, seed=4), faults=0.0)).frame(0.0)
    assert float(dark.image_bgr.mean()) < float(plain.image_bgr.mean())
    for seed in range(6):
        stamped = SceneRenderer(replace(scene, stamps_seed=seed)).frame(0.0)
        assert set(stamped.characters) <= set(plain.characters)
        assert np.array_equal(stamped.water, plain.water), "water goes on behind a stamp"
        assert not np.array_equal(stamped.image_bgr, plain.image_bgr)


def test_ghosts_carry_no_label() -> None:
    scene = plain_scene(8.1)
    haunted = SceneRenderer(replace(scene, ghosts=3)).frame(0.0)
    plain = SceneRenderer(scene).frame(0.0)
    assert [one.value_m for one in haunted.characters] == [one.value_m for one in plain.characters]
    assert not np.array_equal(haunted.image_bgr, plain.image_bgr)


def test_a_stave_is_painted_and_not_labelled() -> None:
    style = plain_style(MarkStyle.INLAND)
    bare = plain_scene(3.1, style=style, fixtures=())
    marked = replace(bare, fixtures=visible_fixtures(style, bare.camera, 3.1))
    one, other = (CleanRenderer(replace(scene, water=clean_water(scene.water))) for scene in (bare, marked))
    assert {label.text for label in other.frame(0.0).characters} <= set("0123456789M")
    assert one.frame(0.0).characters == other.frame(0.0).characters
    assert float(np.abs(SceneRenderer(marked)._ink - SceneRenderer(bare)._ink).max()) == pytest.approx(1.0)
