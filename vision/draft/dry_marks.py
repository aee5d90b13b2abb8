"""The marks above the water: the scale they give, and marks below a supposed waterline that prove it wrong.

Refraction raises a submerged numeral by a quarter of its depth, so one that stands where the scale says is dry.
Left out: finding the marks (column.py) and the water (waterline.py).
"""

import numpy as np
from numpy.typing import NDArray

from vision.draft.column import UPRIGHT_PX_PER_M, UprightView
from vision.draft.edges import lower_edge_px
from vision.draft.numerals import MarkCharacter
from vision.draft.reading import Refusal, RefusalReason
from vision.draft.scale import DraftScale, fit_scale
from vision.draft.waterline import Waterline

Array = NDArray[np.float64]

_EDGE_SIGMA_PX = 0.8
_BOX_SIGMA_PX = 2.0
_AWASH_M = 0.012
_LARGEST_RESIDUAL_M = 0.02
# A mark this sure, this deep below the line and this near to its place on the scale is not seen through water.
_SURE_SCORE = 0.5
_DEEP_M, _IN_PLACE_M = 0.12, 0.02

Fitted = tuple[DraftScale, list[tuple[float, MarkCharacter]], Array]


def fit_dry_marks(
    view: UprightView, members: list[tuple[float, MarkCharacter]], waterline: Waterline
) -> Fitted | Refusal:
    """Fit the view's scale to the marks whose lower edge is dry, dropping what does not fit.

    Args:
        view: The view.
        members: (value, character) from the lowest.
        waterline: The waterline in it.

    Returns:
        The scale, the marks it rests on and the rows of their lower edges; a refusal where they do not agree.
    """
    dry = [
        member
        for member in members
        if member[1].lower_edge_px < waterline.row_px - _AWASH_M * UPRIGHT_PX_PER_M
    ]
    measured = [lower_edge_px(view.image_bgr, character) for _, character in dry]
    values = np.array([value for value, _ in dry])
    rows = np.array(
        [box.lower_edge_px if edge is None else edge for (_, box), edge in zip(dry, measured, strict=True)]
    )
    sigmas = np.array([_BOX_SIGMA_PX if edge is None else _EDGE_SIGMA_PX for edge in measured])
    kept = np.ones(len(dry), dtype=bool)
    while int(kept.sum()) >= 2:
        # Positions along an axis grow upwards; rows grow downwards.
        scale = fit_scale(values[kept], -rows[kept], sigmas[kept])
        misfit = np.abs(-rows - scale.position_px(values)) / UPRIGHT_PX_PER_M
        worst = int(np.argmax(np.where(kept, misfit, -1)))
        # Held against the others: in the residual of few marks an outlier excuses itself.
        others = misfit[kept & (np.arange(len(dry)) != worst)]
        limit = max(0.008, 2.5 * float(np.sqrt(np.mean(others**2))))
        if int(kept.sum()) <= 3 or misfit[worst] <= limit:
            return _accepted(
                scale, [member for member, keep in zip(dry, kept, strict=True) if keep], rows[kept]
            )
        kept[worst] = False
    return Refusal(
        reason=RefusalReason.MARKS_NOT_CONSISTENT, detail=f"{len(dry)} dry numerals on the lattice"
    )


def _accepted(scale: DraftScale, used: list[tuple[float, MarkCharacter]], rows: Array) -> Fitted | Refusal:
    if scale.residual_m > _LARGEST_RESIDUAL_M:
        return Refusal(
            reason=RefusalReason.MARKS_NOT_CONSISTENT,
            detail=f"the lattice does not close: residual {1000 * scale.residual_m:.0f} mm",
        )
    return scale, used, rows


def lowest_dry_row_px(
    scale: DraftScale, members: list[tuple[float, MarkCharacter]], waterline: Waterline
) -> float | None:
    """Row of the lowest mark that stands dry below a supposed waterline and so proves it wrong.

    Args:
        scale: The scale of the marks above that line.
        members: (value, character) from the lowest.
        waterline: The supposed line.

    Returns:
        Row of its lower edge; None where nothing speaks against the line.
    """
    for value, character in members:
        if character.score < _SURE_SCORE:
            continue
        deep = character.lower_edge_px - waterline.row_px > _DEEP_M * UPRIGHT_PX_PER_M
        misfit_m = abs(-character.lower_edge_px - float(scale.position_px(value))) / UPRIGHT_PX_PER_M
        if deep and misfit_m < _IN_PLACE_M:
            return character.lower_edge_px
    return None
