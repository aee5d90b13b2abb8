"""Gathers what a port call says about the weight of its cargo, and holds it against each other.

Source: `survey.balance` for the arithmetic; what is declared about scales (`api.cargo.schemas.ScaleBody`).
Left out: correlation between figures of one scale; such figures are not compared with each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from api.cargo import repository
from api.cargo.balance_schemas import BalanceView, ComparisonView, FigureName, FigureView, RuleView
from api.portcalls.service import require as require_port_call
from api.storage.tables import CargoLot, CargoScale, Milestone, PortCall, Survey, TransferBatch
from api.surveys.repository import newest_survey
from survey.balance import (
    PERMILLE,
    DecisionRule,
    Figure,
    Load,
    Scale,
    compare,
    declared_figure,
    measured_figure,
    sum_of_loads,
)

REFERENCES: tuple[FigureName, ...] = ("bill_of_lading", "draft_survey")
SCALE_FIGURES = MappingProxyType[FigureName, tuple[str, ...]](
    {
        "belt_scale": ("belt",),
        "truck_scales": ("truck",),
        "rail_scales": ("rail",),
        "barges": ("barge",),
        # A belt carries the cargo to the store from which it goes on: it is no part of what went on.
        "transferred": ("truck", "rail", "barge"),
    }
)
DECLARED_LOAD = "declared_load"
MOST_RECORDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """A figure, the records it rests on and where its parts are read."""

    figure: Figure
    record_ids: tuple[UUID, ...]
    url: str


def balance(session: Session, port_call_id: UUID, rule: DecisionRule) -> BalanceView:
    """Hold every figure of a port call against the bill of lading and the draft survey.

    Raises:
        NotFoundError: there is no such port call.
    """
    port_call = require_port_call(session, port_call_id)
    figures = _figures(session, port_call)
    return BalanceView(
        port_call_id=port_call_id,
        rule=RuleView(**asdict(rule)),
        figures=[_figure_view(name, sourced) for name, sourced in figures.items()],
        comparisons=[
            _comparison_view(name, reference, figures, rule)
            for reference in REFERENCES
            if reference in figures
            for name in figures
            if name not in REFERENCES[: REFERENCES.index(reference) + 1]
        ],
    )


def _figures(session: Session, port_call: PortCall) -> dict[FigureName, Sourced]:
    """Give the figures that there are; one of which nothing at all is known is left out."""
    every = {
        **_declared(session, port_call),
        **_surveyed(session, port_call),
        **_transferred(session, port_call),
        "storage": _stored(session, port_call),
    }
    return {name: sourced for name, sourced in every.items() if sourced.figure.load_count}


def _declared(session: Session, port_call: PortCall) -> dict[FigureName, Sourced]:
    url = _url(port_call)
    record_ids = tuple(
        session.scalars(
            select(Milestone.record_id).where(
                Milestone.port_call_id == port_call.id, Milestone.name == "declared"
            )
        )
    )
    lots = repository.facts(session, CargoLot, port_call.id)
    lots_t = sum_of_loads(
        [_load(lot.declared_weight_t, None, None) for lot in lots],
        {},
    )
    whole_t = lots_t.weight_t if not lots_t.without_weight else None
    return {
        "bill_of_lading": Sourced(
            figure=declared_figure(port_call.bill_of_lading_t), record_ids=record_ids, url=url
        ),
        "declared": Sourced(
            figure=declared_figure(port_call.declared_weight_t), record_ids=record_ids, url=url
        ),
        "lots_declared": Sourced(
            figure=declared_figure(whole_t), record_ids=_records(lots), url=f"{url}/lots"
        ),
    }


def _surveyed(session: Session, port_call: PortCall) -> dict[FigureName, Sourced]:
    survey = newest_survey(session, port_call.id)
    if survey is None or survey.cargo_t is None:
        return {}
    return {
        "draft_survey": Sourced(
            figure=measured_figure(_handled_t(survey, port_call), _doubt_t(survey)),
            record_ids=(survey.record_id,),
            url=f"/api/v1/surveys/{survey.id}",
        )
    }


def _handled_t(survey: Survey, port_call: PortCall) -> float:
    """What was handled counts as positive, as in the comparison of the survey itself."""
    weight_t = survey.cargo_t or 0.0
    if survey.provisional:
        return abs(weight_t)
    return weight_t if port_call.operation == "loading" else -weight_t


def _doubt_t(survey: Survey) -> float | None:
    # With few degrees of freedom the 95 % interval is wider than two standard uncertainties; it is what counts.
    return None if survey.u95_t is None else survey.u95_t / 2


def _transferred(session: Session, port_call: PortCall) -> dict[FigureName, Sourced]:
    rows = repository.weighings(session, port_call.id)
    rows_of_scales = repository.scales(session, port_call.id)
    scales = {row.number: _scale(row) for row in rows_of_scales}
    batches = session.scalars(select(TransferBatch).where(TransferBatch.port_call_id == port_call.id)).all()
    record_ids = _records([*batches, *rows_of_scales])
    url = f"{_url(port_call)}/transfers"
    found: dict[FigureName, Sourced] = {
        name: Sourced(
            figure=sum_of_loads(_weighed(row for row in rows if row.mode in modes), scales),
            record_ids=record_ids,
            url=url if len(modes) > 1 else f"{url}?mode={modes[0]}",
        )
        for name, modes in SCALE_FIGURES.items()
    }
    wagons = [row for row in rows if row.mode == "rail" and row.declared_load_t is not None]
    rule = next((row.number for row in rows_of_scales if row.kind == DECLARED_LOAD), None)
    counted = sum_of_loads([_load(row.declared_load_t, rule, None) for row in wagons], scales)
    found["wagon_count"] = Sourced(figure=counted, record_ids=record_ids, url=f"{url}?mode=rail")
    return found


def _stored(session: Session, port_call: PortCall) -> Sourced:
    rows = repository.storage_receipts(session, port_call.id)
    scales = {row.number: _scale(row) for row in repository.scales(session, port_call.id)}
    loads = [_load(row.weight_t, row.scale_number, row.standard_uncertainty_t) for row in rows]
    return Sourced(
        figure=sum_of_loads(loads, scales), record_ids=_records(rows), url=f"{_url(port_call)}/storage"
    )


def _weighed(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Load]:
    return [_load(row.net_t, row.scale_number, row.standard_uncertainty_t) for row in rows]


def _load(weight_t: float | None, scale: str | None, standard_uncertainty_t: float | None) -> Load:
    return Load(weight_t=weight_t, scale=scale, standard_uncertainty_t=standard_uncertainty_t)


def _scale(row: CargoScale) -> Scale:
    return Scale(
        random_t=row.random_standard_uncertainty_t,
        systematic_t=row.systematic_standard_uncertainty_t,
        systematic_relative=row.systematic_standard_uncertainty_permille / PERMILLE,
    )


def _records(rows: Sequence[Any]) -> tuple[UUID, ...]:
    return tuple(row.record_id for row in rows[:MOST_RECORDS])


def _url(port_call: PortCall) -> str:
    return f"/api/v1/portcalls/{port_call.id}"


def _figure_view(name: FigureName, sourced: Sourced) -> FigureView:
    doubt_t = sourced.figure.standard_uncertainty_t
    return FigureView(
        name=name,
        **asdict(sourced.figure),
        u95_t=None if doubt_t is None else 2 * doubt_t,
        record_ids=list(sourced.record_ids),
        url=sourced.url,
    )


def _comparison_view(
    name: FigureName, reference: FigureName, figures: dict[FigureName, Sourced], rule: DecisionRule
) -> ComparisonView:
    compared = compare(figures[name].figure, figures[reference].figure, rule)
    return ComparisonView(figure=name, reference=reference, **asdict(compared))
