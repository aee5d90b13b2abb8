"""Weak labels of real footage whose draft a person has decided: what the networks see, checked by the person's value.

A decision is one number, no boxes. The reader's marks and waterline are labels as far as the number bears them out: a
draft that was accepted, or corrected by whole metres only, stands for the waterline; numerals on the reader's lattice
take the text that their place demands. Left out: labels drawn by hand, and footage in which the reader finds nothing.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.draft.frame import DraftNetworks, FrameLevel, read_frame, search_sizes
from vision.draft.numerals import MarkCharacter
from vision.draft.observation import Observation, observe
from vision.synthetic.dataset import CLASSES

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

# Real pictures are cut and scaled to the size of the rendered ones.
LARGEST_SIDE_PX = 448
_ROOM = 1.3
_SURE_SCORE = 0.5
_SAME_IOU = 0.4
# Between these the network hesitates: such pixels are left out of training.
_HULL_BELOW, _WATER_ABOVE = 0.2, 0.8
UNKNOWN = 255
# A waterline nearer to the decided draft than this, or than twice its standard uncertainty, is borne out.
_BORNE_OUT_M = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about a reading.

    Attributes:
        decision: "accepted" or "corrected".
        read_draft_m: What the reader had answered; None where it had refused.
        draft_m: What counts.
        standard_uncertainty_m: Of that.
    """

    decision: str
    read_draft_m: float | None
    draft_m: float
    standard_uncertainty_m: float

    def bears_out_waterline(self, whole_m: float) -> bool:
        """Whether the draft decided is the reader's, but perhaps for whole metres or tens of feet.

        Args:
            whole_m: What a digit too many or too few changes.

        Returns:
            False where the waterline or the scale must have been wrong, or nothing had been read.

        >>> Decision(decision="corrected", read_draft_m=7.62, draft_m=8.61,
        ...          standard_uncertainty_m=0.01).bears_out_waterline(1.0)
        True
        """
        if self.read_draft_m is None:
            return False
        off_m = self.read_draft_m - self.draft_m
        off_m -= round(off_m / whole_m) * whole_m
        return self.decision == "accepted" or abs(off_m) <= max(_BORNE_OUT_M, 2 * self.standard_uncertainty_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPicture:
    """A piece of a frame with its weak labels.

    Attributes:
        image_bgr: The piece, uint8 (rows, columns, 3).
        boxes: (text, box, whether the lattice says so) of each character; boxes as left, top, right, bottom.
        water: Of each pixel 0 for hull, 1 for water, `UNKNOWN`; None where the decision does not bear it out.
        truth: What is told of it, in the form of a rendered picture's truth.
    """

    image_bgr: Image
    boxes: tuple[tuple[str, Array, bool], ...]
    water: Image | None
    truth: dict[str, Any]


def label_frame(
    image_bgr: Image, time_s: float, decision: Decision, networks: DraftNetworks
) -> LabelledPicture | None:
    """Label the column of a frame.

    Args:
        image_bgr: The frame.
        time_s: Its time.
        decision: About the reading that it belongs to.
        networks: What reads it.

    Returns:
        The piece around the column; None where no column with a waterline is found.
    """
    level = read_frame(image_bgr, networks, hint=None)
    if not isinstance(level, FrameLevel):
        return None
    whole_m = level.system.whole_m
    seen = observe(time_s, level)
    seen = seen.settled(round((decision.draft_m - seen.level_m) / whole_m))
    corner, side = _window(image_bgr, seen)
    scale = min(1.0, LARGEST_SIDE_PX / side)
    found = networks.characters_in_picture(image_bgr, longest_px=max(search_sizes(image_bgr)))
    piece = _cut(image_bgr, corner, side, scale)
    boxes = _inside(_checked(found, level), corner, scale, piece)
    borne_out = decision.bears_out_waterline(whole_m)
    return LabelledPicture(
        image_bgr=piece,
        boxes=boxes,
        water=_mask(networks.water(piece)) if borne_out else None,
        truth=_truth(seen, boxes, (corner, scale), decision),
    )


def boxes_text(picture: LabelledPicture) -> str:
    """The boxes as Ultralytics reads them: class, middle and size in shares of the picture."""
    rows, columns = picture.image_bgr.shape[:2]
    lines = []
    for text, box, _ in picture.boxes:
        left, top, right, bottom = box + 0.5
        shares = (
            (left + right) / 2 / columns,
            (top + bottom) / 2 / rows,
            (right - left) / columns,
            (bottom - top) / rows,
        )
        lines.append(f"{CLASSES.index(text)} " + " ".join(f"{share:.6f}" for share in shares))
    return "".join(f"{line}\n" for line in lines)


def _window(image_bgr: Image, seen: Observation) -> tuple[Array, int]:
    """Upper left corner and side of a square around scale and contact, inside the picture where it can be."""
    rows, columns = image_bgr.shape[:2]
    points = np.array([point for _, point in seen.ticks] + [seen.crossing_px])
    low, high = points.min(axis=0), points.max(axis=0)
    side = min(rows, columns, max(LARGEST_SIDE_PX, round(_ROOM * float((high - low).max()))))
    corner = np.clip((low + high) / 2 - side / 2, 0, np.array([columns - side, rows - side]))
    return np.floor(corner), side


def _cut(image_bgr: Image, corner: Array, side: int, scale: float) -> Image:
    left, top = (int(edge) for edge in corner)
    piece = image_bgr[top : top + side, left : left + side]
    size = (max(1, round(side * scale)),) * 2
    return np.asarray(cv2.resize(piece, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _checked(found: tuple[MarkCharacter, ...], level: FrameLevel) -> list[tuple[str, Array, bool]]:
    """Sure characters as they are read, and numerals of the lattice with the digit of their place."""
    demanded = [(str(round(value * 10) % 10), _box_of_member(level, one)) for value, one in level.members]
    checked = []
    for character in found:
        box = np.array([character.left_px, character.top_px, character.right_px, character.lower_edge_px])
        digit = next((text for text, place in demanded if _iou(box, place) >= _SAME_IOU), None)
        # At a full metre stand an M or several digits: place alone does not tell which.
        if digit in {None, "0"} or level.system.name != "metre":
            if character.score >= _SURE_SCORE:
                checked.append((character.text, box, False))
        else:
            checked.append((str(digit), box, True))
    return checked


def _box_of_member(level: FrameLevel, character: MarkCharacter) -> Array:
    rows = np.array([character.top_px, character.top_px, character.lower_edge_px, character.lower_edge_px])
    columns = np.array([character.left_px, character.right_px] * 2)
    corners = level.view.picture_px(rows, columns)
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)])


def _iou(one: Array, other: Array) -> float:
    shared = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    if (shared <= 0).any():
        return 0.0
    both = float(shared.prod())
    return both / float((one[2:] - one[:2]).prod() + (other[2:] - other[:2]).prod() - both)


def _inside(
    checked: list[tuple[str, Array, bool]], corner: Array, scale: float, piece: Image
) -> tuple[tuple[str, Array, bool], ...]:
    """Boxes in the piece's pixels, without those that leave it."""
    rows, columns = piece.shape[:2]
    moved = [
        (text, _moved(box.reshape(2, 2), corner, scale).ravel(), certain) for text, box, certain in checked
    ]
    limit = np.array([columns, rows, columns, rows]) - 0.5
    return tuple(item for item in moved if (item[1] >= -0.5).all() and (item[1] <= limit).all())


def _moved(points_px: Array, corner: Array, scale: float) -> Array:
    """Points of the frame in the piece; pixels scale about the picture's corner."""
    return np.asarray((points_px - corner + 0.5) * scale - 0.5)


def _mask(water: NDArray[np.float32]) -> Image:
    known = np.where(water >= _WATER_ABOVE, 1, UNKNOWN)
    return np.where(water <= _HULL_BELOW, 0, known).astype(np.uint8)


def _truth(
    seen: Observation,
    boxes: tuple[tuple[str, Array, bool], ...],
    place: tuple[Array, float],
    decision: Decision,
) -> dict[str, Any]:
    points = _moved(np.array([point for _, point in seen.ticks]), *place)
    contact = _moved(seen.waterline_px, *place)
    return {
        "labels": "weak",
        "draft_m": decision.draft_m,
        "level_m": round(seen.level_m, 4),
        "conditions": {},
        "waterline_px": np.round(contact, 2).tolist(),
        "waterline_borne_out": decision.bears_out_waterline(seen.system.whole_m),
        "scale_px": [
            [round(draft, 3), *np.round(point, 2).tolist()]
            for (draft, _), point in zip(seen.ticks, points, strict=True)
        ],
        "characters": [
            {"text": text, "box_xyxy_px": np.round(box, 2).tolist(), "by_lattice": certain}
            for text, box, certain in boxes
        ],
        "frame": {"corner_px": [int(edge) for edge in place[0]], "scale": round(place[1], 6)},
    }
