"""A network's file on its own against the reader's networks: the same answers, at other sizes and precisions too."""

import numpy as np
import pytest
from rendered_marks import PAINT, camera_at, plain_scene

from vision.detection.registry import registered_network
from vision.draft.networks import NUMERALS, WATER, OpenVinoDraftNetworks
from vision.synthetic.render import RenderedFrame, SceneRenderer
from vision.training.candidates import CandidateNetwork

DRAFT_M = 6.9


@pytest.fixture(scope="module")
def frame() -> RenderedFrame:
    return SceneRenderer(plain_scene(DRAFT_M, camera=camera_at(DRAFT_M), paint=PAINT)).frame(0.0)


@pytest.fixture(scope="module")
def networks() -> OpenVinoDraftNetworks:
    return OpenVinoDraftNetworks(threads=1)


def candidate(name: str, *, longest_px: int | None = None, exact: bool = False) -> CandidateNetwork:
    entry = registered_network(name)
    return CandidateNetwork(entry.file, classes=entry.classes, longest_px=longest_px, exact=exact)


def test_the_registered_files_answer_as_the_reader_s_networks_do(
    frame: RenderedFrame, networks: OpenVinoDraftNetworks
) -> None:
    numerals = candidate(NUMERALS)
    assert numerals.characters(frame.image_bgr, least_score=0.25) == networks.characters(
        frame.image_bgr, least_score=0.25
    )
    assert np.array_equal(candidate(WATER).water(frame.image_bgr), networks.water(frame.image_bgr))
    assert numerals.median_ms > 0


def test_another_size_finds_the_same_marks_in_the_picture_s_own_pixels(frame: RenderedFrame) -> None:
    plain, larger = (
        {
            (one.text, round(one.left_px / 5), round(one.lower_edge_px / 5))
            for one in candidate(NUMERALS, longest_px=size, exact=True).characters(
                frame.image_bgr, least_score=0.5
            )
        }
        for size in (None, 640)
    )
    assert len(plain & larger) >= 0.5 * len(plain) > 0
    water = candidate(WATER, longest_px=320).water(frame.image_bgr)
    assert water.shape == frame.image_bgr.shape[:2]
    assert float(((water > 0.5) == (frame.water > 0)).mean()) > 0.98


def test_before_any_picture_no_time_is_claimed() -> None:
    assert np.isnan(candidate(WATER).median_ms)
