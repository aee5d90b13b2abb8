"""Decoded pictures of a video stream: by several threads while it is sound, one by one once it is damaged.

Source: FFmpeg's `err_detect`; frame threads that meet an error report it for every later packet, sound or not.
Left out: opening files (videos.py) and what time a picture has (clock.py).
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

DAMAGED = "damaged pictures were left out"

Opening = Callable[[], tuple[Any, Any]]


def whole_pictures(opening: Opening, warnings: list[str]) -> Iterator[Any]:
    """Pictures that show what was filmed, in order of presentation.

    Args:
        opening: Opens the file anew, gives its container and stream, and stands where the pictures begin.
        warnings: Takes a line where damage was met.

    Yields:
        Pictures of PyAV. What builds on damage is left out, up to the next key picture.
    """
    import av

    given = 0
    try:
        for picture in _until_damage(*opening()):
            given += 1
            yield picture
    except av.FFmpegError:
        if DAMAGED not in warnings:
            warnings.append(DAMAGED)
        yield from islice(_around_damage(*opening()), given, None)


def first_whole_picture(container: Any, stream: Any) -> Any:
    """The first picture that can be decoded; None where there is none."""
    return next(_around_damage(container, stream), None)


def _until_damage(container: Any, stream: Any) -> Iterator[Any]:
    """All pictures; raises av.FFmpegError at the first damage."""
    import av

    stream.thread_type = "AUTO"
    _explode(stream)
    for packet in container.demux(stream):
        for picture in packet.decode():
            if picture.is_corrupt:
                raise av.InvalidDataError(0, "a picture is marked as damaged")
            yield picture


def _around_damage(container: Any, stream: Any) -> Iterator[Any]:
    """Pictures whose packets came with nothing damaged between them and their key picture."""
    import av

    # Threads of slices do not pass every error on.
    stream.thread_type = "NONE"
    _explode(stream)
    lineage, packets = _Lineage(), container.demux(stream)
    while True:
        try:
            packet = next(packets)
            lineage.enters(packet)
            pictures = packet.decode()
        except StopIteration:
            return
        except av.FFmpegError:
            lineage.breaks()
            continue
        yield from (picture for picture in pictures if lineage.is_whole(picture))


class _Lineage:
    """Which key picture each picture builds on.

    Pictures leave the decoder later than their packets entered it, so the packets are noted: by the number
    of restarts, each at a key picture behind damage, or by None between damage and restart.
    """

    def __init__(self) -> None:
        self._base: int | None = 0
        self._restarts = 0
        self._shown = 0
        self._bases: dict[int, int | None] = {}

    def enters(self, packet: Any) -> None:
        if self._base is None and packet.is_keyframe:
            self._restarts += 1
            self._base = self._restarts
        if packet.pts is not None:
            self._bases[packet.pts] = self._base

    def breaks(self) -> None:
        self._base = None

    def is_whole(self, picture: Any) -> bool:
        base = self._base if picture.pts is None else self._bases.pop(picture.pts, self._base)
        if base is None or picture.is_corrupt:
            return False
        # What is shown before the key picture of its restart builds on the damage before that.
        if base != self._shown and not picture.key_frame:
            return False
        self._shown = base
        return True


def _explode(stream: Any) -> None:
    """Let damage be an error and not a picture patched up from its neighbours."""
    stream.codec_context.options = {"err_detect": "explode"}
