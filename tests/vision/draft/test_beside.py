"""Several mark columns in one picture: told apart by distance, each read, none read twice."""

import numpy as np
import pytest
from draft_observations import frame_level
from numpy.typing import NDArray
from rendered_marks import TrueNetworks, camera_at, plain_scene

from vision.draft import beside
from vision.draft.beside import columns_beside, names_by_side
from vision.draft.frame import FrameLevel, read_frame
from vision.draft.lattice import Lattice, find_lattices
from vision.draft.numerals import MarkCharacter

PX_PER_M = 200.0


def test_names_go_from_left_to_right() -> None:
    points = [np.array([column, 0.0]) for column in (500.0, 100.0, 300.0)]
    assert names_by_side(points) == ["third", "first", "second"]
    assert names_by_side(points[:1]) == ["only"]


def test_the_column_that_was_read_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = TrueNetworks(plain_scene(8.43)).watch(monkeypatch)
    ((_, image),) = networks.frames([0.0])
    main = read_frame(image, networks, hint=None)
    assert isinstance(main, FrameLevel)
    assert columns_beside(image, networks, main) == []


def test_a_column_far_enough_away_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = TrueNetworks(plain_scene(8.43, camera=camera_at(8.43))).watch(monkeypatch)
    ((_, image),) = networks.frames([0.0])
    found = read_frame(image, networks, hint=None)
    assert isinstance(found, FrameLevel)
    # The same column, as if it had been read elsewhere: then the one in the picture is another.
    elsewhere = found.column.origin_px - np.array([1.0 * found.column.scale.px_per_m(8.6), 0.0])
    main = frame_level(8.3)
    moved = type(found.column)(
        scale=found.column.scale,
        origin_px=elsewhere,
        axis_up=found.column.axis_up,
        bend=found.column.bend,
        row_right=found.column.row_right,
        row_stretch=found.column.row_stretch,
    )
    object.__setattr__(main, "column", moved)
    (other,) = columns_beside(image, networks, main)
    assert other.level_m == pytest.approx(found.level_m, abs=0.003)


def test_few_numerals_are_no_column_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def two(characters: tuple[MarkCharacter, ...]) -> list[Lattice]:
        return [
            Lattice(
                members=lattice.members[:2], score=1.0, axis_up=lattice.axis_up, pitch_px=lattice.pitch_px
            )
            for lattice in find_lattices(characters)
        ]

    networks = TrueNetworks(plain_scene(8.43)).watch(monkeypatch)
    ((_, image),) = networks.frames([0.0])
    monkeypatch.setattr(beside, "find_lattices", two)
    picture: NDArray[np.uint8] = image
    assert columns_beside(picture, networks, frame_level(8.3)) == []
