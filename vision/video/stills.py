"""Stills as 8-bit BGR pictures, turned as the camera was held.

Kinds and sizes are read from the headers, after the formats' own specifications, before anything is decoded.
Left out: raw camera formats, HEIC and AVIF; of a picture of several pages the first is taken.
"""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.errors import OversizedFootageError, TruncatedFootageError
from vision.video.footage import LARGEST_PICTURE_PX, Footage, Frame

Image = NDArray[np.uint8]
Size = tuple[int, int]

_PNG = b"\x89PNG\r\n\x1a\n"
# JPEG markers without a length: fill bytes, restarts, start and end of image.
_BARE_JPEG_MARKERS = frozenset({0x01, 0xFF, *range(0xD0, 0xDA)})
# Frame headers are C0 to CF without the tables DHT, JPG and DAC.
_JPEG_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TIFF_WIDTH_TAG, _TIFF_HEIGHT_TAG, _TIFF_SHORT = 256, 257, 3


class StillFootage(Footage):
    """A still: one picture at time zero.

    Args:
        image_bgr: uint8 (rows, columns, 3).
    """

    def __init__(self, image_bgr: Image) -> None:
        self.kind = "still"
        self.height_px, self.width_px = image_bgr.shape[:2]
        self.duration_s = None
        self.warnings = []
        self._frame = Frame(index=0, time_s=0.0, image_bgr=image_bgr)

    def close(self) -> None:
        """Nothing is held open."""

    def frames(self, *, start_s: float = 0.0, max_rate_hz: float | None = None) -> Iterator[Frame]:
        """The one picture, unless the start lies behind it; a rate changes nothing."""
        del max_rate_hz
        if start_s <= 0.0:
            yield self._frame

    def frame_at(self, time_s: float) -> Frame:
        """The one picture, whatever the time."""
        del time_s
        return self._frame


def is_still(head: bytes) -> bool:
    """Whether a file's first 12 bytes are those of an accepted still."""
    return _size_reader(head) is not None


def decode_still(path: Path) -> Image:
    """Decode a still.

    Args:
        path: A file that `is_still`.

    Returns:
        uint8 (rows, columns, 3) BGR; grey is repeated, 16 bits are shortened to 8, transparency is dropped,
        the EXIF orientation is applied.

    Raises:
        OversizedFootageError: It claims more pixels than any camera takes.
        TruncatedFootageError: It breaks off or is damaged.
    """
    # Unknown tags of a TIFF are no news to a person at a terminal.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    content = path.read_bytes()
    width_px, height_px = declared_size_px(content) or (0, 0)
    if width_px * height_px > LARGEST_PICTURE_PX:
        raise OversizedFootageError(path, f"it claims {width_px} x {height_px} pixels")
    try:
        # IMREAD_COLOR does the conversions promised above.
        image = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise TruncatedFootageError(path, "the picture is damaged and cannot be decoded") from error
    if image is None:
        raise TruncatedFootageError(path, "the picture breaks off or is damaged")
    return np.asarray(image, dtype=np.uint8)


def declared_size_px(content: bytes) -> Size | None:
    """Width and height that a still claims in its header, before any turning.

    Args:
        content: The file, or as much of its beginning as holds the header.

    Returns:
        (width, height); None where the header is no known one or breaks off.

    >>> declared_size_px(b"BM" + bytes(16) + (640).to_bytes(4, "little") + (480).to_bytes(4, "little"))
    (640, 480)
    """
    reader = _size_reader(content[:12])
    try:
        return None if reader is None else reader(content)
    except (struct.error, IndexError):
        return None


def _size_reader(head: bytes) -> Callable[[bytes], Size | None] | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp_size
    readers: dict[bytes, Callable[[bytes], Size | None]] = {
        b"\xff\xd8\xff": _jpeg_size,
        _PNG: _png_size,
        b"BM": _bmp_size,
        b"II*\x00": _tiff_size,
        b"MM\x00*": _tiff_size,
    }
    return next((reader for signature, reader in readers.items() if head.startswith(signature)), None)


def _png_size(content: bytes) -> Size:
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _bmp_size(content: bytes) -> Size:
    # A negative height means rows from the top.
    width, height = struct.unpack_from("<ii", content, 18)
    return abs(width), abs(height)


def _jpeg_size(content: bytes) -> Size | None:
    place = 2
    while content[place] == 0xFF:  # every marker begins so
        marker = content[place + 1]
        if marker in _JPEG_FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", content, place + 5)
            return width, height
        bare = marker in _BARE_JPEG_MARKERS
        place += (
            (1 if marker == 0xFF else 2) if bare else 2 + struct.unpack_from(">H", content, place + 2)[0]
        )  # a fill byte
    return None


def _webp_size(content: bytes) -> Size | None:
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8L":
        packed = int(struct.unpack_from("<I", content, 21)[0])
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF


def _tiff_size(content: bytes) -> Size | None:
    order = "<" if content[:2] == b"II" else ">"
    sides = dict(_tiff_sides(content, order))
    if _TIFF_WIDTH_TAG not in sides or _TIFF_HEIGHT_TAG not in sides:
        return None
    return sides[_TIFF_WIDTH_TAG], sides[_TIFF_HEIGHT_TAG]


def _tiff_sides(content: bytes, order: str) -> Iterator[tuple[int, int]]:
    (directory,) = struct.unpack_from(order + "I", content, 4)
    (entries,) = struct.unpack_from(order + "H", content, directory)
    for entry in range(directory + 2, directory + 2 + 12 * entries, 12):
        tag, kind = struct.unpack_from(order + "HH", content, entry)
        if tag in {_TIFF_WIDTH_TAG, _TIFF_HEIGHT_TAG}:
            yield (
                tag,
                struct.unpack_from(order + ("H" if kind == _TIFF_SHORT else "I"), content, entry + 8)[0],
            )
