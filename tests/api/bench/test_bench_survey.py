"""The survey bench: its made ship by closed form, its figures, and the command with and without --json."""

import json
import math

import pytest
from typer.testing import CliRunner

from api.bench.command import bench
from api.bench.survey import measure
from api.bench.survey_case import made_case, table_row


def test_the_made_ship_agrees_with_itself() -> None:
    for draft_m in (3.0, 8.05, 13.0):
        below, at, above = (table_row(draft_m + step)["displacement_t"] for step in (-0.001, 0.0, 0.001))
        assert (above - below) / 0.2 == pytest.approx(table_row(draft_m)["tpc_t_per_cm"], rel=1e-6)
        assert below < at < above


def test_the_made_case_is_a_case_of_two_conditions() -> None:
    stages = [condition["stage"] for condition in made_case()["conditions"]]
    assert stages == ["initial", "final"]


def test_what_is_measured() -> None:
    measured = measure(cases=2, draws=400)
    assert measured.cases_per_second > 0
    assert measured.cargo_t == pytest.approx(45_000, rel=0.1)
    assert measured.expected_disagreement == pytest.approx(1 / math.sqrt(798))
    assert measured.disagreement < 4 * measured.expected_disagreement


def test_the_command_prints_json_alone_or_a_table() -> None:
    runner = CliRunner()
    printed = runner.invoke(bench, ["survey", "--cases", "1", "--draws", "20", "--json"])
    assert printed.exit_code == 0
    document = json.loads(printed.stdout)
    assert document["draws"] == 20
    table = runner.invoke(bench, ["survey", "--cases", "1", "--draws", "20"])
    assert table.exit_code == 0
    assert "u by Monte Carlo" in table.stdout


@pytest.mark.parametrize("wrong", [["--cases", "0"], ["--draws", "1"], ["--cases", "many"]])
def test_counts_that_cannot_be_are_refused(wrong: list[str]) -> None:
    assert CliRunner().invoke(bench, ["survey", *wrong]).exit_code == 2
