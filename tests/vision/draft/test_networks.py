"""The reader with the networks of this installation: what must hold for any good ones, on rendered and real footage.

A number may be wide of the truth by no more than it says, or there is none. Real stills are read where they lie.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from rendered_marks import camera_at, plain_scene, plain_style, sea_of
from shared_data import SHARED, needs_shared

from vision.draft.networks import OpenVinoDraftNetworks
from vision.draft.reader import read_footage
from vision.draft.reading import DraftReading
from vision.synthetic.marks import MarkStyle
from vision.synthetic.render import SceneRenderer
from vision.synthetic.scene import Scene

Image = NDArray[np.uint8]
Read = Callable[..., DraftReading]
REAL = SHARED / "data" / "draftmarks"
GROSS_M = 0.05


@pytest.fixture(scope="module")
def networks() -> OpenVinoDraftNetworks:
    return OpenVinoDraftNetworks(threads=1)


@pytest.fixture(scope="module")
def read(networks: OpenVinoDraftNetworks) -> Read:
    def read(*images: Image, expected_range_m: tuple[float, float] | None = None) -> DraftReading:
        frames = [(index / 6, image) for index, image in enumerate(images)]
        return read_footage(
            frames, networks, moving=len(images) > 1, expected_range_m=expected_range_m, progress=None
        ).reading

    return read


def drawn(scene: Scene, *times_s: float) -> list[Image]:
    renderer = SceneRenderer(scene)
    return [renderer.frame(time_s).image_bgr for time_s in times_s or (0.0,)]


def holds(reading: DraftReading, truth_m: float, tolerance_m: float = 0.0) -> bool:
    """Whether a reading is refused, or off by less than it says or than 5 cm."""
    if reading.draft_m is None or reading.u95_m is None:
        return reading.refusal is not None
    return abs(reading.draft_m - truth_m) - tolerance_m <= max(reading.u95_m, GROSS_M)


STILLS = {
    "metre": plain_scene(12.36, camera=camera_at(12.36, px_per_m=230.0)),
    "double": plain_scene(
        13.27,
        camera=camera_at(13.27, px_per_m=230.0, elevation_deg=14.0, azimuth_deg=10.0, roll_deg=3.0),
        style=plain_style(MarkStyle.DOUBLE_HEIGHT),
        seed=3,
        paint_seed=3,
    ),
    "faults": plain_scene(11.55, camera=camera_at(11.55, px_per_m=210.0), seed=8, paint_seed=8, faults=0.4),
}


def test_rendered_stills_are_read_within_what_is_said_or_refused(read: Read) -> None:
    readings = {name: read(*drawn(scene)) for name, scene in STILLS.items()}
    wrong = {name: reading for name, reading in readings.items() if not holds(reading, STILLS[name].draft_m)}
    assert wrong == {}
    assert any(reading.refusal is None for reading in readings.values())


def test_a_rendered_clip_is_read_within_what_is_said_or_refused(read: Read) -> None:
    scene = plain_scene(
        12.36, camera=camera_at(12.36, px_per_m=230.0), sea=sea_of(0.05, 1.0), significant_height_m=0.05
    )
    assert holds(read(*drawn(scene, *(index / 6 for index in range(14)))), 12.36)


def test_the_same_picture_gives_the_same_reading(read: Read) -> None:
    (image,) = drawn(STILLS["metre"])
    one, other = read(image), read(image)
    assert (one.draft_m, one.u95_m, one.refusal) == (other.draft_m, other.u95_m, other.refusal)


def test_what_shows_no_marks_is_refused(read: Read) -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 255, (360, 480, 3), dtype=np.uint8)
    ramp = np.repeat(np.linspace(0, 255, 480, dtype=np.uint8)[None, :, None], 3, axis=2)
    hull = plain_scene(12.36, characters=())
    for image in (noise, np.repeat(ramp, 360, axis=0), np.zeros((48, 64, 3), np.uint8), *drawn(hull)):
        assert read(image).refusal is not None


def test_marks_upside_down_are_refused(read: Read) -> None:
    (image,) = drawn(STILLS["metre"])
    assert read(image[::-1].copy()).refusal is not None


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (33, 31), (200, 1)])
def test_pictures_of_any_shape_are_answered(read: Read, size: tuple[int, int]) -> None:
    assert read(np.full((*size, 3), 90, dtype=np.uint8)).refusal is not None


def test_the_networks_answer_in_the_readers_terms(networks: OpenVinoDraftNetworks) -> None:
    (image,) = drawn(STILLS["metre"])
    characters = networks.characters(image, least_score=0.25)
    scaled = networks.characters_in_picture(image, longest_px=2 * max(image.shape[:2]))
    water = networks.water(image[:441, :433])

    assert water.shape == (441, 433)
    assert 0 <= float(water.min()) <= float(water.max()) <= 1
    scores = [character.score for character in characters]
    assert scores == sorted(scores, reverse=True)
    assert all(0.25 <= score <= 1 for score in scores)
    for character in (*characters, *scaled):
        assert -8 < character.left_px < character.right_px < image.shape[1] + 8
        assert -8 < character.top_px < character.lower_edge_px < image.shape[0] + 8
    assert [identity.split("@")[0] for identity in networks.identities] == ["draft-numerals", "draft-water"]


@needs_shared
@pytest.mark.parametrize(
    "still", [f"ship_{number}.jpg" for number in ("01", "05", "06", "07", "11", "14", "15", "18", "19")]
)
def test_no_real_still_gives_a_wrong_number(read: Read, still: str) -> None:
    with (REAL / "readings.csv").open(encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["file"] == still)
    image = cv2.imdecode(np.frombuffer(Path(REAL / still).read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    reading = read(np.asarray(image, dtype=np.uint8))
    assert holds(reading, float(row["draft_m"]), float(row["tolerance_m"])), (reading.draft_m, reading.u95_m)
