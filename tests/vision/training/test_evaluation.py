"""Evaluation against networks whose faults are known: the truth, nothing, a misreading, a shifted contact."""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vision.draft.numerals import MarkCharacter
from vision.training.evaluation import evaluate_characters, evaluate_water

ROWS, COLUMNS, CONTACT_ROW = 120, 160, 80
BOXES = {"8": (40.0, 20.0, 52.0, 38.0), "M": (40.0, 60.0, 50.0, 70.0)}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """One picture: an 8 that is 18 pixels high, an M that is 10, and water below row 80."""
    for kind in ("images", "masks", "truth"):
        (tmp_path / kind / "val").mkdir(parents=True)
    mask = np.zeros((ROWS, COLUMNS), dtype=np.uint8)
    mask[CONTACT_ROW:] = 1
    cv2.imwrite(str(tmp_path / "images/val/000000.jpg"), np.full((ROWS, COLUMNS, 3), 120, dtype=np.uint8))
    cv2.imwrite(str(tmp_path / "masks/val/000000.png"), mask)
    truth = {
        "waterline_px": [[column, CONTACT_ROW - 0.5] for column in range(0, COLUMNS, 10)],
        "characters": [{"text": text, "value_m": 8.0, "box_xyxy_px": box} for text, box in BOXES.items()],
        "conditions": {
            "significant_height_m": 0.2,
            "elevation_deg": 10.0,
            "visibility_m": 0.01,
            "mirror": 0.0,
            "wear": 0.0,
            "foreground": False,
        },
    }
    (tmp_path / "truth/val/000000.json").write_text(json.dumps(truth), encoding="utf-8")
    return tmp_path


@dataclass(frozen=True)
class KnownNetworks:
    reads: dict[str, str]
    contact_row: int

    def characters(self, image_bgr: NDArray[np.uint8], *, least_score: float) -> tuple[MarkCharacter, ...]:
        assert image_bgr.shape == (ROWS, COLUMNS, 3)
        assert least_score > 0
        return tuple(
            MarkCharacter(text=text, score=0.9, left_px=left, top_px=top, right_px=right, lower_edge_px=low)
            for (left, top, right, low), text in ((BOXES[there], text) for there, text in self.reads.items())
        )

    def water(self, image_bgr: NDArray[np.uint8]) -> NDArray[np.float32]:
        probability = np.zeros(image_bgr.shape[:2], dtype=np.float32)
        probability[self.contact_row :] = 0.9
        return probability


def silent(done: int, total: int) -> None:
    assert 0 < done <= total


def test_the_truth_scores_full_marks(dataset: Path) -> None:
    networks = KnownNetworks({"8": "8", "M": "M"}, CONTACT_ROW)
    report = evaluate_characters(networks, dataset, part="val", progress=silent)
    assert report["all"] == {"characters": 2.0, "recall": 1.0, "misread": 0.0, "precision": 1.0}
    assert report["numerals_under_14_px"] == {"characters": 1.0, "recall": 1.0, "misread": 0.0}
    water = evaluate_water(networks, dataset, part="val", progress=silent)
    assert water["all"] == {"pictures": 1.0, "iou": 1.0, "contact_median_px": 0.0, "contact_p95_px": 0.0}


def test_a_misreading_is_no_recall(dataset: Path) -> None:
    networks = KnownNetworks({"8": "6", "M": "M"}, CONTACT_ROW)
    report = evaluate_characters(networks, dataset, part="val", progress=silent)
    assert report["all"] == {"characters": 2.0, "recall": 0.5, "misread": 0.5, "precision": 0.5}


def test_what_is_not_found_costs_recall_and_leaves_precision_open(dataset: Path) -> None:
    networks = KnownNetworks({}, CONTACT_ROW)
    row = evaluate_characters(networks, dataset, part="val", progress=silent)["all"]
    assert (row["recall"], row["misread"]) == (0.0, 0.0)
    assert np.isnan(row["precision"])


def test_a_shifted_contact_is_measured_in_rows(dataset: Path) -> None:
    report = evaluate_water(KnownNetworks({}, CONTACT_ROW + 4), dataset, part="val", progress=silent)
    assert report["all"]["contact_median_px"] == pytest.approx(4.0)
    assert report["all"]["iou"] == pytest.approx(36 / 40)


def test_no_water_anywhere_counts_the_whole_picture(dataset: Path) -> None:
    report = evaluate_water(KnownNetworks({}, ROWS), dataset, part="val", progress=silent)
    assert report["all"]["contact_median_px"] == ROWS


def test_conditions_are_those_of_the_picture(dataset: Path) -> None:
    report = evaluate_water(KnownNetworks({}, CONTACT_ROW), dataset, part="val", progress=silent)
    assert set(report) == {"all", "waves_over_0.1_m"}


def test_of_real_footage_only_what_is_known_counts(dataset: Path) -> None:
    path = dataset / "truth/val/000000.json"
    truth = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(truth | {"conditions": {}}), encoding="utf-8")
    mask = cv2.imread(str(dataset / "masks/val/000000.png"), cv2.IMREAD_GRAYSCALE)
    assert mask is not None
    mask[CONTACT_ROW : CONTACT_ROW + 8] = 255
    cv2.imwrite(str(dataset / "masks/val/000000.png"), mask)
    report = evaluate_water(KnownNetworks({}, CONTACT_ROW + 4), dataset, part="val", progress=silent)
    assert set(report) == {"all"}
    assert report["all"]["iou"] == 1.0

    (dataset / "masks/val/000000.png").unlink()
    nothing_known = evaluate_water(KnownNetworks({}, CONTACT_ROW), dataset, part="val", progress=silent)
    assert np.isnan(nothing_known["all"]["iou"])
