"""Footage as pictures with their time: stills through OpenCV, videos through PyAV.

Time is the presentation time less that of the stream's first picture. Formats are recognised by content.
Left out: live streams, and transcoding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

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

Image = NDArray[np.uint8]

LARGEST_PICTURE_PX = 200_000_000
# Containers of pictures only: no playlist or script can make the demuxer open another address.
ACCEPTED_CONTAINERS = frozenset({"mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "mpegts"})
_STILL_SIGNATURES = (
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*", b"BM",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture.

    Attributes:
        index: Count of decoded pictures before it.
        time_s: Seconds from the first picture.
        image_bgr: uint8 (rows, columns, 3).
    """

    index: int
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

    def __init__(self, path: Path, *, still: Image | None, container: Any) -> None:
        self._path = path
        self._still = still
        self._container = container
        self.warnings: list[str] = []
        self.kind: Literal["still", "video"] = "video" if still is None else "still"
        if still is not None:
            self.height_px, self.width_px = still.shape[:2]
            self.duration_s = None
        else:
            self._stream = container.streams.video[0]
            self.width_px, self.height_px = self._stream.width, self._stream.height
            self.duration_s = _duration_s(container, self._stream)

    def __enter__(self) -> "Footage":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        if self._container is not None:
            self._container.close()

    def frames(self, *, max_rate_hz: float | None = None) -> Iterator[Frame]:
        """Pictures from the start, in order of presentation.

        Args:
            max_rate_hz: Leave out pictures that follow the last one given sooner than this rate; None gives all.

        Yields:
            Frames. A video that breaks off ends there, with a warning.
        """
        if self._still is not None:
            yield Frame(index=0, time_s=0.0, image_bgr=self._still)
            return
        gap_s = 0.0 if max_rate_hz is None else 1.0 / max_rate_hz
        due_s = -np.inf
        for index, time_s, picture in self._decoded():
            # Half a millisecond of slack, so that rounded presentation times do not skip a picture.
            if time_s >= due_s - 5e-4:
                due_s = max(due_s + gap_s, time_s - gap_s) if np.isfinite(due_s) else time_s
                due_s = due_s + gap_s if due_s <= time_s else due_s
                yield Frame(index=index, time_s=time_s, image_bgr=_to_bgr(picture))

    def frame_at(self, time_s: float) -> Frame:
        """The picture shown at a time: the last one that starts no later, or the first.

        Args:
            time_s: Seconds from the first picture.

        Returns:
            The frame.

        Raises:
            TruncatedFootageError: No picture could be decoded.
        """
        best: tuple[int, float, Any] | None = None
        if self._still is not None:
            return Frame(index=0, time_s=0.0, image_bgr=self._still)
        for found in self._decoded():
            if best is not None and found[1] > time_s + 1e-6:
                break
            best = found
        if best is None:
            raise TruncatedFootageError(self._path, "no picture could be decoded")
        return Frame(index=best[0], time_s=best[1], image_bgr=_to_bgr(best[2]))

    def _decoded(self) -> Iterator[tuple[int, float, Any]]:
        import av

        self._container.seek(0, any_frame=False, backward=True, stream=self._stream)
        rate = float(self._stream.average_rate or 25)
        start: float | None = None
        last = -np.inf
        index = 0
        try:
            for picture in self._container.decode(self._stream):
                clock = index / rate if picture.time is None else float(picture.time)
                start = clock if start is None else start
                time_s = clock - start
                if time_s <= last:
                    self._warn("presentation times that do not grow were left out")
                    continue
                last = time_s
                yield index, time_s, picture
                index += 1
        except av.FFmpegError as error:
            self._warn(f"the video breaks off after {max(last, 0.0):.1f} s: {error.strerror}")

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def open_footage(path: Path) -> Footage:
    """Open a still or a video.

    Args:
        path: The file; its name says nothing, its content does.

    Returns:
        The footage.

    Raises:
        MissingFootageError: No such file, or a directory.
        EmptyFootageError: No bytes.
        NotFootageError: No picture or video of an accepted kind.
        TruncatedFootageError: A video without its index, or a picture that breaks off.
        OversizedFootageError: More pixels than any camera takes.
    """
    if not path.exists():
        raise MissingFootageError(path, "there is no such file")
    if not path.is_file():
        raise MissingFootageError(path, "this is not a file")
    with path.open("rb") as file:
        head = file.read(64)
    if not head:
        raise EmptyFootageError(path, "the file is empty")
    if _is_still(head):
        return Footage(path, still=_decode_still(path), container=None)
    return Footage(path, still=None, container=_open_container(path, head))


def _is_still(head: bytes) -> bool:
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return webp or head.startswith(_STILL_SIGNATURES)


def _decode_still(path: Path) -> Image:
    import struct

    content = np.fromfile(path, dtype=np.uint8)
    if content[:8].tobytes() == _STILL_SIGNATURES[1] and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24].tobytes())
        if width * height > LARGEST_PICTURE_PX:
            raise OversizedFootageError(path, f"{width} x {height} pixels")
    try:
        # IMREAD_COLOR turns grey, 16-bit and transparent pictures into 8-bit BGR and applies the EXIF orientation.
        image = cv2.imdecode(content, cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise OversizedFootageError(path, "the picture's dimensions are not plausible") from error
    if image is None:
        raise TruncatedFootageError(path, "the picture is damaged and cannot be decoded")
    return np.asarray(image, dtype=np.uint8)


def _open_container(path: Path, head: bytes) -> Any:
    import av

    try:
        # "file" alone: no playlist, concat list or address inside a file is followed.
        container = av.open(str(path), options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except av.FFmpegError as error:
        if head[4:8] in {b"ftyp", b"mdat", b"moov", b"free", b"wide"}:
            raise TruncatedFootageError(path, "the video is cut off: its index (moov) is missing or damaged") from error
        raise NotFootageError(path, "this is no picture or video") from error
    names = set(container.format.name.split(","))
    if not names & ACCEPTED_CONTAINERS:
        container.close()
        raise NotFootageError(path, f"this is a {container.format.long_name or container.format.name} file")
    return _checked(path, container)


def _checked(path: Path, container: Any) -> Any:
    if not container.streams.video:
        container.close()
        raise NotFootageError(path, "there is no video in this file")
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    if stream.width * stream.height > LARGEST_PICTURE_PX:
        container.close()
        raise OversizedFootageError(path, f"{stream.width} x {stream.height} pixels")
    if stream.width == 0 or stream.height == 0:
        container.close()
        raise TruncatedFootageError(path, "the video holds no picture")
    return container


def _duration_s(container: Any, stream: Any) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    # The container counts in microseconds.
    return None if container.duration is None else container.duration / 1e6


def _to_bgr(picture: Any) -> Image:
    image = picture.to_ndarray(format="bgr24")
    turns = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
    turn = turns.get(round(picture.rotation) % 360)
    return np.asarray(image if turn is None else cv2.rotate(image, turn), dtype=np.uint8)
