"""Named profiles of standard uncertainties, for what a case does not state; printed with every result.

Source: Hullmark's own estimates, written out in each profile; the sum is held against [WPI].
Left out: any profile that would apply without being named in the result.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from survey.errors import UnknownUncertaintyProfileError
from survey.tanks import TankStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class UncertaintyProfile:
    """Standard uncertainties of a way of surveying.

    Attributes:
        name: as the case selects it and every output prints it.
        source: where the figures come from, printed with them.
        draft_reading_m: of one side reading, independent of all others.
        draft_bias_of_survey_m: common to all readings of one survey: swell, light, the observer's eye.
        draft_bias_of_both_surveys_m: common to all readings of both: marks welded out of place.
        measured_list_deg: of a list by inclinometer, where it stands in for a side that was not read.
        density_sample_t_per_m3: of one survey's mean density: layers, sampling, reading the stem.
        hydrometer_t_per_m3: the instrument's own error, common to both surveys.
        deductible_relative: share of a tank's or total's weight, by how it came to be known.
        deductible_least_t: added in quadrature: what remains unseen in a tank that is called empty.
        unstated_status: how a deductible counts that does not say how it came to be known.
        constant_relative: share of the declared constant, where a provisional weight rests on it.
    """

    name: str
    source: str
    draft_reading_m: float
    draft_bias_of_survey_m: float
    draft_bias_of_both_surveys_m: float
    measured_list_deg: float
    density_sample_t_per_m3: float
    hydrometer_t_per_m3: float
    deductible_relative: Mapping[TankStatus, float]
    deductible_least_t: Mapping[TankStatus, float]
    unstated_status: TankStatus
    constant_relative: float

    def deductible_t(self, weight_t: float, status: TankStatus | None) -> float:
        """Standard uncertainty of a deductible; a status of None counts as the profile's unstated one."""
        known_as = status or self.unstated_status
        relative_t = self.deductible_relative[known_as] * weight_t
        return math.hypot(relative_t, self.deductible_least_t[known_as])


VISUAL_SURVEY = UncertaintyProfile(
    name="visual_survey",
    source=(
        "Hullmark's estimate for marks read by eye in calm water: 1 cm a reading, 0.5 cm common to a survey; "
        "a list by inclinometer 0.1 degrees; "
        "density by draft-survey hydrometer of 0.001 t/m3 divisions: 0.0003 a survey, 0.0003 the instrument; "
        "deductibles by how they are known: 0.2 % sounded jointly, 0.5 % by ship or unstated, 1 % declared, "
        "5 % estimated, 10 % not soundable, with 0.5 to 10 t each; constant 5 %. On real surveys the sum comes to "
        "0.3 to 0.7 % of the cargo, where [WPI] gives 0.5 to 1.0 % for what surveys differ by."
    ),
    draft_reading_m=0.010,
    draft_bias_of_survey_m=0.005,
    draft_bias_of_both_surveys_m=0.0,
    measured_list_deg=0.1,
    density_sample_t_per_m3=0.0003,
    hydrometer_t_per_m3=0.0003,
    deductible_relative=MappingProxyType(
        {
            TankStatus.SOUNDED_JOINTLY: 0.002,
            TankStatus.BY_SHIP: 0.005,
            TankStatus.DECLARED: 0.01,
            TankStatus.ESTIMATED: 0.05,
            TankStatus.NOT_SOUNDABLE: 0.10,
        }
    ),
    deductible_least_t=MappingProxyType(
        {
            TankStatus.SOUNDED_JOINTLY: 0.5,
            TankStatus.BY_SHIP: 1.0,
            TankStatus.DECLARED: 2.0,
            TankStatus.ESTIMATED: 5.0,
            TankStatus.NOT_SOUNDABLE: 10.0,
        }
    ),
    unstated_status=TankStatus.BY_SHIP,
    constant_relative=0.05,
)

PROFILES: Mapping[str, UncertaintyProfile] = MappingProxyType({VISUAL_SURVEY.name: VISUAL_SURVEY})


def profile_named(name: str) -> UncertaintyProfile:
    """The profile that a case selects.

    Raises:
        UnknownUncertaintyProfileError: no profile has that name.
    """
    try:
        return PROFILES[name]
    except KeyError:
        raise UnknownUncertaintyProfileError(name, tuple(PROFILES)) from None
