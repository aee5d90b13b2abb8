"""Open a file as footage: a still or a video, told apart by content and never by name.

Source: the formats' own signatures; an allow-list decides, everything else is refused.
Left out: live streams, and telemetry beside or inside the video.
"""

from pathlib import Path

from vision.errors import EmptyFootageError, MissingFootageError
from vision.video.footage import Footage, Frame
from vision.video.stills import StillFootage, decode_still, is_still
from vision.video.videos import VideoFootage

__all__ = ["Footage", "Frame", "open_footage"]

_SIGNATURE_BYTES = 12


def open_footage(path: Path) -> Footage:
    """Open a still or a video.

    Args:
        path: The file; its name says nothing, its content does.

    Returns:
        The footage.

    Raises:
        MissingFootageError: No such file, or no file at all.
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
        head = file.read(_SIGNATURE_BYTES)
    if not head:
        raise EmptyFootageError(path, "the file is empty")
    return StillFootage(decode_still(path)) if is_still(head) else VideoFootage(path)
