"""Footage made at test time, sound and broken: what cameras, cuts, transmissions and hostile senders produce.

Everything is encoded here, so that the repository carries no media and every fault is known exactly.
Left out: judging what a reader makes of them, which is the tests' business.
"""

import struct
import zlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH_PX, HEIGHT_PX = 160, 96
RATE_HZ = 25
_BITS, _BAR_PX = 5, 16
MILLISECOND = Fraction(1, 1000)

REGULAR_TIMES_S = tuple(index / RATE_HZ for index in range(30))

HLS_PLAYLIST = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n"
CONCAT_SCRIPT = "ffconcat version 1.0\nfile '{target}'\n"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><image href="{target}"/></svg>\n'


def picture(index: int, *, width_px: int = WIDTH_PX, height_px: int = HEIGHT_PX) -> NDArray[np.uint8]:
    """A grey picture with a red upper left quarter, which tells the way up, and its index in bars along its foot."""
    image = np.full((height_px, width_px, 3), 90, dtype=np.uint8)
    image[: height_px // 2, : width_px // 2] = (0, 0, 220)
    for bit in range(_BITS):
        image[height_px // 2 :, bit * _BAR_PX : (bit + 1) * _BAR_PX] = 255 * (index >> bit & 1)
    return image


def index_of(image_bgr: NDArray[np.uint8]) -> int:
    """The index that an encoded and decoded `picture` shows."""
    foot = image_bgr[-8:].astype(float).mean(axis=(0, 2))
    return sum(int(foot[bit * _BAR_PX + _BAR_PX // 2] > 128) << bit for bit in range(_BITS))


def write_clip(
    path: Path,
    *,
    times_s: Sequence[float] = REGULAR_TIMES_S,
    container: str | None = None,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    key_every: int = 12,
) -> Path:
    """Encode a clip whose pictures stand at the given times."""
    with av.open(str(path), "w", format=container, options=options or {}) as output:
        stream: Any = output.add_stream(codec, rate=RATE_HZ)
        stream.width, stream.height, stream.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        stream.codec_context.gop_size = key_every
        stream.codec_context.time_base = MILLISECOND
        for index, time_s in enumerate(times_s):
            frame: Any = av.VideoFrame.from_ndarray(picture(index), format="bgr24")
            frame.pts, frame.time_base = round(time_s * 1000), MILLISECOND
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def write_turned_clip(path: Path, *, degrees: int) -> Path:
    """A clip whose container says that players are to turn it counterclockwise."""
    write_clip(path)
    content = bytearray(path.read_bytes())
    # The matrix of the track header, 16.16 fixed point, follows 40 bytes after the box's version field.
    start = content.index(b"tkhd") + 4 + 40
    one = 1 << 16
    rows = {90: (0, -one, one, 0), 180: (-one, 0, 0, -one), 270: (0, one, -one, 0)}[degrees]
    a, b, c, d = rows
    struct.pack_into(">9i", content, start, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    return path


def write_cut(path: Path, *, source: Path, share: float) -> Path:
    """The beginning of a file."""
    content = source.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def write_holed(path: Path, *, source: Path, at_share: float, hole_bytes: int) -> Path:
    """A file with zeros in its middle."""
    content = bytearray(source.read_bytes())
    start = int(len(content) * at_share)
    content[start : start + hole_bytes] = bytes(hole_bytes)
    path.write_bytes(content)
    return path


def png_claiming(width_px: int, height_px: int) -> bytes:
    """A PNG of a few bytes whose header claims a picture of that size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + checksum

    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(64)))
        + chunk(b"IEND", b"")
    )


def encoded_still(extension: str, image: NDArray[Any]) -> bytes:
    """A picture file's bytes."""
    done, packed = cv2.imencode(extension, image)
    assert done
    return packed.tobytes()


def jpeg_turned(image: NDArray[np.uint8], *, orientation: int) -> bytes:
    """A JPEG whose EXIF says how the camera was held ([EXIF] tag 0x0112, values 1 to 8)."""
    jpeg = encoded_still(".jpg", image)
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    segment = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]
