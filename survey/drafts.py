"""From six draft readings to the trim and the mean draft: side means, perpendiculars, deflection, weighted mean.

Source: [ECE92] Form C for the means, the corrections to the perpendiculars and the 6/8 mean; missing sides by list.
Left out: draft tables by trim of raked marks (enter the corrections themselves), squat, and waves (the reader's).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from survey.errors import ImplausibleDraftError, InconsistentSurveyError

DEEPEST_DRAFT_M = 30.0
"""No ship afloat draws more; a reading in decimetres or feet does not pass."""


class Mark(StrEnum):
    """Where along the ship a mark stands."""

    FORWARD = "forward"
    MIDSHIP = "midship"
    AFT = "aft"


class Side(StrEnum):
    """On which side of the ship a mark stands."""

    PORT = "port"
    STARBOARD = "starboard"

    @property
    def other(self) -> "Side":
        """The side across."""
        return Side.STARBOARD if self is Side.PORT else Side.PORT


class MeanRule(StrEnum):
    """How forward, midship and aft drafts weigh in the mean draft; the first is the rule of [ECE92]."""

    SIX_EIGHTHS = "6/8"
    FOUR_SIXTHS = "4/6"
    THREE_FOURTEEN_THREE = "3-14-3"

    @property
    def weights(self) -> tuple[int, int, int]:
        """Weights of the forward, midship and aft draft."""
        return {
            MeanRule.SIX_EIGHTHS: (1, 6, 1),
            MeanRule.FOUR_SIXTHS: (1, 4, 1),
            MeanRule.THREE_FOURTEEN_THREE: (3, 14, 3),
        }[self]

    @property
    def formula(self) -> str:
        """As printed on the record sheet."""
        return {
            MeanRule.SIX_EIGHTHS: "(F + 6M + A)/8",
            MeanRule.FOUR_SIXTHS: "(F + 4M + A)/6",
            MeanRule.THREE_FOURTEEN_THREE: "(3F + 14M + 3A)/20",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReading:
    """One side of one mark. `standard_uncertainty_m` is None where nobody stated one."""

    value_m: float
    standard_uncertainty_m: float | None = None
    is_estimated: bool = False

    def moved(self, by_m: float) -> "DraftReading":
        """The same reading, deeper by so much."""
        return replace(self, value_m=self.value_m + by_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReadings:
    """The six readings of a condition, in metres; None for a side that was not read."""

    forward_port: DraftReading | None
    forward_starboard: DraftReading | None
    midship_port: DraftReading | None
    midship_starboard: DraftReading | None
    aft_port: DraftReading | None
    aft_starboard: DraftReading | None

    def __post_init__(self) -> None:
        """Refuse what no ship draws.

        Raises:
            ImplausibleDraftError: a reading is not a number above 0 m and up to `DEEPEST_DRAFT_M`.
        """
        for name, reading in self.by_name().items():
            if reading is not None:
                check_draft(name, reading.value_m)

    def by_name(self) -> dict[str, DraftReading | None]:
        """The readings under their names: `forward_port` to `aft_starboard`."""
        return {name: getattr(self, name) for name in READING_NAMES}

    def of(self, mark: Mark, side: Side) -> DraftReading | None:
        """The reading of one side of one mark."""
        return self.by_name()[f"{mark}_{side}"]

    def moved(self, by_m: Mapping[str, float]) -> "DraftReadings":
        """The readings with those that are named deeper by so much; a side that was not read stays so."""
        return replace(
            self,
            **{
                name: reading.moved(by_m[name])
                for name, reading in self.by_name().items()
                if reading is not None and name in by_m
            },
        )


READING_NAMES = tuple(f"{mark}_{side}" for mark in Mark for side in Side)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMarks:
    """Where the marks stand, in metres FORWARD of FP, midships and AP: one direction, one formula, no sign table."""

    forward_mark_forward_of_fp_m: float
    midship_mark_forward_of_midships_m: float
    aft_mark_forward_of_ap_m: float

    def offset_m(self, mark: Mark) -> float:
        """How far forward of its reference a mark stands."""
        return {
            Mark.FORWARD: self.forward_mark_forward_of_fp_m,
            Mark.MIDSHIP: self.midship_mark_forward_of_midships_m,
            Mark.AFT: self.aft_mark_forward_of_ap_m,
        }[mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredCorrections:
    """Perpendicular corrections that the officer takes from the ship's own table, in metres, + deeper."""

    forward_m: float
    midship_m: float
    aft_m: float

    def correction_m(self, mark: Mark) -> float:
        """The correction of one mark."""
        return {Mark.FORWARD: self.forward_m, Mark.MIDSHIP: self.midship_m, Mark.AFT: self.aft_m}[mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredList:
    """A list read off an inclinometer or a water level, in degrees, + to starboard."""

    list_to_starboard_deg: float
    standard_uncertainty_deg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedDrafts:
    """Where a survey starts when the readings themselves are not at hand: on the table's basis, in metres."""

    quarter_mean_m: float
    trim_by_stern_m: float
    standard_uncertainty_m: float | None = None

    def __post_init__(self) -> None:
        """Refuse what no ship draws.

        Raises:
            ImplausibleDraftError: the mean is not a number above 0 m and up to `DEEPEST_DRAFT_M`.
        """
        check_draft("quarter_mean", self.quarter_mean_m)


def check_draft(name: str, draft_m: float) -> None:
    """Refuse a draft that no ship has.

    Raises:
        ImplausibleDraftError: it is not a number above 0 m and up to `DEEPEST_DRAFT_M`.
    """
    if not 0 < draft_m <= DEEPEST_DRAFT_M:
        raise ImplausibleDraftError(name, draft_m, deepest_m=DEEPEST_DRAFT_M)


def reading_across(
    known: DraftReading, *, side: Side, measured: MeasuredList, breadth_m: float
) -> DraftReading:
    """The side that was not read, estimated from the side across and the measured list: B tan(phi) deeper or less.

    Marks near the ends stand less than B apart, so that the estimate overstates the difference there.

    >>> port = DraftReading(value_m=10.0)
    >>> lying = MeasuredList(list_to_starboard_deg=0.5)
    >>> round(reading_across(port, side=Side.STARBOARD, measured=lying, breadth_m=32.0).value_m, 4)
    10.2793

    Args:
        known: the reading across.
        side: the side that is estimated.
        measured: the list, + to starboard.
        breadth_m: B, between the marks of both sides.

    Returns:
        The reading, marked as estimated. Its standard uncertainty is None unless both it rests on are known.
    """
    angle = math.radians(measured.list_to_starboard_deg)
    deeper_to_starboard_m = breadth_m * math.tan(angle)
    uncertainty_m = None
    if known.standard_uncertainty_m is not None and measured.standard_uncertainty_deg is not None:
        of_list_m = breadth_m / math.cos(angle) ** 2 * math.radians(measured.standard_uncertainty_deg)
        uncertainty_m = math.hypot(known.standard_uncertainty_m, of_list_m)
    return DraftReading(
        value_m=known.value_m + (deeper_to_starboard_m if side is Side.STARBOARD else -deeper_to_starboard_m),
        standard_uncertainty_m=uncertainty_m,
        is_estimated=True,
    )


def length_between_marks_m(marks: DraftMarks, *, length_between_perpendiculars_m: float) -> float:
    """LBM = LBP + x_F - x_A, with both offsets forward of their perpendicular [ECE92].

    >>> marks = DraftMarks(
    ...     forward_mark_forward_of_fp_m=-1.5, midship_mark_forward_of_midships_m=0, aft_mark_forward_of_ap_m=18.0
    ... )
    >>> length_between_marks_m(marks, length_between_perpendiculars_m=234.5)
    215.0

    Raises:
        InconsistentSurveyError: the marks leave no length between them.
    """
    length_m = (
        length_between_perpendiculars_m + marks.forward_mark_forward_of_fp_m - marks.aft_mark_forward_of_ap_m
    )
    if not length_m > 0:
        raise InconsistentSurveyError(
            f"the length between the marks would be {length_m:g} m",
            accepted="mark offsets in metres FORWARD of FP, midships and AP, as -1.5, 0 and 8.0",
        )
    return length_m


def perpendicular_correction_m(
    *, mark_forward_of_reference_m: float, apparent_trim_m: float, length_between_marks_m: float
) -> float:
    """c = x Ta / LBM: what a reading lacks to the draft at the perpendicular, or at midships [ECE92].

    >>> round(perpendicular_correction_m(  # 1.5 m abaft FP, 1.35 m by the stern
    ...     mark_forward_of_reference_m=-1.5, apparent_trim_m=1.35, length_between_marks_m=231.5), 6)
    -0.008747

    Args:
        mark_forward_of_reference_m: x, + forward.
        apparent_trim_m: aft mean less forward mean at the marks, + by the stern.
        length_between_marks_m: LBM, positive.
    """
    return mark_forward_of_reference_m * apparent_trim_m / length_between_marks_m


def mean_draft_m(forward_m: float, midship_m: float, aft_m: float, *, rule: MeanRule) -> float:
    """The mean draft that enters the table, corrected for hog and sag by the rule's weights [ECE92].

    >>> mean_draft_m(5.0, 5.12, 5.0, rule=MeanRule.SIX_EIGHTHS)
    5.09
    """
    of_forward, of_midship, of_aft = rule.weights
    weighted_m = of_forward * forward_m + of_midship * midship_m + of_aft * aft_m
    return weighted_m / (of_forward + of_midship + of_aft)


def list_to_starboard_deg(*, port_m: float, starboard_m: float, breadth_m: float) -> float:
    """The list that two drafts a breadth apart show, in degrees, + to starboard."""
    return math.degrees(math.atan2(starboard_m - port_m, breadth_m))
