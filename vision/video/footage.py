"""What footage is to the rest of vision: pictures with their time, whether one or many.

Time is the presentation time less that of the first picture; pictures are turned as the camera was held.
Left out: how files are decoded; see stills.py and videos.py.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

# Above the largest telephones' 200-megapixel pictures; a file of a few bytes may claim far more.
LARGEST_PICTURE_PX = 210_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture.

    Attributes:
        index: Count of pictures before it; None where the video was entered in its middle.
        time_s: Seconds from the first picture.
        image_bgr: uint8 (rows, columns, 3).
    """

    index: int | None
    time_s: float
    image_bgr: Image


class Footage(ABC):
    """An opened still or video; close it, or use it in a `with` block.

    Attributes:
        kind: "still" or "video".
        width_px: Width as displayed.
        height_px: Height as displayed.
        duration_s: As the file says; None for stills and where it does not.
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

    @abstractmethod
    def close(self) -> None:
        """Release the file; frames still being read end."""

    @abstractmethod
    def frames(self, *, start_s: float = 0.0, max_rate_hz: float | None = None) -> Iterator[Frame]:
        """Pictures in order of presentation; every call begins anew.

        Args:
            start_s: Pictures before this time are left out.
            max_rate_hz: Give at most one picture, the first, in each interval of this rate; None gives all.

        Returns:
            Frames. A video that breaks off ends there, with a warning.
        """

    @abstractmethod
    def frame_at(self, time_s: float) -> Frame:
        """The picture shown at a time: the last one that starts no later, or the first.

        Args:
            time_s: Seconds from the first picture.

        Returns:
            The frame.
        """
