"""What the certificate page says: ship, weight with its interval, both conditions, bill of lading, warnings.

Source: the survey document; arranged as Chinese certificates of weight by draft survey are.
Left out: drawing (templates/certificate.typ) and any arithmetic: every number is one the survey computed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.surveys.report.catalogue import Catalogue
from api.surveys.report.document import Document, conditions_of, required
from api.surveys.report.figures import FigureStyle, aligned, grouped, rounded, unit_of
from api.surveys.report.frame import page_frame, particulars, stage_title
from api.surveys.report.warning_text import warning_lines

# One page: what does not fit is on the record sheet, and the certificate says how much that is.
_MOST_WARNINGS = 8
_MOST_STAGES = 3
_LONGEST_WARNING = 140

_ROWS = (
    ("forward_draft_m", "m", False),
    ("midship_draft_m", "m", False),
    ("aft_draft_m", "m", False),
    ("trim_m", "m", False),
    ("quarter_mean_m", "m", True),
    ("dock_density_t_per_m3", "t/m³", False),
    ("table_displacement_t", "t", False),
    ("trim_corrected_displacement_t", "t", False),
    ("density_corrected_displacement_t", "t", False),
    ("deductibles_t", "t", False),
    ("net_displacement_t", "t", True),
    ("net_less_lightship_t", "t", False),
)


def certificate_page(document: Document, words: Catalogue) -> dict[str, Any]:
    """Everything the certificate template draws, as strings.

    Args:
        document: The whole survey document.
        words: The catalogue of the page's language.

    Returns:
        The JSON that templates/certificate.typ reads.

    Raises:
        IncompleteDocumentError: The document lacks a part that the certificate must show.
    """
    style = FigureStyle(profile=required(document, "rounding"))
    shown = _shown_conditions(document)
    return page_frame(document, words, title="certificate_title") | {
        "particulars": particulars(required(document, "vessel"), words, style),
        "weight": weight_statement(document, words, style),
        "stages": [stage_title(condition, words) for condition in shown],
        "rows": _rows(shown, words, style),
        "bill": bill_comparison(document, words, style),
        "warnings": _warnings(document, words),
        "signatures": [words.label(f"signature_{who}") for who in ("surveyor", "reviewer", "ship")],
    }


def _shown_conditions(document: Document) -> Sequence[Document]:
    """The conditions that make the weight; all of them while they fit the width of the page."""
    conditions = conditions_of(document)
    ends = {document.get("cargo_from"), document.get("cargo_to")} - {None}
    if len(conditions) <= _MOST_STAGES or not ends:
        return conditions[:_MOST_STAGES]
    return [condition for condition in conditions if condition["stage"] in ends]


def weight_statement(document: Document, words: Catalogue, style: FigureStyle) -> dict[str, str | None]:
    """The weight with its interval, and what it rests on.

    Args:
        document: The whole survey document.
        words: The catalogue of the page's language.
        style: Decimals of the document's rounding profile.

    Returns:
        label, value, interval, basis, and the provisional notice or None.
    """
    cargo_t, u95_t = required(document, "cargo_t"), required(document, "u95_t")
    return {
        "label": words.label("cargo_weight" if cargo_t is not None else "cargo_weight_missing"),
        "value": weight_text(cargo_t, style),
        "interval": interval_text(u95_t, document.get("u95_permille"), words),
        "basis": words.label("separator").join(_basis(document, words)),
        "provisional": words.label("provisional") if required(document, "provisional") else None,
    }


def weight_text(weight_t: float | None, style: FigureStyle) -> str:
    """A weight with its unit, digits in groups of three.

    Args:
        weight_t: Weight in air, or None.
        style: Decimals of the document's rounding profile.

    Returns:
        For example "83 601.745 t".
    """
    figure = grouped(style.figure(weight_t, "t"))
    return figure if weight_t is None else f"{figure} t"


def interval_text(u95_t: float | None, u95_permille: float | None, words: Catalogue) -> str:
    """The expanded uncertainty in tonnes and in permille.

    Args:
        u95_t: Half width of the interval of about 95 % coverage, or None.
        u95_permille: The same in permille of the weight, or None where the weight is zero.
        words: The catalogue of the page's language.

    Returns:
        For example "± 184.3 t (2.20 ‰)".
    """
    if u95_t is None:
        return words.label("interval_missing")
    share = "" if u95_permille is None else f" ({rounded(u95_permille, 2)} ‰)"
    return f"± {grouped(rounded(u95_t, 1))} t{share}"


def _basis(document: Document, words: Catalogue) -> Iterator[str]:
    cargo_t = document["cargo_t"]
    if document.get("operation") is not None:
        yield words.title("operations", document["operation"])
    yield _difference_text(document, words)
    if cargo_t is not None and cargo_t < 0:
        yield words.label("negative_weight")
    if document["u95_t"] is None:
        return
    factor = document.get("coverage_factor")
    if factor is None:
        yield words.label("interval_basis")
    else:
        yield words.label("interval_basis_k").format(factor=rounded(factor, 2))


def _difference_text(document: Document, words: Catalogue) -> str:
    start, end = document.get("cargo_from"), document.get("cargo_to")
    if start is None or end is None:
        return words.label("one_condition")
    named = (words.title("stages", stage) for stage in (start, end))
    from_stage, to_stage = named
    return words.label("from_to").format(from_stage=from_stage, to_stage=to_stage)


def _rows(shown: Sequence[Document], words: Catalogue, style: FigureStyle) -> list[dict[str, Any]]:
    """The rows that at least one of the shown conditions has a value for."""
    kept = [row for row in _ROWS if any(condition.get(row[0]) is not None for condition in shown)]
    columns = [
        aligned([style.figure(condition.get(name), unit) for name, unit, _strong in kept])
        for condition in shown
    ]
    return [
        {
            "label": words.title("steps", name),
            "unit": unit,
            "strong": strong,
            "figures": [column[index] for column in columns],
        }
        for index, (name, unit, strong) in enumerate(kept)
    ]


def bill_comparison(document: Document, words: Catalogue, style: FigureStyle) -> dict[str, Any] | None:
    """The comparison with the bill of lading, where there is one.

    Args:
        document: The whole survey document.
        words: The catalogue of the page's language.
        style: Decimals of the document's rounding profile.

    Returns:
        A title and labelled items, or None.
    """
    bill: Mapping[str, Any] | None = required(document, "bill_of_lading")
    if bill is None:
        return None
    items = []
    for name, value in bill.items():
        unit = unit_of(name)
        text = (
            words.title("bill", str(value))
            if unit is None
            else f"{grouped(style.figure(value, unit))} {unit}"
        )
        items.append({"label": words.title("bill", name), "value": text})
    return {"title": words.label("bill_title"), "items": items}


def _warnings(document: Document, words: Catalogue) -> dict[str, Any]:
    lines = warning_lines(document, words)
    left = len(lines) - _MOST_WARNINGS
    shown = [line | {"text": _shortened(line["text"])} for line in lines[:_MOST_WARNINGS]]
    return {
        "title": words.label("warnings_title"),
        "items": shown,
        "more": words.label("warnings_more").format(count=left) if left > 0 else None,
    }


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_WARNING else text[: _LONGEST_WARNING - 1].rstrip() + "…"
