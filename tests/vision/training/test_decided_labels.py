"""Weak labels against the renderer's exact ones, and what a person's decision makes of them."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rendered_marks import PAINT, camera_at, plain_scene, plain_style

from vision.draft.networks import OpenVinoDraftNetworks
from vision.synthetic.marks import MarkStyle
from vision.synthetic.render import RenderedFrame, SceneRenderer
from vision.training.decided_labels import UNKNOWN, Decision, LabelledPicture, boxes_text, label_frame

DRAFT_M = 8.63
CAMERA = camera_at(DRAFT_M, size_px=(800, 600), px_per_m=230.0)


@pytest.fixture(scope="module")
def frame() -> RenderedFrame:
    scene = plain_scene(DRAFT_M, camera=CAMERA, style=plain_style(MarkStyle.METRE_M), paint=PAINT)
    return SceneRenderer(scene).frame(0.0)


@pytest.fixture(scope="module")
def networks() -> OpenVinoDraftNetworks:
    return OpenVinoDraftNetworks(threads=1)


def decision(draft_m: float = DRAFT_M, *, read_draft_m: float | None = DRAFT_M, **parts: Any) -> Decision:
    changed: dict[str, Any] = {"decision": "accepted", "standard_uncertainty_m": 0.01} | parts
    return Decision(draft_m=draft_m, read_draft_m=read_draft_m, **changed)


def labelled(frame: RenderedFrame, networks: OpenVinoDraftNetworks, decided: Decision) -> LabelledPicture:
    picture = label_frame(frame.image_bgr, 0.0, decided, networks)
    assert picture is not None
    return picture


def in_frame(picture: LabelledPicture, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of the piece in the frame, by what the truth says of its place."""
    place = picture.truth["frame"]
    return np.asarray((points + 0.5) / place["scale"] - 0.5 + np.array(place["corner_px"]))


def test_boxes_lie_on_the_rendered_characters_and_say_what_they_are(
    frame: RenderedFrame, networks: OpenVinoDraftNetworks
) -> None:
    picture = labelled(frame, networks, decision())
    exact = [(label.text, np.array(label.box_xyxy_px)) for label in frame.characters]
    right = 0
    for text, box, _ in picture.boxes:
        middle = in_frame(picture, box.reshape(2, 2)).mean(axis=0)
        right += any(
            text == there and (place[:2] <= middle).all() and (middle <= place[2:]).all()
            for there, place in exact
        )
    assert right == len(picture.boxes)
    assert right >= 0.8 * sum(frame_box_inside(picture, place) for _, place in exact)
    assert any(by_lattice for _, _, by_lattice in picture.boxes)
    assert len(boxes_text(picture).splitlines()) == right


def frame_box_inside(picture: LabelledPicture, box: NDArray[np.float64]) -> bool:
    side = picture.image_bgr.shape[0] / picture.truth["frame"]["scale"]
    corner = np.array(picture.truth["frame"]["corner_px"])
    return bool((box[:2] >= corner).all() and (box[2:] <= corner + side).all())


def test_the_mask_is_the_rendered_water_where_it_claims_to_know(
    frame: RenderedFrame, networks: OpenVinoDraftNetworks
) -> None:
    picture = labelled(frame, networks, decision())
    assert picture.water is not None
    assert picture.water.shape == picture.image_bgr.shape[:2]
    rows, columns = np.nonzero(picture.water != UNKNOWN)
    there = np.round(in_frame(picture, np.column_stack([columns, rows]).astype(float))).astype(int)
    exact = frame.water[np.clip(there[:, 1], 0, 599), np.clip(there[:, 0], 0, 799)]
    assert len(rows) > 0.9 * picture.water.size
    assert float((exact == picture.water[rows, columns]).mean()) > 0.99


def test_the_scale_has_the_decided_metre_and_the_level_of_the_picture(
    frame: RenderedFrame, networks: OpenVinoDraftNetworks
) -> None:
    truth = labelled(frame, networks, decision(DRAFT_M + 3, read_draft_m=DRAFT_M, decision="corrected")).truth
    assert truth["level_m"] == pytest.approx(DRAFT_M + 3, abs=0.02)
    assert truth["draft_m"] == DRAFT_M + 3
    assert truth["labels"] == "weak"
    assert truth["waterline_borne_out"]


@pytest.mark.parametrize(
    "decided",
    [
        decision(DRAFT_M - 0.12, read_draft_m=DRAFT_M, decision="corrected"),
        decision(DRAFT_M, read_draft_m=None, decision="corrected"),
    ],
    ids=["another waterline", "the reader had refused"],
)
def test_a_waterline_that_the_decision_does_not_bear_out_is_no_label(
    frame: RenderedFrame, networks: OpenVinoDraftNetworks, decided: Decision
) -> None:
    picture = labelled(frame, networks, decided)
    assert picture.water is None
    assert picture.boxes, "the numerals are what they are"


def test_a_frame_without_marks_has_no_labels(networks: OpenVinoDraftNetworks) -> None:
    bare = plain_scene(DRAFT_M, camera=CAMERA, characters=())
    assert label_frame(SceneRenderer(bare).frame(0.0).image_bgr, 0.0, decision(), networks) is None


@pytest.mark.parametrize(("read_m", "sigma_m"), [(8.61, 0.01), (7.61, 0.01), (8.65, 0.03)])
def test_a_correction_within_its_uncertainty_bears_the_waterline_out(read_m: float, sigma_m: float) -> None:
    one = decision(8.60, read_draft_m=read_m, decision="corrected", standard_uncertainty_m=sigma_m)
    assert one.bears_out_waterline(1.0)


def test_a_correction_beyond_its_uncertainty_does_not() -> None:
    assert not decision(8.60, read_draft_m=8.65, decision="corrected").bears_out_waterline(1.0)
