"""The budget of a whole survey: hand calculation on a prism, common doubts, profiles, and Monte Carlo."""

import math
import random
import statistics
from collections.abc import Mapping
from dataclasses import replace

import pytest

from survey.chain import compute_condition
from survey.condition import (
    MARKS,
    SIDES,
    CorrectedDrafts,
    Deductible,
    DensitySample,
    DraftMarks,
    DraftReading,
    DraftReadings,
    EnteredCorrections,
    ListRule,
    MeasuredList,
    ShipHydrostatics,
    SurveyCondition,
    WeightDeductible,
)
from survey.doubts import COMPUTED, INPUT_NAMES, QUARTER_MEAN_OF_READINGS, STATED, move_unstated
from survey.errors import UnknownUncertaintyProfileError
from survey.hydrostatics import DraftBasis, HydrostaticRow, HydrostaticTable
from survey.propagation import UncertaintyBudget
from survey.results import ConditionResult
from survey.rounding import Rounding
from survey.survey_case import MeanRule, SurveyCase, SurveyLimits, SurveyMethod, Vessel
from survey.tanks import TankStatus
from survey.typed_hydrostatics import TypedHydrostatics
from survey.uncertainty import Chain, assumed_inputs, cargo_uncertainty, profile_of, weigh
from survey.uncertainty_profiles import VISUAL_SURVEY

LENGTH_M, SEA = 200.0, 1.025
NAMES = [f"{mark}_{side}" for mark in MARKS for side in SIDES]


def prism_row(draft_m: float) -> HydrostaticRow:
    """A box 200 m by 58.5366 m: TPC 120 t/cm in sea water at every draft, LCF amidships, MCTC constant."""
    return HydrostaticRow(
        draft_m=draft_m,
        displacement_t=12_000 * draft_m,
        tpc_t_per_cm=120.0,
        lcf_aft_of_midships_m=0.0,
        mctc_tm_per_cm=4_000.0,
    )


BOX = HydrostaticTable.from_rows([prism_row(draft) for draft in (2.0, 10.0, 20.0)])


def readings(mean_m: float, u_m: float | None = None, trim_m: float = 0.0) -> DraftReadings:
    means_m = {"forward": mean_m - trim_m / 2, "midship": mean_m, "aft": mean_m + trim_m / 2}
    return DraftReadings(
        **{
            f"{mark}_{side}": DraftReading(draft_m=means_m[mark], standard_uncertainty_m=u_m)
            for mark in MARKS
            for side in SIDES
        }
    )


def condition(
    stage: str,
    *,
    drafts: DraftReadings | CorrectedDrafts,
    densities: tuple[float, ...] = (SEA,),
    density_u: float | None = 0.0,
    deductibles: tuple[Deductible, ...] = (),
    table: HydrostaticTable | TypedHydrostatics = BOX,
    lying: MeasuredList | None = None,
) -> SurveyCondition:
    return SurveyCondition(
        stage=stage,
        draft_readings=drafts if isinstance(drafts, DraftReadings) else None,
        corrected_drafts=drafts if isinstance(drafts, CorrectedDrafts) else None,
        marks=DraftMarks(
            forward_mark_forward_of_fp_m=0.0,
            midship_mark_forward_of_midships_m=0.0,
            aft_mark_forward_of_ap_m=0.0,
        ),
        entered_corrections=EnteredCorrections(forward_m=None, midship_m=None, aft_m=None),
        measured_list=lying,
        density_samples=tuple(
            DensitySample(
                density_t_per_m3=density,
                place=None,
                depth_m=None,
                taken_at=None,
                instrument_number=None,
                certificate_expires_on=None,
            )
            for density in densities
        ),
        density_standard_uncertainty_t_per_m3=density_u,
        hydrostatics=ShipHydrostatics(table=table, density_t_per_m3=SEA, draft_basis=DraftBasis.EXTREME),
        deductibles=deductibles,
        list_rule=ListRule.NONE,
        cargo_on_board_t=None,
        surveyed_on=None,
    )


def survey_case(
    *conditions: SurveyCondition,
    profile: str | None = None,
    mean_rule: MeanRule = MeanRule.SIX_EIGHTHS,
    constant_t: float | None = None,
    constant_u_t: float | None = None,
) -> SurveyCase:
    two = len(conditions) > 1
    return SurveyCase(
        vessel=Vessel(
            name="BOX",
            imo=None,
            length_between_perpendiculars_m=LENGTH_M,
            breadth_m=58.5,
            lightship_t=10_000.0,
            declared_constant_t=constant_t,
            declared_constant_standard_uncertainty_t=constant_u_t,
            summer_draft_m=None,
            keel_plate_thickness_m=None,
            marks=None,
        ),
        vessel_as_given={},
        table_lcf_reference=None,
        method=SurveyMethod(
            rounding=Rounding.FULL,
            mctc_half_interval_m=0.5,
            mean_rule=mean_rule,
            uncertainty_profile=profile,
        ),
        conditions=conditions,
        cargo_from=conditions[0].stage if two else None,
        cargo_to=conditions[-1].stage if two else None,
        operation=None,
        bill_of_lading_t=None,
        limits=SurveyLimits(),
    )


def chain_of(case: SurveyCase) -> Chain:
    def chain(moved: SurveyCondition) -> ConditionResult:
        return compute_condition(moved, case.vessel, case.method)

    return chain


def budget_of(case: SurveyCase) -> UncertaintyBudget:
    return cargo_uncertainty(case, chain_of(case))


def contributions(budget: UncertaintyBudget) -> Mapping[tuple[str, str | None], float]:
    return {(line.input, line.stage): line.contribution_t for line in budget.lines}


# ---------------------------------------------------------------- the known check


def test_one_centimetre_on_each_reading_is_65_t_a_survey_and_93_t_over_two() -> None:
    light = condition("initial", drafts=readings(5.0, 0.01))
    deep = condition("final", drafts=readings(15.0, 0.01))
    hydrometer_free = [line for line in budget_of(survey_case(light, deep)).lines if line.input in NAMES]
    assert len(hydrometer_free) == 12
    per_survey = math.hypot(*(line.contribution_t for line in hydrometer_free if line.stage == "final"))
    assert per_survey == pytest.approx(65.4, abs=0.1)
    both = budget_of(survey_case(light, deep))
    assert both.standard_uncertainty_t == pytest.approx(92.5, abs=0.1)
    assert both.u95_t == pytest.approx(185, abs=0.2)
    assert pytest.approx(0.545, abs=0.0005) == QUARTER_MEAN_OF_READINGS


def test_midship_marks_weigh_six_times_the_ends() -> None:
    budget = budget_of(survey_case(condition("single", drafts=readings(10.0, 0.01)), constant_t=0.0))
    found = contributions(budget)
    assert found["midship_port", "single"] == pytest.approx(45.0)  # 3/8 of 1 cm at 120 t/cm
    assert found["forward_port", "single"] == pytest.approx(7.5)  # 1/16
    assert all(line.assumed_from == STATED for line in budget.lines)


def test_starting_at_the_corrected_mean_gives_the_same_as_six_readings() -> None:
    six = budget_of(survey_case(condition("single", drafts=readings(10.0, 0.01)), constant_t=0.0))
    start = CorrectedDrafts(
        quarter_mean_m=10.0, trim_by_stern_m=0.0, standard_uncertainty_m=0.01 * QUARTER_MEAN_OF_READINGS
    )
    one = budget_of(survey_case(condition("single", drafts=start), constant_t=0.0))
    assert one.standard_uncertainty_t == pytest.approx(six.standard_uncertainty_t, rel=1e-6)
    trim = next(line for line in one.lines if line.input == "trim")
    assert trim.standard_uncertainty == pytest.approx(0.01)


# ---------------------------------------------------------------- what is common


def test_a_bias_of_a_survey_counts_twice_and_the_hydrometer_cancels_but_for_the_cargo() -> None:
    light = condition("initial", drafts=readings(5.0), density_u=None)
    deep = condition("final", drafts=readings(15.0), density_u=None)
    found = contributions(budget_of(survey_case(light, deep)))
    assert found["draft_bias_of_survey", "initial"] == pytest.approx(60.0)  # 0.5 cm at 120 t/cm
    assert found["draft_bias_of_survey", "final"] == pytest.approx(60.0)
    assert found["density_sample", "final"] == pytest.approx(180_000 * 0.0003 / SEA)
    assert found["hydrometer", None] == pytest.approx((180_000 - 60_000) * 0.0003 / SEA)


def test_the_hydrometer_moves_only_the_survey_whose_density_is_not_stated() -> None:
    light = condition("initial", drafts=readings(5.0), density_u=0.0002)
    deep = condition("final", drafts=readings(15.0), density_u=None)
    found = contributions(budget_of(survey_case(light, deep)))
    assert found["density_sample", "initial"] == pytest.approx(60_000 * 0.0002 / SEA)
    assert found["hydrometer", None] == pytest.approx(180_000 * 0.0003 / SEA)


def test_a_bias_of_both_surveys_cancels_on_a_wall_sided_ship() -> None:
    both = replace(VISUAL_SURVEY, draft_bias_of_both_surveys_m=0.02)
    light = condition("initial", drafts=readings(5.0))
    case = survey_case(light, condition("final", drafts=readings(15.0)))
    weighed = weigh(case, chain_of(case))
    bias = next(iter(d for d in weighed.doubts if d.name == "draft_bias_of_survey"))
    common = replace(bias, stage=None, standard_uncertainty=both.draft_bias_of_both_surveys_m)
    assert weighed.weight_change_t(bias, 0.01) == pytest.approx(-120.0)
    assert weighed.weight_change_t(common, 0.01) == pytest.approx(0.0, abs=1e-9)


def test_a_reader_that_states_its_uncertainty_covers_its_own_bias() -> None:
    stated = condition("single", drafts=readings(10.0, 0.004))
    names = {line.input for line in budget_of(survey_case(stated, constant_t=0.0)).lines}
    assert "draft_bias_of_survey" not in names
    assert move_unstated(stated, 1.0) == stated
    partly = replace(readings(10.0, 0.004), aft_port=DraftReading(draft_m=10.0, standard_uncertainty_m=None))
    found = contributions(budget_of(survey_case(condition("single", drafts=partly), constant_t=0.0)))
    assert found["draft_bias_of_survey", "single"] == pytest.approx(0.5 * 120 / 16)


def test_a_stated_corrected_draft_is_not_moved_by_the_common_bias() -> None:
    stated = CorrectedDrafts(quarter_mean_m=10.0, trim_by_stern_m=0.0, standard_uncertainty_m=0.01)
    still = condition("single", drafts=stated)
    assert move_unstated(still, 1.0) == still
    free = condition("single", drafts=replace(stated, standard_uncertainty_m=None))
    moved = move_unstated(free, 1.0).corrected_drafts
    assert moved is not None
    assert moved.quarter_mean_m == 11.0
    found = contributions(budget_of(survey_case(free, constant_t=0.0)))
    assert found["draft_bias_of_survey", "single"] == pytest.approx(60.0)


# ---------------------------------------------------------------- density, list, deductibles, constant


def test_scattered_samples_show_their_own_uncertainty_with_few_degrees_of_freedom() -> None:
    densities = (1.020, 1.022, 1.024)
    case = survey_case(
        condition("single", drafts=readings(10.0, 0.001), densities=densities, density_u=None), constant_t=0.0
    )
    budget = budget_of(case)
    scatter = next(line for line in budget.lines if line.input == "density_scatter")
    assert scatter.standard_uncertainty == pytest.approx(0.002 / math.sqrt(3))
    assert scatter.assumed_from == COMPUTED
    assert scatter.contribution_t == pytest.approx(120_000 / SEA * 0.002 / math.sqrt(3))
    assert budget.effective_degrees_of_freedom < 4
    assert budget.coverage_factor > 3


def test_equal_samples_scatter_by_nothing() -> None:
    case = survey_case(
        condition("single", drafts=readings(10.0), densities=(1.02, 1.02), density_u=None), constant_t=0.0
    )
    assert "density_scatter" not in {line.input for line in budget_of(case).lines}


def test_a_side_that_was_not_read_leans_on_the_list() -> None:
    unread = replace(readings(10.0, 0.01), midship_starboard=None)
    lying = MeasuredList(to_starboard_deg=0.0, standard_uncertainty_deg=None)
    budget = budget_of(survey_case(condition("single", drafts=unread, lying=lying), constant_t=0.0))
    found = contributions(budget)
    assert found["measured_list", "single"] == pytest.approx(
        58.5 * math.tan(math.radians(0.1)) * 100 * 120 * 3 / 8, rel=1e-6
    )
    assert found["midship_port", "single"] == pytest.approx(90.0)  # it now carries both sides
    full = survey_case(condition("single", drafts=readings(10.0, 0.01), lying=lying), constant_t=0.0)
    assert "measured_list" not in {line.input for line in budget_of(full).lines}


def test_deductibles_count_by_status_or_as_stated() -> None:
    aboard = tuple(
        WeightDeductible(name=name, weight_t=1000.0, status=status, standard_uncertainty_t=stated_t)
        for name, status, stated_t in (
            ("fuel_oil", TankStatus.DECLARED, None),
            ("ballast", None, None),
            ("slops", TankStatus.ESTIMATED, 3.0),
        )
    )
    case = survey_case(condition("single", drafts=readings(10.0), deductibles=aboard), constant_t=0.0)
    lines = {line.input: line for line in budget_of(case).lines}
    assert lines["fuel_oil"].contribution_t == pytest.approx(math.hypot(10, 2))
    assert lines["fuel_oil"].assumed_from == "visual_survey: declared"
    assert lines["fuel_oil"].sensitivity_t_per_unit == pytest.approx(-1)
    assert lines["ballast"].assumed_from == "visual_survey: by_ship"
    assert lines["slops"].contribution_t == pytest.approx(3.0)
    assert lines["slops"].assumed_from == STATED


@pytest.mark.parametrize(
    ("constant_t", "stated_t", "expected_t", "source"),
    [(300.0, None, 15.0, "visual_survey"), (300.0, 40.0, 40.0, STATED), (None, None, None, "")],
)
def test_a_provisional_weight_rests_on_the_constant(
    constant_t: float | None, stated_t: float | None, expected_t: float | None, source: str
) -> None:
    case = survey_case(
        condition("single", drafts=readings(10.0)), constant_t=constant_t, constant_u_t=stated_t
    )
    lines = {line.input: line for line in budget_of(case).lines}
    if expected_t is None:
        assert "declared_constant" not in lines
    else:
        assert lines["declared_constant"].contribution_t == pytest.approx(expected_t)
        assert lines["declared_constant"].assumed_from == source


def test_the_constant_cancels_between_two_surveys() -> None:
    case = survey_case(
        condition("initial", drafts=readings(5.0)),
        condition("final", drafts=readings(15.0)),
        constant_t=300.0,
        constant_u_t=100.0,
    )
    assert "declared_constant" not in {line.input for line in budget_of(case).lines}


# ---------------------------------------------------------------- table and hull


@pytest.mark.parametrize(
    ("rule", "share"),
    [(MeanRule.SIX_EIGHTHS, 1 / 12), (MeanRule.FOUR_SIXTHS, 1 / 12), (MeanRule.THREE_FOURTEEN_THREE, 1 / 20)],
)
def test_a_bent_hull_leaves_a_twelfth_of_its_deflection_open(rule: MeanRule, share: float) -> None:
    sagging = {
        name: DraftReading(draft_m=10.12, standard_uncertainty_m=0.01) for name in NAMES if "mid" in name
    }
    bent = replace(readings(10.0, 0.01), **sagging)
    case = survey_case(condition("single", drafts=bent), constant_t=0.0, mean_rule=rule)
    line = next(line for line in budget_of(case).lines if line.input == "mean_rule")
    assert line.standard_uncertainty == pytest.approx(0.12 * share / math.sqrt(3))
    assert line.contribution_t == pytest.approx(12_000 * 0.12 * share / math.sqrt(3), rel=1e-6)


def test_the_table_between_rows_is_doubted_by_its_own_curvature() -> None:
    curved = HydrostaticTable.from_rows(
        [
            replace(prism_row(draft), displacement_t=1000 * draft**2, tpc_t_per_cm=20 * draft)
            for draft in (8.0, 12.0)
        ]
    )
    case = survey_case(condition("single", drafts=readings(10.0), table=curved), constant_t=0.0)
    line = next(line for line in budget_of(case).lines if line.input == "table_interpolation")
    # 1000 z² at 10 m is 100 000 t, its chord 104 000 t: bound 4 000 t, over the square root of 3.
    assert line.standard_uncertainty == pytest.approx(4000 / math.sqrt(3))
    assert line.contribution_t == pytest.approx(4000 / math.sqrt(3), rel=1e-6)


def test_a_single_typed_row_shows_no_curvature() -> None:
    typed = TypedHydrostatics(
        rows=(replace(prism_row(10.0), mctc_tm_per_cm=None),),
        mctc_plus_tm_per_cm=4000.0,
        mctc_minus_tm_per_cm=4000.0,
    )
    case = survey_case(condition("single", drafts=readings(10.0), table=typed), constant_t=0.0)
    assert "table_interpolation" not in {line.input for line in budget_of(case).lines}


# ---------------------------------------------------------------- profiles and names


def test_the_profile_is_the_selected_one_or_the_visual_survey_and_never_silent() -> None:
    plain = survey_case(condition("single", drafts=readings(10.0), density_u=None), constant_t=0.0)
    assert profile_of(plain) is VISUAL_SURVEY
    assert set(assumed_inputs(budget_of(plain))) == {
        *NAMES,
        "draft_bias_of_survey",
        "density_sample",
        "hydrometer",
    }
    chosen = replace(plain, method=replace(plain.method, uncertainty_profile="visual_survey"))
    assert budget_of(chosen) == budget_of(plain)
    unknown = replace(plain, method=replace(plain.method, uncertainty_profile="guess"))
    with pytest.raises(UnknownUncertaintyProfileError, match="visual_survey"):
        budget_of(unknown)


def test_every_input_has_a_registered_name_or_is_a_deductible() -> None:
    fuel = WeightDeductible(name="fuel_oil", weight_t=500.0, status=None, standard_uncertainty_t=None)
    case = survey_case(
        condition(
            "initial", drafts=readings(5.0), densities=(1.02, 1.03), density_u=None, deductibles=(fuel,)
        ),
        condition("final", drafts=readings(15.0), density_u=None),
    )
    assert {line.input for line in budget_of(case).lines} - set(INPUT_NAMES) == {"fuel_oil"}


# ---------------------------------------------------------------- oracle


def test_oracle_monte_carlo_of_a_whole_survey() -> None:
    """Curved hull, trim, density, deductibles, common doubts: the law and 2 000 joint draws agree."""
    curved = HydrostaticTable.from_rows(
        [
            replace(
                prism_row(draft),
                displacement_t=9_000 * draft + 150 * draft**2,
                tpc_t_per_cm=90 + 3 * draft,
                mctc_tm_per_cm=3000 + 50 * draft,
                lcf_aft_of_midships_m=-4 + 0.5 * draft,
            )
            for draft in (3.0, 4.0, 5.0, 6.0, 13.0, 14.0, 15.0, 16.0, 17.0)
        ]
    )
    ballast = WeightDeductible(name="ballast", weight_t=20_000.0, status=None, standard_uncertainty_t=60.0)
    case = survey_case(
        condition(
            "initial", drafts=readings(4.6, trim_m=2.5), density_u=None, deductibles=(ballast,), table=curved
        ),
        condition("final", drafts=readings(15.4, trim_m=0.4), density_u=None, table=curved),
    )
    weighed = weigh(case, chain_of(case))
    generator = random.Random(7)  # noqa: S311 (draws for statistics, not secrets)
    drawn_t = [
        weighed.joint_change_t([generator.gauss(0, doubt.standard_uncertainty) for doubt in weighed.doubts])
        for _ in range(2000)
    ]
    budget = budget_of(case)
    law_t = budget.standard_uncertainty_t
    assert statistics.stdev(drawn_t) == pytest.approx(law_t, rel=0.05)  # chance: 1.6 %
    assert statistics.fmean(drawn_t) == pytest.approx(0.0, abs=4 * law_t / math.sqrt(2000))
    covered = sum(abs(weight_t) <= budget.u95_t for weight_t in drawn_t) / len(drawn_t)
    assert covered == pytest.approx(0.9545, abs=0.015)


def test_swapping_the_surveys_turns_the_sensitivities_and_keeps_the_uncertainty() -> None:
    light = condition("initial", drafts=readings(5.0), density_u=None)
    deep = condition("final", drafts=readings(15.0), density_u=None)
    forth = budget_of(survey_case(light, deep))
    back = budget_of(replace(survey_case(light, deep), cargo_from="final", cargo_to="initial"))
    assert back.standard_uncertainty_t == pytest.approx(forth.standard_uncertainty_t)
    turned = {(line.input, line.stage): -line.sensitivity_t_per_unit for line in back.lines}
    for line in forth.lines:
        assert turned[line.input, line.stage] == pytest.approx(line.sensitivity_t_per_unit)
