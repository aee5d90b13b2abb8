"""One frame: from a picture to the water level on the mark column, its metre still open.

Finds the column at low resolution (or where the frame before had it), measures it upright at full resolution, and
finds the water there. Left out: which metre it is and what the sea does, which need all frames.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vision.draft.column import (
    UPRIGHT_PX_PER_M,
    MarkColumn,
    UprightView,
    column_from_lattice,
    lowest_draft_in_picture,
    members_in_view,
    row_stretch,
    upright_view,
)
from vision.draft.dry_marks import Fitted, fit_dry_marks, lowest_dry_row_px
from vision.draft.lattice import Lattice, find_lattices
from vision.draft.mark_system import MarkSystem
from vision.draft.metres import MetreVote
from vision.draft.numerals import MarkCharacter
from vision.draft.reading import Refusal, RefusalReason
from vision.draft.rows import row_slope
from vision.draft.scale import DraftScale, fit_scale
from vision.draft.view_votes import view_votes
from vision.draft.waterline import Waterline, find_waterline, spread_along_hull_m

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

_HALF_WIDTH_M = 0.8
_ABOVE_M = 0.25
# Clear water shows numerals as deep as this below its surface, seldom deeper than the second; higher marks are dry.
_DRY_ABOVE_LOWEST_M = (0.7, 0.25)
_WAVE_REACH_M, _WAVE_HALF_WIDTH_M = 0.6, 1.6
_REACH_UP_M = 2.4
_REACH_DOWN_M = 1.7
# Weak findings do not make a member of the lattice, but they may be a worn digit of a metre.
_WEAK_SCORE, _MEMBER_SCORE = 0.1, 0.25
_LEAST_NUMERAL_PX = 7.0
_MEMBER_TOLERANCE_M = 0.075
_MOST_LOOKS = 2
_LEAST_TO_STRAIGHTEN = 3
_OTHER_SIZES = (0.5, 0.7, 1.4)


class DraftNetworks(Protocol):
    """The two networks a reader needs."""

    def characters(self, image_bgr: Image, *, least_score: float) -> tuple[MarkCharacter, ...]:
        """Characters in an upright view, read at its own resolution."""

    def characters_in_picture(self, image_bgr: Image, *, longest_px: int) -> tuple[MarkCharacter, ...]:
        """Characters in a whole picture scaled so that its longest side has `longest_px`, in the picture's pixels."""

    def water(self, image_bgr: Image) -> NDArray[np.float32]:
        """Probability of water in each pixel of an upright view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSearch:
    """What a search of a whole picture found.

    Attributes:
        characters: Characters, in the picture's pixels.
        lattices: Columns that they form, best first.
    """

    characters: tuple[MarkCharacter, ...]
    lattices: tuple[Lattice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameLevel:
    """The water on the column in one frame, in drafts whose full metres (in feet: tens of feet) are provisional.

    Attributes:
        level_m: Provisional level.
        scale_sigma_m: What the scale contributes.
        waterline_sigma_m: What the waterline contributes.
        ripple_m: Standard deviation of the waterline along the hull around a line, beside the marks.
        extrapolated_m: How far the level lies below the lowest mark used; 0 within the marks.
        scale: The upright view's scale.
        column: The column in the picture, the next frame's starting point.
        view: The upright view.
        waterline: The waterline in it.
        members: (provisional value, character) of the marks used.
        votes: Spellings of the metre.
        search: What the whole picture was found to show; None where the column was only followed.
    """

    level_m: float
    scale_sigma_m: float
    waterline_sigma_m: float
    ripple_m: float
    extrapolated_m: float
    scale: DraftScale
    column: MarkColumn
    view: UprightView
    waterline: Waterline
    members: tuple[tuple[float, MarkCharacter], ...]
    votes: tuple[MetreVote, ...]
    search: PictureSearch | None = None

    @property
    def system(self) -> MarkSystem:
        """Whether the column's numerals are metres or feet."""
        return self.column.system


def waves_along_hull_m(image_bgr: Image, networks: DraftNetworks, level: FrameLevel) -> float:
    """Standard deviation of the water's level along 3.2 m of hull: of a still's waves this is all there is to see.

    Args:
        image_bgr: The picture.
        networks: The networks.
        level: What was read in it.

    Returns:
        At least the ripple beside the marks.
    """
    view = upright_view(
        image_bgr,
        level.column,
        top_m=level.level_m + _WAVE_REACH_M,
        bottom_m=level.level_m - _WAVE_REACH_M,
        half_width_m=_WAVE_HALF_WIDTH_M,
    )
    spread_m = spread_along_hull_m(view, networks.water(view.image_bgr))
    return level.ripple_m if spread_m is None else max(level.ripple_m, spread_m)


def read_frame(image_bgr: Image, networks: DraftNetworks, *, hint: MarkColumn | None) -> FrameLevel | Refusal:
    """Read the water level on the column of one frame.

    Args:
        image_bgr: uint8 (rows, columns, 3).
        networks: The networks.
        hint: The column of the frame before; None searches the whole picture.

    Returns:
        The level, or why there is none.
    """
    if hint is not None:
        return _read_column(image_bgr, networks, hint, first_look=False)
    refusal = Refusal(reason=RefusalReason.NO_MARKS, detail="no numerals in the picture")
    for longest_px in search_sizes(image_bgr):
        characters = networks.characters_in_picture(image_bgr, longest_px=longest_px)
        lattices = find_lattices(characters)
        for lattice in lattices[:2]:
            attempt = read_lattice(image_bgr, networks, lattice, characters)
            if isinstance(attempt, FrameLevel):
                return replace(attempt, search=PictureSearch(characters=characters, lattices=lattices))
            refusal = attempt
        if characters and not lattices and refusal.reason is RefusalReason.NO_MARKS:
            refusal = Refusal(
                reason=RefusalReason.MARKS_NOT_CONSISTENT,
                detail=f"{len(characters)} characters, none on one lattice",
            )
    return refusal


def search_sizes(image_bgr: Image) -> tuple[int, ...]:
    """Lengths in pixels to which a picture's longer side is scaled for the search, in turn.

    Args:
        image_bgr: The picture.

    Returns:
        Two lengths, and where a camera gave far more pixels a third at which small numerals still show.
    """
    longest = max(image_bgr.shape[:2])
    if longest < 1200:
        return 960, 640
    return (960, 1600) if longest < 2 * 1600 else (960, 1600, 2560)


def read_lattice(
    image_bgr: Image, networks: DraftNetworks, lattice: Lattice, characters: tuple[MarkCharacter, ...]
) -> FrameLevel | Refusal:
    """Read the water level on one lattice found in a picture.

    Args:
        image_bgr: The picture.
        networks: The networks.
        lattice: The column's numerals.
        characters: Everything found in the picture.

    Returns:
        The level, or why there is none.
    """
    value_at_zero = lattice.digit_at(0) * lattice.system.whole_m / 10
    slope = row_slope(lattice, characters)
    column = column_from_lattice(lattice, value_at_zero_m=value_at_zero, slope=slope)
    numeral_m = lattice.system.numeral_height_m
    if numeral_m * column.scale.px_per_m(column.scale.lowest_m) < _LEAST_NUMERAL_PX:
        return Refusal(reason=RefusalReason.TOO_SMALL, detail="numerals are under 7 pixels high")
    return _read_column(image_bgr, networks, column, first_look=True)


def _read_column(
    image_bgr: Image, networks: DraftNetworks, rough: MarkColumn, *, first_look: bool
) -> FrameLevel | Refusal:
    view, characters, members = _look(image_bgr, networks, rough)
    if first_look:
        view, characters, members = _look_again(image_bgr, networks, (view, characters, members))
    if len(members) < 2:
        return Refusal(
            reason=RefusalReason.MARKS_NOT_CONSISTENT, detail=f"{len(members)} numerals on the lattice"
        )
    measured = _measure(view, members, networks.water(view.image_bgr))
    if isinstance(measured, Refusal):
        return measured
    waterline, (scale, used, rows) = measured
    level_m = float(scale.draft_m(-waterline.row_px))
    seen = view_votes(view, used, characters)
    if first_look:
        seen += _votes_at_other_sizes(view, networks, used)
    return FrameLevel(
        level_m=level_m,
        scale_sigma_m=scale.standard_uncertainty_m(level_m),
        waterline_sigma_m=waterline.sigma_px / scale.px_per_m(level_m),
        ripple_m=waterline.ripple_px / UPRIGHT_PX_PER_M,
        extrapolated_m=max(0.0, scale.lowest_m - level_m),
        scale=scale,
        column=_column_in_picture(view, used, rows),
        view=view,
        waterline=waterline,
        members=tuple(used),
        votes=tuple(seen),
    )


def _measure(
    view: UprightView, members: list[tuple[float, MarkCharacter]], water: NDArray[np.float32]
) -> tuple[Waterline, Fitted] | Refusal:
    """Waterline and scale; where marks stand dry below the line, or none is found, it is looked for lower down."""
    lowest_px = members[0][1].lower_edge_px
    refusal = Refusal(
        reason=RefusalReason.NO_WATERLINE, detail="hull and water are not told apart at the marks"
    )
    dry_rows_px = [lowest_px - above_m * UPRIGHT_PX_PER_M for above_m in _DRY_ABOVE_LOWEST_M]
    while dry_rows_px:
        waterline = find_waterline(view, water, highest_row_px=dry_rows_px.pop(0))
        if waterline is None:
            continue
        fitted = fit_dry_marks(view, members, waterline)
        if isinstance(fitted, Refusal):
            return fitted
        dry_px = lowest_dry_row_px(fitted[0], members, waterline)
        if dry_px is None:
            return waterline, fitted
        dry_rows_px = [dry_px]
    return refusal


Look = tuple[UprightView, tuple[MarkCharacter, ...], list[tuple[float, MarkCharacter]]]


def _look(image_bgr: Image, networks: DraftNetworks, column: MarkColumn) -> Look:
    view = _view(image_bgr, column)
    characters = networks.characters(view.image_bgr, least_score=_WEAK_SCORE)
    sure = tuple(character for character in characters if character.score >= _MEMBER_SCORE)
    return view, characters, members_in_view(sure, view, tolerance_m=_MEMBER_TOLERANCE_M)


def _look_again(image_bgr: Image, networks: DraftNetworks, first: Look) -> Look:
    """Straighten the view by what was found in it, as long as that brings more numerals onto the lattice."""
    best = first
    for _ in range(_MOST_LOOKS):
        view, _, members = best
        if len(members) < _LEAST_TO_STRAIGHTEN:
            return best
        rows = np.array([character.lower_edge_px for _, character in members])
        again = _look(image_bgr, networks, _column_in_picture(view, members, rows))
        if len(again[2]) <= len(members):
            return best
        best = again
    return best


def _view(image_bgr: Image, column: MarkColumn) -> UprightView:
    lowest = column.scale.lowest_m
    bottom = lowest_draft_in_picture(
        column, (image_bgr.shape[0], image_bgr.shape[1]), deepest_m=lowest - _REACH_DOWN_M
    )
    top = min(column.scale.highest_m, lowest + _REACH_UP_M) + _ABOVE_M
    return upright_view(image_bgr, column, top_m=top, bottom_m=bottom - 0.05, half_width_m=_HALF_WIDTH_M)


def _votes_at_other_sizes(
    view: UprightView, networks: DraftNetworks, used: list[tuple[float, MarkCharacter]]
) -> list[MetreVote]:
    """More looks at the rows that spell the metre, with numerals smaller and larger than usual."""
    votes: list[MetreVote] = []
    for factor in _OTHER_SIZES:
        longest_px = round(factor * max(view.image_bgr.shape[:2]))
        found = networks.characters_in_picture(view.image_bgr, longest_px=longest_px)
        votes += view_votes(view, used, found)
    return votes


def _column_in_picture(view: UprightView, used: list[tuple[float, MarkCharacter]], rows: Array) -> MarkColumn:
    """The measured column back in the picture, for the next frame."""
    middles = np.array([character.middle_px for _, character in used])
    points = view.picture_px(rows, middles)
    values = np.array([value for value, _ in used])
    rough = view.column
    origin = points.mean(axis=0)
    along = (points - origin) @ rough.axis_up
    side = np.array([-rough.axis_up[1], rough.axis_up[0]])
    across = (points - origin) @ side
    degree = 2 if len(used) >= 5 else 1 if len(used) >= 3 else 0
    bend = np.polyfit(along, across, degree)
    return MarkColumn(
        scale=fit_scale(values, along, np.full(len(values), 1.0)),
        origin_px=origin,
        axis_up=rough.axis_up,
        bend=np.concatenate([np.zeros(2 - degree), bend]),
        row_right=rough.row_right,
        row_stretch=rough.row_stretch * row_stretch([character for _, character in used]),
        system=rough.system,
    )
