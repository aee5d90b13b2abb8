"""The sheet on which a condition is worked: every value is written once, rounded by the profile, and used so.

Source: the record forms of [ECE92]: what stands on the sheet is what the next line is computed from.
Left out: the lines themselves (`draft_steps.py`, `displacement_steps.py`) and their printing.
"""

from survey.results import WorkedStep
from survey.rounding import Quantity, Rounding, rounded


class Worksheet:
    """Grows line by line while one condition is computed; `steps` is what remains of it."""

    def __init__(self, rounding: Rounding) -> None:
        self._rounding = rounding
        self._steps: list[WorkedStep] = []

    @property
    def steps(self) -> tuple[WorkedStep, ...]:
        """The lines written so far."""
        return tuple(self._steps)

    def given(self, name: str, symbol: str, value: float, unit: str, *, formula: str) -> float:
        """Write what was measured or entered, as it stands: an input is never rounded."""
        return self._write(
            WorkedStep(name=name, symbol=symbol, value=value, unit=unit, formula=formula, source="given")
        )

    def draft(self, name: str, symbol: str, value: float, *, formula: str, source: str = "ECE92") -> float:
        """Write a draft or a difference of drafts, in metres."""
        kept = rounded(value, quantity=Quantity.DRAFT, rounding=self._rounding)
        return self._write(
            WorkedStep(name=name, symbol=symbol, value=kept, unit="m", formula=formula, source=source)
        )

    def weight(self, name: str, symbol: str, value: float, *, formula: str, source: str = "ECE92") -> float:
        """Write a weight, in tonnes."""
        kept = rounded(value, quantity=Quantity.WEIGHT, rounding=self._rounding)
        return self._write(
            WorkedStep(name=name, symbol=symbol, value=kept, unit="t", formula=formula, source=source)
        )

    def other(self, name: str, symbol: str, value: float, unit: str, *, formula: str) -> float:
        """Write a length, an angle or a value of the table."""
        kept = rounded(value, quantity=Quantity.OTHER, rounding=self._rounding)
        return self._write(
            WorkedStep(name=name, symbol=symbol, value=kept, unit=unit, formula=formula, source="ECE92")
        )

    def _write(self, step: WorkedStep) -> float:
        self._steps.append(step)
        return step.value
