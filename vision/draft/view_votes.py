"""What an upright view says of the metre: its rows' spellings, checked against the paint between and beside them.

Left out: weighing them (metres.py).
"""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from vision.draft.column import UPRIGHT_PX_PER_M, UprightView
from vision.draft.ink import digit_place_left_of, ink_between
from vision.draft.lattice import Lattice, LatticeMember
from vision.draft.mark_system import MarkSystem
from vision.draft.metres import MetreVote
from vision.draft.numerals import MarkCharacter
from vision.draft.rows import bare_metre_votes, row_votes


def view_votes(
    view: UprightView, used: list[tuple[float, MarkCharacter]], characters: tuple[MarkCharacter, ...]
) -> list[MetreVote]:
    """What the rows of an upright view spell; digits that the picture cuts say nothing.

    Args:
        view: The view.
        used: (provisional value, character) of the marks on the lattice, from the lowest.
        characters: Everything found in the view, weak findings too.

    Returns:
        Votes, with what is seen where one more digit would stand.
    """
    lattice = _lattice(view.column.system, used)
    members = lattice.members
    whole = tuple(character for character in characters if _shown_whole(view, character))
    steps = np.array([member.step for member in members], dtype=np.float64)
    feet = np.array([member.character.foot_px for member in members])
    rise, run = np.polyfit(steps, feet[:, 1], 1), np.polyfit(steps, feet[:, 0], 1)
    votes = [vote for member in members for vote in row_votes(lattice, member, whole)]
    votes += bare_metre_votes(
        lattice, lambda step: np.array([np.polyval(run, step), np.polyval(rise, step)]), whole
    )
    return [_with_place_on_the_left(view, vote) for vote in votes if _unbroken(view, vote)]


def _lattice(system: MarkSystem, used: list[tuple[float, MarkCharacter]]) -> Lattice:
    """The marks of an upright view as a lattice whose step 0 is at 0 m."""
    placed = [(round(value / system.step_m), character) for value, character in used]
    return Lattice(
        members=tuple(
            LatticeMember(character=character, step=step, digit=system.digit_at(step))
            for step, character in placed
        ),
        score=0.0,
        axis_up=np.array([0.0, -1.0]),
        pitch_px=system.step_m * UPRIGHT_PX_PER_M,
        system=system,
    )


def _with_place_on_the_left(view: UprightView, vote: MetreVote) -> MetreVote:
    return replace(vote, left=digit_place_left_of(view.image_bgr, view.inside, vote.boxes[0]))


def _unbroken(view: UprightView, vote: MetreVote) -> bool:
    return not any(ink_between(view.image_bgr, left, right) for left, right in pairwise(vote.boxes))


def _shown_whole(view: UprightView, character: MarkCharacter) -> bool:
    rows, columns = view.inside.shape
    beside = character.left_px > columns - 1 or character.right_px < 0
    if beside or character.top_px > rows - 1 or character.lower_edge_px < 0:
        return False
    top, bottom = max(0, round(character.top_px)), min(rows - 1, round(character.lower_edge_px))
    left, right = max(0, round(character.left_px)), min(columns - 1, round(character.right_px))
    return bool(view.inside[[top, top, bottom, bottom], [left, right, left, right]].all())
