"""Other mark columns in the view of one: found once, told apart by their distance, and named by their side.

Left out: telling which column belongs to which of the six marks; the port call knows.
"""

import numpy as np
from numpy.typing import NDArray

from vision.draft.column import MarkColumn
from vision.draft.frame import DraftNetworks, FrameLevel, Image, read_lattice
from vision.draft.lattice import Lattice

Array = NDArray[np.float64]

# A row of numerals with its metre is up to 0.4 m wide; columns of one side stand farther apart.
_COLUMNS_APART_M = 0.6
_LEAST_NUMERALS = 3


def columns_beside(image_bgr: Image, networks: DraftNetworks, main: FrameLevel) -> list[FrameLevel]:
    """Read the other mark columns of a picture in which one was read.

    Args:
        image_bgr: The picture.
        networks: The networks.
        main: The column that was read, with the search of the picture that found it.

    Returns:
        Levels on columns that stand apart from it and from each other; columns that cannot be read are left out, and
        where the picture was not searched there are none.
    """
    found: list[FrameLevel] = []
    if main.search is None:
        return found
    for lattice in main.search.lattices:
        if len(lattice.members) < _LEAST_NUMERALS:
            continue
        if any(_on_column(lattice, level.column) for level in (main, *found)):
            continue
        level = read_lattice(image_bgr, networks, lattice, main.search.characters)
        if isinstance(level, FrameLevel) and not any(
            _same_place(level.column, other.column) for other in (main, *found)
        ):
            found.append(level)
    return found


def _on_column(lattice: Lattice, column: MarkColumn) -> bool:
    """Whether a lattice's numerals stand within a numeral's row of a column."""
    feet = np.array([member.character.foot_px for member in lattice.members])
    return _metres_apart(feet, column) < _COLUMNS_APART_M


def _same_place(one: MarkColumn, other: MarkColumn) -> bool:
    values = np.array([one.scale.lowest_m, one.scale.highest_m])
    return _metres_apart(one.point_px(values), other) < _COLUMNS_APART_M


def _metres_apart(points_px: Array, column: MarkColumn) -> float:
    """Smallest distance of points from a column's axis, metres."""
    offset = points_px - column.origin_px
    along = offset @ column.axis_up
    across = offset @ np.array([-column.axis_up[1], column.axis_up[0]])
    px_per_m = column.scale.px_per_m(column.scale.lowest_m)
    return float(np.abs(across - np.polyval(column.bend, along)).min()) / px_per_m


def names_by_side(origins_px: list[Array]) -> list[str]:
    """Names of columns from left to right in the picture.

    Args:
        origins_px: A point of each column, (column, row).

    Returns:
        A name each, in the order given: "only"; "left" and "right"; or "first", "second" and so on from the left.

    >>> names_by_side([np.array([300.0, 0.0]), np.array([100.0, 0.0])])
    ['right', 'left']
    """
    order = np.argsort(np.argsort([float(origin[0]) for origin in origins_px]))
    names = {1: ["only"], 2: ["left", "right"]}.get(
        len(origins_px), ["first", "second", "third", "fourth"][: len(origins_px)]
    )
    return [names[int(place)] for place in order]
