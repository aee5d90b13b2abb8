"""YOLO's raw output: both forms of export by hand, and boxes in pictures of another size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.detection.yolo import Detections, detections_from_yolo


def end_to_end(*rows: tuple[float, ...]) -> np.ndarray:
    table = np.zeros((300, 6), dtype=np.float32)
    table[: len(rows)] = np.array(rows, dtype=np.float32).reshape(-1, 6)
    return table


def anchors(*columns: tuple[float, ...], count: int = 40) -> np.ndarray:
    """(4 + 3 classes, anchors): centre, size and three scores."""
    table = np.zeros((7, count), dtype=np.float32)
    for index, column in enumerate(columns):
        table[:, index] = column
    return table


def test_rows_of_the_end_to_end_head_by_hand() -> None:
    output = end_to_end((10, 20, 34, 52, 0.9, 8), (0, 0, 4, 4, 0.2, 1))
    found = detections_from_yolo(output, classes=12, least_score=0.25)

    # The head counts from the corner of the first pixel; its centre is half a pixel further.
    assert found.boxes_xyxy_px.tolist() == [[9.5, 19.5, 33.5, 51.5]]
    assert found.scores.tolist() == [pytest.approx(0.9)]
    assert found.class_ids.tolist() == [8]


def test_anchors_with_class_scores_by_hand() -> None:
    output = anchors((22, 36, 24, 32, 0.1, 0.8, 0.3), (5, 5, 2, 2, 0.1, 0.1, 0.2))
    found = detections_from_yolo(output, classes=3, least_score=0.25)

    assert found.boxes_xyxy_px.tolist() == [[9.5, 19.5, 33.5, 51.5]] * 2
    assert dict(zip(found.class_ids.tolist(), found.scores.tolist(), strict=True)) == pytest.approx(
        {1: 0.8, 2: 0.3}
    )


def test_a_score_at_the_limit_is_kept_in_both_forms() -> None:
    assert len(detections_from_yolo(end_to_end((0, 0, 4, 4, 0.5, 1)), classes=3, least_score=0.5).scores) == 1
    column = (2, 2, 4, 4, 0, 0.5, 0)
    assert len(detections_from_yolo(anchors(column), classes=3, least_score=0.5).scores) == 1


@pytest.mark.parametrize("output", [end_to_end(), anchors(), np.zeros((0, 6), np.float32)])
def test_nothing_found_keeps_its_shapes(output: np.ndarray) -> None:
    found = detections_from_yolo(output, classes=3, least_score=0.25)
    assert found.boxes_xyxy_px.shape == (0, 4)
    assert found.scores.shape == found.class_ids.shape == (0,)
    kinds = [str(part.dtype) for part in (found.boxes_xyxy_px, found.scores, found.class_ids)]
    assert kinds == ["float32", "float32", "int64"]


def test_six_anchors_are_anchors_and_not_rows() -> None:
    found = detections_from_yolo(anchors((22, 36, 24, 32, 0, 0.8, 0), count=6), classes=3, least_score=0.25)
    assert found.boxes_xyxy_px.tolist() == [[9.5, 19.5, 33.5, 51.5]]


def test_both_forms_say_the_same() -> None:
    rng = np.random.default_rng(1)
    centre, size = rng.uniform(20, 300, (30, 2)), rng.uniform(4, 40, (30, 2))
    scores, classes = rng.uniform(0.1, 1, 30), rng.integers(0, 3, 30)
    columns = np.zeros((7, 30), np.float32)
    columns[:4] = np.concatenate([centre, size], axis=1).T
    columns[4 + classes, np.arange(30)] = scores
    rows = np.column_stack([centre - size / 2, centre + size / 2, scores, classes]).astype(np.float32)

    one = detections_from_yolo(columns, classes=3, least_score=0.3)
    other = detections_from_yolo(rows, classes=3, least_score=0.3)
    assert one.boxes_xyxy_px == pytest.approx(other.boxes_xyxy_px, abs=1e-3)
    assert one.scores == pytest.approx(other.scores)
    assert one.class_ids.tolist() == other.class_ids.tolist()


def test_a_box_of_a_whole_picture_scales_with_its_edges() -> None:
    # A picture of 100 by 60 px reaches from -0.5 to 99.5; at half its size from -0.5 to 49.5.
    whole = Detections(
        boxes_xyxy_px=np.array([[-0.5, -0.5, 99.5, 59.5]], np.float32),
        scores=np.ones(1, np.float32),
        class_ids=np.zeros(1, np.int64),
    )
    assert whole.scaled(0.5).boxes_xyxy_px.tolist() == [[-0.5, -0.5, 49.5, 29.5]]


@given(st.floats(0.1, 8), st.lists(st.floats(-10, 4000), min_size=4, max_size=4))
def test_scaling_there_and_back_changes_nothing(factor: float, edges: list[float]) -> None:
    one = Detections(
        boxes_xyxy_px=np.array([edges], np.float32),
        scores=np.ones(1, np.float32),
        class_ids=np.zeros(1, np.int64),
    )
    assert one.scaled(factor).scaled(1 / factor).boxes_xyxy_px == pytest.approx(one.boxes_xyxy_px, abs=0.02)
