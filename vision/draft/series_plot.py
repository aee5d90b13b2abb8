"""The series of water levels as a plot, in SVG: levels over time, the rules' levels and the 95 % band.

Written as text: no plotting library is needed at run time, and the page scales it without loss.
Left out: interaction; the page draws its own from the series' numbers.
"""

from collections.abc import Mapping
from html import escape

from vision.draft.level_series import RULE_NAMES, Axes, LevelSeries, level_range_m, time_range_s

WIDTH, HEIGHT = 900, 380
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 24, 82, 46
_LEGEND_FIRST_ROW, _LEGEND_ROW, _LEGEND_COLUMN = 44, 20, 290

LEVELS, RESULT, OUTLIER, GRID, SOFT = "#1c7ed6", "#d9480f", "#c2255c", "#e3e8ee", "#5b6b7b"
RULE_COLOURS: Mapping[str, str] = {"mean": RESULT, "extremes": "#2b8a3e", "two_thirds": "#7048e8"}
_DASHES: Mapping[str, str] = {"mean": "none", "extremes": "8 4", "two_thirds": "2 4"}
# Beside each other rather than below, so that three levels within a centimetre stay apart for the eye.
Legend = list[tuple[str, str, str]]


def plot_axes(series: LevelSeries) -> Axes:
    """The axes of the plot, in its units."""
    first_s, last_s = time_range_s(series)
    low_m, high_m = level_range_m(series)
    return Axes(
        left=_LEFT,
        right=WIDTH - _RIGHT,
        top=_TOP,
        bottom=HEIGHT - _BOTTOM,
        first_s=first_s,
        last_s=last_s,
        low_m=low_m,
        high_m=high_m,
    )


def legend(series: LevelSeries) -> Legend:
    """(kind, colour, words) of each sign in the plot; the kind is a rule, "levels", "band" or "outliers"."""
    entries = [
        (rule, RULE_COLOURS[rule], f"{RULE_NAMES[rule]}: {level_m:.3f} m")
        for rule, level_m in series.applying_rules().items()
    ]
    entries.append(("levels", LEVELS, "level in a frame, used"))
    entries.append(("band", "#f5a623", f"95 % interval, +- {series.u95_m:.3f} m"))
    if series.outliers:
        entries.append(("outliers", OUTLIER, f"outlier, not used: {len(series.outliers)}"))
    return entries


def legend_place(number: int) -> tuple[float, float]:
    """(column, row) of an entry's middle."""
    return _LEFT + _LEGEND_COLUMN * (number % 3), _LEGEND_FIRST_ROW + _LEGEND_ROW * (number // 3)


def series_svg(series: LevelSeries, *, title: str) -> str:
    """Plot a series.

    Args:
        series: At least one level.
        title: Heading; any text.

    Returns:
        An SVG document of 900 by 380 units.
    """
    axes = plot_axes(series)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text x="{_LEFT}" y="24" font-size="15" fill="#1d2b3a">{escape(_printable(title))}</text>'
        f'<text x="{WIDTH - _RIGHT}" y="24" text-anchor="end" fill="{RESULT}">'
        f"{series.draft_m:.3f} m ± {series.u95_m:.3f} m (95 %)</text>"
        f"{_grid(axes)}{_band(series, axes)}{_rules(series, axes)}{_levels(series, axes)}{_legend(series)}"
        "</svg>"
    )


def _printable(text: str) -> str:
    """The text with a mark in place of what XML cannot hold: a file's name may have control characters in it."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )


def _band(series: LevelSeries, axes: Axes) -> str:
    top, foot = axes.row(series.draft_m + series.u95_m), axes.row(series.draft_m - series.u95_m)
    return (
        f'<rect x="{_LEFT}" y="{top:.1f}" width="{WIDTH - _LEFT - _RIGHT}" '
        f'height="{max(1.0, foot - top):.1f}" fill="#f5a623" fill-opacity="0.22"/>'
    )


def _rules(series: LevelSeries, axes: Axes) -> str:
    return "".join(
        f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{axes.row(level_m):.1f}" y2="{axes.row(level_m):.1f}" '
        f'stroke="{RULE_COLOURS[rule]}" stroke-width="1.6" stroke-dasharray="{_DASHES[rule]}"/>'
        for rule, level_m in series.applying_rules().items()
    )


def _levels(series: LevelSeries, axes: Axes) -> str:
    points = " ".join(f"{axes.column(t):.1f},{axes.row(v):.1f}" for t, v in series.used)
    dots = "".join(_dot(axes.column(t), axes.row(v)) for t, v in series.used)
    crosses = "".join(_cross(axes.column(t), axes.row(v)) for t, v in series.outliers)
    return (
        f'<polyline points="{points}" fill="none" stroke="{LEVELS}" stroke-width="1.4"/>'
        f'<g fill="{LEVELS}">{dots}</g><g stroke="{OUTLIER}" stroke-width="1.8">{crosses}</g>'
    )


def _dot(column: float, row: float) -> str:
    return f'<circle cx="{column:.1f}" cy="{row:.1f}" r="1.8"/>'


def _cross(column: float, row: float) -> str:
    return f'<path d="M{column - 4:.1f} {row - 4:.1f}l8 8m0 -8l-8 8"/>'


def _legend(series: LevelSeries) -> str:
    shown = []
    for number, (kind, colour, words) in enumerate(legend(series)):
        column, row = legend_place(number)
        line = f'<line x1="{column}" x2="{column + 22}" y1="{row}" y2="{row}" stroke="{colour}" '
        sign = {
            "levels": f'{line}stroke-width="1.4"/><g fill="{colour}">{_dot(column + 11, row)}</g>',
            "band": f'{line}stroke-width="10" stroke-opacity="0.35"/>',
            "outliers": f'<g stroke="{colour}" stroke-width="1.8">{_cross(column + 11, row)}</g>',
        }.get(kind, f'{line}stroke-width="1.8" stroke-dasharray="{_DASHES.get(kind, "none")}"/>')
        text = escape(words.replace("+-", "±"))
        shown.append(
            f'{sign}<text x="{column + 28}" y="{row + 4}" font-size="12" fill="{SOFT}">{text}</text>'
        )
    return "".join(shown)


def _grid(axes: Axes) -> str:
    lines = [
        f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{axes.row(value):.1f}" y2="{axes.row(value):.1f}" '
        f'stroke="{GRID}"/>'
        f'<text x="{_LEFT - 8}" y="{axes.row(value) + 4:.1f}" text-anchor="end" fill="{SOFT}">{value:.2f}</text>'
        for value in axes.level_ticks_m()
    ]
    lines += [
        f'<text x="{axes.column(time_s):.1f}" y="{HEIGHT - 24}" text-anchor="middle" fill="{SOFT}">{time_s:g}</text>'
        for time_s in axes.time_ticks_s()
    ]
    lines.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle" fill="{SOFT}">s</text>')
    lines.append(f'<text x="14" y="{_TOP - 2}" fill="{SOFT}">m</text>')
    return "".join(lines)
