"""The systems of marks: distances by hand and what a character can stand for."""

import pytest
from character_boxes import box

from vision.draft.mark_system import IMPERIAL, METRIC


def test_distances_by_hand() -> None:
    # A foot is 304.8 mm, its numerals half of that; ten of them are 3.048 m.
    assert (METRIC.step_m, METRIC.whole_m, METRIC.size) == (0.2, 1.0, 1.0)
    assert (IMPERIAL.step_m, IMPERIAL.whole_m, IMPERIAL.size) == pytest.approx((0.3048, 3.048, 1.524))


@pytest.mark.parametrize(
    ("text", "metric", "imperial"),
    [("0", 0, 0), ("7", None, 7), ("8", 8, 8), ("M", 0, None), ("dash", None, None)],
)
def test_a_last_digit_is_even_or_an_m_in_metres_and_any_digit_in_feet(
    text: str, metric: int | None, imperial: int | None
) -> None:
    found = box(text, 0, 0, px_per_m=100)
    assert (METRIC.last_digit(found), IMPERIAL.last_digit(found)) == (metric, imperial)
    assert METRIC.knows(found) == (metric is not None)
    assert IMPERIAL.knows(found) == (text != "dash"), "an M speaks against feet"


@pytest.mark.parametrize(("step", "metric", "imperial"), [(0, 0, 0), (7, 4, 7), (-1, 8, 9), (10, 0, 0)])
def test_the_last_digit_comes_again(step: int, metric: int, imperial: int) -> None:
    assert (METRIC.digit_at(step), IMPERIAL.digit_at(step)) == (metric, imperial)
