"""The series of water levels as a plot, in SVG: levels over time, the still-water level and its 95 % band.

Written as text: no plotting library is needed at run time, and the page scales it without loss.
Left out: interaction; the page draws its own from the series' numbers.
"""

from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT = 900, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 24, 40, 46


def series_svg(series: Sequence[tuple[float, float]], *, draft_m: float, u95_m: float, title: str) -> str:
    """Plot a series.

    Args:
        series: (time in s, level in m), at least one.
        draft_m: Still-water draft.
        u95_m: Half width of its 95 % interval.
        title: Heading; any text.

    Returns:
        An SVG document of 900 by 320 units.
    """
    times = [time_s for time_s, _ in series]
    levels = [level_m for _, level_m in series]
    low = min(*levels, draft_m - u95_m) - 0.01
    high = max(*levels, draft_m + u95_m) + 0.01
    last = max(times[-1], 1e-6)

    def column(time_s: float) -> float:
        return _LEFT + (time_s - times[0]) / max(last - times[0], 1e-6) * (_WIDTH - _LEFT - _RIGHT)

    def row(level_m: float) -> float:
        return _TOP + (high - level_m) / (high - low) * (_HEIGHT - _TOP - _BOTTOM)

    points = " ".join(f"{column(time_s):.1f},{row(level_m):.1f}" for time_s, level_m in series)
    dots = "".join(f'<circle cx="{column(t):.1f}" cy="{row(v):.1f}" r="1.8"/>' for t, v in series)
    band_top, band_foot = row(draft_m + u95_m), row(draft_m - u95_m)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="13">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
        f'<text x="{_LEFT}" y="24" font-size="15" fill="#1d2b3a">{escape(_printable(title))}</text>'
        f"{_grid(low, high, times[0], last, row, column)}"
        f'<rect x="{_LEFT}" y="{band_top:.1f}" width="{_WIDTH - _LEFT - _RIGHT}" '
        f'height="{max(1.0, band_foot - band_top):.1f}" fill="#f5a623" fill-opacity="0.22"/>'
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{row(draft_m):.1f}" y2="{row(draft_m):.1f}" '
        'stroke="#d9480f" stroke-width="1.6"/>'
        f'<polyline points="{points}" fill="none" stroke="#1c7ed6" stroke-width="1.4"/>'
        f'<g fill="#1c7ed6">{dots}</g>'
        f'<text x="{_WIDTH - _RIGHT}" y="24" text-anchor="end" fill="#d9480f">'
        f"{draft_m:.3f} m ± {u95_m:.3f} m (95 %)</text>"
        "</svg>"
    )


def _printable(text: str) -> str:
    """The text with a mark in place of what XML cannot hold: a file's name may have control characters in it."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )


def _grid(low: float, high: float, first: float, last: float, row: object, column: object) -> str:
    assert callable(row) and callable(column)  # noqa: S101, PT018  # the two axes of series_svg
    step = _round_step((high - low) / 5)
    lines = []
    value = step * round(low / step + 0.5)
    while value < high:
        lines.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{row(value):.1f}" y2="{row(value):.1f}" stroke="#e3e8ee"/>'
            f'<text x="{_LEFT - 8}" y="{row(value) + 4:.1f}" text-anchor="end" fill="#5b6b7b">{value:.2f}</text>'
        )
        value += step
    time_step = _round_step(max(last - first, 1.0) / 8)
    time_s = first
    while time_s <= last + 1e-9:
        lines.append(
            f'<text x="{column(time_s):.1f}" y="{_HEIGHT - 24}" text-anchor="middle" fill="#5b6b7b">{time_s:g}</text>'
        )
        time_s += time_step
    lines.append(f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 6}" text-anchor="middle" fill="#5b6b7b">s</text>')
    lines.append(f'<text x="14" y="{_TOP - 6}" fill="#5b6b7b">m</text>')
    return "".join(lines)


def _round_step(rough: float) -> float:
    """The 1, 2 or 5 times a power of ten that is next above."""
    power = 10.0 ** len(str(int(rough))) / 10 if rough >= 1 else 1.0
    while power > rough:
        power /= 10
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
