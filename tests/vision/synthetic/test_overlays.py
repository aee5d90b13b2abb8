"""Burned-in text: near the borders, claimed where it is, going on with the clock, steady otherwise."""

import numpy as np
import pytest

from vision.synthetic.overlays import burn_in

GREY = np.full((240, 320, 3), 90, dtype=np.uint8)


@pytest.mark.parametrize("seed", range(25))
def test_what_is_burned_in_is_claimed_and_near_a_border(seed: int) -> None:
    image, hidden = burn_in(GREY, seed=seed, time_s=2.0)
    changed = (image != GREY).any(axis=2)

    assert (GREY == 90).all(), "the picture given is not drawn on"
    assert changed.any()
    middle = changed[60:180, 60:260]
    # All but a cross hair of thin lines stands near a border.
    assert float(middle.mean()) < 0.01
    outside = changed & (hidden < 0.5)
    assert float(outside.mean()) < 0.004, "what changes is claimed, but for a cross hair and soft edges"
    assert 0.002 < float((hidden > 0.5).mean()) < 0.3


def test_a_clip_keeps_its_text_and_its_clock_goes_on() -> None:
    went_on = 0
    for seed in range(25):
        one, hidden = burn_in(GREY, seed=seed, time_s=2.0)
        same_second, _ = burn_in(GREY, seed=seed, time_s=2.9)
        later, hidden_later = burn_in(GREY, seed=seed, time_s=3.0)
        assert np.array_equal(one, same_second)
        share = float((one != later).any(axis=2).mean())
        went_on += share > 0
        assert share < 0.05
        assert float(np.abs(hidden - hidden_later).mean()) < 0.02
    assert went_on > 5


def test_no_two_lines_overlap() -> None:
    # Two long lines do not fit beside each other in a narrow picture: one is left out.
    narrow = np.full((200, 120, 3), 90, dtype=np.uint8)
    for seed in range(20):
        image, hidden = burn_in(narrow, seed=seed, time_s=0.0)
        assert image.shape == narrow.shape
        assert float((hidden > 0.5).mean()) < 0.6
