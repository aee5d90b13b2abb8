"""Videos through PyAV: an allow-list of containers, pictures with growing times, damage got over and told.

Source: FFmpeg's documented format and protocol options. After damage, pictures wait for the next key picture.
Left out: live streams, transcoding, sound.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.errors import NotFootageError, OversizedFootageError, TruncatedFootageError
from vision.video.clock import PresentationClock
from vision.video.footage import LARGEST_PICTURE_PX, Footage, Frame
from vision.video.pictures import first_whole_picture, whole_pictures

Image = NDArray[np.uint8]

# Containers that hold their own pictures. Playlists (HLS, DASH), concat scripts and drawings are not among
# them, and the only protocol reads an open descriptor: nothing written inside a file can make the reader open another.
_DEMUXERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts"
_OPTIONS = {"format_whitelist": _DEMUXERS, "protocol_whitelist": "fd"}
_OPENING_LIMIT_S = 20.0
# Where times come from an index of all pictures, so that a jump into the middle lands where it says.
_INDEXED = frozenset({"mov", "matroska"})
_MP4_BOXES = frozenset({b"ftyp", b"mdat", b"moov", b"free", b"wide", b"skip"})
# HEIC and AVIF are pictures in an MP4's clothes, stored in tiles that a video decoder would show one by one.
_TILED_STILL_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"})
# Presentation times are rounded to a container's ticks, often whole milliseconds.
_ROUNDING_S = 5e-4
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


class VideoFootage(Footage):
    """A video file.

    Args:
        path: The file.

    Raises:
        NotFootageError: No video of an accepted kind.
        TruncatedFootageError: Its index is missing, or no picture can be decoded.
        OversizedFootageError: More pixels than any camera takes.
    """

    def __init__(self, path: Path) -> None:
        self.kind = "video"
        self.warnings = []
        self._path = path
        self._passes = ExitStack()
        with open_container(path) as container:
            stream = _video_stream(path, container)
            self._interval_s = _interval_s(stream)
            self._indexed = container.format.name.split(",")[0] in _INDEXED
            self.duration_s = _duration_s(container, stream)
            first = first_whole_picture(container, stream)
        if first is None:
            raise TruncatedFootageError(path, "no picture of the video can be decoded")
        if first.time is None and self._interval_s is None:
            raise NotFootageError(path, "the video states neither presentation times nor a frame rate")
        self._start_s: float | None = first.time
        turned = _quarter_turns(first) % 2 == 1
        self.width_px, self.height_px = (first.height, first.width) if turned else (first.width, first.height)

    def close(self) -> None:
        """Release the file; frames still being read end."""
        self._passes.close()

    def frames(self, *, start_s: float = 0.0, max_rate_hz: float | None = None) -> Iterator[Frame]:
        """Pictures in order of presentation; only those given are converted to BGR."""
        last_interval, time_s = -1, 0.0
        for index, time_s, picture in self._timed(enter_at_s=None):
            interval = index if max_rate_hz is None else int((time_s + _ROUNDING_S) * max_rate_hz)
            if time_s >= start_s - _ROUNDING_S and interval > last_interval:
                last_interval = interval
                yield Frame(index=index, time_s=time_s, image_bgr=_to_bgr(picture))
        self._compare_with_duration(time_s)

    def frame_at(self, time_s: float) -> Frame:
        """The picture shown at a time, entering an indexed file at the key picture before it."""
        entered = self._indexed and self._start_s is not None
        best = self._last_until(time_s, enter_at_s=time_s if entered else None)
        if best is None or best[1] > time_s + _ROUNDING_S:
            best, entered = self._last_until(time_s, enter_at_s=None), False
        if best is None:
            raise TruncatedFootageError(self._path, "no picture of the video can be decoded")
        return Frame(index=None if entered else best[0], time_s=best[1], image_bgr=_to_bgr(best[2]))

    def _last_until(self, time_s: float, *, enter_at_s: float | None) -> tuple[int, float, Any] | None:
        best: tuple[int, float, Any] | None = None
        for found in self._timed(enter_at_s=enter_at_s):
            if best is not None and found[1] > time_s + _ROUNDING_S:
                break
            best = found
        return best

    def _timed(self, *, enter_at_s: float | None) -> Iterator[tuple[int, float, Any]]:
        """(count, time, picture) from the start or from the key picture before a time."""

        def opening() -> tuple[Any, Any]:
            container = self._passes.enter_context(open_container(self._path))
            stream = _video_stream(self._path, container)
            if enter_at_s is not None:
                ticks = round((enter_at_s + (self._start_s or 0.0)) / stream.time_base)
                container.seek(max(ticks, 0), stream=stream, backward=True)
            return container, stream

        clock = PresentationClock(start_s=self._start_s, interval_s=self._interval_s, warnings=self.warnings)
        index = 0
        for picture in whole_pictures(opening, self.warnings):
            time_s = clock.time_s(picture.time)
            if time_s is not None:
                yield index, time_s, picture
                index += 1

    def _compare_with_duration(self, last_s: float) -> None:
        slack_s = 0.5 + 2 * (self._interval_s or 0.0)
        if self.duration_s is not None and last_s + slack_s < self.duration_s:
            _warn(self.warnings, f"the video breaks off after {last_s:.1f} of {self.duration_s:.1f} s")


def open_container(path: Path) -> Any:
    """Open a video with the formats and the one protocol that are accepted: the only way a video is opened here.

    Args:
        path: The file.

    Returns:
        PyAV's container.

    Raises:
        NotFootageError: No video of an accepted kind.
        TruncatedFootageError: Its index is missing or damaged.
    """
    import av

    # Unbuffered: what is read ahead would be missing from the descriptor.
    with path.open("rb", buffering=0) as file:
        head = file.read(12)
        if head[4:8] == b"ftyp" and head[8:12] in _TILED_STILL_BRANDS:
            raise NotFootageError(path, "this is a HEIC or AVIF picture; save it as JPEG")
        file.seek(0)
        try:
            # A descriptor has no name that could be taken for an address, an option or a row of pictures; FFmpeg
            # reads from a copy of it.
            return av.open(
                "fd:",
                options={**_OPTIONS, "fd": str(file.fileno())},
                metadata_errors="replace",
                timeout=(_OPENING_LIMIT_S, None),
            )
        except av.FFmpegError as error:
            if head[4:8] in _MP4_BOXES:
                raise TruncatedFootageError(
                    path, "the video is cut off: its index (moov) is missing or damaged"
                ) from error
            raise NotFootageError(path, "this is no picture or video") from error


def _video_stream(path: Path, container: Any) -> Any:
    stream = container.streams.best("video")
    if stream is None:
        raise NotFootageError(path, "there is no video in this file")
    # Without a decoder PyAV has no context, and the stream not even a size.
    if stream.codec_context is None:
        raise NotFootageError(path, "its video is of a kind that cannot be decoded")
    if stream.width * stream.height > LARGEST_PICTURE_PX:
        raise OversizedFootageError(path, f"it claims {stream.width} x {stream.height} pixels")
    return stream


def _warn(warnings: list[str], text: str) -> None:
    if text not in warnings:
        warnings.append(text)


def _interval_s(stream: Any) -> float | None:
    rate = stream.average_rate or stream.guessed_rate
    return 1 / float(rate) if rate else None


def _duration_s(container: Any, stream: Any) -> float | None:
    if stream.duration is not None and stream.time_base is not None:
        found = float(stream.duration * stream.time_base)
    else:
        # Containers count in microseconds.
        found = (container.duration or 0) / 1e6
    return found if found > 0 else None


def _quarter_turns(picture: Any) -> int:
    """How often the picture is to be turned by 90 degrees counterclockwise to stand as it was filmed."""
    return int(round(picture.rotation / 90) % 4)


def _to_bgr(picture: Any) -> Image:
    image = picture.to_ndarray(format="bgr24")
    turn = _TURNS.get(90 * _quarter_turns(picture))
    return np.asarray(image if turn is None else cv2.rotate(image, turn), dtype=np.uint8)
