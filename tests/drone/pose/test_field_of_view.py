"""The field of view from each of its sources, by hand."""

import math

import pytest

from drone.pose.field_of_view import field_of_view
from drone.telemetry import FlightSample


@pytest.mark.parametrize(
    ("values", "camera", "focal_px", "source"),
    [
        ({"calibrated_focal_length_px": 3666.67, "image_width_px": 5472}, None, 2573.1, "calibration"),
        ({"field_of_view_horizontal_deg": 90.0}, None, 1920.0, "stream"),
        ({}, "FC6310R", 2560.0, "sensor table"),
        ({"focal_length_35mm_mm": 24.0}, None, 2560.0, "35 mm equivalent"),
        ({"focal_length_35mm_mm": 648.0, "digital_zoom": 4.0}, None, 69_120.0, "35 mm equivalent"),
        ({}, None, 2986.7, "unknown lens"),
    ],
)
def test_sources_in_their_order(
    values: dict[str, float], camera: str | None, focal_px: float, source: str
) -> None:
    sample = FlightSample(video_time_s=0.0, **values)  # type: ignore[arg-type]  # fields by name
    found = field_of_view(sample, width_px=3840, height_px=2160, camera=camera)
    assert found.source == source
    assert found.focal_length_px == pytest.approx(focal_px, abs=0.1)
    assert found.horizontal_deg == pytest.approx(2 * math.degrees(math.atan(1920 / focal_px)), abs=0.01)


def test_a_wide_video_keeps_the_width_and_loses_height() -> None:
    sample = FlightSample(video_time_s=0.0, focal_length_35mm_mm=24.0)
    photo = field_of_view(sample, width_px=4000, height_px=3000)
    video = field_of_view(sample, width_px=3840, height_px=2160)
    assert photo.horizontal_deg == pytest.approx(video.horizontal_deg)
    assert photo.vertical_deg > video.vertical_deg


def test_an_unknown_lens_says_how_little_it_knows() -> None:
    found = field_of_view(FlightSample(video_time_s=0.0), width_px=3840, height_px=2160)
    assert found.relative_error == 0.35
