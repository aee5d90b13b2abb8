"""Profiles: what they hold, by hand, and the refusal of a name that nobody wrote."""

import math

import pytest

from survey.errors import UnknownUncertaintyProfileError
from survey.tanks import TankStatus
from survey.uncertainty_profiles import PROFILES, VISUAL_SURVEY, UncertaintyProfile, profile_named


def test_a_profile_is_found_by_its_name() -> None:
    assert profile_named("visual_survey") is VISUAL_SURVEY
    assert all(name == profile.name for name, profile in PROFILES.items())


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownUncertaintyProfileError, match="'visual'; accepted is visual_survey"):
        profile_named("visual")


@pytest.mark.parametrize("profile", PROFILES.values())
def test_every_status_is_covered_and_less_knowledge_is_never_less_doubt(profile: UncertaintyProfile) -> None:
    relative = [profile.deductible_relative[status] for status in TankStatus]
    least_t = [profile.deductible_least_t[status] for status in TankStatus]
    assert relative == sorted(relative)
    assert least_t == sorted(least_t)


def test_a_deductible_by_hand() -> None:
    assert VISUAL_SURVEY.deductible_t(1000.0, TankStatus.DECLARED) == pytest.approx(math.hypot(10, 2))
    assert VISUAL_SURVEY.deductible_t(1000.0, None) == pytest.approx(math.hypot(5, 1))
    assert VISUAL_SURVEY.deductible_t(0.0, TankStatus.SOUNDED_JOINTLY) == 0.5
    assert VISUAL_SURVEY.deductible_t(-100.0, TankStatus.BY_SHIP) > 0
