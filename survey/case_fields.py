"""Reads the values of a case one by one: each has a path, a kind and a range, and is refused by them.

Source: the case format (docs/survey-case.md); null is the same as absent: a blank is missing, never 0.
Left out: what the values mean (`case.py` and its neighbours), and JSON itself.
"""

import difflib
import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from survey.errors import ImplausibleDraftError, InvalidCaseError, UndeclaredReferenceError, UnknownKeyError

ANNOTATIONS = ("id", "title", "source", "notes", "expected", "tolerances")
"""Keys that a case may have anywhere and that are not read."""
DEEPEST_DRAFT_M = 30.0
"""No ship afloat draws more: a reading in decimetres, feet or millimetres does not pass."""
ACCEPTED_DRAFT = f"a draft in metres above 0 and up to {DEEPEST_DRAFT_M:g}"
LONGEST_TEXT = 200
_UNPRINTED = ("Cc", "Cs", "Zl", "Zp")

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRange:
    """What a number may be. `open_below` leaves the lowest value itself out; `words` go before its own text."""

    lowest: float
    highest: float
    unit: str
    open_below: bool = False
    words: str | None = None

    def __contains__(self, value: float) -> bool:
        """Whether a number is accepted."""
        above = value > self.lowest if self.open_below else value >= self.lowest
        return above and value <= self.highest

    @property
    def text(self) -> str:
        """In words, for a refusal."""
        if self.words is not None:
            return self.words
        start = "above" if self.open_below else "from"
        return f"a number {start} {self.lowest:g} up to {self.highest:g} {self.unit}".rstrip()


ANY_NUMBER = NumberRange(lowest=-1e9, highest=1e9, unit="")
_ANY_DRAFT = NumberRange(lowest=-1e300, highest=1e300, unit="m", words=ACCEPTED_DRAFT)


class Fields:
    """One object of a case: refuses keys that the format does not have, and gives the others one by one."""

    def __init__(self, value: object, path: str, known: Sequence[str]) -> None:
        """Take an object.

        Args:
            value: what the case has there.
            path: where that is, such as `conditions[0].tanks[2]`; empty for the case itself.
            known: the keys of the format; `ANNOTATIONS` are known everywhere.

        Raises:
            InvalidCaseError: it is no object.
            UnknownKeyError: it has a key that is not known.
        """
        if not isinstance(value, Mapping):
            raise InvalidCaseError(path or "the case", f"is {kind_of(value)}", accepted="an object")
        self.path = path
        self._values: Mapping[str, object] = value
        for key in value:
            if key not in known and key not in ANNOTATIONS:
                close = difflib.get_close_matches(str(key), known, n=1)
                raise UnknownKeyError(
                    self.path_of(str(key)), nearest=close[0] if close else None, accepted=tuple(known)
                )

    def path_of(self, name: str) -> str:
        """The path of a key of this object."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Whether a key is there and not null."""
        return self._values.get(name) is not None

    def raw(self, name: str) -> object:
        """What is there, unread; None where nothing is."""
        return self._values.get(name)

    def given(self) -> dict[str, object]:
        """Everything that is there and is a text or a number, as it is written, without annotations."""
        return {
            name: value
            for name, value in self._values.items()
            if name not in ANNOTATIONS and isinstance(value, str | int | float)
        }

    def number(self, name: str, accepted: NumberRange) -> float:
        """A number that must be there.

        Raises:
            InvalidCaseError: it is missing, no number, not finite, or outside the range.
        """
        value = self.optional_number(name, accepted)
        if value is None:
            raise InvalidCaseError(self.path_of(name), "is missing", accepted=accepted.text)
        return value

    def optional_number(self, name: str, accepted: NumberRange) -> float | None:
        """A number, or None where none is.

        Raises:
            InvalidCaseError: it is no number, not finite, or outside the range.
        """
        if not self.has(name):
            return None
        return number_at(self._values[name], self.path_of(name), accepted)

    def optional_draft_m(self, name: str) -> float | None:
        """A draft in metres, or None where none is.

        Raises:
            InvalidCaseError: it is no number, or not finite.
            ImplausibleDraftError: no ship has it.
        """
        value = self.optional_number(name, _ANY_DRAFT)
        if value is not None and not 0 < value <= DEEPEST_DRAFT_M:
            raise ImplausibleDraftError(self.path_of(name), value, deepest_m=DEEPEST_DRAFT_M)
        return value

    def text(self, name: str) -> str:
        """A text that must be there.

        Raises:
            InvalidCaseError: it is missing, no text, empty or too long.
        """
        value = self.optional_text(name)
        if value is None:
            raise InvalidCaseError(self.path_of(name), "is missing", accepted="a text")
        return value

    def optional_text(self, name: str) -> str | None:
        """A text without blanks around it, or None where none is.

        Raises:
            InvalidCaseError: it is no text, empty or too long.
        """
        value = self._values.get(name)
        if value is None:
            return None
        accepted = f"a text of 1 to {LONGEST_TEXT} characters, in one line"
        if not isinstance(value, str):
            raise InvalidCaseError(self.path_of(name), f"is {kind_of(value)}", accepted=accepted)
        text = value.strip()
        if not 0 < len(text) <= LONGEST_TEXT:
            raise InvalidCaseError(self.path_of(name), f"has {len(text)} characters", accepted=accepted)
        if not all(map(is_printed, text)):
            raise InvalidCaseError(self.path_of(name), f"is {value!r}", accepted=accepted)
        return text

    def optional_choice(self, name: str, choices: type[_Choice]) -> _Choice | None:
        """A member of an enumeration by its value, or None where none is.

        Raises:
            InvalidCaseError: it is none of them.
        """
        if not self.has(name):
            return None
        value = self._values[name]
        if not isinstance(value, str) or value not in {str(choice) for choice in choices}:
            raise InvalidCaseError(self.path_of(name), f"is {value!r}", accepted=_listed(choices))
        return choices(value)

    def choice(self, name: str, choices: type[_Choice]) -> _Choice:
        """A member of an enumeration by its value, which must be there and is never guessed.

        Raises:
            UndeclaredReferenceError: it is missing.
            InvalidCaseError: it is none of them.
        """
        chosen = self.optional_choice(name, choices)
        if chosen is None:
            raise UndeclaredReferenceError(self.path_of(name), accepted=_listed(choices))
        return chosen

    def optional_date(self, name: str) -> date | None:
        """A day in ISO 8601, or None where none is.

        Raises:
            InvalidCaseError: it is no day.
        """
        text = self.optional_text(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            accepted = "a day such as 2026-05-04"
            raise InvalidCaseError(self.path_of(name), f"is {text!r}", accepted=accepted) from None

    def child(self, name: str, known: Sequence[str]) -> "Fields | None":
        """The object at a key, or None where none is.

        Raises:
            InvalidCaseError: it is no object.
            UnknownKeyError: it has a key that is not known.
        """
        return Fields(self._values[name], self.path_of(name), known) if self.has(name) else None

    def children(self, name: str, known: Sequence[str]) -> tuple["Fields", ...]:
        """The objects of a list; none where there is no list.

        Raises:
            InvalidCaseError: it is no list, or has something else than objects.
            UnknownKeyError: one of them has a key that is not known.
        """
        return tuple(Fields(value, path, known) for path, value in self.items(name))

    def items(self, name: str) -> Iterator[tuple[str, object]]:
        """The values of a list with their paths; none where there is no list.

        Raises:
            InvalidCaseError: it is no list.
        """
        value = self._values.get(name)
        if value is None:
            return
        if not isinstance(value, list | tuple):
            raise InvalidCaseError(self.path_of(name), f"is {kind_of(value)}", accepted="a list")
        for index, item in enumerate(value):
            yield f"{self.path_of(name)}[{index}]", item

    def numbers(self, name: str, accepted: NumberRange) -> tuple[float, ...]:
        """A list of numbers; empty where there is none.

        Raises:
            InvalidCaseError: it is no list, or one of its values is not accepted.
        """
        return tuple(number_at(value, path, accepted) for path, value in self.items(name))

    def named_numbers(self, name: str, accepted: NumberRange) -> dict[str, float]:
        """An object from names of the user's own to numbers; empty where there is none.

        A blank weight is missing and not 0, so a null is refused here.

        Raises:
            InvalidCaseError: it is no object, or one of its names or values is not accepted.
        """
        if not self.has(name):
            return {}
        value = self._values[name]
        if not isinstance(value, Mapping):
            raise InvalidCaseError(self.path_of(name), f"is {kind_of(value)}", accepted="an object")
        for key in map(str, value):
            if not 0 < len(key.strip()) <= LONGEST_TEXT or not all(map(is_printed, key)):
                accepted_name = f"names of 1 to {LONGEST_TEXT} characters, in one line"
                raise InvalidCaseError(self.path_of(name), f"has the name {key!r}", accepted=accepted_name)
        return {
            str(key): number_at(item, f"{self.path_of(name)}.{key}", accepted) for key, item in value.items()
        }


def number_at(value: object, path: str, accepted: NumberRange) -> float:
    """A finite number in a range; texts and booleans are none.

    Raises:
        InvalidCaseError: it is not accepted, or null.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidCaseError(path, f"is {kind_of(value)}", accepted=accepted.text)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InvalidCaseError(path, "is not a finite number", accepted=accepted.text)
    if number not in accepted:
        raise InvalidCaseError(path, f"is {number:g}", accepted=accepted.text)
    return number


def is_printed(character: str) -> bool:
    """Whether a character can stand in one line on paper: no line break, no control, half of no pair.

    >>> [is_printed(character) for character in ("船", " ", chr(10))]
    [True, True, False]
    """
    return unicodedata.category(character) not in _UNPRINTED


def kind_of(value: object) -> str:
    """What a value is, in the words of JSON."""
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (type(None), "null"),
        (bool, "a boolean"),
        ((int, float), "a number"),
        (Mapping, "an object"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), "a list")


def _listed(choices: type[StrEnum]) -> str:
    return ", ".join(choices)
