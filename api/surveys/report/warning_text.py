"""The plausibility warnings as a person reads them: title, sentence with the numbers, stage.

Source: the warnings of the survey document; its messages are English, so in Chinese the numbers speak.
Left out: deciding what is a warning, which is the survey's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from api.surveys.report.catalogue import Catalogue
from api.surveys.report.document import Document, required
from api.surveys.report.figures import MISSING, grouped, rounded, unit_of

_SIGNIFICANT_DECIMALS = 3


def warning_lines(document: Document, words: Catalogue) -> list[dict[str, str]]:
    """Every warning of the survey in the page's language.

    Args:
        document: The whole survey document.
        words: The catalogue of the page's language.

    Returns:
        For each warning its code, its title with the stage, and its text.
    """
    warnings: Sequence[Document] = required(document, "warnings")
    return [
        {
            "code": warning["code"],
            "title": words.title("warnings", warning["code"]) + _stage(warning, words),
            "text": _text(warning, words),
        }
        for warning in warnings
    ]


def _stage(warning: Document, words: Catalogue) -> str:
    stage = warning.get("stage")
    return "" if stage is None else f" [{words.title('stages', stage)}]"


def _text(warning: Document, words: Catalogue) -> str:
    """The English message as the survey wrote it; in Chinese, the numbers by name with the limit."""
    if words.language == "en":
        return str(warning["message"])
    values: Mapping[str, Any] = warning.get("values") or {}
    parts = [f"{words.title('values', name)} {_valued(name, value, words)}" for name, value in values.items()]
    if warning.get("limit") is not None:
        parts.append(f"{words.title('values', 'limit')} {value_text(warning['limit'])}")
    return words.label("separator").join(parts)


def _valued(name: str, value: object, words: Catalogue) -> str:
    if isinstance(value, str):
        return words.title("value_words", value)
    unit = unit_of(name)
    return value_text(value) if unit is None else f"{value_text(value)} {unit}"


def value_text(value: object) -> str:
    """A number as short as it can be said.

    Args:
        value: A number, a text or None.

    Returns:
        Numbers with at most three decimals, no trailing zeros, and digits in groups of three.

    >>> value_text(0.3999999), value_text(53500), value_text(None)
    ('0.4', '53 500', '—')
    """
    if value is None:
        return MISSING
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    text = rounded(value, _SIGNIFICANT_DECIMALS)
    return grouped(text.rstrip("0").rstrip("."))
