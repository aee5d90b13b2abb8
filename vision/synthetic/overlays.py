"""What a recorder burns into a picture: time stamps, positions, logos, cross hairs and subtitle bars.

Text with digits that are no marks, near the picture's borders; drawn after everything else.
Left out: menus and maps that cover most of a picture.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Image8 = NDArray[np.uint8]
Cover = NDArray[np.float32]

_COLOURS_RGB = ((255, 255, 255), (255, 255, 255), (255, 230, 60), (120, 255, 120))
_BORDER_SHARE = 0.015


def burn_in(image_bgr: Image8, *, seed: int, time_s: float) -> tuple[Image8, Cover]:
    """Burn a recorder's text into a picture.

    Args:
        image_bgr: uint8 (rows, columns, 3).
        seed: Of what is burned in; the same over a clip.
        time_s: Time; a clock goes on with it.

    Returns:
        A new picture, and what is hidden: float32 (rows, columns), 1 where text or a bar is.
    """
    rng = np.random.default_rng(seed)
    rows, columns = image_bgr.shape[:2]
    page = Image.fromarray(np.ascontiguousarray(image_bgr[..., ::-1]))
    hidden = Image.new("L", (columns, rows), 0)
    size = max(8, round(rng.uniform(0.028, 0.055) * columns))
    colour = _COLOURS_RGB[int(rng.integers(len(_COLOURS_RGB)))]
    corners = rng.permutation(4)
    for index in range(int(rng.integers(1, 4))):
        corner = (int(corners[index]) % 2, int(corners[index]) // 2)
        _write(page, hidden, text=_words(rng, time_s), corner=corner, size_px=size, colour=colour)
    if rng.random() < 0.2:
        _bar(page, hidden, rng, size_px=size)
    if rng.random() < 0.2:
        _logo(page, hidden, rng, corner=(int(corners[3]) % 2, int(corners[3]) // 2))
    if rng.random() < 0.2:
        _cross_hair(page, rng, colour)
    burned = np.ascontiguousarray(np.asarray(page, dtype=np.uint8)[..., ::-1])
    return burned, np.asarray(hidden, dtype=np.float32) / np.float32(255)


def _words(rng: np.random.Generator, time_s: float) -> str:
    kind = int(rng.integers(5))
    clock = int(rng.integers(86_000)) + int(time_s)
    clock_text = f"{clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d}"
    if kind == 0:
        year, month, day = rng.integers([2015, 1, 1], [2030, 13, 29])
        return f"{year}-{month:02d}-{day:02d} {clock_text}"
    if kind == 1:
        north, east = rng.uniform([-60, -180], [60, 180])
        return f"{abs(north):.5f}{'N' if north > 0 else 'S'} {abs(east):.5f}{'E' if east > 0 else 'W'}"
    if kind == 2:
        high, far = rng.uniform([2, 5], [60, 400])
        return f"H {high:.1f}m D {far:.1f}m"
    if kind == 3:
        return f"CAM {int(rng.integers(1, 33)):02d}"
    return f"REC {clock_text}"


def _write(
    page: Image.Image,
    hidden: Image.Image,
    *,
    text: str,
    corner: tuple[int, int],
    size_px: int,
    colour: tuple[int, int, int],
) -> None:
    """Write one line in a corner, 0 or 1 across and 0 or 1 down, unless something stands there."""
    font = ImageFont.load_default(size=size_px)
    pen = ImageDraw.Draw(page)
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font, stroke_width=1)
    margin = round(_BORDER_SHARE * page.width)
    x = margin - left if corner[0] == 0 else page.width - margin - right
    y = margin - top if corner[1] == 0 else page.height - margin - bottom
    area = (x + left, y + top, x + right, y + bottom)
    if hidden.crop(area).getbbox():
        return
    pen.text((x, y), text, fill=colour, font=font, stroke_width=1, stroke_fill=(20, 20, 20))
    ImageDraw.Draw(hidden).rectangle(area, fill=255)


def _bar(page: Image.Image, hidden: Image.Image, rng: np.random.Generator, *, size_px: int) -> None:
    """A subtitle bar along the lower or upper edge."""
    height = round(1.6 * size_px)
    top = page.height - height if rng.random() < 0.8 else 0
    area = (0, top, page.width - 1, top + height)
    ImageDraw.Draw(page).rectangle(area, fill=(12, 12, 16))
    ImageDraw.Draw(hidden).rectangle(area, fill=255)
    words = f"BERTH {int(rng.integers(1, 40))}  {rng.uniform(1, 24):.2f} m"
    font = ImageFont.load_default(size=size_px)
    ImageDraw.Draw(page).text(
        (page.width / 2, top + height / 2), words, anchor="mm", fill=(255, 255, 255), font=font
    )


def _logo(
    page: Image.Image, hidden: Image.Image, rng: np.random.Generator, *, corner: tuple[int, int]
) -> None:
    """A round badge in a corner."""
    radius = round(rng.uniform(0.03, 0.06) * page.width)
    away = radius + round(_BORDER_SHARE * page.width)
    x = away if corner[0] == 0 else page.width - away
    y = away if corner[1] == 0 else page.height - away
    fill = tuple(int(part) for part in rng.integers(0, 255, 3))
    area = (x - radius, y - radius, x + radius, y + radius)
    ImageDraw.Draw(page).ellipse(area, fill=fill, outline=(255, 255, 255), width=max(1, radius // 8))
    ImageDraw.Draw(hidden).ellipse(area, fill=255)


def _cross_hair(page: Image.Image, rng: np.random.Generator, colour: tuple[int, int, int]) -> None:
    """Thin lines about the middle; they hide next to nothing."""
    x, y = page.width // 2, page.height // 2
    inner, outer = round(0.01 * page.width), round(rng.uniform(0.03, 0.07) * page.width)
    pen = ImageDraw.Draw(page)
    for step_x, step_y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        ends = [(x + step_x * reach, y + step_y * reach) for reach in (inner, outer)]
        pen.line(ends, fill=colour, width=1)
