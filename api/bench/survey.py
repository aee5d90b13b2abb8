"""`hullmark bench survey`: cases a second on this machine, and how far the law and Monte Carlo agree.

Source: one made case (`survey_case.py`), computed whole: mapping, chain, budget, warnings, document.
Left out: reports and files, whose times are the report's.
"""

import json
import platform
import time
from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated

import typer

from api.bench.monte_carlo import drawn_standard_uncertainty_t
from api.bench.survey_case import made_case
from survey.case import case_from_mapping
from survey.chain import compute_condition
from survey.computation import compute_case
from survey.document import survey_document
from survey.uncertainty import cargo_uncertainty, weigh

SEED = 20_240_301


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyBench:
    """What was measured.

    Attributes:
        cases: computed one after the other.
        cases_per_second: whole cases of two conditions, budget included.
        cargo_t: of the made case.
        law_standard_uncertainty_t: by the law of propagation.
        monte_carlo_standard_uncertainty_t: by drawing all doubts at once.
        draws: of Monte Carlo.
        disagreement: |Monte Carlo / law - 1|.
        expected_disagreement: one standard deviation of it for so many draws: 1 / sqrt(2 (n - 1)).
        python: version.
        machine: architecture.
    """

    cases: int
    cases_per_second: float
    cargo_t: float
    law_standard_uncertainty_t: float
    monte_carlo_standard_uncertainty_t: float
    draws: int
    disagreement: float
    expected_disagreement: float
    python: str
    machine: str


def survey(
    *,
    cases: Annotated[int, typer.Option(min=1, max=100_000, help="How many cases to compute.")] = 50,
    draws: Annotated[int, typer.Option(min=2, max=1_000_000, help="How many Monte Carlo draws.")] = 5000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Draft survey arithmetic: cases a second, and agreement of the uncertainty with Monte Carlo."""
    measured = measure(cases=cases, draws=draws)
    typer.echo(json.dumps(asdict(measured), indent=2) if as_json else _text(measured))


def measure(*, cases: int, draws: int) -> SurveyBench:
    """Compute the made case so many times, then draw it.

    Args:
        cases: how many, at least 1.
        draws: of Monte Carlo, at least 2.
    """
    mapping = made_case()
    cargo_t = 0.0
    started_s = time.perf_counter()
    for _ in range(cases):
        cargo_t = survey_document(compute_case(case_from_mapping(mapping)))["cargo_t"]
    elapsed_s = time.perf_counter() - started_s
    case = case_from_mapping(mapping)
    chain = partial(compute_condition, vessel=case.vessel, method=case.method)
    law_t = cargo_uncertainty(case, chain).standard_uncertainty_t
    drawn_t = drawn_standard_uncertainty_t(weigh(case, chain), draws=draws, seed=SEED)
    return SurveyBench(
        cases=cases,
        cases_per_second=cases / elapsed_s,
        cargo_t=cargo_t,
        law_standard_uncertainty_t=law_t,
        monte_carlo_standard_uncertainty_t=drawn_t,
        draws=draws,
        disagreement=abs(drawn_t / law_t - 1),
        expected_disagreement=(2 * (draws - 1)) ** -0.5,
        python=platform.python_version(),
        machine=platform.machine(),
    )


def _text(measured: SurveyBench) -> str:
    figures = {
        "cases a second": f"{measured.cases_per_second:.1f} ({measured.cases} cases, budget included)",
        "cargo weight": f"{measured.cargo_t:.1f} t",
        "u by the law": f"{measured.law_standard_uncertainty_t:.2f} t",
        "u by Monte Carlo": f"{measured.monte_carlo_standard_uncertainty_t:.2f} t ({measured.draws} draws)",
        "they differ by": f"{measured.disagreement:.2%} (by chance: {measured.expected_disagreement:.2%})",
        "measured with": f"Python {measured.python}, {measured.machine}",
    }
    return "\n".join(f"{name:<18} {figure}" for name, figure in figures.items())
