"""What every shape on the border is made of: names, instants, quantities with their plausible limits.

Source: limits are wide enough for the largest ships afloat (400 m, 600 000 t) and catch misplaced points.
Left out: the shapes themselves, each in its noun's `schemas.py`.
"""

import unicodedata
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
)

MAX_NAME_CHARACTERS = 200
MAX_TEXT_CHARACTERS = 4000
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
# Category Cf holds the joiners that emoji need; the directional overrides among them can disguise a name.
_VISIBLE = frozenset("LNPS")  # letters, numbers, punctuation, symbols
_DISGUISING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Body(BaseModel):
    """Base of what comes in: unknown names are refused, numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class View(BaseModel):
    """Base of what goes out, read from rows."""

    model_config = ConfigDict(from_attributes=True, frozen=True, allow_inf_nan=False)


def _plain_line(text: str) -> str:
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs", "Co", "Zl", "Zp"} or character in _DISGUISING:
            raise ValueError(
                f"holds the control character U+{ord(character):04X}; letters of any script are accepted"
            )
    return text


def _seen(text: str) -> str:
    """Joiners, marks and fillers alone name nothing that a person could see or say."""
    if not any(unicodedata.category(character)[0] in _VISIBLE for character in text):
        raise ValueError("has no visible character; letters of any script are accepted")
    return text


def _plain_text(text: str) -> str:
    _plain_line(text.replace("\n", "").replace("\r", "").replace("\t", ""))
    return text


def _plausible_instant(instant: datetime) -> datetime:
    if not _EARLIEST <= instant < _LATEST:
        raise ValueError("is outside the years 1990 to 2199")
    return instant.astimezone(UTC)


def _with_z(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME_CHARACTERS),
    AfterValidator(_plain_line),
    AfterValidator(_seen),
]
Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT_CHARACTERS),
    AfterValidator(_plain_text),
    AfterValidator(_seen),
]
Instant = Annotated[
    AwareDatetime,
    AfterValidator(_plausible_instant),
    PlainSerializer(_with_z, return_type=str, when_used="json"),
    Field(description="UTC, ISO 8601 with Z.", examples=["2026-05-04T06:30:00Z"]),
]
Sha256Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

Number = Annotated[float, Strict()]
"""Text and true or false are no numbers, although Python would take them for one."""

ShipLengthM = Annotated[Number, Field(ge=5.0, le=600.0, description="Metres.")]
BreadthM = Annotated[Number, Field(ge=1.0, le=120.0, description="Metres.")]
DraftM = Annotated[Number, Field(gt=0.0, le=40.0, description="Metres.")]
WeightT = Annotated[Number, Field(ge=0.0, le=1_000_000.0, description="Tonnes.")]
MarkOffsetM = Annotated[
    Number, Field(ge=-50.0, le=50.0, description="Metres, positive forward of the reference.")
]
ConstantT = Annotated[Number, Field(ge=-10_000.0, le=10_000.0, description="Tonnes; negative is suspect.")]
WaterDensity = Annotated[
    Number, Field(ge=0.95, le=1.10, description="Apparent density in air, tonnes per cubic metre.")
]
ContentsDensity = Annotated[Number, Field(ge=0.5, le=2.0, description="Tonnes per cubic metre.")]
