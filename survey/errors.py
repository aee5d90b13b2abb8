"""The one error family of the draft survey arithmetic, drawn as a tree.

    SurveyError
    ├── OutsideHydrostaticTableError     a draft that the rows do not cover
    ├── OutsideTrimRangeError            a trim that the pages of a table by trim do not cover
    ├── InvalidHydrostaticTableError     a table that cannot be used
    ├── OutsideTankTableError            a sounding, trim or heel that a tank table does not cover
    ├── InvalidTankTableError            a tank table, or a tank, that cannot be used
    ├── UndeclaredGaugeError             a sounding for an ullage table, without the gauge height
    ├── UnboundedSensitivityError        an input that cannot be moved without leaving the tables
    ├── UnknownUncertaintyProfileError   a profile of standard uncertainties that nobody has written
    ├── InvalidCaseError                 a case that does not keep to its format
    │   ├── UnknownKeyError              a key that the format does not have
    │   ├── UndeclaredReferenceError     an LCF reference, draft basis, kind or density that nobody stated
    │   └── ImplausibleDraftError        a draft that no ship has
    ├── MissingReadingError              a side that was not read and cannot be estimated
    └── InconsistentSurveyError          values that are each possible, but not together

Every error carries the offending values and says what would be accepted.
"""

from typing import Self


class SurveyError(Exception):
    """A survey that cannot be computed as given."""

    def within(self, place: str) -> Self:
        """The same error with the place where it arose before its words: a stage, a tank, a key of the case.

        >>> str(InvalidTankTableError("1 readings; 2 or more are needed").within("tank FPT"))
        'tank FPT: the tank table cannot be used: 1 readings; 2 or more are needed'
        """
        placed = type(self).__new__(type(self))
        placed.__dict__.update(self.__dict__)
        placed.args = (f"{place}: {self}",)
        return placed


class OutsideHydrostaticTableError(SurveyError):
    """A draft below the first row of a table, above its last, or not a number at all."""

    def __init__(self, draft_m: float, lowest_m: float, highest_m: float) -> None:
        self.draft_m = draft_m
        self.lowest_m = lowest_m
        self.highest_m = highest_m
        super().__init__(
            f"draft {draft_m:.4f} m is outside the hydrostatic table; "
            f"drafts from {lowest_m:g} m to {highest_m:g} m are covered"
        )


class OutsideTrimRangeError(SurveyError):
    """A trim that a table by trim does not cover, or none where it needs one."""

    def __init__(self, trim_m: float | None, lowest_m: float, highest_m: float) -> None:
        self.trim_m = trim_m
        self.lowest_m = lowest_m
        self.highest_m = highest_m
        said = "no trim is given" if trim_m is None else f"trim {trim_m:.4f} m is outside the table"
        super().__init__(f"{said}; trims by the stern from {lowest_m:g} m to {highest_m:g} m are covered")


class InvalidHydrostaticTableError(SurveyError):
    """A table that cannot be used, and why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the hydrostatic table cannot be used: {reason}")


class OutsideTankTableError(SurveyError):
    """A sounding, ullage, trim or heel that a tank table does not cover."""

    def __init__(self, name: str, value: float, lowest: float, highest: float) -> None:
        self.name = name
        self.value = value
        self.lowest = lowest
        self.highest = highest
        super().__init__(
            f"{name} {value:g} is outside the tank table, which covers {lowest:g} to {highest:g}"
        )


class InvalidTankTableError(SurveyError):
    """A tank table, or a tank's dimensions, that cannot be used, and why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the tank table cannot be used: {reason}")


class UndeclaredGaugeError(SurveyError):
    """A sounding where the table wants an ullage, or the other way, without the gauge height between them."""

    def __init__(self, given: str, wanted: str) -> None:
        self.given = given
        self.wanted = wanted
        super().__init__(f"the table is entered by {wanted} but a {given} is given; gauge_height_m is needed")


class UnboundedSensitivityError(SurveyError):
    """An input so uncertain that moving it to either side leaves the tables: its effect cannot be told."""

    def __init__(self, name: str, standard_uncertainty: float, unit: str) -> None:
        self.name = name
        self.standard_uncertainty = standard_uncertainty
        self.unit = unit
        super().__init__(
            f"the effect of {name} cannot be computed: {standard_uncertainty:g} {unit} either side lies "
            "outside the tables; a longer table or a smaller uncertainty is needed"
        )


class UnknownUncertaintyProfileError(SurveyError):
    """A profile of standard uncertainties by a name that is not known."""

    def __init__(self, name: str, accepted: tuple[str, ...]) -> None:
        self.name = name
        self.accepted = accepted
        super().__init__(f"no uncertainty profile is named {name!r}; accepted is {', '.join(accepted)}")


class InvalidCaseError(SurveyError):
    """A case that does not keep to its format, by the path of the key."""

    def __init__(self, path: str, problem: str, *, accepted: str) -> None:
        self.path = path
        self.problem = problem
        self.accepted = accepted
        super().__init__(f"{path}: {problem}; accepted is {accepted}")


class UnknownKeyError(InvalidCaseError):
    """A key that the format does not have; `nearest` is the accepted spelling it may have been meant for."""

    def __init__(self, path: str, *, nearest: str | None, accepted: tuple[str, ...]) -> None:
        self.nearest = nearest
        hint = "" if nearest is None else f" (did you mean {nearest}?)"
        super().__init__(path, f"unknown key{hint}", accepted=", ".join(accepted))


class UndeclaredReferenceError(InvalidCaseError):
    """A reference without which the numbers of a table have no meaning, and which is never guessed."""

    def __init__(self, path: str, *, accepted: str) -> None:
        super().__init__(path, "is not declared and is never guessed", accepted=accepted)


class ImplausibleDraftError(InvalidCaseError):
    """A draft that no ship has: not above zero, or deeper than any harbour."""

    def __init__(self, path: str, draft_m: float, *, deepest_m: float) -> None:
        self.draft_m = draft_m
        super().__init__(
            path,
            f"{draft_m:g} m is no draft of a ship",
            accepted=f"a draft in metres above 0 and up to {deepest_m:g}; leave out what was not read",
        )


class MissingReadingError(SurveyError):
    """A side of a mark that was not read, where nothing given allows an estimate."""

    def __init__(self, stage: str, reading: str, needed: str) -> None:
        self.stage = stage
        self.reading = reading
        self.needed = needed
        super().__init__(f"{stage}: the draft reading {reading} is missing; needed is {needed}")


class InconsistentSurveyError(SurveyError):
    """Values that are each possible, but not together."""

    def __init__(self, stage: str, reason: str) -> None:
        self.stage = stage
        self.reason = reason
        super().__init__(f"{stage}: {reason}")
