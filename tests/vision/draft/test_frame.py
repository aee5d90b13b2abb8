"""One frame with the truth of both networks: the level under many views, following, the metre's votes, refusals."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rendered_marks import POSES, TrueNetworks, camera_at, plain_scene, plain_style, sea_of

from vision.draft import dry_marks
from vision.draft.frame import FrameLevel, read_frame
from vision.draft.metres import decide_metre
from vision.draft.numerals import MarkCharacter
from vision.draft.reading import Refusal, RefusalReason
from vision.synthetic.marks import MarkStyle
from vision.synthetic.scene import Scene

Image = NDArray[np.uint8]


def read(networks: TrueNetworks, time_s: float = 0.0, **hint: Any) -> FrameLevel | Refusal:
    ((_, image),) = networks.frames([time_s])
    return read_frame(image, networks, hint=hint.get("hint"))


def level_of(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> FrameLevel:
    outcome = read(TrueNetworks(scene).watch(monkeypatch))
    assert isinstance(outcome, FrameLevel), outcome
    return outcome


def error_m(found: FrameLevel, truth_m: float) -> float:
    """Error of a level whose full metre is not settled yet."""
    difference = found.level_m - truth_m
    return difference - round(difference)


def sigma_m(found: FrameLevel) -> float:
    """What the frame knows of, with 6 mm for the paint's and the contact's edge."""
    return float(np.hypot(np.hypot(found.scale_sigma_m, found.waterline_sigma_m), 0.006))


@pytest.mark.parametrize("pose", POSES.values(), ids=POSES.keys())
def test_the_level_is_within_its_uncertainty_under_every_view(
    pose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_m = 8.43
    found = level_of(plain_scene(draft_m, camera=camera_at(draft_m, **pose)), monkeypatch)

    assert abs(error_m(found, draft_m)) < 2.5 * sigma_m(found)
    assert abs(error_m(found, draft_m)) < 0.012
    assert found.scale.residual_m < 0.006
    assert found.extrapolated_m == pytest.approx(0.17, abs=0.03), "the lowest dry numeral is 8.6"


@pytest.mark.parametrize(
    "changes", [{"rake": 0.25}, {"rake": -0.15, "bend_per_m": 0.05}, {"flare_deg": 20.0}]
)
def test_raked_and_flared_plating_is_read_by_vertical_height(
    changes: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = plain_scene(8.43, camera=camera_at(8.43, elevation_deg=12.0), **changes)
    found = level_of(scene, monkeypatch)
    assert abs(error_m(found, 8.43)) < 2.5 * sigma_m(found)


def test_waves_move_the_level_frame_by_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = plain_scene(8.5, sea=sea_of(0.15, 2.0), significant_height_m=0.15)
    networks = TrueNetworks(scene).watch(monkeypatch)
    for time_s in (0.0, 0.4, 0.8, 1.2):
        truth_m = 8.5 + float(scene.sea.elevation_m(np.zeros(1), time_s)[0])
        found = read(networks, time_s)
        assert isinstance(found, FrameLevel)
        assert abs(error_m(found, truth_m)) < 2.5 * sigma_m(found) + found.ripple_m


def test_a_column_once_found_is_followed_without_search(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = TrueNetworks(plain_scene(8.43)).watch(monkeypatch)
    first = read(networks)
    assert isinstance(first, FrameLevel)
    searches = networks.searches
    again = read(networks, hint=first.column)

    assert isinstance(again, FrameLevel)
    assert networks.searches == searches
    assert again.level_m == pytest.approx(first.level_m, abs=0.003), "in the same provisional metre"
    assert [value for value, _ in again.members] == pytest.approx([value for value, _ in first.members])


def test_a_hint_that_drifted_some_pixels_is_pulled_back(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = TrueNetworks(plain_scene(8.43)).watch(monkeypatch)
    first = read(networks)
    assert isinstance(first, FrameLevel)
    drifted = replace(first.column, origin_px=first.column.origin_px + np.array([6.0, -8.0]))
    again = read(networks, hint=drifted)
    assert isinstance(again, FrameLevel)
    assert again.level_m == pytest.approx(first.level_m, abs=0.006)


@pytest.mark.parametrize("style", [MarkStyle.METRE_M, MarkStyle.DOUBLE_HEIGHT, MarkStyle.DECIMETRES])
@pytest.mark.parametrize("draft_m", [7.43, 11.5])
def test_the_rows_in_view_spell_the_metre(
    style: MarkStyle, draft_m: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = plain_scene(draft_m, camera=camera_at(draft_m, px_per_m=220.0), style=plain_style(style))
    found = level_of(scene, monkeypatch)
    outcome = decide_metre(found.votes, allowed=None)

    assert {vote.metre for vote in found.votes} == {round(draft_m - found.level_m)}
    if outcome.metre_at_zero is not None:
        assert outcome.metre_at_zero == round(draft_m - found.level_m)
    assert draft_m < 10 or outcome.metre_at_zero is not None


@pytest.mark.parametrize("off_m", [0.012, 0.03])
def test_a_numeral_that_stands_wrong_is_left_out_or_costs_certainty(
    off_m: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = plain_scene(8.43, camera=camera_at(8.43, px_per_m=220.0))
    straight = level_of(scene, monkeypatch)
    moved = tuple(
        replace(character, lower_edge_m=character.lower_edge_m + off_m)
        if character.lower_edge_m == pytest.approx(9.0)
        else character
        for character in scene.characters
    )
    found = level_of(replace(scene, characters=moved), monkeypatch)

    moved_m = abs(found.level_m - straight.level_m)
    assert moved_m < 0.004 or moved_m < 1.5 * found.scale_sigma_m
    assert moved_m < 0.4 * off_m


class Scripted:
    """Answers by hand; what is not given sees nothing."""

    def __init__(self, characters: tuple[MarkCharacter, ...] = (), water: float = 0.0) -> None:
        self.found = characters
        self.share = water
        self.sizes: list[int] = []

    def characters(self, image_bgr: Image, *, least_score: float) -> tuple[MarkCharacter, ...]:
        assert 0 < least_score < 1
        assert image_bgr.dtype == np.uint8
        return ()

    def characters_in_picture(self, image_bgr: Image, *, longest_px: int) -> tuple[MarkCharacter, ...]:
        assert image_bgr.dtype == np.uint8
        self.sizes.append(longest_px)
        return self.found

    def water(self, image_bgr: Image) -> NDArray[np.float32]:
        return np.full(image_bgr.shape[:2], self.share, dtype=np.float32)


def refused(networks: Scripted, size: tuple[int, int] = (480, 640)) -> Refusal:
    outcome = read_frame(np.zeros((*size, 3), np.uint8), networks, hint=None)
    assert isinstance(outcome, Refusal)
    return outcome


def marks(*texts: str, pitch_px: float = 40.0) -> tuple[MarkCharacter, ...]:
    return tuple(
        MarkCharacter(
            text=text,
            score=0.9,
            left_px=300.0,
            top_px=400 - pitch_px * up - pitch_px / 2,
            right_px=300 + 0.375 * pitch_px,
            lower_edge_px=400 - pitch_px * up,
        )
        for up, text in enumerate(texts)
    )


@pytest.mark.parametrize(("size", "sizes"), [((480, 640), [960, 640]), ((1080, 1920), [960, 1600])])
def test_an_empty_picture_is_looked_at_in_two_sizes_and_shows_no_marks(
    size: tuple[int, int], sizes: list[int]
) -> None:
    networks = Scripted()
    assert refused(networks, size).reason is RefusalReason.NO_MARKS
    assert networks.sizes == sizes


def test_characters_on_no_lattice_are_not_consistent() -> None:
    refusal = refused(Scripted(marks("2", "8", "4")))
    assert refusal.reason is RefusalReason.MARKS_NOT_CONSISTENT
    assert refusal.detail == "3 characters, none on one lattice"


def test_numerals_of_six_pixels_are_too_small() -> None:
    assert refused(Scripted(marks("2", "4", "6", pitch_px=12.0))).reason is RefusalReason.TOO_SMALL


def test_marks_that_vanish_on_a_closer_look_are_not_consistent() -> None:
    refusal = refused(Scripted(marks("2", "4", "6")))
    assert refusal.reason is RefusalReason.MARKS_NOT_CONSISTENT
    assert refusal.detail == "0 numerals on the lattice"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_without_hull_over_water_there_is_no_waterline(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    networks = TrueNetworks(plain_scene(8.43)).watch(monkeypatch)
    monkeypatch.setattr(networks, "water", Scripted(water=share).water)
    outcome = read(networks)
    assert isinstance(outcome, Refusal)
    assert outcome.reason is RefusalReason.NO_WATERLINE


def test_numerals_under_water_are_no_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    # The water stands above every numeral that was found: what is seen is a mirror image, or the mask is wrong.
    networks = TrueNetworks(plain_scene(8.43)).watch(monkeypatch)

    def flooded(image_bgr: Image) -> NDArray[np.float32]:
        shares = np.zeros(image_bgr.shape[:2], dtype=np.float32)
        shares[60:] = 1.0
        return shares

    monkeypatch.setattr(networks, "water", flooded)
    outcome = read(networks)
    assert isinstance(outcome, Refusal)
    assert outcome.reason is RefusalReason.NO_WATERLINE


def test_a_lattice_that_does_not_close_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def scattered(_: Image, character: MarkCharacter) -> float:
        return character.lower_edge_px + (20.0 if character.text in "26M" else -20.0)

    monkeypatch.setattr(dry_marks, "lower_edge_px", scattered)
    outcome = read(TrueNetworks(plain_scene(8.43)).watch(monkeypatch))
    assert isinstance(outcome, Refusal)
    assert outcome.reason is RefusalReason.MARKS_NOT_CONSISTENT
    assert "the lattice does not close: residual" in outcome.detail
