"""Takes the text of one cue apart into named values, and reads the values.

Source: the .SRT files of DJI drones from 2017 to 2026, listed in dji_srt_dialects.py.
Left out: what a name means; that depends on the dialect.

Ways of writing a value: `[iso : 100]` and `BAROMETER:1.9`, `GPS (8.2090, 47.4692, 18)`, `F/2.8`, `SS 160`. An
empty value (`EV: Fnum:2.2`) is a value that is missing, not the next name. Programs that rewrite subtitles put
commas where the drone wrote decimal points.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from drone.telemetry.srt_cues import MOMENT

# Names are bounded and never tried from their middle: without that, a line of letters takes quadratic time.
TOKEN = re.compile(
    r"""
      \b(?P<place>GPS|HOME|RTK)\s*[:=]\s*[(\[]?\s*(?P<coordinates>[-+]?[\d.]+(?:\s*[,;]\s*[-+\w./°]+)+)
    | \b(?P<group>Drone|Gimbal)\s*:\s*(?=Yaw|Pitch|Roll)
    | (?<![\w.-])(?P<call>[A-Za-z][\w.]{0,31}+)\s*[:=]?\s*\((?P<arguments>[^()\[\]\n]*)\)
    | \bF/(?P<aperture>[^\s,]+)
    | (?<![\w.-])(?P<key>[A-Za-z_][\w.-]{0,31}+)[ \t]*[:=][ \t]*
      (?P<value>(?![A-Za-z_][\w.-]{0,31}+[ \t]*[:=])[^\s,:=\[\]()<>]+)?
    | (?<![\w.-])(?P<word>[A-Z][\w.]{0,31}+)[ \t]+(?P<quantity>[nN]/[aA]|[-+]?\.?\d[^\s,\[\]()]*)
    """,
    re.VERBOSE,
)
# A cue with numbers such as 48,1234 and none such as 48.1234 writes its decimals with commas.
DECIMAL_POINT = re.compile(r"\d\.\d")
IN_PARENTHESES_OR_DECIMAL_COMMA = re.compile(r"\([^()]*\)|(?<=\d),(?=\d)")
WHOLE_PART, DECIMALS = re.compile(r"[-+]?\d+"), re.compile(r"\d+\D*")
UNCLOSED_BRACKET = re.compile(r"\[[^\[\]\n]*(?=\[|\n|\Z)")
NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))\s*(°|Â°|º|deg|[A-Za-z]{1,4}(?:/[A-Za-z])?)?\Z")
# Of a value in the unit of its field; a field is a length or a speed, so its unit's name says which it is.
UNITS: Mapping[str, float] = {
    "": 1.0, "°": 1.0, "â°": 1.0, "º": 1.0, "deg": 1.0, "m": 1.0, "ms": 1.0, "mm": 1.0, "m/s": 1.0, "mps": 1.0,
    "k": 1.0, "x": 1.0, "s": 1.0, "ft": 0.3048, "feet": 0.3048, "ft/s": 0.3048, "fps": 0.3048, "mph": 0.44704,
    "km/h": 1 / 3.6, "kmh": 1 / 3.6, "kph": 1 / 3.6, "kn": 1852 / 3600, "kt": 1852 / 3600, "kts": 1852 / 3600,
}  # fmt: skip
FRACTION = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)s?\Z")
LEAST_PARTS_OF_PAIRS = 4
ABSENT = frozenset({"", "n/a", "N/A", "--", "null"})


class UnreadableValueError(ValueError):
    """A value that is not what its name promises; never leaves the package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The values of one cue.

    Attributes:
        values: By name in lower case; the first of a name counts.
        calls: Comma-separated values of a bracket or parenthesis, by name in lower case.
        repeated: Names that stand more than once.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    repeated: frozenset[str] = frozenset()


def tokens_of(text: str, *, may_be_cut: bool) -> Tokens:
    """Take the text of a cue apart.

    Args:
        text: Without markup.
        may_be_cut: The file ends with this text, so a value that runs to its end may be half a value.

    Returns:
        The values; a bracket that is not closed on its line is damage and gives none.
    """
    values: dict[str, str] = {}
    calls: dict[str, tuple[str, ...]] = {}
    repeated: set[str] = set()
    prefix = ""
    intact = UNCLOSED_BRACKET.sub(" ", text)
    by_comma = _writes_decimals_with_commas(intact)
    intact = IN_PARENTHESES_OR_DECIMAL_COMMA.sub(_with_point, intact) if by_comma else intact
    for match in TOKEN.finditer(intact):
        if match["group"]:
            prefix = f"{match['group'].lower()}."
            continue
        if may_be_cut and match.end() == len(intact) and not intact.endswith((")", "]")):
            continue
        name, content = _name_and_content(match, prefix, by_comma=by_comma)
        store: dict[str, str] | dict[str, tuple[str, ...]] = values if isinstance(content, str) else calls
        if name in store:
            repeated.add(name)
        else:
            store[name] = content  # type: ignore[assignment]  # the store was chosen by the content's type
    return Tokens(values=values, calls=calls, repeated=frozenset(repeated))


def _writes_decimals_with_commas(text: str) -> bool:
    """The time has points or commas of its own, and says nothing."""
    rest = MOMENT.sub(" ", text)
    return DECIMAL_POINT.search(rest) is None and re.search(r"\d,\d", rest) is not None


def _with_point(match: re.Match[str]) -> str:
    """Values in parentheses are cut apart by commas, and stay as they are."""
    return "." if match[0] == "," else match[0]


def _name_and_content(
    match: re.Match[str], prefix: str, *, by_comma: bool
) -> tuple[str, str | tuple[str, ...]]:
    """Return the name in lower case and the value, or the values of a call."""
    if match["place"]:
        return match["place"].lower(), _arguments(match["coordinates"], by_comma=by_comma)
    if match["call"]:
        return match["call"].lower(), _arguments(match["arguments"], by_comma=by_comma)
    if match["aperture"]:
        return "f/", match["aperture"]
    if match["word"]:
        return match["word"].lower(), match["quantity"]
    name = match["key"].lower()
    inside_group = name in {"yaw", "pitch", "roll"}
    return (prefix + name if inside_group else name), match["value"] or ""


def _arguments(text: str, *, by_comma: bool) -> tuple[str, ...]:
    """Cut the values of a call apart; with decimal commas they are pairs, but for whole numbers at the end.

    >>> _arguments("8,2090, 47,4692, 18", by_comma=True)
    ('8.2090', '47.4692', '18')
    """
    if by_comma and ";" in text:
        return tuple(part.strip().replace(",", ".") for part in text.split(";"))
    parts = tuple(part.strip() for part in re.split("[,;]", text))
    wholes, decimals = parts[0::2], parts[1::2]
    if not by_comma or len(parts) < LEAST_PARTS_OF_PAIRS:
        return parts
    if not all(map(WHOLE_PART.fullmatch, wholes)) or not all(map(DECIMALS.fullmatch, decimals)):
        return parts
    paired = tuple(f"{whole}.{fraction}" for whole, fraction in zip(wholes, decimals, strict=False))
    return paired if len(parts) % 2 == 0 else (*paired, parts[-1])


def number(text: str) -> float | None:
    """Read a number with one of the units that the dialects write; feet, miles and knots become metres.

    Args:
        text: Such as `0.3M`, `2.7°`, `-57.98m`, `150ft` or `n/a`.

    Returns:
        The number in metres, metres a second, degrees or its own unit; None where the file says that there is none.

    Raises:
        UnreadableValueError: It is anything else, NaN and infinities included.
    """
    if text in ABSENT:
        return None
    match = NUMBER.match(text)
    factor = None if match is None else UNITS.get((match[2] or "").lower())
    if match is None or factor is None or not math.isfinite(value := float(match[1])):
        raise UnreadableValueError(text)
    return value * factor


def whole_number(text: str) -> int | None:
    """Read a count.

    Args:
        text: Such as `4787`.

    Returns:
        The count; None where the file says that there is none.

    Raises:
        UnreadableValueError: It is no whole number, or negative.
    """
    value = number(text)
    if value is None:
        return None
    if value != int(value) or value < 0:
        raise UnreadableValueError(text)
    return int(value)


def fraction(text: str) -> float | None:
    """Read a number or a fraction.

    Args:
        text: Such as `-1/3`, `1/6400.0` or `0.7`.

    Returns:
        Its value; None where the file says that there is none.

    Raises:
        UnreadableValueError: It is neither, or the denominator is zero.
    """
    match = FRACTION.match(text)
    if match is None:
        return number(text)
    if float(match[2]) == 0:
        raise UnreadableValueError(text)
    return float(match[1]) / float(match[2])
