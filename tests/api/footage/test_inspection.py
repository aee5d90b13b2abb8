"""What the inspecting process makes of real, damaged and hostile files."""

import struct
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from shared_data import SHARED, needs_shared

from api.footage.inspection import FootageKind, Inspection, inspect_file

LIMIT_S = 30.0
Inspect = Callable[[bytes, str], Inspection]


@pytest.fixture
def inspect(tmp_path: Path) -> Inspect:
    def inspect(content: bytes, name: str) -> Inspection:
        path = tmp_path / "0123abcd"
        path.write_bytes(content)
        return inspect_file(path, name=name, limit_s=LIMIT_S)

    return inspect


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Twelve pictures at 12 Hz, 64 by 48, H.264 in MP4, with the index at the end as cameras write it."""
    path = tmp_path_factory.mktemp("video") / "made.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for index in range(12):
            shade = np.full((48, 64, 3), 20 * index, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(shade, format="bgr24")
            frame.pts, frame.time_base = index, Fraction(1, 12)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path.read_bytes()


def test_a_video_is_described_and_pictured(inspect: Inspect, video: bytes) -> None:
    found = inspect(video, "左舷.MP4")

    assert (found.kind, found.refusal, found.media_type) == (FootageKind.VIDEO, None, "video/mp4")
    assert (found.width_px, found.height_px, found.codec) == (64, 48, "h264")
    assert found.duration_s == pytest.approx(1.0)
    assert found.frame_rate_hz == pytest.approx(12.0)
    assert found.thumbnail_jpeg is not None
    assert found.thumbnail_jpeg.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"This is no video at all.\n" * 50, "no telemetry is found: "),
        (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "no telemetry is found"),
        (
            b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:8000/health/live\n#EXT-X-ENDLIST\n",
            "no telemetry is found",
        ),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "no telemetry is found"),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
            "no telemetry is found",
        ),
        (b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>', "no telemetry is found"),
        (bytes(1000), "is no picture or video"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(100), ""),
        (b"MZ\x90\x00" + bytes(range(256)) * 4, "is no picture or video"),
    ],
)
def test_what_is_no_footage_is_refused_with_what_would_be(
    inspect: Inspect, content: bytes, reason: str
) -> None:
    found = inspect(content, "DJI_0001.MP4")

    assert found.kind is None
    assert found.refusal is not None
    assert reason in found.refusal
    assert found.refusal.startswith("DJI_0001.MP4: ")
    assert "accepted: a video" in found.refusal
    assert "0123abcd" not in found.refusal, "the store's own names are nobody's business"


def test_a_video_without_its_index_is_refused(inspect: Inspect, video: bytes) -> None:
    found = inspect(video[: video.index(b"moov") - 4], "cut.mp4")

    assert found.refusal is not None
    assert found.refusal.startswith("cut.mp4: ")


@pytest.mark.parametrize("kept", [1, 7, 8, 40, 200])
def test_a_video_cut_in_its_head_is_refused_and_nothing_breaks(
    inspect: Inspect, video: bytes, kept: int
) -> None:
    assert inspect(video[:kept], "cut.mp4").kind is None


def test_a_picture_that_claims_to_be_huge_is_refused(inspect: Inspect) -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))

    found = inspect(bomb + bytes(64), "bomb.png")

    assert found.kind is None


def test_looking_takes_no_longer_than_allowed(tmp_path: Path, video: bytes) -> None:
    path = tmp_path / "video"
    path.write_bytes(video)

    found = inspect_file(path, name="slow.mp4", limit_s=0.01)

    assert found.refusal is not None
    assert "took longer than" in found.refusal


def test_a_name_that_contradicts_the_content_is_refused(inspect: Inspect, video: bytes) -> None:
    fields = "[latitude: 31.1] [longitude: 121.2] [rel_alt: 20.0 abs_alt: 25.0]"
    cues = f"1\n00:00:00,000 --> 00:00:01,000\n{fields}\n"

    as_picture, as_video = inspect(video, "left.jpg"), inspect(cues.encode(), "left.MP4")

    assert as_picture.refusal is not None
    assert "left.jpg: is named like a picture and is a video" in as_picture.refusal
    assert as_video.refusal is not None
    assert "left.MP4: is named like a video and is telemetry" in as_video.refusal
    assert inspect(video, "left").kind is FootageKind.VIDEO, "a name without suffix contradicts nothing"


def test_a_picture_named_as_telemetry_is_told_apart(inspect: Inspect, video: bytes) -> None:
    found = inspect(video, "left.SRT")

    assert found.refusal is not None
    assert "left.SRT: no telemetry is found" in found.refusal


def test_a_name_is_never_an_option_or_a_command(inspect: Inspect, video: bytes) -> None:
    assert inspect(video, "--help; rm -rf $HOME").kind is FootageKind.VIDEO


@needs_shared
def test_a_real_flight_is_understood(inspect: Inspect) -> None:
    folder = SHARED / "data" / "telemetry" / "dji_mp4"
    video = inspect((folder / "DJI_20250723102139_0001_D.MP4").read_bytes(), "DJI_0001.MP4")
    telemetry = inspect((folder / "DJI_20250723102139_0001_D.SRT").read_bytes(), "DJI_0001.SRT")

    assert (video.width_px, video.height_px, video.codec) == (1920, 1080, "h264")
    assert video.duration_s == pytest.approx(3.003)
    assert video.created_at == "2025-07-23T07:21:39.000000Z"
    assert telemetry.kind is FootageKind.TELEMETRY
    assert telemetry.telemetry is not None
    assert telemetry.telemetry["samples"] == 93
    assert telemetry.track is not None
