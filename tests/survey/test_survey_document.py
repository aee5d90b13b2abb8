"""The document: plain data with finite numbers, every step by the name the cases expect, and the bill."""

import json

import pytest
from survey_cases import CARGO_T, at, document_of

from survey.plausibility_codes import WarningCode

STEPS = {
    "forward_mean_m", "midship_mean_m", "aft_mean_m", "apparent_trim_m", "length_between_marks_m",
    "forward_correction_m", "midship_correction_m", "aft_correction_m", "forward_draft_m",
    "midship_draft_m", "aft_draft_m", "trim_m", "mean_forward_aft_m", "mean_of_means_m", "quarter_mean_m",
    "table_displacement_t", "tpc_t_per_cm", "lcf_aft_of_midships_m", "mctc_plus_tm_per_cm",
    "mctc_minus_tm_per_cm", "first_trim_correction_t", "second_trim_correction_t",
    "trim_corrected_displacement_t", "list_correction_t", "density_correction_t",
    "density_corrected_displacement_t", "deductibles_t", "net_displacement_t", "net_less_lightship_t",
}  # fmt: skip


def test_plain_finite_data_that_json_gives_back() -> None:
    document = document_of(at("bill_of_lading_t", 6450.0), at("operation", "loading"))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["vessel"]["name"] == "海测一号"
    assert document["operation"] == "loading"
    assert document["rules"]["mean"] == "6/8"
    assert document["rules"]["uncertainty_profile"] == "visual_survey"


def test_every_expected_name_is_there_flat_and_as_a_step() -> None:
    for condition in document_of()["conditions"]:
        assert set(condition) >= STEPS
        steps = {step["name"]: step for step in condition["steps"]}
        assert all(steps[name]["value"] == condition[name] for name in STEPS)
        assert all(step["symbol"] and step["unit"] and step["source"] for step in steps.values())


def test_the_samples_of_water_with_all_that_is_known_of_them() -> None:
    sample = {
        "density_t_per_m3": 1.0,
        "place": "midship, quay side",
        "depth_m": 4.5,
        "taken_at": "2026-05-04T06:30:00Z",
        "instrument_number": "H 17",
        "certificate_expires_on": "2027-01-31",
    }
    samples = at("conditions.0.density_samples", [sample, {"density_t_per_m3": 1.002}])
    first, final = document_of(at("conditions.0.dock_density_t_per_m3", None), samples)["conditions"]
    assert first["density_samples"] == [sample, dict.fromkeys(sample) | {"density_t_per_m3": 1.002}]
    assert [each["density_t_per_m3"] for each in final["density_samples"]] == [1.025]


def test_zero_has_no_sign() -> None:
    """-2 m of trim times an LCF of 0 m is 0 t, and not -0 t."""
    drafts = {"forward": 6.0, "midship": 5.0, "aft": 4.0}
    readings = {f"{mark}_{side}": draft for mark, draft in drafts.items() for side in ("port", "starboard")}
    by_the_head = at("conditions.0.draft_readings_m", readings)
    assert str(document_of(by_the_head)["conditions"][0]["first_trim_correction_t"]) == "0.0"


def test_deductibles_as_they_were_weighed() -> None:
    fuel, tank = document_of(at("conditions.0.tanks.0.status", "by_ship"))["conditions"][0]["deductibles"]
    assert fuel == {
        "name": "fuel_oil",
        "contents": "fuel_oil",
        "volume_m3": None,
        "density_t_per_m3": None,
        "weight_t": 200.0,
        "status": None,
    }
    assert (tank["name"], tank["weight_t"], tank["status"]) == ("WBT 1", pytest.approx(512.5), "by_ship")


def test_the_uncertainty_with_its_budget() -> None:
    document = document_of()
    assert document["u95_permille"] == pytest.approx(1000 * document["u95_t"] / CARGO_T)
    assert document["u95_t"] == pytest.approx(
        document["coverage_factor"] * document["standard_uncertainty_t"]
    )
    assert sum(line["share"] for line in document["budget"]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("operation", "bill_t", "difference_t", "outcome"),
    [
        ("loading", 6400.0, 57.5, "over"),
        (None, 6500.0, -42.5, "short"),
        (None, CARGO_T, 0.0, "equal"),
        ("discharging", 6500.0, -12957.5, "short"),
    ],
)
def test_against_the_bill_of_lading(
    operation: str | None, bill_t: float, difference_t: float, outcome: str
) -> None:
    bill = document_of(at("operation", operation), at("bill_of_lading_t", bill_t))["bill_of_lading"]
    assert bill["difference_t"] == pytest.approx(difference_t)
    assert bill["difference_permille"] == pytest.approx(1000 * difference_t / bill_t)
    assert bill["difference_percent"] == pytest.approx(100 * difference_t / bill_t)
    assert bill["outcome"] == outcome


def test_no_weight_no_per_mille() -> None:
    same = [at("conditions.1", {**document_free_condition(), "stage": "final"})]
    document = document_of(*same)
    assert document["cargo_t"] == 0
    assert document["u95_permille"] is None


def document_free_condition() -> dict[str, object]:
    from survey_cases import condition

    return condition("final", forward_m=4.0, midship_m=5.0, aft_m=6.0, ballast_m3=500.0)


def test_warning_codes_are_plain_words() -> None:
    assert all(code.value == code.value.lower() and " " not in code.value for code in WarningCode)
