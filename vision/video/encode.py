"""Write pictures as an H.264 video that browsers play, each shown at exactly its time.

Source: FFmpeg's libx264 and MP4 options, through PyAV. The index stands first: playing starts at once.
Left out: sound, and live streams.
"""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.errors import EncodingError

Image = NDArray[np.uint8]

# Ticks of 1/90000 s hold the times of every usual frame rate, NTSC's included.
_TIME_BASE = Fraction(1, 90_000)
_CONTAINER_OPTIONS = {"movflags": "faststart", "video_track_timescale": str(_TIME_BASE.denominator)}
_KEY_PICTURE_EVERY = 60
# Without B-pictures pictures are decoded as they are shown; with them the stated length ends too early.
_ENCODER_OPTIONS = {"preset": "veryfast", "bf": "0"}


def write_video(path: Path, frames: Iterable[tuple[float, Image]], *, constant_rate_factor: int) -> None:
    """Encode pictures to an MP4 file.

    Args:
        path: The file, replaced where it exists; it appears only once complete.
        frames: (time in s, uint8 (rows, columns, 3) BGR) at growing times, all of one size; an odd side is
            lengthened by one repeated line, as the colour format needs even ones.
        constant_rate_factor: libx264's quality from 0, the best, to 51; 18 looks like the source, 28 is small.

    Raises:
        EncodingError: No pictures, pictures of several sizes, or times that do not grow.
    """
    import av

    partial = path.with_name(f"{path.name}.partial")
    try:
        with av.open(str(partial), "w", format="mp4", options=_CONTAINER_OPTIONS) as container:
            _encode(path, container, frames, {**_ENCODER_OPTIONS, "crf": str(constant_rate_factor)})
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _encode(
    path: Path, container: Any, frames: Iterable[tuple[float, Image]], options: dict[str, str]
) -> None:
    import av

    stream, last_tick = None, -1
    for time_s, image in frames:
        even = _with_even_sides(image)
        if stream is None:
            stream = _stream(container, even, options)
        tick = round(time_s / _TIME_BASE)
        if tick <= last_tick:
            raise EncodingError(path, f"the picture at {time_s} s is not later than the one before")
        if even.shape[:2] != (stream.height, stream.width):
            raise EncodingError(path, f"the picture at {time_s} s has another size than the first")
        picture = av.VideoFrame.from_ndarray(even, format="bgr24")
        picture.pts, picture.time_base, last_tick = tick, _TIME_BASE, tick
        container.mux(stream.encode(picture))
    if stream is None:
        raise EncodingError(path, "there are no pictures")
    container.mux(stream.encode(None))


def _stream(container: Any, image: Image, options: dict[str, str]) -> Any:
    stream = container.add_stream("libx264", options=options)
    stream.height, stream.width = image.shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = _TIME_BASE
    stream.codec_context.gop_size = _KEY_PICTURE_EVERY
    return stream


def _with_even_sides(image: Image) -> Image:
    rows, columns = image.shape[:2]
    lengthened = cv2.copyMakeBorder(image, 0, rows % 2, 0, columns % 2, cv2.BORDER_REPLICATE)
    return np.asarray(lengthened, dtype=np.uint8)
