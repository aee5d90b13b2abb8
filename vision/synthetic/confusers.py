"""What is painted on hulls and is no draft mark: load lines, tank marks, bulb and thruster symbols, names, numbers.

All of it is unlabelled; a network that has never seen it takes it for marks.
Left out: bow ornaments and company liveries.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.synthetic.extent import Extent

Picture = NDArray[np.float32]
Tone = tuple[float, float, float]

_LETTERS = "ABCDEFGHJKLNPRTUVWXY"
_TANKS = ("APT", "FPT", "FWT", "CWT", "WBT", "DBT")
_SOCIETIES = ("LR", "AB", "NK", "BV", "NV", "GL", "CC", "RI", "KR")
_NAMES = (
    "OCEAN",
    "STAR",
    "PACIFIC",
    "GLORY",
    "HOPE",
    "NORTH",
    "ORIENT",
    "MARINA",
    "PIONEER",
    "ATLAS",
    "SPIRIT",
)
# Cap height of OpenCV's fonts at scale 1.
_CAP_PX = 22.0
# Confusers keep this far from the marks' axis.
_CLEAR_M = 0.35
_CONTAINER_SHARE = 0.03


def add_confusers(rng: np.random.Generator, extent: Extent, picture: Picture) -> Picture:
    """Paint one or two things that are no draft marks, on some hulls.

    Args:
        rng: Source of randomness.
        extent: What the picture shows.
        picture: (rows, columns, 3) float32 RGB of the plating.

    Returns:
        A new picture, or `picture` itself where there are none.
    """
    drawn = picture
    if rng.random() < 0.42:
        drawn = picture.copy()
        for _ in range(int(rng.integers(1, 3))):
            paint = (_load_lines, _tank_mark, _bulb, _thruster, _name, _lettering)[int(rng.integers(6))]
            paint(rng, extent, drawn)
    if rng.random() < _CONTAINER_SHARE:
        drawn = drawn.copy() if drawn is picture else drawn
        _container_number(rng, extent, drawn)
    return drawn


def _tone(rng: np.random.Generator) -> Tone:
    if rng.random() < 0.2:
        return (0.9, 0.75, 0.2)
    grey = float(rng.uniform(0.65, 1.0))
    return (grey, grey, grey)


def _place(rng: np.random.Generator, extent: Extent, width_m: float) -> tuple[float, float]:
    """Left edge and height of something so wide, beside the marks' axis."""
    u_m, z_m = rng.uniform([extent.left_m, extent.low_m], [extent.right_m, extent.high_m])
    left = float(u_m) + (_CLEAR_M if u_m > 0 else -_CLEAR_M - width_m)
    return left, float(z_m)


def _pixel(extent: Extent, u_m: float, z_m: float) -> tuple[int, int]:
    return round(extent.column(u_m)), round(extent.row(z_m))


def _thickness(extent: Extent, metres: float) -> int:
    return max(1, round(metres * extent.px_per_m))


def _write(
    rng: np.random.Generator,
    extent: Extent,
    picture: Picture,
    text: str,
    at: tuple[float, float],
    high_m: float,
    tone: Tone,
) -> None:
    """Write text with its lower left corner at a point of the plating."""
    scale = high_m * extent.px_per_m / _CAP_PX
    font = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX)[int(rng.integers(3))]
    thick = _thickness(extent, high_m * rng.uniform(0.12, 0.22))
    cv2.putText(picture, text, _pixel(extent, *at), font, scale, tone, thick, cv2.LINE_AA)


def _load_lines(rng: np.random.Generator, extent: Extent, picture: Picture) -> None:
    """The ring of 300 mm with its line and a society's letters, and the ladder of load lines beside it."""
    tone = _tone(rng)
    left, z_m = _place(rng, extent, 1.2)
    thick = _thickness(extent, 0.025)
    middle = _pixel(extent, left + 0.25, z_m)
    cv2.circle(picture, middle, _thickness(extent, 0.15), tone, thick, cv2.LINE_AA)
    cv2.line(picture, _pixel(extent, left, z_m), _pixel(extent, left + 0.5, z_m), tone, thick)
    letters = _SOCIETIES[int(rng.integers(len(_SOCIETIES)))]
    for letter, offset in zip(letters, (-0.03, 0.42), strict=True):
        _write(rng, extent, picture, letter, (left + offset, z_m + 0.05), 0.1, tone)
    if rng.random() < 0.6:
        _ladder(rng, extent, picture, (left + 0.79, z_m), tone)


def _ladder(
    rng: np.random.Generator, extent: Extent, picture: Picture, at: tuple[float, float], tone: Tone
) -> None:
    """Lines for fresh and salt water, tropics, summer and winter, each with its letters."""
    u_m, z_m = at
    thick = _thickness(extent, 0.025)
    cv2.line(picture, _pixel(extent, u_m, z_m - 0.4), _pixel(extent, u_m, z_m + 0.45), tone, thick)
    for letters, height, side in (
        ("TF", 0.42, -1), ("F", 0.22, -1), ("T", 0.2, 1), ("S", 0.0, 1), ("W", -0.2, 1), ("WNA", -0.38, 1),
    ):  # fmt: skip
        line = (_pixel(extent, u_m, z_m + height), _pixel(extent, u_m + 0.23 * side, z_m + height))
        cv2.line(picture, *line, tone, thick)
        beside = u_m + (0.26 if side > 0 else -0.26 - 0.08 * len(letters))
        _write(rng, extent, picture, letters, (beside, z_m + height - 0.03), 0.075, tone)


def _tank_mark(rng: np.random.Generator, extent: Extent, picture: Picture) -> None:
    """A tank's or bulkhead's name, with a line or an arrow."""
    tone = _tone(rng)
    left, z_m = _place(rng, extent, 0.5)
    high = float(rng.uniform(0.08, 0.2))
    words = _TANKS[int(rng.integers(len(_TANKS)))]
    _write(rng, extent, picture, words, (left, z_m), high, tone)
    ends = (_pixel(extent, left + high, z_m - 0.05), _pixel(extent, left + high, z_m - 0.05 - 2 * high))
    cv2.arrowedLine(picture, *ends, tone, _thickness(extent, 0.02), cv2.LINE_AA, tipLength=0.25)


def _bulb(rng: np.random.Generator, extent: Extent, picture: Picture) -> None:
    """The symbol of a bulbous bow: a stem with a rounded foot."""
    tone, thick = _tone(rng), _thickness(extent, 0.04)
    left, z_m = _place(rng, extent, 0.6)
    size = float(rng.uniform(0.3, 0.8))
    stem = (_pixel(extent, left, z_m + size), _pixel(extent, left, z_m))
    cv2.line(picture, *stem, tone, thick, cv2.LINE_AA)
    reach = _thickness(extent, size / 2)
    middle = _pixel(extent, left, z_m - size / 2)
    cv2.ellipse(picture, middle, (reach, reach), 0, -90, 150, tone, thick, cv2.LINE_AA)


def _thruster(rng: np.random.Generator, extent: Extent, picture: Picture) -> None:
    """A thruster's symbol: a ring with the blades of a propeller."""
    tone = _tone(rng)
    left, z_m = _place(rng, extent, 0.8)
    radius, blades = float(rng.uniform(0.15, 0.4)), int(rng.integers(3, 5))
    middle = _pixel(extent, left + radius, z_m)
    cv2.circle(picture, middle, _thickness(extent, radius), tone, _thickness(extent, 0.03), cv2.LINE_AA)
    for blade in range(blades):
        axes = (_thickness(extent, 0.4 * radius), _thickness(extent, 0.12 * radius))
        turn = 360 * blade / blades + 20
        along = np.array([np.cos(np.radians(turn)), np.sin(np.radians(turn))]) * axes[0]
        at = (middle[0] + round(along[0]), middle[1] + round(along[1]))
        cv2.ellipse(picture, at, axes, turn, 0, 360, tone, -1, cv2.LINE_AA)


def _name(rng: np.random.Generator, extent: Extent, picture: Picture) -> None:
    """A ship's name in large letters."""
    words = " ".join(str(word) for word in rng.choice(_NAMES, int(rng.integers(1, 3)), replace=False))
    high = float(rng.uniform(0.25, 0.7))
    _write(rng, extent, picture, words, _place(rng, extent, 0.8 * high * len(words)), high, _tone(rng))


def _lettering(rng: np.random.Generator, extent: Extent, picture: Picture) -> None:
    """Letters of no meaning."""
    words = "".join(rng.choice(list(_LETTERS), int(rng.integers(2, 7))))
    high = float(rng.uniform(0.08, 0.35))
    _write(rng, extent, picture, words, _place(rng, extent, 0.8 * high * len(words)), high, _tone(rng))


def _container_number(rng: np.random.Generator, extent: Extent, picture: Picture) -> None:
    """Four letters and seven digits: digits that are no marks."""
    words = "".join(rng.choice(list(_LETTERS), 3)) + "U " + "".join(rng.choice(list("0123456789"), 7))
    high = float(rng.uniform(0.08, 0.15))
    _write(rng, extent, picture, words, _place(rng, extent, 0.8 * high * len(words)), high, _tone(rng))
