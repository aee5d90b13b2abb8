"""From draft readings to trim and mean draft: perpendiculars, sides that were not read, hog and sag, list.

Source: [ECE92] Form C for the corrections to the perpendiculars and the 6/8 mean; geometry for the rest.
Left out: what was measured (`condition.py`), squat, and waves, which are the reader's.
"""

import math
from collections.abc import Mapping
from types import MappingProxyType

from survey.condition import DraftMarks, DraftReading
from survey.errors import InconsistentSurveyError
from survey.survey_case import MeanRule

LEAST_BETWEEN_MARKS = 0.5
"""Of LBP. Real marks stand within a tenth of it from the ends; less is a wrong sign, unit or reference."""

MEAN_WEIGHTS: Mapping[MeanRule, tuple[int, int, int]] = MappingProxyType(
    {
        MeanRule.SIX_EIGHTHS: (1, 6, 1),
        MeanRule.FOUR_SIXTHS: (1, 4, 1),
        MeanRule.THREE_FOURTEEN_THREE: (3, 14, 3),
    }
)
"""How much the forward, the midship and the aft draft weigh in the mean draft."""

MEAN_FORMULAS: Mapping[MeanRule, str] = MappingProxyType(
    {
        MeanRule.SIX_EIGHTHS: "(F + 6M + A)/8",
        MeanRule.FOUR_SIXTHS: "(F + 4M + A)/6",
        MeanRule.THREE_FOURTEEN_THREE: "(3F + 14M + 3A)/20",
    }
)
"""The same, as it is printed."""


def length_between_marks_m(marks: DraftMarks, *, length_between_perpendiculars_m: float, stage: str) -> float:
    """LBM = LBP + x_F - x_A, with both offsets forward of their perpendicular [ECE92].

    Args:
        marks: where the marks stand.
        length_between_perpendiculars_m: LBP.
        stage: of the condition, for the message.

    Raises:
        InconsistentSurveyError: the marks leave less than half the ship between them.
    """
    length_m = (
        length_between_perpendiculars_m + marks.forward_mark_forward_of_fp_m - marks.aft_mark_forward_of_ap_m
    )
    if not length_m > LEAST_BETWEEN_MARKS * length_between_perpendiculars_m:
        raise InconsistentSurveyError(
            stage,
            f"the length between the marks would be {length_m:g} m, of {length_between_perpendiculars_m:g} m "
            "between the perpendiculars; accepted are offsets in metres "
            "FORWARD of FP, midships and AP, such as -1.5, 0 and 8.0",
        )
    return length_m


def perpendicular_correction_m(
    *, mark_forward_of_reference_m: float, apparent_trim_m: float, length_between_marks_m: float
) -> float:
    """What a reading lacks to the draft at its perpendicular, or at midships: x Ta / LBM [ECE92].

    >>> round(perpendicular_correction_m(  # 1.5 m abaft FP, 1.35 m by the stern
    ...     mark_forward_of_reference_m=-1.5, apparent_trim_m=1.35, length_between_marks_m=231.5), 6)
    -0.008747

    Args:
        mark_forward_of_reference_m: x, + forward.
        apparent_trim_m: aft mean less forward mean at the marks, + by the stern.
        length_between_marks_m: LBM, positive.
    """
    return mark_forward_of_reference_m * apparent_trim_m / length_between_marks_m


def reading_across(
    known: DraftReading,
    *,
    known_side: str,
    list_to_starboard_deg: float,
    list_standard_uncertainty_deg: float | None,
    breadth_m: float,
) -> DraftReading:
    """The side that was not read: the side across, and B tan(phi) deeper where the ship lies over to it.

    The marks near the ends stand less than B apart, so the estimate overstates the difference there.

    >>> port = DraftReading(draft_m=10.0, standard_uncertainty_m=None)
    >>> across = reading_across(port, known_side="port", list_to_starboard_deg=0.5,
    ...                         list_standard_uncertainty_deg=None, breadth_m=32.0)
    >>> round(across.draft_m, 4)
    10.2793

    Args:
        known: the reading that was made.
        known_side: `port` or `starboard`.
        list_to_starboard_deg: phi, measured, + to starboard.
        list_standard_uncertainty_deg: of phi; None where nobody states one.
        breadth_m: B, between the marks of both sides.

    Returns:
        The estimate; its standard uncertainty is None unless both it rests on are known.
    """
    angle = math.radians(list_to_starboard_deg)
    deeper_to_starboard_m = breadth_m * math.tan(angle)
    uncertainty_m = None
    if known.standard_uncertainty_m is not None and list_standard_uncertainty_deg is not None:
        of_list_m = breadth_m / math.cos(angle) ** 2 * math.radians(list_standard_uncertainty_deg)
        uncertainty_m = math.hypot(known.standard_uncertainty_m, of_list_m)
    across_m = deeper_to_starboard_m if known_side == "port" else -deeper_to_starboard_m
    return DraftReading(draft_m=known.draft_m + across_m, standard_uncertainty_m=uncertainty_m)


def mean_draft_m(forward_m: float, midship_m: float, aft_m: float, *, rule: MeanRule) -> float:
    """The mean draft that enters the table, corrected for hog and sag by the rule's weights [ECE92].

    >>> mean_draft_m(5.0, 5.12, 5.0, rule=MeanRule.SIX_EIGHTHS)
    5.09
    """
    of_forward, of_midship, of_aft = MEAN_WEIGHTS[rule]
    weighted_m = of_forward * forward_m + of_midship * midship_m + of_aft * aft_m
    return weighted_m / (of_forward + of_midship + of_aft)


def list_to_starboard_deg(*, port_m: float, starboard_m: float, breadth_m: float) -> float:
    """The list that two drafts a breadth apart show, in degrees, + to starboard.

    >>> round(list_to_starboard_deg(port_m=10.16, starboard_m=9.57, breadth_m=28.0), 2)
    -1.21
    """
    return math.degrees(math.atan2(starboard_m - port_m, breadth_m))
