"""The uncertainty budget as it is printed: which input contributes how many tonnes, the largest first.

Source: the `budget` of the survey document; JCGM 100:2008, 5.1 for what its columns mean.
Left out: propagation itself and the choice of the coverage factor, which are the survey's.
"""

from typing import Any

from api.surveys.report.catalogue import Catalogue
from api.surveys.report.document import Document, required
from api.surveys.report.figures import MISSING, aligned, rounded
from api.surveys.report.frame import shortened_name

_FIGURES = (("sensitivity_t_per_unit", 2), ("contribution_t", 2))
# Enough to tell half a millimetre, a tenth of a density division, ten kilograms.
_UNCERTAINTY_DECIMALS = {"m": 4, "t/m³": 5, "t": 2}
_OTHER_DECIMALS = 4
_SHARE_DECIMALS = 1
_LONGEST_STAGE = 13


def budget_table(document: Document, words: Catalogue) -> dict[str, Any]:
    """The budget with a bar for each share.

    Args:
        document: The whole survey document.
        words: The catalogue of the page's language.

    Returns:
        Column heads, rows sorted by contribution, and the combined line.
    """
    budget = sorted(required(document, "budget"), key=lambda line: -abs(line["contribution_t"] or 0.0))
    columns = [
        aligned([_figure(line["standard_uncertainty"], _decimals(line["unit"])) for line in budget]),
        *(aligned([_figure(line[name], decimals) for line in budget]) for name, decimals in _FIGURES),
    ]
    assumed = list(dict.fromkeys(line["assumed_from"] for line in budget if line.get("assumed_from")))
    shares = aligned([_figure(_percent(line["share"]), _SHARE_DECIMALS) for line in budget])
    return {
        "heads": {
            head: words.label(f"budget_{head}")
            for head in ("input", "uncertainty", "sensitivity", "contribution", "share")
        },
        "rows": [
            {
                "input": input_title(line["input"], words),
                "note": _letter(assumed.index(line["assumed_from"])) if line.get("assumed_from") else "",
                "stage": _stage(line["stage"], words),
                "unit": line["unit"],
                "figures": [column[index] for column in columns],
                "share": shares[index],
                "bar_percent": f"{_percent(line['share']) or 0.0:.2f}",
            }
            for index, line in enumerate(budget)
        ],
        "combined": _combined(document, words),
        "notes": [f"{_letter(index)}  {assumption(text, words)}" for index, text in enumerate(assumed)],
    }


def input_title(name: str, words: Catalogue) -> str:
    """What an input of the budget is called: a deductible by its contents, or by its own name.

    Args:
        name: The `input` of a line of the budget.
        words: The catalogue of the page's language.

    Returns:
        The title.
    """
    return words.title("inputs", name) if words.knows("inputs", name) else words.title("contents", name)


def _stage(stage: str | None, words: Catalogue) -> str:
    """The stage beside every line, so short that it stays in that line; the other tables name it in full."""
    return shortened_name(words.title("stages", stage), longest=_LONGEST_STAGE) if stage else ""


def _decimals(unit: str) -> int:
    return _UNCERTAINTY_DECIMALS.get(unit, _OTHER_DECIMALS)


def _combined(document: Document, words: Catalogue) -> list[dict[str, str]]:
    u_t, u95_t = document.get("standard_uncertainty_t"), document.get("u95_t")
    return [
        {"label": words.label("budget_combined"), "value": f"{_figure(u_t, 2)} t"},
        {"label": words.label("budget_expanded"), "value": f"{_figure(u95_t, 2)} t"},
    ]


def assumption(text: str, words: Catalogue) -> str:
    """Where an uncertainty was taken from: the case, the data, or a profile with the status it went by.

    Args:
        text: The `assumed_from` of a line of the budget.
        words: The catalogue of the page's language.

    Returns:
        The same in the page's language.
    """
    profile, colon, status = text.partition(": ")
    title = words.title("assumed", profile)
    return f"{title}{words.label('colon')}{words.title('statuses', status)}" if colon else title


def _letter(index: int) -> str:
    """Letters for notes: a, b … z, then a2, b2 …; figures would read as part of the numbers beside them."""
    turn, place = divmod(index, 26)
    return "abcdefghijklmnopqrstuvwxyz"[place] + (str(turn + 1) if turn else "")


def _percent(share: float | None) -> float | None:
    return None if share is None else 100.0 * share


def _figure(value: float | None, decimals: int) -> str:
    return MISSING if value is None else rounded(value, decimals)
