"""Where a number of a survey becomes a warning; every limit can be set by the case.

Source: [NPI], [UKPI] and [WPI] for the limits of list, constant and weight; the rest is Hullmark's practice.
Left out: the checks themselves (`plausibility.py`).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlausibilityLimits:
    """The limits of the plausibility checks.

    Attributes:
        constant_deviation: of a light ship's constant from the declared one, as a share of the declared.
        constant_coincidence_t: a constant closer to the declared one than this was probably solved for.
        constant_drift_t: between two light conditions of one call.
        bill_of_lading_permille: of the weight from the bill of lading.
        list_deg: above it the readings at the ends no longer bear out the means.
        lowest_density_t_per_m3: of dock water.
        highest_density_t_per_m3: of dock water.
        deflection_m: hog when loaded and sag when light are noted beyond this.
        twist_m: how far the lists at two marks may disagree, as a difference of drafts.
        fuel_rise_t: rise of fuel between two surveys.
    """

    constant_deviation: float = 0.10
    constant_coincidence_t: float = 1.0
    constant_drift_t: float = 50.0
    bill_of_lading_permille: float = 5.0
    list_deg: float = 0.5
    lowest_density_t_per_m3: float = 0.990
    highest_density_t_per_m3: float = 1.040
    deflection_m: float = 0.02
    twist_m: float = 0.15
    fuel_rise_t: float = 1.0
