"""The lattice: columns by hand in metres and feet, missing and false characters, mirror images, how long it takes."""

import time
from dataclasses import replace

import numpy as np
import pytest
from character_boxes import box, column, column_in_feet, jittered, written
from hypothesis import given
from hypothesis import strategies as st

from vision.draft.lattice import Lattice, find_lattices
from vision.draft.mark_system import IMPERIAL, METRIC
from vision.draft.numerals import MarkCharacter


def read(lattice: Lattice) -> list[tuple[int, str]]:
    """Digit and text of the members, from the lowest."""
    return [(member.digit, member.character.text) for member in lattice.members]


def best(characters: list[MarkCharacter]) -> Lattice:
    found = find_lattices(tuple(characters))
    assert found
    return found[0]


def test_a_column_by_hand() -> None:
    lattice = best(column(116, 126))

    assert read(lattice) == [(6, "6"), (8, "8"), (0, "M"), (2, "2"), (4, "4"), (6, "6")]
    assert [member.step for member in lattice.members] == list(
        range(lattice.members[0].step, lattice.members[0].step + 6)
    )
    assert lattice.pitch_px == pytest.approx(20.0)
    assert lattice.axis_up == pytest.approx([0.0, -1.0])
    assert lattice.score == pytest.approx(6 * 0.9)
    assert [lattice.digit_at(lattice.members[0].step + up) for up in (-1, 0, 1, 7)] == [4, 6, 8, 0]


@given(
    low_dm=st.integers(1, 100).map(lambda half: 2 * half),
    count=st.integers(3, 12),
    px_per_m=st.floats(80, 900),
    lean=st.floats(-0.5, 0.5),
    seed=st.integers(0, 1000),
)
def test_any_clean_column_is_found_whole(
    low_dm: int, count: int, px_per_m: float, lean: float, seed: int
) -> None:
    characters = column(low_dm, low_dm + 2 * count - 2, px_per_m=px_per_m, lean=lean)
    rng = np.random.default_rng(seed)
    shuffled = [characters[index] for index in rng.permutation(len(characters))]

    lattice = best(jittered(shuffled, rng, 0.004 * px_per_m))

    expected = [(low_dm + 2 * up) % 10 for up in range(count)]
    assert [member.digit for member in lattice.members] == expected
    assert lattice.pitch_px == pytest.approx(0.2 * px_per_m * np.hypot(1, lean), rel=0.1)
    assert np.linalg.norm(lattice.axis_up) == pytest.approx(1.0)
    assert lattice.axis_up[1] < 0


def test_a_curved_column_is_followed() -> None:
    characters = []
    for up in range(9):
        text = "24680"[up % 5].replace("0", "M")
        characters.append(box(text, 300 + 0.9 * up**2, 600 - 20 * up, px_per_m=100))
    assert len(best(characters).members) == 9


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_lost_numerals_leave_steps_free(lost: int) -> None:
    characters = column(82, 98)
    kept = characters[:2] + characters[2 + lost :]
    lattice = best(kept)

    steps = [member.step for member in lattice.members]
    assert steps[-1] - steps[0] == 8
    assert len(steps) == 9 - lost
    assert lattice.score < 0.9 * len(steps)


def test_a_misread_digit_is_left_out_and_speaks_against() -> None:
    clean = column(82, 88) + column(92, 98, foot=(400.0, 500.0))
    misread = [*clean, box("6", 400, 520, px_per_m=100)]

    assert "6" in [text for _, text in read(best(clean))]
    lattice = best(misread)
    assert len(lattice.members) == 8, "the false 6 stands where 9M should"
    assert lattice.score < best(clean).score


def test_clutter_does_not_join() -> None:
    rng = np.random.default_rng(3)
    clutter = [
        box(str(rng.integers(10)), *rng.uniform(0, 250, 2), px_per_m=rng.uniform(40, 300), score=0.3)
        for _ in range(25)
    ]
    lattice = best([*column(52, 66), *clutter])
    assert len(lattice.members) == 8
    assert all(abs(member.character.middle_px - 400) < 1 for member in lattice.members)


def test_two_columns_share_nothing_and_the_fuller_comes_first() -> None:
    found = find_lattices(tuple(column(52, 58) + column(52, 66, foot=(700.0, 600.0))))

    assert [len(lattice.members) for lattice in found] == [8, 4]
    used = [id(member.character) for lattice in found for member in lattice.members]
    assert len(used) == len(set(used))


def mirrored(characters: list[MarkCharacter], *, about_px: float) -> list[MarkCharacter]:
    return [
        replace(
            character,
            top_px=2 * about_px - character.lower_edge_px,
            lower_edge_px=2 * about_px - character.top_px,
        )
        for character in characters
    ]


@pytest.mark.parametrize("height", [0.9, 1.0, 1.1])
@pytest.mark.parametrize("count", [3, 5, 8])
def test_a_mirror_image_beside_its_column_is_never_preferred(count: int, height: float) -> None:
    characters = [
        replace(character, top_px=character.lower_edge_px - height * character.height_px)
        for character in column(82, 80 + 2 * count)
    ]
    lattice = best([*characters, *mirrored(characters, about_px=605)])
    assert len(lattice.members) == count
    assert all(member.character.lower_edge_px < 605 for member in lattice.members)


@pytest.mark.parametrize("height", [0.9, 0.95, 1.0, 1.1])
@pytest.mark.parametrize("count", [3, 5, 8])
def test_a_mirror_image_alone_is_no_column(count: int, height: float) -> None:
    characters = [
        replace(character, top_px=character.lower_edge_px - height * character.height_px)
        for character in column(82, 80 + 2 * count)
    ]
    assert find_lattices(tuple(mirrored(characters, about_px=605))) == ()


@pytest.mark.parametrize(
    "characters",
    [
        [],
        [box("4", 100, 100, px_per_m=100)],
        [box("4", 100, 100, px_per_m=100)] * 2,
        [box("3", 100, 100, px_per_m=100), box("5", 100, 80, px_per_m=100)],
        [box("dash", 100, 100, px_per_m=100), box("dash", 100, 80, px_per_m=100)],
        [box("4", 100, 100, px_per_m=100), box("6", 100, 20, px_per_m=100)],
        [box("4", 100, 100, px_per_m=100), box("6", 160, 100, px_per_m=100)],
        [box("4", 100, 100, px_per_m=100), box("6", 100, 80, px_per_m=300)],
    ],
    ids=["none", "one", "twice", "odd", "dashes", "far", "beside", "sizes"],
)
def test_what_is_no_column_gives_none(characters: list[MarkCharacter]) -> None:
    assert find_lattices(tuple(characters)) == ()


def test_a_column_in_feet_by_hand() -> None:
    lattice = best(column_in_feet(18, 23))

    assert lattice.system is IMPERIAL
    assert read(lattice) == [(8, "8"), (9, "9"), (0, "0"), (1, "1"), (2, "2"), (3, "3")]
    assert lattice.pitch_px == pytest.approx(30.48)
    assert [lattice.digit_at(lattice.members[0].step + up) for up in (-1, 0, 2, 12)] == [7, 8, 0, 0]


@given(
    low_ft=st.integers(2, 60),
    count=st.integers(3, 12),
    px_per_m=st.floats(80, 600),
    lost=st.sets(st.integers(0, 11), max_size=2),
    seed=st.integers(0, 1000),
)
def test_any_column_in_feet_is_found_whole(
    low_ft: int, count: int, px_per_m: float, lost: set[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    characters = jittered(
        column_in_feet(low_ft, low_ft + count - 1, px_per_m=px_per_m), rng, 0.004 * px_per_m
    )
    on_axis = [character for character in characters if character.middle_px > 400 - 0.05 * px_per_m]
    # Beyond three free steps an end is not worth its gap; in 11, 22 and so on the tens would take the digit's place.
    missed = {
        id(on_axis[at]) for at in sorted(lost)[: count // 3] if 0 < at < count - 1 and (low_ft + at) % 11
    }
    kept = [character for character in characters if id(character) not in missed]
    kept_digits = [int(character.text) for character in on_axis if id(character) not in missed]
    if len(kept_digits) < 3 or len({digit % 2 for digit in kept_digits}) < 2:
        return

    lattice = best(kept)

    assert lattice.system is IMPERIAL
    assert [member.digit for member in lattice.members] == kept_digits
    assert lattice.pitch_px == pytest.approx(0.3048 * px_per_m, rel=0.1)


@given(
    low_dm=st.integers(1, 100).map(lambda half: 2 * half),
    count=st.integers(3, 12),
    misread=st.dictionaries(st.integers(0, 11), st.sampled_from("0123456789"), max_size=4),
    text=st.sampled_from(["letter", "decimetres"]),
)
def test_a_metric_column_with_a_third_misread_never_counts_feet(
    low_dm: int, count: int, misread: dict[int, str], text: str
) -> None:
    wrong = dict(list(misread.items())[: count // 3])
    characters: list[MarkCharacter] = []
    for up in range(count):
        decimetres, row = low_dm + 2 * up, 600.0 - 20.0 * up
        spelled = f"{decimetres // 10}M" if decimetres % 10 == 0 else str(decimetres)
        spelled = spelled if text == "decimetres" or decimetres % 10 == 0 else spelled[-1]
        spelled = spelled[:-1] + wrong.get(up, spelled[-1])
        characters += written(spelled, 400, row, px_per_m=100)
    assert all(lattice.system is METRIC for lattice in find_lattices(tuple(characters)))


@given(
    low_ft=st.integers(2, 60),
    count=st.integers(6, 12),
    misread=st.dictionaries(st.integers(0, 11), st.sampled_from("0123456789M"), max_size=3),
)
def test_a_column_in_feet_with_a_quarter_misread_stays_in_feet(
    low_ft: int, count: int, misread: dict[int, str]
) -> None:
    wrong = dict(list(misread.items())[: count // 4])
    characters: list[MarkCharacter] = []
    for up in range(count):
        text = str(low_ft + up)
        characters += written(text[:-1] + wrong.get(up, text[-1]), 400, 600 - 30.48 * up, px_per_m=152.4)
    assert best(characters).system is IMPERIAL


@pytest.mark.parametrize(
    "texts", [("4", "5"), ("4", "", "6", "", "8"), ("7", "6", "5")], ids=["two", "even", "downwards"]
)
def test_what_does_not_say_feet_for_sure_is_no_column(texts: tuple[str, ...]) -> None:
    marks = [box(text, 400, 600 - 30.48 * up, px_per_m=152.4) for up, text in enumerate(texts) if text]
    assert find_lattices(tuple(marks)) == ()


def test_metres_and_feet_stand_side_by_side() -> None:
    found = find_lattices(tuple(column(52, 66) + column_in_feet(17, 22, foot=(600.0, 600.0))))
    assert [(lattice.system.name, len(lattice.members)) for lattice in found] == [("metre", 8), ("foot", 6)]


def test_inland_staves_and_decimals_are_metric() -> None:
    decimals = [
        character
        for up, text in enumerate(("228", "230", "232", "234", "236"))
        for character in written(text, 400, 600 - 20 * up, px_per_m=100)
    ]
    found = find_lattices(tuple(decimals))
    assert read(found[0]) == [(8, "8"), (0, "0"), (2, "2"), (4, "4"), (6, "6")]
    assert {lattice.system for lattice in found} == {METRIC}, "the diagonal 2 3 4 is no column of feet"


def test_a_picture_full_of_digits_takes_no_minutes() -> None:
    # A stack of containers, or a page: as many boxes as the detector can give, on a grid.
    rng = np.random.default_rng(1)
    grid = tuple(
        box(str(rng.integers(10)), 15.0 * at, 20.0 * row, px_per_m=100)
        for row in range(15)
        for at in range(20)
    )
    started = time.process_time()
    find_lattices(grid)
    assert time.process_time() - started < 3.0
