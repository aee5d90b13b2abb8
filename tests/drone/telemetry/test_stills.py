"""Stills: EXIF and XMP written by hand, and of real cameras, some of them broken."""

import struct
from pathlib import Path

import pytest
from shared_data import SHARED, needs_shared

from drone.errors import NoTelemetryError
from drone.telemetry import FlightLog, read_flight_log

REAL = SHARED / "data/telemetry"


def jpeg(*segments: bytes) -> bytes:
    return (
        b"\xff\xd8"
        + b"".join(b"\xff\xe1" + struct.pack(">H", len(s) + 2) + s for s in segments)
        + b"\xff\xd9"
    )


def xmp(attributes: str) -> bytes:
    text = (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description {attributes}/></rdf:RDF></x:xmpmeta>'
    )
    return b"http://ns.adobe.com/xap/1.0/\x00" + text.encode()


def read(folder: Path, data: bytes) -> FlightLog:
    path = folder / "DJI_0001.bin"
    path.write_bytes(data)
    return read_flight_log(path)


def test_xmp_of_a_drone_with_its_misspelling_and_unknown_names(tmp_path: Path) -> None:
    log = read(
        tmp_path,
        jpeg(
            xmp(
                'drone-dji:GpsLatitude="+31.2" drone-dji:GpsLongtitude="121.5" drone-dji:RelativeAltitude="+20.5" '
                'drone-dji:AbsoluteAltitude="-3.1" drone-dji:GimbalPitchDegree="-30.0" drone-dji:Shiny="7" '
                'drone-dji:GimbalYawDegree="east" xmp:CreateDate="2026-03-01T10:00:00+08:00"'
            )
        ),
    )
    sample = log.samples[0]
    assert (sample.latitude_deg, sample.longitude_deg, sample.height_above_takeoff_m) == (31.2, 121.5, 20.5)
    assert (sample.altitude_amsl_m, sample.gimbal_pitch_deg, sample.gimbal_yaw_deg) == (-3.1, -30.0, None)
    assert (sample.utc, sample.video_time_s) == ("2026-03-01T02:00:00Z", None)
    assert log.report.unknown_tokens == {"Shiny": 1}
    assert log.report.damaged_values == {"GimbalYawDegree": 1}


def test_with_rtk_the_absolute_altitude_is_above_the_ellipsoid(tmp_path: Path) -> None:
    log = read(
        tmp_path, jpeg(xmp('a:Latitude="31" a:Longitude="121" a:AbsoluteAltitude="+45.0" a:RtkFlag="50"'))
    )
    assert (log.samples[0].altitude_amsl_m, log.samples[0].altitude_ellipsoid_m) == (None, 45.0)
    assert "ellipsoid" in log.report.remarks[0]


def test_a_picture_without_anything_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoTelemetryError, match="without EXIF or XMP"):
        read(tmp_path, jpeg(b"JFIF"))


STILLS = {
    "stills/H20N_DJI_0006_R_LRF.JPG": (22.596196357, 114.007268015, 42.602, 90.337, -106.6, -32.9),
    "stills/brighton_DJI_0018.JPG": (46.8426071, -91.9945601, 39.8, 198.31, 45.0, -89.9),
    "stills/XTS.jpg": (36.7296940, 119.8433415, 37.7, -29.44, 91.3, 19.9),
    "stills/M30T_noGPS.JPG": (None, None, None, None, None, None),
    "stills/embedder_no_gps.jpg": (None, None, None, None, None, None),
    "stills_broken/corrupt_exif.jpg": (48.0810447, -1.6678413, None, None, None, None),
}


@needs_shared
@pytest.mark.parametrize("name", STILLS)
def test_real_stills(name: str) -> None:
    log = read_flight_log(REAL / name)
    sample = log.samples[0]
    written = (
        sample.latitude_deg,
        sample.longitude_deg,
        sample.height_above_takeoff_m,
        sample.altitude_amsl_m,
        sample.gimbal_yaw_deg,
        sample.gimbal_pitch_deg,
    )
    assert written == tuple(
        None if value is None else pytest.approx(value, abs=1e-6) for value in STILLS[name]
    )
    assert log.report.read == 1


@needs_shared
def test_a_real_still_with_an_empty_exif_is_refused() -> None:
    with pytest.raises(NoTelemetryError, match="without EXIF or XMP"):
        read_flight_log(REAL / "stills_broken/empty_exif.jpg")
