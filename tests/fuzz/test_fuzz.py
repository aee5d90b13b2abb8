"""Evidence: every fuzz target on its committed corpus, and on what Hypothesis makes of it, for a moment.

`make fuzz` runs the same targets with atheris for ten minutes each.
"""

from functools import cache
from pathlib import Path

import pytest
from fuzz_targets import TARGETS, Run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CORPUS = Path(__file__).parent / "corpus"
# Each of these opens the bytes three times with FFmpeg.
FEW = frozenset({"footage", "hydrostatic_xlsx"})


@cache
def run_of(name: str) -> Run:
    return TARGETS[name].build()


@cache
def seeds(name: str) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((CORPUS / name).iterdir()))


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """A file of the corpus with some of its bytes changed, cut out, doubled or put in."""
    content = bytearray(draw(st.sampled_from(seeds(name))))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 40)))
        content[start:end] = draw(st.binary(max_size=8) | st.just(bytes(content[start:end]) * 2))
    return bytes(content)


@pytest.mark.parametrize("name", TARGETS)
def test_the_corpus_is_small_and_raises_nothing(name: str) -> None:
    assert seeds(name)
    for content in seeds(name):
        assert len(content) <= TARGETS[name].longest_bytes
        run_of(name)(content)


# What openpyxl remarks about a damaged workbook is no failure of ours.
@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@pytest.mark.parametrize("name", TARGETS)
def test_damage_to_the_corpus_raises_nothing(name: str) -> None:
    @settings(
        max_examples=15 if name in FEW else 60,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(damaged(name) | st.binary(max_size=300))
    def attack(content: bytes) -> None:
        run_of(name)(content)

    attack()


def test_the_whole_corpus_stays_small() -> None:
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 512 * 1024
