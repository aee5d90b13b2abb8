"""A mark column in a picture: its scale, its axis and the direction of its rows, and the upright view of it.

The upright view has drafts along its rows and metres along the hull along its columns at one fixed resolution, so that
tilt, perspective and zoom are gone. Left out: lens distortion.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.draft.lattice import Lattice
from vision.draft.mark_system import METRIC, MarkSystem
from vision.draft.numerals import NARROW_DIGIT, MarkCharacter
from vision.draft.scale import DraftScale, fit_scale

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

# A numeral is then 32 px high, the middle of what the networks were trained on.
UPRIGHT_PX_PER_M = 320.0
_LEAST_FOR_BEND = 5
_BOX_EDGE_SIGMA_PX = 1.0
_USUAL_WIDTH_OVER_HEIGHT = (0.55, 0.95)
_NARROWEST_ROWS, _WIDEST_ROWS = 0.6, 3.0
# Of metric numerals; others in proportion to their height.
_ON_AXIS_M = 0.09
_HEIGHTS_M = (0.06, 0.15)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkColumn:
    """Geometry of one column in one picture.

    Attributes:
        scale: Draft against distance along the axis.
        origin_px: Point of the picture where that distance is 0, (column, row).
        axis_up: Unit vector towards higher drafts.
        bend: Coefficients (quadratic, linear, constant) of the sideways offset in pixels against that distance.
        row_right: Unit vector along the hull to the right.
        row_stretch: Resolution along the hull over resolution along the axis; above one where the camera looks down.
        system: Whether its numerals are metres or feet.
    """

    scale: DraftScale
    origin_px: Array
    axis_up: Array
    bend: Array
    row_right: Array
    row_stretch: float
    system: MarkSystem = METRIC

    def point_px(self, draft_m: Array) -> Array:
        """Points of the axis at drafts.

        Args:
            draft_m: (n,) drafts.

        Returns:
            (n, 2) columns and rows.
        """
        along = self.scale.position_px(draft_m)
        across = np.polyval(self.bend, along)
        side = np.array([-self.axis_up[1], self.axis_up[0]])
        return np.asarray(self.origin_px + along[..., None] * self.axis_up + across[..., None] * side)

    def draft_at(self, point_px: Array) -> float:
        """Draft value of the row on which a point of the picture lies, near the axis."""
        return float(self.scale.draft_m(float((point_px - self.origin_px) @ self.axis_up)))


def column_from_lattice(lattice: Lattice, *, value_at_zero_m: float, slope: float) -> MarkColumn:
    """Fit a column to the lattice's members.

    Args:
        lattice: The members.
        value_at_zero_m: Draft value of the lattice's step 0.
        slope: Rise of the rows in pixels per pixel to the right.

    Returns:
        The column, good to a box edge; its upright view serves to measure better.
    """
    feet = np.array([member.character.foot_px for member in lattice.members])
    values = value_at_zero_m + lattice.system.step_m * np.array([member.step for member in lattice.members])
    origin = feet.mean(axis=0)
    along = (feet - origin) @ lattice.axis_up
    side = np.array([-lattice.axis_up[1], lattice.axis_up[0]])
    across = (feet - origin) @ side
    row_right = np.array([1.0, slope]) / np.hypot(1.0, slope)
    return MarkColumn(
        scale=fit_scale(values, along, np.full(len(values), _BOX_EDGE_SIGMA_PX)),
        origin_px=origin,
        axis_up=lattice.axis_up,
        bend=_fit_bend(along, across),
        row_right=row_right,
        row_stretch=row_stretch([member.character for member in lattice.members]),
        system=lattice.system,
    )


def row_stretch(characters: Sequence[MarkCharacter]) -> float:
    """Resolution along the hull over that along the axis, from how wide numerals look.

    Numerals are 60 to 95 mm wide for 100 mm of height; only what falls outside that says anything of the view. A 1 is
    narrower in many typefaces.

    Args:
        characters: Characters of the column.

    Returns:
        One where numerals look as they are; up to 3.
    """
    ratios = [
        character.width_px / character.height_px
        for character in characters
        if character.text.isdigit() and character.text != NARROW_DIGIT
    ]
    if not ratios:
        return 1.0
    seen = float(np.median(ratios))
    usual = float(np.clip(seen, *_USUAL_WIDTH_OVER_HEIGHT))
    return float(np.clip(seen / usual, _NARROWEST_ROWS, _WIDEST_ROWS))


def _fit_bend(along: Array, across: Array) -> Array:
    if len(along) < _LEAST_FOR_BEND:
        return np.concatenate([[0.0], np.polyfit(along, across, 1)])
    return np.asarray(np.polyfit(along, across, 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class UprightView:
    """A column seen straight: row 0 is its top.

    Attributes:
        image_bgr: uint8 (rows, columns, 3).
        inside: bool (rows, columns), where the picture reaches.
        top_m: Draft at the upper edge of row 0.
        left_m: Metres along the hull of the left edge of column 0, from the axis.
        column: The geometry it was made with.
    """

    image_bgr: Image
    inside: NDArray[np.bool_]
    top_m: float
    left_m: float
    column: MarkColumn

    def draft_of_row(self, row_px: float | Array) -> Array:
        """Nominal draft of a row, fractional; the first row's centre is 0."""
        return np.asarray(self.top_m - (np.asarray(row_px) + 0.5) / UPRIGHT_PX_PER_M)

    def row_of_draft(self, draft_m: float | Array) -> Array:
        """Row of a nominal draft, the inverse of `draft_of_row`."""
        return np.asarray((self.top_m - np.asarray(draft_m)) * UPRIGHT_PX_PER_M - 0.5)

    def across_m(self, column_px: float | Array) -> Array:
        """Metres along the hull of a column."""
        return np.asarray(self.left_m + (np.asarray(column_px) + 0.5) / UPRIGHT_PX_PER_M)

    def column_of(self, across_m: float | Array) -> Array:
        """Column of a place along the hull."""
        return np.asarray((np.asarray(across_m) - self.left_m) * UPRIGHT_PX_PER_M - 0.5)

    def picture_px(self, rows_px: Array, columns_px: Array) -> Array:
        """Points of the original picture.

        Args:
            rows_px: (n,) rows of the view.
            columns_px: (n,) columns of the view.

        Returns:
            (n, 2) columns and rows of the picture.
        """
        drafts = self.draft_of_row(rows_px)
        resolution = np.array([self.column.scale.px_per_m(float(draft)) for draft in drafts])
        across = self.across_m(columns_px)
        stretched = across * resolution * self.column.row_stretch
        return np.asarray(self.column.point_px(drafts) + stretched[:, None] * self.column.row_right)


def upright_view(
    image_bgr: Image, column: MarkColumn, *, top_m: float, bottom_m: float, half_width_m: float
) -> UprightView:
    """Warp a column upright at `UPRIGHT_PX_PER_M`.

    Args:
        image_bgr: The picture.
        column: The geometry.
        top_m: Highest draft shown.
        bottom_m: Lowest draft shown.
        half_width_m: Reach to both sides of the axis.

    Returns:
        The view; places outside the picture are black and not `inside`.
    """
    rows = max(32, round((top_m - bottom_m) * UPRIGHT_PX_PER_M / 32) * 32)
    columns = max(32, round(2 * half_width_m * UPRIGHT_PX_PER_M / 32) * 32)
    left_m = -columns / UPRIGHT_PX_PER_M / 2
    drafts = top_m - (np.arange(rows, dtype=np.float64) + 0.5) / UPRIGHT_PX_PER_M
    across = left_m + (np.arange(columns) + 0.5) / UPRIGHT_PX_PER_M
    resolution = np.array([column.scale.px_per_m(float(draft)) for draft in drafts])
    points = (
        column.point_px(np.asarray(drafts))[:, None, :]
        + (resolution[:, None] * across * column.row_stretch)[..., None] * column.row_right
    )
    source, shrink = _shrunk(image_bgr, float(np.median(resolution)))
    mapped = ((points + 0.5) * shrink - 0.5).astype(np.float32)
    view = cv2.remap(source, mapped[..., 0], mapped[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    height, width = image_bgr.shape[:2]
    inside = (
        (points[..., 0] > -0.5)
        & (points[..., 0] < width - 0.5)
        & (points[..., 1] > -0.5)
        & (points[..., 1] < height - 0.5)
    )
    return UprightView(
        image_bgr=np.asarray(view, dtype=np.uint8), inside=inside, top_m=top_m, left_m=left_m, column=column
    )


def _shrunk(image_bgr: Image, px_per_m: float) -> tuple[Image, float]:
    """The picture made smaller where the view samples it too coarsely, against aliasing."""
    shrink = UPRIGHT_PX_PER_M / px_per_m
    if shrink > 0.75:
        return image_bgr, 1.0
    return np.asarray(
        cv2.resize(image_bgr, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA), dtype=np.uint8
    ), shrink


def lowest_draft_in_picture(column: MarkColumn, shape: tuple[int, int], *, deepest_m: float) -> float:
    """Lowest draft of the axis that the picture shows, not below `deepest_m`.

    Args:
        column: The geometry.
        shape: Rows and columns of the picture.
        deepest_m: Where to stop looking.

    Returns:
        A draft in metres.
    """
    drafts = np.arange(column.scale.lowest_m, deepest_m, -0.02)
    points = column.point_px(drafts)
    outside = (points[:, 1] > shape[0] - 1) | (points[:, 0] < 0) | (points[:, 0] > shape[1] - 1)
    return float(drafts[int(np.argmax(outside))]) if outside.any() else deepest_m


def members_in_view(
    characters: tuple[MarkCharacter, ...], view: UprightView, *, tolerance_m: float
) -> list[tuple[float, MarkCharacter]]:
    """Characters of the upright view that stand on the lattice, with their draft values.

    Args:
        characters: What the detector found in the view.
        view: The view.
        tolerance_m: How far a metric numeral's lower edge may lie from its value; larger numerals' in proportion.

    Returns:
        (value, character) pairs, one for each value, from the lowest.
    """
    system = view.column.system
    step_m = system.step_m
    best: dict[int, MarkCharacter] = {}
    for character in characters:
        digit, across_m = system.last_digit(character), abs(float(view.across_m(character.middle_px)))
        if digit is None or across_m > _ON_AXIS_M * system.size:
            continue
        nominal = float(view.draft_of_row(character.lower_edge_px))
        step = round(nominal / step_m)
        near = abs(nominal - step * step_m) < tolerance_m * system.size and system.digit_at(step) == digit
        height_m = character.height_px / UPRIGHT_PX_PER_M / system.size
        sized = _HEIGHTS_M[0] < height_m < _HEIGHTS_M[1]
        if near and sized and (step not in best or best[step].score < character.score):
            best[step] = character
    return [(step * step_m, best[step]) for step in sorted(best)]
