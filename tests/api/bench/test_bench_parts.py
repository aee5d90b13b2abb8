"""Parts of `hullmark bench reading`: substitutes and their faults; plain baselines and misread digits by hand."""

import json
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

import vision.draft.reader
import vision.draft.waves
from api.bench.ablation_names import ABLATIONS
from api.bench.drafts.ablations import ablation, surest_spelling
from api.bench.drafts.misread import binned, judged_digits, misread_by_score
from api.bench.drafts.plain_scale import metre_at_zero, plain_draft_m
from api.bench.drafts.stages import NETWORK_STAGES, StageClock, TimedNetworks, timing
from api.bench.drafts.substitution import NothingToSubstituteError, Substitution, substituted
from api.bench.drafts.word_reading import characters_of_words
from vision.draft.lattice import find_lattices
from vision.draft.metres import MetreVote
from vision.draft.networks import OpenVinoDraftNetworks
from vision.draft.numerals import MarkCharacter
from vision.errors import DatasetDescriptionError


def test_every_part_and_stage_is_where_the_bench_looks_for_it() -> None:
    parts = [*ablation(list(ABLATIONS)), *timing(StageClock())]
    assert [one.name for one in parts if not hasattr(one.module, one.name)] == []
    assert all(hasattr(OpenVinoDraftNetworks, name) for name in NETWORK_STAGES)


def test_a_substitute_stands_wherever_the_package_took_the_function_and_leaves_with_the_run() -> None:
    before = vision.draft.waves.still_water
    with substituted(ablation(["wave-averaging"])):
        during = vision.draft.waves.still_water
        assert vars(vision.draft.reader)["still_water"] is during
    assert during is not before
    assert vision.draft.waves.still_water is before
    assert vars(vision.draft.reader)["still_water"] is before


def test_a_failed_run_puts_everything_back() -> None:
    before = vision.draft.waves.still_water

    def fail() -> None:
        with substituted(ablation(["wave-averaging"])):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert vision.draft.waves.still_water is before


def test_a_part_that_is_gone_is_named_and_nothing_stays_replaced() -> None:
    present = Substitution(module=vision.draft.waves, name="still_water", make=lambda _: None)
    gone = Substitution(module=vision.draft.waves, name="moved_away", make=lambda _: None)
    before = vision.draft.waves.still_water
    with (
        pytest.raises(NothingToSubstituteError, match=r"vision.draft.waves has no moved_away"),
        substituted([present, gone]),
    ):
        pass
    assert vision.draft.waves.still_water is before


def test_modules_of_other_packages_keep_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = ModuleType("elsewhere")
    vars(foreign)["still_water"] = vision.draft.waves.still_water
    monkeypatch.setitem(sys.modules, "elsewhere", foreign)
    with substituted(ablation(["wave-averaging"])):
        assert foreign.still_water is not vision.draft.waves.still_water


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(KeyError, match="luck; accepted: edges"):
        ablation(["luck"])


def test_the_plain_mean_is_the_mean_of_all_levels() -> None:
    series = [(0.25 * index, 8.0 + 0.05 * float(np.sin(0.7 * index)), 0.003) for index in range(60)]
    series[30] = (7.5, 9.2, 0.003)
    with substituted(ablation(["wave-averaging"])):
        plain = vision.draft.waves.still_water(series)
    levels = [level for _, level, _ in series]
    assert plain.level_m == pytest.approx(sum(levels) / 60)
    assert plain.standard_error_m == pytest.approx(np.std(levels, ddof=1) / np.sqrt(60))
    assert vision.draft.waves.still_water(series).level_m == pytest.approx(8.0, abs=0.01)


def test_the_surest_spelling_decides_alone() -> None:
    votes = [
        MetreVote(digits=(("1", 0.9), ("3", 0.5)), offset=0, row=0),
        MetreVote(digits=(("3", 0.8),), offset=0, row=0),
        MetreVote(digits=(("4", 0.99),), offset=0, row=10),
    ]
    assert surest_spelling(votes, allowed=frozenset({3, 13})).metre_at_zero == 3
    assert surest_spelling(votes, allowed=None).metre_at_zero == 4
    assert surest_spelling([], allowed=None).metre_at_zero is None


def test_a_stage_within_a_stage_belongs_to_the_outer_one() -> None:
    clock = StageClock()
    inner = clock.timed(lambda: time.sleep(0.02), "inner")
    clock.timed(inner, "outer")()
    inner()
    stages = clock.stages_s(1.0)
    assert stages["outer"] >= 0.02
    assert stages["inner"] >= 0.02
    assert sum(stages.values()) == pytest.approx(1.0)


def test_timed_networks_answer_as_the_networks_do() -> None:
    class Networks:
        identities = ("a", "b")

        def water(self, image: str) -> str:
            return f"water of {image}"

    clock = StageClock()
    timed = TimedNetworks(Networks(), clock)
    assert timed.identities == ("a", "b")
    assert timed.water("sea") == "water of sea"
    assert set(clock.stages_s(1.0)) == {"water", "decoding and rest"}


def column(top: str = "9M") -> tuple[MarkCharacter, ...]:
    """8.4 8.6 8.8 9M in a level view, 100 px a metre, the value 8.4 on row 300."""
    placed = [("4", 300.0), ("6", 280.0), ("8", 260.0), *((letter, 240.0) for letter in top)]
    characters = []
    for index, (text, lower_px) in enumerate(placed):
        left = 100.0
        if text.isdigit() and lower_px == 240.0:
            left = 100.0 - 8.0 * (len(top) - 1 - (index - 3))
        characters.append(
            MarkCharacter(
                text=text,
                score=0.9,
                left_px=left,
                top_px=lower_px - 10,
                right_px=left + 7,
                lower_edge_px=lower_px,
            )
        )
    return tuple(characters)


class WaterFrom:
    """Networks that see water from a row on downwards."""

    def __init__(self, row: int) -> None:
        self.row = row

    def water(self, image_bgr: Any) -> Any:
        mask = np.zeros(image_bgr.shape[:2], np.float32)
        mask[self.row :] = 1.0
        return mask


@pytest.mark.parametrize("straight", [True, False])
def test_the_plain_draft_by_hand(*, straight: bool) -> None:
    image = np.zeros((400, 240, 3), np.uint8)
    # 8.4 m on row 300 and 100 px a metre: the contact between rows 323 and 324 is 8.165 m.
    draft_m = plain_draft_m(image, column(), WaterFrom(324), straight=straight)
    assert draft_m == pytest.approx(8.4 - 0.235, abs=0.003)


@pytest.mark.parametrize(("top", "metre"), [("9M", 9), ("19M", 19), ("M", None)])
def test_the_metre_is_the_text_beside_the_m(top: str, metre: int | None) -> None:
    characters = column(top)
    lattice = find_lattices(characters)[0]
    found = metre_at_zero(lattice, characters)
    if metre is None:
        assert found is None
        return
    letter = next(member for member in lattice.members if member.character.text == "M")
    assert found is not None
    assert found + lattice.digit_at(0) / 10 + 0.2 * letter.step == pytest.approx(metre)


def test_the_plain_draft_is_missing_without_column_or_water() -> None:
    image = np.zeros((400, 240, 3), np.uint8)
    assert plain_draft_m(image, (), WaterFrom(324), straight=True) is None
    assert plain_draft_m(image, column("M"), WaterFrom(324), straight=True) is None
    assert plain_draft_m(image, column(), WaterFrom(400), straight=True) is None


def test_words_are_cut_into_characters() -> None:
    lying = [[10, 50], [40, 50], [40, 60], [10, 60]]
    upright = [[100, 0], [110, 0], [110, 50], [100, 50]]
    cut = characters_of_words([lying, upright], ["1 3m", "4-2"], [0.8, 0.6])
    assert [character.text for character in cut] == ["1", "3", "M", "4", "2"]
    assert [(character.left_px, character.right_px) for character in cut[:3]] == [
        (10, 20),
        (20, 30),
        (30, 40),
    ]
    # Three characters on a column: 10 px each with gaps of 10 px; the dash takes up the middle place.
    assert [(character.top_px, character.lower_edge_px) for character in cut[3:]] == [(0, 10), (40, 50)]


def found(text: str, score: float, left: float) -> MarkCharacter:
    return MarkCharacter(
        text=text, score=score, left_px=left, top_px=10, right_px=left + 10, lower_edge_px=30
    )


LABELS = [
    {"text": "8", "box_xyxy_px": [0, 10, 10, 30]},
    {"text": "M", "box_xyxy_px": [20, 10, 30, 30]},
    {"text": "3", "box_xyxy_px": [40, 10, 50, 30]},
]


def test_digits_are_judged_where_half_of_the_boxes_overlap() -> None:
    boxes = [
        found("8", 0.95, 0.0),  # right
        found("6", 0.33, 3.0),  # 7 of 13 wide: the 8, misread
        found("8", 0.72, 5.0),  # 5 of 15 wide: on no label
        found("5", 0.35, 21.0),  # an M read as a digit
        found("M", 0.90, 20.0),  # no digit
        found("3", 0.1, 41.0),  # right
    ]
    assert judged_digits(boxes, LABELS) == [(0.95, False), (0.33, True), (0.35, True), (0.1, False)]
    assert judged_digits(boxes, []) == []


def test_bins_of_a_tenth_by_hand() -> None:
    bins = binned(
        [(0.95, False), (0.33, True), (0.35, True), (0.39, False), (0.1, False), (1.0, True), (0.05, True)]
    )
    counted = {one.low: (one.digits, one.misread) for one in bins if one.digits}
    assert counted == {0.1: (1, 0), 0.3: (3, 2), 0.9: (2, 1)}
    assert [one.low for one in bins] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert {one.low: one.misread_share for one in bins}[0.3] == pytest.approx(2 / 3)
    assert {one.low: one.misread_share for one in bins}[0.5] is None


def test_a_built_part_is_read_picture_by_picture(tmp_path: Path) -> None:
    class Networks:
        def characters(self, image_bgr: Any, *, least_score: float) -> tuple[MarkCharacter, ...]:
            assert least_score == 0.1
            return (found("8", 0.95, 0.0),) if image_bgr[0, 0, 0] == 0 else (found("9", 0.55, 0.0),)

    for folder in ("images", "truth"):
        (tmp_path / folder / "val").mkdir(parents=True)
    for index, tone in enumerate((0, 255)):
        cv2.imwrite(str(tmp_path / f"images/val/{index}.jpg"), np.full((40, 60, 3), tone, np.uint8))
        (tmp_path / f"truth/val/{index}.json").write_text(
            json.dumps({"characters": LABELS}), encoding="utf-8"
        )
    calls: list[tuple[int, int]] = []
    bins = misread_by_score(
        Networks(), tmp_path, part="val", progress=lambda done, total: calls.append((done, total))
    )
    assert {one.low: (one.digits, one.misread) for one in bins if one.digits} == {0.5: (1, 1), 0.9: (1, 0)}
    assert calls == [(1, 2), (2, 2)]
    with pytest.raises(DatasetDescriptionError, match="no part 'test' with its truth"):
        misread_by_score(Networks(), tmp_path, part="test", progress=lambda _done, _total: None)
