"""The lens: distances by hand, there and back, and nothing folded back into the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.synthetic.lens import Lens


def lens(k1: float, focal_px: float = 500.0) -> Lens:
    return Lens(k1=k1, focal_px=focal_px, width_px=641, height_px=481)


def test_a_barrel_pulls_inwards_by_hand() -> None:
    # 250 px off the centre at 500 px focal length: r = 0.5, pulled in by 0.12 of a quarter.
    seen = lens(-0.12).distorted(np.array([[320.0 + 250.0, 240.0], [320.0, 240.0 - 250.0]]))
    assert seen[0] == pytest.approx([320 + 250 * 0.97, 240])
    assert seen[1] == pytest.approx([320, 240 - 250 * 0.97])


def test_the_centre_stays() -> None:
    assert lens(0.12).distorted(np.array([[320.0, 240.0]]))[0] == pytest.approx([320, 240])
    assert lens(0.12).ideal(np.array([[320.0, 240.0]]))[0] == pytest.approx([320, 240])


@given(st.floats(-0.12, 0.12), st.floats(-320, 320), st.floats(-240, 240), st.floats(450, 4000))
def test_there_and_back_is_exact(k1: float, right_px: float, down_px: float, focal_px: float) -> None:
    of = lens(k1, focal_px)
    point = np.array([[320 + right_px, 240 + down_px]])
    assert of.distorted(of.ideal(point))[0] == pytest.approx(point[0], abs=1e-6)


def test_what_is_far_outside_stays_outside() -> None:
    far = np.array([[320.0 + 500.0 * reach, 240.0] for reach in (1.5, 3.0, 10.0, 100.0)])
    seen = lens(-0.12).distorted(far)[:, 0]
    assert (np.diff(seen) > 0).all()
    assert (seen > 800).all()
