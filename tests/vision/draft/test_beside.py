"""Several mark columns in one picture: told apart by distance, each read, none read twice."""

from dataclasses import replace

import numpy as np
import pytest
from draft_observations import frame_level
from rendered_marks import TrueNetworks, camera_at, plain_scene

from vision.draft.beside import columns_beside, names_by_side
from vision.draft.frame import FrameLevel, read_frame

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
    # The same column, as if it had been read a metre to the left: then the one in the picture is another.
    elsewhere = found.column.origin_px - np.array([found.column.scale.px_per_m(8.6), 0.0])
    main = replace(found, column=replace(found.column, origin_px=elsewhere))
    (other,) = columns_beside(image, networks, main)
    assert other.level_m == pytest.approx(found.level_m, abs=0.003)


def test_few_numerals_are_no_column_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = TrueNetworks(plain_scene(8.43)).watch(monkeypatch)
    ((_, image),) = networks.frames([0.0])
    found = read_frame(image, networks, hint=None)
    assert isinstance(found, FrameLevel)
    assert found.search is not None
    few = tuple(replace(lattice, members=lattice.members[:2]) for lattice in found.search.lattices)
    apart = frame_level(8.3, search=replace(found.search, lattices=few))
    assert columns_beside(image, networks, apart) == []


def test_where_the_picture_was_not_searched_there_is_nothing_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    networks = TrueNetworks(plain_scene(8.43)).watch(monkeypatch)
    ((_, image),) = networks.frames([0.0])
    first = read_frame(image, networks, hint=None)
    assert isinstance(first, FrameLevel)
    followed = read_frame(image, networks, hint=first.column)
    assert isinstance(followed, FrameLevel)
    searches = networks.searches
    assert columns_beside(image, networks, followed) == []
    assert networks.searches == searches == 1, "what the search found is kept, not searched for again"
