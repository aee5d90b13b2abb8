"""The order of a port call: which stage may follow which, and what must be there before.

Source: supervision of imported grain and ore: declaration, inspection at the anchorage, berth, initial survey,
    working, final survey, storage, transfer, release.
Left out: where the facts come from (`progress.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from api.portcalls.schemas import MilestoneName

ORDER: tuple[MilestoneName, ...] = (
    "declared",
    "anchorage_inspection",
    "berthed",
    "initial_survey",
    "working",
    "final_survey",
    "stored",
    "transferred",
    "released",
)
# A stage that is not named here as needed may be left out: a ship may be inspected at her berth instead of
# the anchorage, and cargo may go on directly without being stored.
NEEDED: Mapping[MilestoneName, tuple[MilestoneName, ...]] = MappingProxyType(
    {
        "declared": (),
        "anchorage_inspection": ("declared",),
        "berthed": ("declared",),
        "initial_survey": ("berthed",),
        "working": ("initial_survey",),
        "final_survey": ("working",),
        "stored": ("working",),
        "transferred": ("working",),
        "released": ("final_survey",),
    }
)
ASHORE: frozenset[MilestoneName] = frozenset({"stored", "transferred"})
"""Reached side by side from the working on; no stages of cargo that is loaded, which comes from there."""
PAPERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "grain": (
            "bill_of_lading",
            "quarantine_permit",
            "phytosanitary_certificate",
            "origin_certificate",
        ),
        "ore": ("bill_of_lading",),
        "coal": ("bill_of_lading",),
        "other": ("bill_of_lading",),
    }
)
"""What a release needs by the kind of cargo, when it is imported."""

LackCode = Literal[
    "already_reached",
    "later_reached",
    "stage_missing",
    "not_for_this_operation",
    "out_of_order",
    "survey_missing",
    "lot_missing",
    "document_missing",
    "document_expired",
    "finding_open",
    "finding_failed",
    "seal_broken",
]
OVERRIDABLE: frozenset[LackCode] = frozenset(
    {"document_missing", "document_expired", "finding_open", "finding_failed", "seal_broken"}
)
"""What an authorised person may release in spite of, with a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """One reason why a stage cannot be reached now; `subject` is what it is about."""

    code: LackCode
    subject: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document as far as a release cares."""

    kind: str
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A laboratory finding, or a seal, as far as a release cares."""

    name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortCallFacts:
    """Everything that the rules look at.

    Attributes:
        operation: loading or discharging.
        reached: stages with when they were reached.
        declared_on: the day on which papers had to be valid: berthing, else the declaration.
        categories: of the cargo lots.
        papers: those that count.
        findings: those that count.
        seals: the last sight of each.
        surveyed: whether a weight was computed from two surveys.
    """

    operation: str
    reached: Mapping[str, datetime]
    declared_on: date
    categories: frozenset[str]
    papers: Sequence[Paper]
    findings: Sequence[Finding]
    seals: Sequence[Finding]
    surveyed: bool


def lacks_of(name: MilestoneName, facts: PortCallFacts) -> list[Lack]:
    """Say what keeps a port call from a stage; nothing when it may be reached."""
    lacks = _order_lacks(name, facts)
    return lacks + _release_lacks(facts) if name == "released" else lacks


def time_lacks(name: MilestoneName, at: datetime, facts: PortCallFacts) -> list[Lack]:
    """Say which stages, known to be reached, a moment contradicts; the declaration is when it was entered."""
    return [
        Lack(
            code="out_of_order",
            subject=other,
            message=f"{other} was reached at {facts.reached[other].isoformat()}, which {at.isoformat()} contradicts",
        )
        for other in ORDER[1:]
        if other in facts.reached
        and (
            (_precedes(other, name) and facts.reached[other] > at)
            or (_precedes(name, other) and facts.reached[other] < at)
        )
    ]


def current_stage(reached: Mapping[str, datetime]) -> MilestoneName:
    """Give the last stage in the order that was reached."""
    return max((name for name in ORDER if name in reached), key=ORDER.index, default="declared")


def _precedes(first: MilestoneName, second: MilestoneName) -> bool:
    """Tell whether one stage may not be later than another; the ways of the cargo ashore run side by side."""
    if first in ASHORE or second in ASHORE:
        ashore_first = first in ASHORE and second == "released"
        return ashore_first or (second in ASHORE and ORDER.index(first) <= ORDER.index("working"))
    return ORDER.index(first) < ORDER.index(second)


def _order_lacks(name: MilestoneName, facts: PortCallFacts) -> list[Lack]:
    if name in facts.reached:
        return [
            Lack(
                code="already_reached",
                subject=name,
                message=f"{name} was reached already; accepted is a correction of it",
            )
        ]
    if facts.operation == "loading" and name in ASHORE:
        return [
            Lack(
                code="not_for_this_operation",
                subject=name,
                message=f"{name} is no stage of a port call that loads",
            )
        ]
    later = [other for other in ORDER if other in facts.reached and _precedes(name, other)]
    lacks = [
        Lack(code="stage_missing", subject=other, message=f"{other} has to come first")
        for other in NEEDED[name]
        if other not in facts.reached
    ]
    if later:
        lacks.append(
            Lack(code="later_reached", subject=later[-1], message=f"{later[-1]} was reached already")
        )
    return lacks


def _release_lacks(facts: PortCallFacts) -> list[Lack]:
    lacks = []
    if not facts.surveyed:
        lacks.append(
            Lack(code="survey_missing", subject="survey", message="no weight was computed from two surveys")
        )
    if facts.operation == "loading":
        return lacks
    if not facts.categories:
        lacks.append(Lack(code="lot_missing", subject="lots", message="no cargo lot was declared"))
    needed = dict.fromkeys(paper for category in sorted(facts.categories) for paper in PAPERS[category])
    return [
        *lacks,
        *(lack for kind in needed if (lack := _paper_lack(kind, facts)) is not None),
        *_finding_lacks(facts),
    ]


def _paper_lack(kind: str, facts: PortCallFacts) -> Lack | None:
    papers = [paper for paper in facts.papers if paper.kind == kind]
    if not papers:
        return Lack(code="document_missing", subject=kind, message=f"the {kind} is missing")
    if all(paper.expires_on is not None and paper.expires_on < facts.declared_on for paper in papers):
        return Lack(
            code="document_expired",
            subject=kind,
            message=f"the {kind} had expired on {facts.declared_on.isoformat()}",
        )
    return None


def _finding_lacks(facts: PortCallFacts) -> list[Lack]:
    open_ = [finding for finding in facts.findings if finding.state == "open"]
    failed = [finding for finding in facts.findings if finding.state == "failed"]
    broken = [seal for seal in facts.seals if seal.state == "broken"]
    return [
        *(
            Lack(code="finding_open", subject=item.name, message=f"{item.name} is still open")
            for item in open_
        ),
        *(Lack(code="finding_failed", subject=item.name, message=f"{item.name} failed") for item in failed),
        *(Lack(code="seal_broken", subject=item.name, message=f"{item.name} is broken") for item in broken),
    ]
