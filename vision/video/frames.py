"""Open a file as footage: a still or a video, told apart by content and never by name.

Source: the formats' own signatures; an allow-list decides, everything else is refused.
Left out: live streams, and telemetry beside or inside the video.
"""

from pathlib import Path

from vision.errors import EmptyFootageError, MissingFootageError, NotFootageError
from vision.video.footage import Footage, Frame
from vision.video.stills import StillFootage, decode_still, is_still
from vision.video.videos import VideoFootage

__all__ = ["Footage", "Frame", "open_footage"]

_SIGNATURE_BYTES = 12
# Panoramas have a tenth of this; a side that vanishes when the picture is scaled cannot be looked at.
LONGEST_SHAPE = 100


def open_footage(path: Path) -> Footage:
    """Open a still or a video.

    Args:
        path: The file; its name says nothing, its content does.

    Returns:
        The footage.

    Raises:
        MissingFootageError: No such file, no file at all, or one that cannot be read.
        EmptyFootageError: No bytes.
        NotFootageError: No picture or video of an accepted kind, or a strip that no camera takes.
        TruncatedFootageError: A video without its index, or a picture that breaks off.
        OversizedFootageError: More pixels than any camera takes.
    """
    try:
        footage = _opened(path)
    except OSError as error:
        raise MissingFootageError(path, f"it cannot be read: {error.strerror or error}") from error
    longer_px, shorter_px = sorted((footage.width_px, footage.height_px), reverse=True)
    if longer_px > LONGEST_SHAPE * shorter_px:
        footage.close()
        raise NotFootageError(path, f"a strip of {footage.width_px} x {footage.height_px} pixels")
    return footage


def _opened(path: Path) -> Footage:
    if not path.exists():
        raise MissingFootageError(path, "there is no such file")
    if not path.is_file():
        raise MissingFootageError(path, "this is not a file")
    with path.open("rb") as file:
        head = file.read(_SIGNATURE_BYTES)
    if not head:
        raise EmptyFootageError(path, "the file is empty")
    return StillFootage(decode_still(path)) if is_still(head) else VideoFootage(path)
