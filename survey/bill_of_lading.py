"""The weight by draft survey against the bill of lading: in tonnes, per cent and per mille, over or short.

Source: Chinese practice of 溢 and 短; the usual tolerance of a draft survey is 5 per mille [UKPI].
Left out: which of the two figures is right.
"""

from survey.errors import InvalidCaseError
from survey.results import BillOfLadingComparison

OVER = "over"
SHORT = "short"
EQUAL = "equal"


def compare_with_bill_of_lading(*, cargo_t: float, bill_of_lading_t: float) -> BillOfLadingComparison:
    """How much more (溢) or less (短) the ship's drafts say than the bill of lading.

    >>> found = compare_with_bill_of_lading(cargo_t=-29366.4, bill_of_lading_t=29500)
    >>> round(found.difference_t, 1), round(found.difference_permille, 2), found.outcome
    (-133.6, -4.53, 'short')

    Args:
        cargo_t: net(to) - net(from); its sign says loaded or discharged and does not enter.
        bill_of_lading_t: the weight on the bill, above zero.

    Raises:
        InvalidCaseError: the bill's weight is not above zero.
    """
    if not bill_of_lading_t > 0:
        raise InvalidCaseError(
            "bill_of_lading_t", f"is {bill_of_lading_t:g} t", accepted="a weight in tonnes above 0"
        )
    difference_t = abs(cargo_t) - bill_of_lading_t
    return BillOfLadingComparison(
        bill_of_lading_t=bill_of_lading_t,
        difference_t=difference_t,
        difference_percent=100 * difference_t / bill_of_lading_t,
        difference_permille=1000 * difference_t / bill_of_lading_t,
        outcome=_outcome(difference_t),
    )


def _outcome(difference_t: float) -> str:
    if difference_t == 0:
        return EQUAL
    return OVER if difference_t > 0 else SHORT
