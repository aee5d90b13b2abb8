"""How long each stage of the reader takes: the two networks' calls, and the functions that the stages are made of.

Source: time.perf_counter around calls; the stages of docs/draft-reading.md.
Left out: decoding and warping back, which are in what remains of the whole time.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import vision.draft.column
import vision.draft.edges
import vision.draft.frame
import vision.draft.lattice
import vision.draft.scale
import vision.draft.segments
import vision.draft.waterline
import vision.draft.waves
from api.bench.drafts.substitution import Substitution

REST = "decoding and rest"
NETWORK_STAGES = {"characters_in_picture": "search", "characters": "characters", "water": "water"}
# Looks at other sizes are for the metre alone, and hold calls of the networks: the outer stage counts.
FUNCTION_STAGES = (
    (vision.draft.lattice, "find_lattices", "search"),
    (vision.draft.frame, "_votes_at_other_sizes", "metre"),
    (vision.draft.column, "upright_view", "upright view"),
    (vision.draft.edges, "lower_edge_px", "scale"),
    (vision.draft.scale, "fit_scale", "scale"),
    (vision.draft.waterline, "find_waterline", "waterline"),
    (vision.draft.segments, "settle_metres", "metre"),
    (vision.draft.waves, "still_water", "waves"),
)


class StageClock:
    """Sums the time of stages; a stage that runs within another belongs to the outer one."""

    def __init__(self) -> None:
        self._spent_s: dict[str, float] = defaultdict(float)
        self._running = False

    def timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """The function, its time counted for a stage.

        Args:
            function: Any.
            stage: The stage's name.

        Returns:
            A function that does the same.
        """

        def measured(*arguments: Any, **named: Any) -> Any:
            if self._running:
                return function(*arguments, **named)
            self._running = True
            started_s = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self._spent_s[stage] += time.perf_counter() - started_s
                self._running = False

        return measured

    def stages_s(self, whole_s: float) -> dict[str, float]:
        """Time by stage, with what of the whole time no stage took."""
        return {**self._spent_s, REST: max(0.0, whole_s - sum(self._spent_s.values()))}


class TimedNetworks:
    """The reader's networks with their calls timed; all else is the networks' own.

    Args:
        networks: The networks.
        clock: Takes the times.
    """

    def __init__(self, networks: Any, clock: StageClock) -> None:
        self._networks = networks
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        own = getattr(self._networks, name)
        return self._clock.timed(own, NETWORK_STAGES[name]) if name in NETWORK_STAGES else own


def timing(clock: StageClock) -> list[Substitution]:
    """What makes the reader's functions tell their time.

    Args:
        clock: Takes the times.

    Returns:
        Substitutions for the length of one reading.
    """
    return [
        Substitution(module=module, name=name, make=_timing_of(clock, stage))
        for module, name, stage in FUNCTION_STAGES
    ]


def _timing_of(clock: StageClock, stage: str) -> Callable[[Any], Any]:
    return lambda function: clock.timed(function, stage)
