"""The bench's figures and goals, calculated by hand on a few made outcomes; faults that must count as gross errors."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.bench.figures import figures_by_group, figures_of
from api.bench.goals import GOALS, goal_rows
from api.bench.outcomes import KnownFootage, Outcome
from api.bench.reading import Measured, report
from api.bench.tables import print_tables


def outcome(error_mm: float | None, u95_mm: float | None = None, **changes: Any) -> Outcome:
    """An outcome that is off by so many millimetres from 8 m; None is a refusal."""
    footage = KnownFootage(
        path=Path(changes.pop("file", "a.jpg")),
        group=changes.pop("group", "calm"),
        condition=changes.pop("condition", ""),
        truth_m=8.0,
        tolerance_m=changes.pop("tolerance_mm", 0.0) / 1000,
    )
    given: dict[str, Any] = {"method": "hullmark", "seconds": 1.0, "reason": None} | changes
    return Outcome(
        footage=footage,
        draft_m=None if error_mm is None else 8.0 + error_mm / 1000,
        u95_m=None if u95_mm is None else u95_mm / 1000,
        **given,
    )


def refusal(reason: str, **changes: Any) -> Outcome:
    return outcome(None, reason=reason, **changes)


@pytest.mark.parametrize(
    ("error_mm", "u95_mm", "tolerance_mm", "gross"),
    [
        (49, 40, 0, False),
        (51, 40, 0, True),  # over 50 mm
        (51, 400, 0, True),  # over 50 mm, although covered
        (31, 10, 0, True),  # outside three intervals, although under 50 mm
        (29, 10, 0, False),
        (-31, 10, 0, True),
        (60, 40, 15, False),  # the truth itself is known to 15 mm
        (66, 40, 15, True),
        (31, 10, 2, False),
        (51, None, 0, True),  # a method without intervals
        (49, None, 0, False),
        (None, None, 0, False),
    ],
)
def test_what_counts_as_a_gross_error(
    error_mm: float | None, u95_mm: float | None, tolerance_mm: float, *, gross: bool
) -> None:
    assert outcome(error_mm, u95_mm, tolerance_mm=tolerance_mm).gross is gross


def test_an_interval_covers_what_it_and_the_tolerance_reach() -> None:
    assert outcome(12, 10).covered is False
    assert outcome(12, 10, tolerance_mm=3).covered is True
    assert outcome(12).covered is None
    assert refusal("no_marks").covered is None


def test_a_wrong_metre_is_told_from_a_bad_waterline() -> None:
    assert [outcome(error_mm, 40).wrong_metre for error_mm in (990, -2010, 480, 3)] == [
        True,
        True,
        False,
        False,
    ]


def test_figures_by_hand() -> None:
    outcomes = [
        outcome(4, 10, seconds=1.0, stages_s={"search": 0.2, "waves": 0.1}),
        outcome(-8, 10, seconds=2.0, stages_s={"search": 0.4}),
        outcome(10, 6, seconds=6.0),
        outcome(-30, 8, seconds=3.0),
        refusal("no_waterline", seconds=4.0),
    ]
    figures = figures_of(outcomes, group="calm")
    assert (figures.footage, figures.read, figures.refused) == (5, 4, {"no_waterline": 1})
    assert figures.bias_m == pytest.approx((4 - 8 + 10 - 30) / 4 / 1000)
    assert figures.mean_absolute_error_m == pytest.approx((4 + 8 + 10 + 30) / 4 / 1000)
    assert figures.largest_error_m == pytest.approx(0.030)
    assert figures.within_share == {5: 0.25, 10: 0.75, 20: 0.75}
    assert (figures.covered, figures.intervals, figures.coverage_share) == (2, 4, 0.5)
    assert figures.median_u95_m == pytest.approx(0.009)
    assert figures.gross_errors == 1  # 30 mm off with an interval of 8 mm
    assert figures.median_seconds == 3.0
    # A stage that one footage did not need took it no time.
    assert figures.stages_s == {"search": pytest.approx(0.3), "waves": pytest.approx(0.05)}


def test_figures_of_nothing_read_are_missing_not_zero() -> None:
    figures = figures_of([refusal("no_marks")], group="unreadable")
    assert (figures.bias_m, figures.mean_absolute_error_m, figures.largest_error_m) == (None, None, None)
    assert figures.within_share == {5: None, 10: None, 20: None}
    assert (figures.coverage_share, figures.median_u95_m) == (None, None)


def test_rows_are_by_method_group_and_condition() -> None:
    outcomes = [
        outcome(1, 10, condition="flat"),
        outcome(2, 10, condition="ripples"),
        outcome(3, 10, group="waves", condition="high"),
        outcome(4, method="boxes", condition="flat"),
    ]
    rows = [
        (row.method, row.group, row.condition, row.footage)
        for row in figures_by_group(outcomes, conditions=True)
    ]
    assert rows == [
        ("hullmark", "calm", "", 2),
        ("hullmark", "calm", "flat", 1),
        ("hullmark", "calm", "ripples", 1),
        ("hullmark", "waves", "", 1),
        ("hullmark", "all", "", 3),
        ("boxes", "calm", "", 1),
    ]


def test_goals_are_held_against_their_own_groups() -> None:
    outcomes = [
        *(outcome(2, 10) for _ in range(9)),
        outcome(11, 10),
        outcome(15, 30, group="waves"),
        refusal("no_marks", group="unreadable"),
        outcome(7, 30, group="unreadable"),
        outcome(5, 20, group="hard stills", seconds=0.4),
    ]
    rows: dict[tuple[str, str], Any] = {
        (row.group, row.figure): (row.measured, row.footage, row.met) for row in goal_rows(outcomes)
    }
    assert rows["calm", "mean absolute error, mm"] == (pytest.approx(2.9), 10, True)
    assert rows["calm", "within 10 mm, % of those read"] == (pytest.approx(90), 10, False)
    assert rows["waves", "mean absolute error, mm"] == (pytest.approx(15), 1, False)
    assert rows["waves", "within 20 mm, % of those read"] == (100, 1, True)
    assert rows["unreadable", "refused, %"] == (50, 2, False)
    assert rows["all", "gross errors"] == (0, 14, True)
    assert rows["all", "coverage of u95, %"] == (pytest.approx(100 * 12 / 13), 14, True)
    assert rows["hard stills", "a still after start, s (median)"] == (0.4, 1, True)
    assert not any(group in {"speed", "real stills"} for group, _ in rows)


@pytest.mark.parametrize(("read", "met"), [(8, True), (7, False), (9, True)])
def test_eight_of_nine_real_stills_are_enough(read: int, *, met: bool) -> None:
    stills = [outcome(3, 20, group="real stills") for _ in range(read)]
    stills += [refusal("no_waterline", group="real stills") for _ in range(9 - read)]
    rows = {row.figure: row.met for row in goal_rows(stills)}
    assert rows["read, %"] is met


def test_real_stills_are_within_20_mm_and_their_tolerance() -> None:
    rows = {row.figure: row.met for row in goal_rows([outcome(34, 40, group="real stills", tolerance_mm=15)])}
    assert rows["within 20 mm and the row's tolerance, % of those read"] is True


def test_too_wide_intervals_miss_the_goal_too() -> None:
    wide = [outcome(1, 400) for _ in range(100)]
    row = next(row for row in goal_rows(wide) if row.figure.startswith("coverage"))
    assert (row.limit, row.measured, row.met) == ("90 to 99", 100, False)
    # Of 99 intervals all may hold the truth at 99 %.
    assert next(row for row in goal_rows(wide[:99]) if row.figure.startswith("coverage")).met


def test_every_goal_says_what_would_be_enough() -> None:
    assert {goal.limit for goal in GOALS} >= {
        "at most 3",
        "at least 99",
        "at most 0",
        "90 to 99",
        "at least 100",
    }


def test_the_report_is_json_and_the_tables_hold_every_method(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = (
        outcome(4, 10, stages_s={"search": 0.2}),
        refusal("no_marks", file="b.jpg"),
        outcome(2000, 20, group="hard stills"),
        outcome(60, method="boxes"),
    )
    measured = Measured(
        footage="quick", networks=("a@1",), outcomes=outcomes, remarks=("rapidocr: hullmark[bench]",)
    )
    document = json.loads(json.dumps(report(measured), allow_nan=False))
    assert [one["method"] for one in document["outcomes"]] == ["hullmark", "hullmark", "hullmark", "boxes"]
    assert document["outcomes"][1]["error_m"] is None
    # The baselines' errors are their own, not the product's.
    assert next(row["measured"] for row in document["goals"] if row["figure"] == "gross errors") == 1
    assert document["remarks"][0] == "hard stills on a wrong metre: 1 of 1 read, 1 shown"
    print_tables(outcomes, figures_by_group(outcomes, conditions=True), goal_rows(outcomes), measured.remarks)
    printed = capsys.readouterr().out
    for word in ("boxes", "GROSS", "refused: no_marks", "hullmark[bench]", "search s"):
        assert word in printed
