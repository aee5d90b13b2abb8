"""Stills: every accepted kind through its own encoder, and headers that lie."""

import struct
from pathlib import Path

import numpy as np
import pytest
from adversarial_footage import encoded_still, jpeg_turned, picture, png_claiming

from vision.errors import OversizedFootageError, TruncatedFootageError
from vision.video.frames import open_footage
from vision.video.stills import declared_size_px

KINDS = [".jpg", ".png", ".tif", ".bmp", ".webp"]


def opened(path: Path, content: bytes) -> np.ndarray:
    path.write_bytes(content)
    with open_footage(path) as footage:
        assert footage.kind == "still"
        assert footage.duration_s is None
        (frame,) = footage.frames(max_rate_hz=1.0)
        assert (frame.index, frame.time_s) == (0, 0.0)
        assert frame.image_bgr.shape == (footage.height_px, footage.width_px, 3)
        assert frame.image_bgr.dtype == np.uint8
        assert footage.frame_at(5.0) is frame
        assert list(footage.frames(start_s=1.0)) == []
        return frame.image_bgr


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_its_picture_under_any_name(tmp_path: Path, kind: str) -> None:
    image = picture(9)
    found = opened(tmp_path / "水尺 📷 左舷.mp4", encoded_still(kind, image))
    # Lossy kinds change colours at the red corner's edge only.
    assert np.abs(found.astype(int) - image).mean() < 3


def test_a_tag_that_nobody_knows_is_no_news(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = bytearray(encoded_still(".tif", picture(9)))
    order = "<" if content[:2] == b"II" else ">"
    (directory,) = struct.unpack_from(f"{order}I", content, 4)
    (entries,) = struct.unpack_from(f"{order}H", content, directory)
    # The software's name, or whatever stands last, becomes a tag of a drone's maker.
    struct.pack_into(f"{order}H", content, directory + 2 + 12 * (entries - 1), 0xA480)
    opened(tmp_path / "a.tif", bytes(content))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", KINDS)
def test_declared_size_is_the_encoders(kind: str) -> None:
    assert declared_size_px(encoded_still(kind, picture(3, width_px=123, height_px=77))) == (123, 77)


@pytest.mark.parametrize("kind", [".png", ".tif"])
def test_sixteen_bits_are_shortened_not_cut(tmp_path: Path, kind: str) -> None:
    image = picture(4)
    assert np.array_equal(
        opened(tmp_path / "deep", encoded_still(kind, image.astype(np.uint16) * 257)), image
    )


def test_grey_is_repeated(tmp_path: Path) -> None:
    grey = picture(4)[..., 0]
    assert np.array_equal(opened(tmp_path / "grey", encoded_still(".png", grey)), np.dstack([grey] * 3))


def test_transparency_is_dropped(tmp_path: Path) -> None:
    image = picture(4)
    layered = np.dstack([image, np.full(image.shape[:2], 40, np.uint8)])
    assert np.array_equal(opened(tmp_path / "layered", encoded_still(".png", layered)), image)


@pytest.mark.parametrize(
    ("orientation", "quarter_turns"),
    [(1, 0), (3, 2), (6, 3), (8, 1)],
    ids=["upright", "180", "right", "left"],
)
def test_exif_orientation_is_applied(tmp_path: Path, orientation: int, quarter_turns: int) -> None:
    image = picture(12)
    found = opened(tmp_path / "held.jpg", jpeg_turned(image, orientation=orientation))
    expected = np.rot90(image, quarter_turns)
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).mean() < 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_cut_picture_is_refused_not_half_shown(tmp_path: Path, kind: str, share: float) -> None:
    image = np.random.default_rng(1).integers(0, 255, (64, 96, 3), dtype=np.uint8)
    content = encoded_still(kind, image)
    path = tmp_path / "cut"
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(TruncatedFootageError, match="breaks off or is damaged"):
        open_footage(path)


def webp_claiming(kind: bytes, body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 100) + b"WEBP" + kind + struct.pack("<I", 30) + body


def jpeg_claiming(width_px: int, height_px: int) -> bytes:
    # Two fill bytes, a restart marker and a comment stand before the frame header.
    before = b"\xff\xd8\xff\xff\xd0\xff\xfe\x00\x04no"
    return before + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height_px, width_px) + bytes(20)


def tiff_claiming(order: str, width_px: int, height_px: int) -> bytes:
    magic = b"II*\x00" if order == "<" else b"MM\x00*"
    entries = [(256, 4, width_px), (257, 4, height_px)]
    directory = b"".join(struct.pack(order + "HHII", tag, kind, 1, value) for tag, kind, value in entries)
    return magic + struct.pack(order + "IH", 8, len(entries)) + directory + bytes(4)


CLAIMS = {
    "png": png_claiming(60_000, 50_000),
    "bmp": b"BM" + bytes(16) + struct.pack("<ii", 60_000, -50_000) + bytes(20),
    "jpeg": jpeg_claiming(60_000, 50_000),
    "tiff-ii": tiff_claiming("<", 60_000, 50_000),
    "tiff-mm": tiff_claiming(">", 60_000, 50_000),
}


@pytest.mark.parametrize("content", CLAIMS.values(), ids=CLAIMS.keys())
def test_a_picture_that_claims_three_gigapixels_is_refused_before_decoding(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(content)
    with pytest.raises(OversizedFootageError, match="60000 x 50000"):
        open_footage(path)


def test_sizes_of_the_three_webp_kinds() -> None:
    width, height = (60_000 - 1).to_bytes(3, "little"), (50_000 - 1).to_bytes(3, "little")
    assert declared_size_px(webp_claiming(b"VP8X", bytes(4) + width + height)) == (60_000, 50_000)
    packed = struct.pack("<BI", 0x2F, (500 - 1) | (400 - 1) << 14)
    assert declared_size_px(webp_claiming(b"VP8L", packed)) == (500, 400)
    lossy = bytes(3) + b"\x9d\x01\x2a" + struct.pack("<HH", 500 | 1 << 14, 400)
    assert declared_size_px(webp_claiming(b"VP8 ", lossy)) == (500, 400)


@pytest.mark.parametrize(
    "content",
    [b"plain text", b"\xff\xd8\xff", b"\xff\xd8\xff\xda\x00\x02scan", b"BM", tiff_claiming("<", 9, 9)[:14]],
    ids=["text", "cut-jpeg", "jpeg-without-frame", "cut-bmp", "cut-tiff"],
)
def test_a_header_that_says_no_size_gives_none(content: bytes) -> None:
    assert declared_size_px(content) is None


def test_a_tiff_without_sides_gives_none() -> None:
    assert declared_size_px(b"II*\x00" + struct.pack("<IH", 8, 0)) is None
