"""Files as people hand them over: encodings, wrong names, and everything that is no telemetry."""

import os
from pathlib import Path

import pytest

from drone.errors import (
    DroneError,
    NoTelemetryError,
    TelemetryError,
    UnknownTelemetryFormatError,
    UnreadableTelemetryFileError,
)
from drone.telemetry import read_flight_log
from drone.telemetry import registry as formats

CUE = (
    "1\n00:00:00,000 --> 00:00:01,000\n"
    "F/2.8, SS 60, ISO 100, EV 0, GPS (8.2090, 47.4692, 18), D 1m, G.PRY (-40.0°, 0.0°, 28.2°)\n\n"
)


@pytest.mark.parametrize(
    "data",
    [
        CUE.encode(),
        CUE.encode("utf-8-sig"),
        CUE.encode("utf-16"),
        b"\xfe\xff" + CUE.encode("utf-16-be"),
        CUE.encode("utf-16-le"),
        CUE.encode("utf-16-be"),
        CUE.encode("latin-1"),
        CUE.replace("°", "Â°").encode(),
    ],
    ids=[
        "utf-8",
        "utf-8 mark",
        "utf-16",
        "utf-16-be mark",
        "utf-16-le",
        "utf-16-be",
        "latin-1",
        "twice encoded",
    ],
)
def test_every_encoding_gives_the_same_sample(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "水尺 🚁.txt"
    path.write_bytes(data)
    log = read_flight_log(path)
    assert log.source == str(path)
    assert (log.samples[0].latitude_deg, log.samples[0].gimbal_yaw_deg) == (47.4692, 28.2)


@pytest.mark.parametrize(
    ("data", "problem", "error"),
    [
        (b"", "is empty", NoTelemetryError),
        (b"\xff\xd8\xff\xe0" + bytes(100), "picture without EXIF or XMP", NoTelemetryError),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG picture", UnknownTelemetryFormatError),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(50), "video that cannot be opened", NoTelemetryError),
        (bytes(range(256)) * 40, "binary data", UnknownTelemetryFormatError),
        (b"II*\x00" + bytes(50), "picture without EXIF or XMP", NoTelemetryError),
        (b"ULog\x01\x125" + bytes(50), "PX4 log", NoTelemetryError),
        (b"\xa3\x95\x80" + bytes(50), "ardupilot-bin without a usable sample", NoTelemetryError),
        (b"\x06\x0e+4\x02\x0b" + bytes(50), "misb-klv without a usable sample", NoTelemetryError),
        ((b"G" + bytes(187)) * 3, "is a video", NoTelemetryError),
        (b"name,value\n1,2\n", "text without subtitles", UnknownTelemetryFormatError),
        (b"time(millisecond), latitude, longitude\n0,x,2\n", "csv without a usable sample", NoTelemetryError),
        (b'<?xml version="1.0"?>\n<gpx version="1.1"/>\n', "gpx without a usable sample", NoTelemetryError),
        (b'<?xml version="1.0"?>\n<kml/>\n', "kml-track without a usable sample", NoTelemetryError),
        (b' {"latitude": 1}\n', "JSON", UnknownTelemetryFormatError),
        (b"1\n00:00:00,000 --> 00:00:01,000\nHello\n", "film subtitles", NoTelemetryError),
        (CUE.encode() + b" " * formats.HEAD_BYTES + b"\x00", "binary data", UnknownTelemetryFormatError),
    ],
    ids=[
        "empty",
        "jpeg",
        "png",
        "mp4",
        "binary",
        "tiff",
        "ulog",
        "ardupilot",
        "klv",
        "ts",
        "short-csv",
        "csv",
        "gpx",
        "kml",
        "json",
        "film",
        "binary-later",
    ],
)
def test_what_is_no_telemetry_is_named(
    tmp_path: Path, data: bytes, problem: str, error: type[TelemetryError]
) -> None:
    path = tmp_path / "DJI_0001.SRT"
    path.write_bytes(data)
    with pytest.raises(error) as raised:
        read_flight_log(path)
    assert problem in raised.value.problem
    assert raised.value.source == str(path)
    assert raised.value.accepted
    assert isinstance(raised.value, DroneError)


def test_a_folder_a_missing_file_and_an_impossible_name_are_refused(tmp_path: Path) -> None:
    for path, problem in (
        (tmp_path, "is a folder"),
        (tmp_path / "none.srt", "No such file"),
        (Path("a\x00b"), "null"),
    ):
        with pytest.raises(UnreadableTelemetryFileError, match=problem):
            read_flight_log(path)


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.srt"
    os.mkfifo(pipe)
    with pytest.raises(UnreadableTelemetryFileError, match="device or pipe"):
        read_flight_log(pipe)


def test_a_file_beyond_all_flights_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.srt"
    path.write_text(CUE, encoding="utf-8")
    monkeypatch.setattr(formats, "LARGEST_FILE_BYTES", 10)
    with pytest.raises(UnreadableTelemetryFileError, match="at most 10 bytes"):
        read_flight_log(path)


def test_a_hundred_megabytes_of_garbage_are_refused_by_their_beginning(tmp_path: Path) -> None:
    path = tmp_path / "garbage.srt"
    with path.open("wb") as file:
        file.write(bytes(range(1, 256)) * 100)
        file.truncate(100_000_000)
    with pytest.raises(UnknownTelemetryFormatError):
        read_flight_log(path)
