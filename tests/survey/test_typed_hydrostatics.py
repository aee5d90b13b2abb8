"""Typed rows: published sheets (UK P&I, 安信山 2010), the one-row rule, faults."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import InvalidHydrostaticTableError, OutsideHydrostaticTableError
from survey.hydrostatic_rows import HydrostaticRow, MctcRow
from survey.typed_hydrostatics import FARTHEST_SINGLE_ROW_M, TypedHydrostatics


def row(draft_m: float, displacement_t: float, tpc: float = 42.32, lcf: float = -4.354) -> HydrostaticRow:
    return HydrostaticRow(
        draft_m=draft_m, displacement_t=displacement_t, tpc_t_per_cm=tpc, lcf_aft_of_midships_m=lcf
    )


UKPI_ROWS = (row(5.0, 19743), row(5.1, 20167, 42.37, -4.289))
UKPI_MCTC = tuple(
    MctcRow(draft_m=draft, mctc_tm_per_cm=mctc)
    for draft, mctc in ((4.5, 434.9), (4.6, 435.9), (5.5, 445.5), (5.6, 446.6))
)


def test_published_uk_pi_bulk_matters_page_26() -> None:
    typed = TypedHydrostatics(rows=UKPI_ROWS, mctc_rows=UKPI_MCTC)
    found = typed.at(5.0357, 1.0173)
    assert found.displacement_t == pytest.approx(19894.37, abs=0.005)
    assert found.tpc_t_per_cm == pytest.approx(42.338, abs=0.0005)
    assert found.lcf_aft_of_midships_m == pytest.approx(-4.331, abs=0.0005)
    pair = typed.mctc_pair_tm_per_cm(5.0357, half_interval_m=0.5)
    assert pair == pytest.approx((445.89, 435.26), abs=0.005)


def test_published_one_row_of_an_xin_shan_2010() -> None:
    typed = TypedHydrostatics(rows=(row(5.982, 30265.1, 55.0, -5.88),))
    found = typed.at(5.9734)
    assert found.displacement_t == pytest.approx(30217.8, abs=0.05)
    assert (found.tpc_t_per_cm, found.lcf_aft_of_midships_m) == (55.0, -5.88)
    assert typed.interpolation_bound_t(5.9734) is None


def test_one_row_reaches_no_farther_than_half_a_coarse_step() -> None:
    typed = TypedHydrostatics(rows=(row(6.0, 30_000, 50.0),))
    assert typed.at(6.0 + FARTHEST_SINGLE_ROW_M).displacement_t == pytest.approx(31_250)
    for draft_m in (5.749, 6.251, math.nan):
        with pytest.raises(OutsideHydrostaticTableError) as caught:
            typed.at(draft_m)
        assert (caught.value.lowest_m, caught.value.highest_m) == (5.75, 6.25)


def test_several_rows_are_never_extended() -> None:
    typed = TypedHydrostatics(rows=UKPI_ROWS)
    assert (typed.lowest_m, typed.highest_m, typed.is_by_trim) == (5.0, 5.1, False)
    with pytest.raises(OutsideHydrostaticTableError, match=r"5 m to 5\.1 m"):
        typed.at(5.11)


def test_typed_mctc_values_go_before_rows() -> None:
    typed = TypedHydrostatics(
        rows=UKPI_ROWS, mctc_rows=UKPI_MCTC, mctc_plus_tm_per_cm=450.0, mctc_minus_tm_per_cm=440.0
    )
    assert typed.mctc_pair_tm_per_cm(5.05, half_interval_m=0.5) == (450.0, 440.0)


def test_mctc_of_the_rows_themselves_serves_when_nothing_else_is_typed() -> None:
    rows = [
        HydrostaticRow(
            draft_m=draft,
            displacement_t=1000 * draft,
            tpc_t_per_cm=10,
            lcf_aft_of_midships_m=0,
            mctc_tm_per_cm=100 * draft,
        )
        for draft in (4.0, 5.0, 6.0)
    ]
    typed = TypedHydrostatics(rows=tuple(rows))
    assert typed.mctc_pair_tm_per_cm(5.0, half_interval_m=0.5) == pytest.approx((550.0, 450.0))
    assert TypedHydrostatics(rows=UKPI_ROWS).mctc_pair_tm_per_cm(5.05, half_interval_m=0.5) is None


@given(st.permutations(UKPI_MCTC), st.permutations(UKPI_ROWS), st.floats(5.0, 5.1))
def test_the_order_of_typing_does_not_matter(
    mctc_rows: list[MctcRow], rows: list[HydrostaticRow], draft_m: float
) -> None:
    typed = TypedHydrostatics(rows=tuple(rows), mctc_rows=tuple(mctc_rows))
    assert typed == TypedHydrostatics(rows=UKPI_ROWS, mctc_rows=UKPI_MCTC)
    bound_t = typed.interpolation_bound_t(draft_m)
    assert bound_t is not None
    assert 0 <= bound_t <= 0.0626  # 100 * 0.05 t/cm / 8 * 0.1 m at the middle


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"rows": ()}, "no row"),
        ({"rows": (row(5.0, 1000), row(5.0, 1000))}, "two rows have the draft 5 m"),
        ({"rows": (row(5.0, 1000), row(5.1, 900))}, "must rise"),
        ({"rows": (row(math.nan, 1000),)}, "draft_m is nan"),
        ({"rows": UKPI_ROWS, "mctc_rows": UKPI_MCTC[:1]}, "a single MCTC row"),
        ({"rows": UKPI_ROWS, "mctc_plus_tm_per_cm": 450.0}, "only one is typed"),
        ({"rows": UKPI_ROWS, "mctc_minus_tm_per_cm": 450.0}, "only one is typed"),
        ({"rows": UKPI_ROWS, "tpc_at_port_draft_t_per_cm": 0.0}, "tpc_at_port_draft_t_per_cm is 0"),
        (
            {"rows": UKPI_ROWS, "mctc_rows": (MctcRow(draft_m=5.0, mctc_tm_per_cm=-1.0), UKPI_MCTC[0])},
            "mctc_tm_per_cm is -1",
        ),
        ({"rows": UKPI_ROWS, "mctc_rows": UKPI_MCTC + UKPI_MCTC[:1]}, "two rows have the draft 4.5 m"),
        (
            {
                "rows": (
                    HydrostaticRow(
                        draft_m=5.0,
                        displacement_t=1000,
                        tpc_t_per_cm=10,
                        lcf_aft_of_midships_m=0,
                        trim_by_stern_m=1.0,
                    ),
                )
            },
            "carry no trim",
        ),
    ],
)
def test_what_cannot_be_is_refused(typed: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidHydrostaticTableError, match=says):
        TypedHydrostatics(**typed)  # type: ignore[arg-type] # faults on purpose, one field each
