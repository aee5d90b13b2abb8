"""Systems of draft marks: how far apart numerals stand, how their last digit grows, what the digits left of it count.

Source: docs/draft-reading.md. The lower edge of a numeral is at its value in both.
Left out: Roman numerals and half feet.
"""

from dataclasses import dataclass

from vision.draft.numerals import METRE_LETTER, MarkCharacter


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSystem:
    """What tells marks in metres from marks in feet.

    Attributes:
        name: The unit of the marks, "metre" or "foot".
        whole_m: What the digits left of the last one count: metres, or tens of feet.
        whole_name: The same in words, for a person.
        whole_digits: How many digits spell that at most.
        digit_per_step: How much the last digit grows from one numeral to the next.
        numeral_height_m: Height of a numeral.
        letter: Whether an M may stand in the place of the last digit, for 0.
    """

    name: str
    whole_m: float
    whole_name: str
    whole_digits: int
    digit_per_step: int
    numeral_height_m: float
    letter: bool

    @property
    def step_m(self) -> float:
        """Distance of numerals.

        >>> METRIC.step_m, IMPERIAL.step_m
        (0.2, 0.3048)
        """
        return self.digit_per_step * self.whole_m / 10

    @property
    def size(self) -> float:
        """Height of a numeral over that of a metric one."""
        return self.numeral_height_m / _METRIC_HEIGHT_M

    def last_digit(self, character: MarkCharacter) -> int | None:
        """Last digit of the value that a character stands for, where it can be one.

        Args:
            character: What was found.

        Returns:
            In metres the decimetre, 0 for an M; in feet the last digit of whole feet.
        """
        if self.letter:
            return character.tenths
        return int(character.text) if character.text.isdigit() else None

    def digit_at(self, step: int, zero_digit: int = 0) -> int:
        """Last digit that belongs to a step.

        >>> METRIC.digit_at(3), IMPERIAL.digit_at(-1, zero_digit=4)
        (6, 3)
        """
        return (zero_digit + self.digit_per_step * step) % 10

    def written(self, draft_m: float) -> str:
        """A mark's value as it is written on the hull's scale.

        >>> METRIC.written(8.2), IMPERIAL.written(29 * 0.3048)
        ('8.2', '29 ft')
        """
        return f"{draft_m:.1f}" if self.letter else f"{10 * draft_m / self.whole_m:.0f} ft"

    def knows(self, character: MarkCharacter) -> bool:
        """Whether a character says anything about a column of this system, for or against it."""
        return character.tenths is not None if self.letter else _written(character)


def _written(character: MarkCharacter) -> bool:
    return character.text.isdigit() or character.text == METRE_LETTER


_METRIC_HEIGHT_M = 0.1
METRIC = MarkSystem(
    name="metre",
    whole_m=1.0,
    whole_name="metres",
    whole_digits=2,
    digit_per_step=2,
    numeral_height_m=_METRIC_HEIGHT_M,
    letter=True,
)
IMPERIAL = MarkSystem(
    name="foot",
    whole_m=3.048,
    whole_name="tens of feet",
    whole_digits=1,
    digit_per_step=1,
    numeral_height_m=0.1524,
    letter=False,
)
