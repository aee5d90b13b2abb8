"""From the presentation times that a video states to times that start at zero and grow.

Source: what cameras, cuts and transport streams do to presentation times.
Left out: drift of the camera's clock against the world's, which is telemetry's business.
"""

# A step back of less is a picture out of order; of more, a clock that began anew, as in joined streams.
_NEW_CLOCK_S = 1.0

MISSING = "pictures without a presentation time were timed by the frame rate"
OUT_OF_ORDER = "pictures whose presentation time does not grow were left out"
BEGUN_ANEW = (
    "presentation times begin anew within the video; pictures after that were timed from the last one"
)
UNTIMED = "pictures without a presentation time were left out, as the video states no frame rate"


class PresentationClock:
    """Times of one pass through a video.

    Args:
        start_s: Presentation time of the first picture; None where it has none.
        interval_s: Time between pictures by the stated frame rate; None where none is stated.
        warnings: Takes a line for each kind of trouble.
    """

    def __init__(self, *, start_s: float | None, interval_s: float | None, warnings: list[str]) -> None:
        self._start_s = start_s or 0.0
        self._interval_s = interval_s
        self._warnings = warnings
        self._last_s: float | None = None

    def time_s(self, presented_s: float | None) -> float | None:
        """Time of the next picture.

        Args:
            presented_s: Its presentation time as stated, None where it has none.

        Returns:
            Seconds from the first picture, later than all before; None for a picture to be left out.
        """
        time_s = self._counted(MISSING) if presented_s is None else presented_s - self._start_s
        if time_s is not None and self._last_s is not None and time_s <= self._last_s:
            time_s = self._stepped_back(presented_s, self._last_s - time_s)
        if time_s is not None:
            self._last_s = time_s
        return time_s

    def _counted(self, remark: str) -> float | None:
        """One frame interval after the last picture."""
        if self._interval_s is None:
            self._warn(UNTIMED)
            return None
        self._warn(remark)
        return 0.0 if self._last_s is None else self._last_s + self._interval_s

    def _stepped_back(self, presented_s: float | None, by_s: float) -> float | None:
        if presented_s is None or by_s < _NEW_CLOCK_S:
            self._warn(OUT_OF_ORDER)
            return None
        time_s = self._counted(BEGUN_ANEW)
        if time_s is not None:
            self._start_s = presented_s - time_s
        return time_s

    def _warn(self, text: str) -> None:
        if text not in self._warnings:
            self._warnings.append(text)
