"""Real files, read by eye: every dialect's first and last sample, its count, its axes and its units."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from shared_data import SHARED, needs_shared

from drone.telemetry import FlightLog, FlightSample, SkipReason, read_flight_log

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
REAL = SHARED / "data/telemetry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    dialect: str
    read: int
    first: tuple[float, float] | None
    last: tuple[float, float] | None
    height_m: float | None = None
    altitude_m: float | None = None


def place(sample: FlightSample) -> tuple[float, float] | None:
    if sample.latitude_deg is None or sample.longitude_deg is None:
        return None
    return sample.latitude_deg, sample.longitude_deg


def assert_reads(log: FlightLog, expected: Expected) -> None:
    assert log.report.dialect == expected.dialect
    assert log.report.read == len(log.samples) == expected.read
    assert place(log.samples[0]) == expected.first
    assert place(log.samples[-1]) == expected.last
    assert log.samples[0].height_above_takeoff_m == expected.height_m
    assert log.samples[0].altitude_amsl_m == expected.altitude_m


REL_ABS, LONGTITUDE, ALTITUDE = "dji-brackets-rel-abs", "dji-brackets-longtitude", "dji-brackets-altitude"
COMPACT, LONGITUDE_FIRST = "dji-compact", "dji-barometer-longitude-first"
LATITUDE_FIRST, CAMERA_ONLY = "dji-barometer-latitude-first", "dji-brackets-camera-only"

EXCERPTS = {
    "air_3s.srt": Expected(
        dialect=REL_ABS,
        read=5,
        first=(34.270373, -84.17616),
        last=(34.270373, -84.17616),
        height_m=0.0,
        altitude_m=302.208,
    ),
    "avata_360.srt": Expected(
        dialect=REL_ABS,
        read=5,
        first=(53.36508, 6.460739),
        last=(53.36508, 6.460739),
        height_m=5.4,
        altitude_m=-124.744,
    ),
    "neo_2_fix_gained.srt": Expected(
        dialect=REL_ABS, read=6, first=None, last=(32.848932, -84.861966), height_m=0.4, altitude_m=269.099
    ),
    "matrice_300.srt": Expected(
        dialect=LATITUDE_FIRST, read=4, first=(36.6146, -6.112), last=(36.6146, -6.112), height_m=0.3
    ),
    "mavic_2_zoom.srt": Expected(
        dialect=LONGTITUDE,
        read=3,
        first=(31.452012, 74.398751),
        last=(31.452012, 74.398751),
        altitude_m=213.983002,
    ),
    "mavic_3.srt": Expected(
        dialect=REL_ABS,
        read=3,
        first=(3.41531, -3.3744),
        last=(3.41531, -3.3744),
        height_m=-2.4,
        altitude_m=0.401,
    ),
    "mavic_air.srt": Expected(dialect=CAMERA_ONLY, read=2, first=None, last=None),
    "mavic_air_2.srt": Expected(
        dialect=ALTITUDE, read=3, first=(41.420684, 2.162162), last=(41.420685, 2.162162), height_m=27.3
    ),
    "mavic_mini.srt": Expected(
        dialect=COMPACT, read=4, first=(48.0771, -121.7458), last=(48.0771, -121.7458), height_m=200.7
    ),
    "mavic_pro.srt": Expected(
        dialect=LONGITUDE_FIRST, read=4, first=(-20.2533, 149.0251), last=(-20.2533, 149.0251), height_m=1.9
    ),
    "phantom_4_pro.srt": Expected(
        dialect=COMPACT, read=5, first=(47.4692, 8.209), last=(47.4692, 8.209), height_m=45.6
    ),
    "matrice_30.srt": Expected(
        dialect=REL_ABS,
        read=3,
        first=(49.379442, 15.032166),
        last=(49.379442, 15.032166),
        height_m=43.225,
        altitude_m=758.949,
    ),
    "mavic_3t.srt": Expected(
        dialect=REL_ABS,
        read=3,
        first=(50.106373, 14.495168),
        last=(50.106374, 14.495168),
        height_m=80.504,
        altitude_m=327.094,
    ),
    "cut_short.srt": Expected(
        dialect=LONGITUDE_FIRST, read=2, first=(-34.7383, -58.4563), last=(-34.7383, -58.4563), height_m=7.8
    ),
}


@pytest.mark.parametrize("name", EXCERPTS)
def test_an_excerpt_of_every_dialect(name: str) -> None:
    assert_reads(read_flight_log(FIXTURES / name), EXCERPTS[name])


WHOLE_FILES = {
    "srt/embedder_Avata360.SRT": EXCERPTS["avata_360.srt"],
    "srt/embedder_air3S.SRT": EXCERPTS["air_3s.srt"],
    "srt/embedder_neo2_nogps.SRT": EXCERPTS["neo_2_fix_gained.srt"],
    "srt/matrice300.SRT": Expected(
        dialect=LATITUDE_FIRST, read=381, first=(36.6146, -6.112), last=(36.6146, -6.112), height_m=0.3
    ),
    "srt/mavic2_zoom.SRT": Expected(
        dialect=LONGTITUDE,
        read=7113,
        first=(31.452012, 74.398751),
        last=(31.450438, 74.398905),
        altitude_m=213.983002,
    ),
    "srt/mavic3.SRT": Expected(
        dialect=REL_ABS,
        read=12318,
        first=(3.41531, -3.3744),
        last=(3.41368, -3.37721),
        height_m=-2.4,
        altitude_m=0.401,
    ),
    "srt/mavic_air.SRT": EXCERPTS["mavic_air.srt"],
    "srt/mavic_air2.SRT": Expected(
        dialect=ALTITUDE, read=25, first=(41.420684, 2.162162), last=(41.420686, 2.162162), height_m=27.3
    ),
    "srt/mavic_mini.SRT": Expected(
        dialect=COMPACT, read=117, first=(48.0771, -121.7458), last=(48.0775, -121.7476), height_m=200.7
    ),
    "srt/mavic_pro.SRT": Expected(
        dialect=LONGITUDE_FIRST, read=468, first=(-20.2533, 149.0251), last=(-20.2532, 149.0251), height_m=1.9
    ),
    "srt/p4p_sample.SRT": EXCERPTS["phantom_4_pro.srt"],
    "srt/ruz76_DJI.SRT": Expected(
        dialect=REL_ABS,
        read=7,
        first=(49.379442, 15.032166),
        last=(49.379443, 15.032166),
        height_m=43.225,
        altitude_m=758.949,
    ),
    "srt/ruz76_DJI_MAVIC_3T.SRT": Expected(
        dialect=REL_ABS,
        read=12,
        first=(50.106373, 14.495168),
        last=(50.106374, 14.495168),
        height_m=80.504,
        altitude_m=327.094,
    ),
    "srt/sitrec_folsom_DJI_0031.srt": Expected(
        dialect=COMPACT, read=39, first=(38.7225, -121.1689), last=(38.7225, -121.1689), height_m=-1.5
    ),
    "dji_mp4/DJI_20250723102139_0001_D.SRT": Expected(
        dialect=REL_ABS,
        read=93,
        first=(51.118062, 88.083302),
        last=(51.118062, 88.083304),
        height_m=20.0,
        altitude_m=864.309,
    ),
    "srt_broken/broken_incomplete.SRT": Expected(
        dialect=LONGITUDE_FIRST, read=19, first=(-34.7383, -58.4563), last=(-34.7383, -58.4563), height_m=20.1
    ),
}


@needs_shared
@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_whole_file_of_every_sample(name: str) -> None:
    assert_reads(read_flight_log(REAL / name), WHOLE_FILES[name])


@needs_shared
def test_no_real_sample_is_forgotten() -> None:
    present = {f"srt/{path.name}" for path in (REAL / "srt").iterdir()}
    assert present <= WHOLE_FILES.keys()


def test_the_end_of_a_cut_recording_is_counted() -> None:
    report = read_flight_log(FIXTURES / "cut_short.srt").report
    assert report.skipped == {SkipReason.incomplete: 1}


def test_a_fix_that_comes_late_is_missing_before() -> None:
    report = read_flight_log(FIXTURES / "neo_2_fix_gained.srt").report
    assert (report.positions, report.no_fix, report.skipped) == (3, 3, {})


def test_camera_data_without_positions_is_named_after_its_drone() -> None:
    report = read_flight_log(FIXTURES / "mavic_air.srt").report
    assert (report.model, report.positions) == ("Mavic Air", 0)
    assert "no position is written in any sample" in report.remarks


CAMERAS: dict[str, dict[str, Any]] = {
    "mavic_2_zoom.srt": {
        "iso": 120,
        "shutter_s": 1 / 2500,
        "aperture_f_number": 2.8,
        "focal_length_35mm_mm": 24.0,
        "colour_temperature_k": 5003.0,
        "frame_count": 1,
        "local_time": "2020-04-02T15:19:58.720764",
        "video_end_s": 0.016,
    },
    "mavic_3t.srt": {
        "focal_length_35mm_mm": 643.3,
        "digital_zoom": 4.0,
        "gimbal_yaw_deg": -107.3,
        "gimbal_pitch_deg": -10.7,
        "gimbal_roll_deg": 0.0,
        "drone_yaw_deg": None,
    },
    "matrice_30.srt": {
        "drone_yaw_deg": -0.7,
        "drone_pitch_deg": -1.2,
        "drone_roll_deg": 2.7,
        "gimbal_pitch_deg": -86.7,
        "horizontal_speed_m_s": 0.0,
        "vertical_speed_m_s": None,
        "digital_zoom": 1.0,
        "colour_temperature_k": 5256.0,
    },
    "mavic_pro.srt": {
        "home_latitude_deg": -20.2532,
        "home_longitude_deg": 149.0251,
        "satellites": 16,
        "exposure_value": None,
        "aperture_f_number": 2.2,
        "shutter_s": 1 / 60,
        "local_time": "2017-08-05T14:11:51",
        "video_time_s": 1.0,
    },
    "mavic_mini.srt": {
        "aperture_f_number": 2.8,
        "shutter_s": 1 / 30.15,
        "exposure_value": -1.7,
        "satellites": 17,
        "distance_m": 221.21,
        "horizontal_speed_m_s": None,
        "local_time": None,
    },
    "matrice_300.srt": {"satellites": None, "altitude_unreferenced_m": 0.0, "altitude_amsl_m": None},
    "cut_short.srt": {"exposure_value": -1 / 3, "aperture_f_number": 2.8},
}


@pytest.mark.parametrize("name", CAMERAS)
def test_what_else_the_first_sample_says(name: str) -> None:
    sample = read_flight_log(FIXTURES / name).samples[0]
    assert {field: getattr(sample, field) for field in CAMERAS[name]} == pytest.approx(CAMERAS[name])
    assert sample.utc is None
