"""The reader with one part switched off: what is put in the part's place while a run lasts.

Source: docs/draft-reading.md, the stages; each substitute is the plain way that the part replaced.
Left out: judging what a part buys, which the figures of both runs show.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

import vision.draft.edges
import vision.draft.frame
import vision.draft.metres
import vision.draft.waves
from api.bench.ablation_names import ABLATIONS
from api.bench.drafts.substitution import Substitution
from vision.draft.metres import Metre, MetreVote
from vision.draft.waves import StillWater


def _without_edges(_: Any) -> Callable[..., None]:
    """No lower edge is measured on the picture: the box's stands, with its larger uncertainty."""
    return lambda *_arguments, **_named: None


def _without_second_look(_: Any) -> Callable[..., Any]:
    """The first upright view stands, however crooked."""
    return lambda _image, _networks, first: first


def _without_metre_likelihood(_: Any) -> Callable[..., Metre]:
    """The surest single spelling decides, as in a reader that takes the text beside an M."""
    return surest_spelling


def surest_spelling(votes: Sequence[MetreVote], *, allowed: frozenset[int] | None) -> Metre:
    """The metre of the vote whose weakest digit is surest.

    Args:
        votes: Spellings of all frames.
        allowed: Metres that are possible; None where nothing is known.

    Returns:
        Its metre, taken as certain; open where nothing is spelled.
    """
    possible = [vote for vote in votes if vote.digits and (allowed is None or vote.metre in allowed)]
    if not possible:
        return Metre(metre_at_zero=None, posterior=0.0)
    best = max(possible, key=lambda vote: min(score for _, score in vote.digits))
    return Metre(metre_at_zero=best.metre, posterior=1.0)


def _without_wave_averaging(still_water: Callable[..., StillWater]) -> Callable[..., StillWater]:
    """Every level counts alike, misreadings and parts of waves too."""

    def plain_mean(series: Sequence[tuple[float, float, float]]) -> StillWater:
        levels_m = np.array([level_m for _, level_m, _ in series])
        error_m = float(np.std(levels_m, ddof=1)) / float(np.sqrt(len(levels_m)))
        return replace(
            still_water(series),
            level_m=float(np.mean(levels_m)),
            standard_error_m=error_m,
            degrees_of_freedom=float(len(levels_m) - 1),
        )

    return plain_mean


def _without_tracking(read_frame: Callable[..., Any]) -> Callable[..., Any]:
    """Every frame is searched as if it were the first."""

    def searched(*picture_and_networks: Any, **_hint: Any) -> Any:
        return read_frame(*picture_and_networks, hint=None)

    return searched


_SUBSTITUTIONS = {
    "edges": (vision.draft.edges, "lower_edge_px", _without_edges),
    "second-look": (vision.draft.frame, "_look_again", _without_second_look),
    "metre-likelihood": (vision.draft.metres, "decide_metre", _without_metre_likelihood),
    "wave-averaging": (vision.draft.waves, "still_water", _without_wave_averaging),
    "tracking": (vision.draft.frame, "read_frame", _without_tracking),
}


def ablation(names: Sequence[str]) -> list[Substitution]:
    """What switches parts of the reader off.

    Args:
        names: Names of parts, keys of `ABLATIONS`.

    Returns:
        Substitutions for the length of a run; none for no names.
    """
    unknown = [name for name in names if name not in ABLATIONS]
    if unknown:
        raise KeyError(f"{', '.join(unknown)}; accepted: {', '.join(ABLATIONS)}")
    found = [_SUBSTITUTIONS[name] for name in names]
    return [Substitution(module=module, name=name, make=make) for module, name, make in found]
