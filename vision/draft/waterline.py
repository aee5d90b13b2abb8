"""The waterline at a mark column, in its upright view: where hull ends and water begins, to a fraction of a pixel.

A segmentation network tells water from hull; in each column beside the marks the best split of its probabilities is
the contact, and a local parabola through the columns gives it at the axis (local regression: Fan and Gijbels 1996).
Left out: motion over time, which needs several frames, and the picture's own edge, which was tried (ADR 17).
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.draft.column import UPRIGHT_PX_PER_M, UprightView

Array = NDArray[np.float64]
Field = NDArray[np.float32]

# Marks stand within this of the axis; their paint would pull the edge.
_MARK_HALF_WIDTH_M = 0.07
_KERNEL_M = 0.22
_REACH_M = 0.6
_LEAST_COLUMNS = 24
_WINDOW_PX = 40
_BORDER_PX = 6
_LEAST_MARGIN = 0.3
_LEAST_CERTAINTY = 0.5
# Water climbs less than this from one column to the next, and no more steeply where something hides it.
_LARGEST_JUMP_M, _STEEPEST_IN_GAP = 0.1, 0.5
_LEAST_IN_ONE_PIECE = 0.6
_UNDECIDED_REACH_M, _CLEAN_EDGE_PX = 0.3, 5.0
# Where the network puts a contact that is sharp, against the truth: rendered clips, by clip (ADR 17).
_NETWORK_SIGMA_PX = 2.2
# A parabola needs columns on both sides of the axis; its middle is less certain than a line's by the root of 27/16.
_LEAST_ON_A_SIDE, _PARABOLA_LOSS = 24, 1.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterline:
    """The contact of water and hull in an upright view.

    Attributes:
        row_px: Row at the column's axis, fractional.
        sigma_px: Standard uncertainty of that row: scatter, the network's own, and how wide it leaves the contact.
        columns_px: (n,) columns of the profile.
        rows_px: (n,) rows of the contact in those columns.
        ripple_px: Standard deviation of the profile around a straight line.
        certainty: Mean margin by which segmentation separates hull above from water below, 0 to 1.
    """

    row_px: float
    sigma_px: float
    columns_px: Array
    rows_px: Array
    ripple_px: float
    certainty: float


def find_waterline(view: UprightView, water: Field, *, highest_row_px: float = 0.0) -> Waterline | None:
    """Find the waterline at the axis of an upright view.

    Args:
        view: The view.
        water: (rows, columns) probability of water.
        highest_row_px: Rows above are known to be dry, whatever the network takes them for.

    Returns:
        The waterline; None where too few columns near the axis show hull above and water below.
    """
    known = water.copy()
    known[: max(0, round(highest_row_px))] = 0
    split, margin = _split_rows(known, view.inside)
    across = view.across_m(np.arange(len(split), dtype=np.float64))
    # Where the first row that may be water is taken for water, nothing tells it from the dry row above.
    apart = (margin > _LEAST_MARGIN) & (np.abs(across) < _REACH_M) & (split > highest_row_px + _BORDER_PX)
    usable = _contact_columns(split, apart)
    if usable is None or float(np.mean(margin[usable])) < _LEAST_CERTAINTY:
        return None
    beside = usable & (np.abs(across) > _MARK_HALF_WIDTH_M * view.column.system.size)
    if int(beside.sum()) < _LEAST_COLUMNS:
        beside = usable
    if float(np.exp(-0.5 * (across[beside] / _KERNEL_M) ** 2).sum()) < _LEAST_COLUMNS:
        return None
    row, scatter = _at_axis(across[beside], split[beside])
    undecided = _undecided_px(known, split, usable) / 2
    line = np.polyval(np.polyfit(across[usable], split[usable], 1), across[usable])
    return Waterline(
        row_px=row,
        sigma_px=math.hypot(scatter, _NETWORK_SIGMA_PX, undecided),
        columns_px=np.flatnonzero(usable).astype(np.float64),
        rows_px=split[usable],
        ripple_px=float(np.std(split[usable] - line)),
        certainty=float(np.mean(margin[usable])),
    )


def spread_along_hull_m(view: UprightView, water: Field) -> float | None:
    """How much the water's level differs along the hull: the waves that one picture shows.

    Args:
        view: A wide view.
        water: (rows, columns) probability of water.

    Returns:
        Robust standard deviation around a straight line; None where less than half of the width shows a contact.
    """
    split, margin = _split_rows(water, view.inside)
    seen = margin > _LEAST_MARGIN
    if int(seen.sum()) < len(split) / 2:
        return None
    across = view.across_m(np.flatnonzero(seen).astype(np.float64))
    residual = split[seen] - np.polyval(np.polyfit(across, split[seen], 1), across)
    return 1.4826 * float(np.median(np.abs(residual))) / UPRIGHT_PX_PER_M


def _split_rows(water: Field, inside: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Row between hull and water in each column by the best split of probabilities, and its margin (0 to 1)."""
    none = np.zeros((1, water.shape[1]))
    shown = np.cumsum(np.vstack([none, inside]), axis=0)
    wet = np.cumsum(np.vstack([none, np.where(inside, water, 0.0)]), axis=0)
    # Wrong are wet pixels above the split and dry ones below it.
    dry = shown - wet
    split = np.argmin(wet + dry[-1] - dry, axis=0)
    return _interpolated(water, split), _margins(shown, wet, split)


def _margins(shown: Array, wet: Array, split: NDArray[np.int64]) -> Array:
    """By how much water is likelier below the split than above it, in windows of each column; 0 at the view's ends.

    Args:
        shown: (rows + 1, columns) sums from the top of what the picture shows.
        wet: Likewise of the probability of water.
        split: (columns,) rows.
    """
    columns = np.arange(len(split))
    top, foot = np.maximum(split - _WINDOW_PX, 0), np.minimum(split + _WINDOW_PX, len(shown) - 1)

    def shares(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[Array, Array]:
        count = shown[last, columns] - shown[first, columns]
        return count, (wet[last, columns] - wet[first, columns]) / np.maximum(count, 1)

    (above, wet_above), (below, wet_below) = shares(top, split), shares(split, foot)
    return np.where(np.minimum(above, below) >= _WINDOW_PX // 3, wet_below - wet_above, 0.0)


def _interpolated(water: Field, split: NDArray[np.int64]) -> Array:
    """The split moved to where the probability passes one half, between its two rows."""
    columns = np.arange(water.shape[1])
    upper = np.clip(split - 1, 0, water.shape[0] - 1)
    lower = np.clip(split, 0, water.shape[0] - 1)
    before, after = water[upper, columns].astype(np.float64), water[lower, columns].astype(np.float64)
    rise = after - before
    safe = np.where(np.abs(rise) > 1e-3, rise, 1.0)
    share = np.where(np.abs(rise) > 1e-3, np.clip((0.5 - before) / safe, 0, 1), 0.5)
    return np.asarray(upper + share, dtype=np.float64)


def _contact_columns(split: Array, apart: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Of the columns that tell hull from water, those that show one contact; None where they are too few."""
    smooth = apart & _continuous(split, apart)
    contact = _one_contact(split, smooth)
    enough = max(_LEAST_COLUMNS, _LEAST_IN_ONE_PIECE * int(smooth.sum()))
    return contact if int(contact.sum()) >= enough else None


def _continuous(split: Array, usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Columns whose split lies near the median of their neighbourhood."""
    if not usable.any():
        return usable
    filled = np.interp(np.arange(len(split)), np.flatnonzero(usable), split[usable])
    smooth = cv2.medianBlur(filled.astype(np.float32)[None, :], 5)[0]
    wide = np.array([np.median(filled[max(0, i - 32) : i + 33]) for i in range(len(filled))])
    return np.asarray((np.abs(filled - smooth) < 6) & (np.abs(filled - wide) < 0.12 * UPRIGHT_PX_PER_M))


def _one_contact(split: Array, usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The longest stretch without a jump, and what goes on from it: of two edges only one is the water's."""
    columns = np.flatnonzero(usable)
    if len(columns) < 2:
        return usable
    jumps = np.abs(np.diff(split[columns])) > _room_px(np.diff(columns))
    pieces = sorted(np.split(columns, np.flatnonzero(jumps) + 1), key=len, reverse=True)
    contact = pieces[0]
    for piece in pieces[1:]:
        apart = np.abs(contact[:, None] - piece[None, :])
        near, end = np.unravel_index(int(apart.argmin()), apart.shape)
        if abs(split[contact[near]] - split[piece[end]]) <= _room_px(apart[near, end]):
            contact = np.concatenate([contact, piece])
    kept = np.zeros_like(usable)
    kept[contact] = True
    return kept


def _room_px(columns_apart: NDArray[np.int64]) -> Array:
    """How far the contact may climb between two columns."""
    return np.asarray(_LARGEST_JUMP_M * UPRIGHT_PX_PER_M + _STEEPEST_IN_GAP * (columns_apart - 1))


def _at_axis(across_m: Array, rows_px: Array) -> tuple[float, float]:
    """A local parabola at the axis, or a line where one side is bare: (row, standard uncertainty), Huber weights."""
    kernel = np.exp(-0.5 * (across_m / _KERNEL_M) ** 2)
    near = np.abs(across_m) < 2 * _KERNEL_M
    sides = min(int((near & (across_m < 0)).sum()), int((near & (across_m > 0)).sum()))
    degree = 2 if sides >= _LEAST_ON_A_SIDE else 1
    design = np.stack([across_m**power for power in range(degree + 1)], axis=1)
    weight = kernel.copy()
    scale = 1.0
    for _ in range(8):
        weighted = design * weight[:, None]
        coefficients = np.linalg.lstsq(weighted.T @ design, weighted.T @ rows_px, rcond=None)[0]
        residual = rows_px - design @ coefficients
        scale = max(
            0.3, 1.4826 * float(np.median(np.abs(residual[kernel > 0.2]))) if (kernel > 0.2).any() else 1.0
        )
        weight = kernel * np.minimum(1.0, 1.5 * scale / np.maximum(np.abs(residual), 1e-9))
    # Neighbouring columns share their ripple: about one independent piece of evidence each 8 cm.
    pieces = max(1.0, float(weight.sum()) / (0.08 * UPRIGHT_PX_PER_M))
    loss = _PARABOLA_LOSS if degree == 2 else 1.0
    return float(coefficients[0]), loss * scale / float(np.sqrt(pieces))


def _undecided_px(water: Field, split: Array, usable: NDArray[np.bool_]) -> float:
    """Rows around the contact that the network takes for neither hull nor water, beyond those of a clean edge.

    A wet band under a paint edge leaves a grey strip, and the contact may lie anywhere in it.
    """
    reach = round(_UNDECIDED_REACH_M * UPRIGHT_PX_PER_M)
    doubt = 2 * np.minimum(water, 1 - water)
    columns = np.flatnonzero(usable)
    rows = np.clip(split[columns].astype(int)[None, :] + np.arange(-reach, reach)[:, None], 0, len(water) - 1)
    return max(0.0, float(np.median(doubt[rows, columns].sum(axis=0))) - _CLEAN_EDGE_PX)
