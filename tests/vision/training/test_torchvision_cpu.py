"""The stand-in for torchvision's suppression against a brute-force oracle."""

from collections.abc import Sequence
from itertools import starmap

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vision.training.torchvision_cpu import _suppress, prepare_torchvision

Box = tuple[float, float, float, float]


def overlap(one: Box, other: Box) -> float:
    """Intersection over union, from first principles."""
    width = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    height = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    union = sum(areas) - width * height
    return width * height / union if union > 0 else 0.0


def greedy(boxes: Sequence[Box], scores: Sequence[float], limit: float) -> list[int]:
    kept: list[int] = []
    for index in sorted(range(len(boxes)), key=lambda index: (-scores[index], index)):
        if all(overlap(boxes[index], boxes[other]) <= limit for other in kept):
            kept.append(index)
    return kept


def suppressed(boxes: Sequence[Box], scores: Sequence[float], limit: float) -> list[int]:
    kept = _suppress(
        torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        torch.tensor(scores, dtype=torch.float32),
        limit,
    )
    assert kept.dtype == torch.int64
    return [int(index) for index in kept]


def placed(x: int, y: int, width: int, height: int) -> Box:
    return float(x), float(y), float(x + width), float(y + height)


boxes = st.builds(placed, st.integers(0, 30), st.integers(0, 30), st.integers(1, 20), st.integers(1, 20))


@given(
    st.lists(st.tuples(boxes, st.integers(0, 20)), max_size=25), st.sampled_from([0.0, 0.31, 0.47, 0.7, 1.0])
)
def test_it_keeps_what_brute_force_keeps(found: list[tuple[Box, int]], limit: float) -> None:
    places, scores = [box for box, _ in found], [score / 20 for _, score in found]
    # Whole numbers make overlaps of exactly the limit only where it is 0 or 1.
    assert suppressed(places, scores, limit) == greedy(places, scores, limit)


def test_a_hundred_boxes_by_brute_force() -> None:
    rng = np.random.default_rng(1)
    corners = rng.uniform(0, 200, (100, 2))
    sizes = rng.uniform(5, 80, (100, 2))
    places = [placed(*row) for row in np.round(np.hstack([corners, sizes])).astype(int).tolist()]
    scores = [float(score) for score in rng.permutation(100) / 100]
    assert suppressed(places, scores, 0.45) == greedy(places, scores, 0.45)


def test_nothing_is_nothing_and_one_is_one() -> None:
    assert suppressed([], [], 0.5) == []
    assert suppressed([(0.0, 0.0, 4.0, 4.0)], [0.1], 0.5) == [0]


def test_boxes_of_no_area_hide_nothing() -> None:
    assert suppressed([(1.0, 1.0, 1.0, 5.0), (0.0, 0.0, 4.0, 4.0)], [0.9, 0.8], 0.5) == [0, 1]


def test_it_is_what_torchvision_calls() -> None:
    prepare_torchvision()
    import torchvision

    places = torch.tensor([[0.0, 0, 10, 10], [1, 1, 11, 11], [20, 20, 30, 30]])
    kept = torchvision.ops.nms(places, torch.tensor([0.5, 0.9, 0.1]), 0.5)
    assert kept.tolist() == [1, 2]
    prepare_torchvision()


@pytest.mark.parametrize("limit", [0.3, 0.7])
def test_half_precision_and_whole_numbers_are_taken(limit: float) -> None:
    rows = list(starmap(placed, [(0, 0, 10, 10), (2, 0, 10, 10), (40, 0, 10, 10)]))
    half = torch.tensor(rows, dtype=torch.float16)
    kept = _suppress(half, torch.tensor([0.9, 0.8, 0.7], dtype=torch.float16), limit)
    assert kept.tolist() == greedy(rows, [0.9, 0.8, 0.7], limit)
