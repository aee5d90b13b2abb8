"""Footage as pictures with their time: stills through OpenCV, videos through PyAV.

Time is the presentation time less that of the first picture. Formats are recognised by content, from an allow-list.
Left out: live streams, transcoding, sound.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.errors import (
    EmptyFootageError,
    MissingFootageError,
    NotFootageError,
    OversizedFootageError,
    TruncatedFootageError,
)
from vision.video.clock import PresentationClock
from vision.video.stills import LARGEST_PICTURE_PX, decode_still, is_still

Image = NDArray[np.uint8]

# Demuxers of containers that hold their own pictures. Playlists (HLS, DASH), concat scripts and drawings are not
# among them, nor is any protocol but "file": nothing inside a file can make the reader open something else.
ACCEPTED_DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts"
_OPENING_LIMIT_S = 20.0
_HEAD_BYTES = 64
# HEIC and AVIF are pictures in an MP4's clothes, stored in tiles that a video decoder shows one by one.
_TILED_STILL_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})
_MP4_BOXES = frozenset({b"ftyp", b"mdat", b"moov", b"free", b"wide", b"skip"})
# Half a millisecond: presentation times are rounded to a container's ticks, often whole milliseconds.
_ROUNDING_S = 5e-4
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture.

    Attributes:
        index: Count of pictures before it; None where the video was entered in its middle.
        time_s: Seconds from the first picture.
        image_bgr: uint8 (rows, columns, 3), turned as the camera was held.
    """

    index: int | None
    time_s: float
    image_bgr: Image


class Footage:
    """An opened still or video; close it, or use it in a `with` block.

    Attributes:
        kind: "still" or "video".
        width_px: Width as displayed.
        height_px: Height as displayed.
        duration_s: As the container says; None for stills and where it does not.
        warnings: What was wrong and got over, filled while frames are read.
    """

    kind: Literal["still", "video"]
    width_px: int
    height_px: int
    duration_s: float | None
    warnings: list[str]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""

    def frames(self, *, start_s: float = 0.0, max_rate_hz: float | None = None) -> Iterator[Frame]:
        """Pictures in order of presentation.

        Args:
            start_s: Pictures before this time are left out.
            max_rate_hz: At most one picture in each interval of this rate, its first; None gives all.

        Yields:
            Frames. A video that breaks off ends there, with a warning.
        """
        raise NotImplementedError

    def frame_at(self, time_s: float) -> Frame:
        """The picture shown at a time: the last one that starts no later, or the first.

        Args:
            time_s: Seconds from the first picture.

        Returns:
            The frame.
        """
        raise NotImplementedError


class StillFootage(Footage):
    """A still: one picture at time zero."""

    def __init__(self, image_bgr: Image) -> None:
        self.kind = "still"
        self.height_px, self.width_px = image_bgr.shape[:2]
        self.duration_s = None
        self.warnings = []
        self._frame = Frame(index=0, time_s=0.0, image_bgr=image_bgr)
