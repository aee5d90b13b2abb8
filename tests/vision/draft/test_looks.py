"""Frames are passed on untouched, their times are kept and the sharpest is known."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.draft.looks import Looks

Image = NDArray[np.uint8]


def test_the_sharpest_of_the_frames_that_passed_is_known() -> None:
    sharp = np.random.default_rng(4).integers(0, 255, (720, 1280, 3), dtype=np.uint8)
    soft = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 5), dtype=np.uint8)
    looks = Looks()
    frames = [(0.5, soft), (1.0, sharp), (1.5, soft), (2.0, sharp)]
    passed = list(looks.watch(iter(frames)))
    assert [time_s for time_s, _ in passed] == looks.times_s == [0.5, 1.0, 1.5, 2.0]
    assert all(one is other for (_, one), (_, other) in zip(passed, frames, strict=True))
    assert looks.sharpest_s == 1.0, "the first of equals"


def test_frames_pass_one_at_a_time() -> None:
    taken: list[float] = []

    def frames() -> Iterator[tuple[float, Image]]:
        for time_s in (0.0, 1.0, 2.0):
            taken.append(time_s)
            yield time_s, np.zeros((9, 9, 3), np.uint8)

    looks = Looks()
    watched = looks.watch(frames())
    next(watched)
    assert taken == [0.0]


def test_of_no_frames_there_are_no_looks() -> None:
    looks = Looks()
    assert list(looks.watch([])) == []
    assert (looks.times_s, looks.sharpest_s) == ([], 0.0)
