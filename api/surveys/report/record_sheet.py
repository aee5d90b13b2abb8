"""What the record sheet says: every worked step, readings, tanks, the uncertainty budget, warnings.

Source: the survey document; steps are printed as computed, with symbol, formula, unit and source.
Left out: drawing (templates/record_sheet.typ) and any arithmetic but the decimals of the rounding profile.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from api.surveys.report.catalogue import Catalogue
from api.surveys.report.certificate import bill_comparison, weight_statement
from api.surveys.report.density_table import density_table
from api.surveys.report.document import Document, conditions_of, required, steps_of
from api.surveys.report.figures import MISSING, FigureStyle, aligned, rounded
from api.surveys.report.frame import page_frame, particulars, profile_source, rule_lines, stage_title
from api.surveys.report.tank_table import tank_tables
from api.surveys.report.uncertainty_budget import budget_table
from api.surveys.report.warning_text import warning_lines

_STAGES_ABREAST = 3
_READING_DECIMALS = 3
_POSITIONS = ("forward", "midship", "aft")
_SIDES = ("port", "starboard")


def record_sheet_pages(document: Document, words: Catalogue) -> dict[str, Any]:
    """Everything the record sheet template draws, as strings.

    Args:
        document: The whole survey document.
        words: The catalogue of the page's language.

    Returns:
        The JSON that templates/record_sheet.typ reads.

    Raises:
        IncompleteDocumentError: The document lacks a part that the sheet must show.
    """
    style = FigureStyle(profile=required(document, "rounding"))
    conditions = conditions_of(document)
    heads = ("readings", "samples", "steps", "tanks", "budget", "rules", "bill", "warnings", "no_warnings")
    return page_frame(document, words, title="record_sheet_title") | {
        "heads": {head: words.label(head if head == "no_warnings" else f"{head}_title") for head in heads},
        "particulars": particulars(required(document, "vessel"), words, style),
        "weight": weight_statement(document, words, style),
        "readings": [reading_table(band, words) for band in abreast(conditions, _STAGES_ABREAST)],
        "samples": density_table(conditions, words, style),
        "steps": [step_table(band, words, style) for band in abreast(conditions, _STAGES_ABREAST)],
        "tanks": tank_tables(conditions, words, style),
        "budget": budget_table(document, words),
        "rules": rule_lines(document, words),
        "sources": _source_notes(conditions, words) + profile_source(document, words),
        "bill": bill_comparison(document, words, style),
        "warnings": warning_lines(document, words),
        "signatures": [words.label(f"signature_{who}") for who in ("surveyor", "reviewer", "ship")],
    }


def abreast(conditions: Sequence[Document], count: int) -> Iterator[Sequence[Document]]:
    """Conditions in groups that fit the width of a page.

    Args:
        conditions: All conditions in order.
        count: How many fit beside each other.

    Yields:
        Groups of at most `count`.
    """
    for start in range(0, len(conditions), count):
        yield conditions[start : start + count]


def reading_table(band: Sequence[Document], words: Catalogue) -> dict[str, Any]:
    """The six readings of each condition, port beside starboard.

    Args:
        band: The conditions that stand beside each other.
        words: The catalogue of the page's language.

    Returns:
        Stage titles, side titles, and a row of figures in metres for each mark; no rows where the survey
        started from corrected drafts.
    """
    columns = [_reading_column(condition, side) for condition in band for side in _SIDES]
    rows = [
        {"label": words.label(position), "figures": [column[index] for column in columns]}
        for index, position in enumerate(_POSITIONS)
    ]
    estimated = any(condition.get("estimated_readings_m") for condition in band)
    return {
        "stages": [stage_title(condition, words) for condition in band],
        "sides": [words.label(side) for side in _SIDES],
        "rows": rows if any(condition.get("draft_readings_m") for condition in band) else [],
        "notes": [words.label("estimated_note")] if estimated else [],
    }


def _reading_column(condition: Document, side: str) -> list[dict[str, str]]:
    """The three marks of one side; a side that was not read shows its estimate, with a mark."""
    names = [f"{position}_{side}" for position in _POSITIONS]
    read = condition.get("draft_readings_m") or {}
    estimated = condition.get("estimated_readings_m") or {}
    figures = aligned([_reading(estimated.get(name, read.get(name))) for name in names])
    return [
        figure | {"mark": "*" if name in estimated else ""}
        for name, figure in zip(names, figures, strict=True)
    ]


def step_table(band: Sequence[Document], words: Catalogue, style: FigureStyle) -> dict[str, Any]:
    """Every worked step of the conditions in a band, in the order they were computed.

    Args:
        band: The conditions that stand beside each other.
        words: The catalogue of the page's language.
        style: Decimals of the document's rounding profile.

    Returns:
        Stage titles and column heads, and a row for each step name that any of the conditions has.
    """
    by_stage = [steps_of(condition) for condition in band]
    names = step_order(by_stage)
    columns = [aligned([_figure(steps.get(name), style) for name in names]) for steps in by_stage]
    return {
        "stages": [stage_title(condition, words) for condition in band],
        "heads": {
            head: words.label(f"step_{head}")
            for head in ("number", "item", "symbol", "formula", "unit", "source")
        },
        "rows": [
            _step_row(index, [steps[name] for steps in by_stage if name in steps], columns, words)
            for index, name in enumerate(names)
        ],
    }


def step_order(by_stage: Sequence[Document]) -> list[str]:
    """One order for the steps of several conditions, in which each keeps its own.

    A step that only a later condition has comes right after the step it follows there.

    Args:
        by_stage: Step name to step, for each condition.

    Returns:
        Every name once.
    """
    order: list[str] = []
    for steps in by_stage:
        place = 0
        for name in steps:
            if name in order:
                place = order.index(name) + 1
            else:
                order.insert(place, name)
                place += 1
    return order


def _reading(draft_m: float | None) -> str:
    """A reading to the millimetre, whatever the profile: nobody reads a hull finer."""
    return MISSING if draft_m is None else rounded(draft_m, _READING_DECIMALS)


def _figure(step: Document | None, style: FigureStyle) -> str:
    return style.figure(None, "") if step is None else style.figure(step["value"], step["unit"])


def _step_row(
    index: int, same: Sequence[Document], columns: Sequence[Sequence[dict[str, str]]], words: Catalogue
) -> dict[str, Any]:
    """One line of the sheet; where the conditions used different formulas or sources, each is shown."""
    first = same[0]
    return {
        "number": str(index + 1),
        "label": words.title("steps", first["name"]),
        "symbol": first["symbol"],
        "formulas": _distinct(words.formula(step["formula"]) for step in same),
        "unit": first["unit"],
        "source": " ".join(_distinct(words.title("sources", step["source"]) for step in same)),
        "figures": [column[index] for column in columns],
    }


def _source_notes(conditions: Sequence[Document], words: Catalogue) -> list[str]:
    """What the keys in the column of sources stand for."""
    used = dict.fromkeys(step["source"] for condition in conditions for step in steps_of(condition).values())
    return [words.title("source_notes", key) for key in used if words.knows("source_notes", key)]


def _distinct(texts: Iterator[str | None]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
