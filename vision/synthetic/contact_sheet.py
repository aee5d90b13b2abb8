"""A sheet of small pictures with their labels drawn in, so that a person can look at what a data set holds.

Boxes, the mask's edge and the contact line come from the files as a trainer reads them, not from the renderer.
Left out: judging them.
"""

import json
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

SHEET_NAME = "contact-sheet.jpg"
PICTURES_SHOWN = 40
_COLUMNS = 8
_TILE_PX = 320
_BOX_BGR = (60, 230, 60)
_OTHER_BGR = (230, 60, 230)
_MASK_BGR = (255, 200, 0)
_CONTACT_BGR = (40, 60, 255)


def write_contact_sheet(dataset: Path, parts: list[str]) -> Path | None:
    """Draw a sheet of pictures spread evenly over a data set.

    Args:
        dataset: Folder with images/, masks/ and truth/.
        parts: Parts to show, by name.

    Returns:
        The sheet's path, or None where there are no pictures.
    """
    found = [path for part in parts for path in sorted((dataset / "truth" / part).glob("*.json"))]
    if not found:
        return None
    count = min(PICTURES_SHOWN, len(found))
    shown = [found[index * len(found) // count] for index in range(count)]
    tiles = [_tile(dataset, path) for path in shown]
    blank = np.zeros((_TILE_PX, _TILE_PX, 3), dtype=np.uint8)
    tiles.extend([blank] * (-len(tiles) % _COLUMNS))
    rows = [np.hstack(tiles[start : start + _COLUMNS]) for start in range(0, len(tiles), _COLUMNS)]
    sheet = dataset / SHEET_NAME
    cv2.imwrite(str(sheet), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 90])
    return sheet


def _tile(dataset: Path, truth_path: Path) -> Image:
    """One picture with its labels, fitted into a square."""
    part, stem = truth_path.parent.name, truth_path.stem
    truth = json.loads(truth_path.read_text(encoding="utf-8"))
    picture = cv2.imread(str(dataset / "images" / part / f"{stem}.jpg"), cv2.IMREAD_COLOR)
    image = np.asarray(picture, dtype=np.uint8)
    mask = cv2.imread(str(dataset / "masks" / part / f"{stem}.png"), cv2.IMREAD_GRAYSCALE)
    scale = _TILE_PX / max(image.shape[:2])
    tile = np.zeros((_TILE_PX, _TILE_PX, 3), dtype=np.uint8)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    tile[: small.shape[0], : small.shape[1]] = small
    outlines, _ = cv2.findContours(np.asarray(mask, dtype=np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    placed = [np.round(outline * scale).astype(np.int32) for outline in outlines]
    cv2.polylines(tile, placed, isClosed=True, color=_MASK_BGR, thickness=1)
    contact = np.array(truth["waterline_px"], dtype=np.float64) * scale
    contact = np.clip(contact, -5 * _TILE_PX, 5 * _TILE_PX)
    cv2.polylines(tile, [np.round(contact).astype(np.int32)], isClosed=False, color=_CONTACT_BGR, thickness=1)
    for key, colour in (("characters", _BOX_BGR), ("other_characters", _OTHER_BGR)):
        for label in truth[key]:
            _box(tile, label, scale, colour)
    facts = truth["conditions"]
    cv2.putText(tile, f"{stem} {facts['style']}", (4, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (0, 255, 255), 1)
    return tile


def _box(tile: Image, label: dict[str, object], scale: float, colour: tuple[int, int, int]) -> None:
    corners = np.round((np.array(label["box_xyxy_px"], dtype=np.float64) + 0.5) * scale).astype(int).tolist()
    cv2.rectangle(tile, corners[:2], corners[2:], colour, 1)
    text = str(label["text"]).replace("dash", "-")
    cv2.putText(
        tile, text, (corners[2] + 1, corners[3]), cv2.FONT_HERSHEY_SIMPLEX, 0.35, colour, 1, cv2.LINE_AA
    )
