"""What stands around the content of every page: title, running head and foot, the ship's particulars, notes.

Source: the survey document and the catalogue.
Left out: anything that only one of the reports shows.
"""

from collections.abc import Iterator
from typing import Any

from api.surveys.report.catalogue import Catalogue
from api.surveys.report.document import Document, document_digest
from api.surveys.report.figures import FigureStyle, grouped, unit_of
from api.surveys.report.glyphs import drawn_width

# A name may be two hundred characters long; a page shows what fits its line and marks the cut.
_LONGEST_NAME = 120
_LONGEST_RUNNING_HEAD = 60
_SHOWN_DIGEST_DIGITS = 24
_EACH_RULE = ", "
"""How a survey joins the rules of conditions that differ."""


def page_frame(document: Document, words: Catalogue, *, title: str) -> dict[str, Any]:
    """Title, running head and foot, and the notes that every report carries.

    Args:
        document: The whole survey document.
        words: The catalogue of the page's language.
        title: Key of the title in the catalogue's labels.

    Returns:
        The common members of a template's JSON.
    """
    colon = words.label("colon")
    digest = document_digest(document)[:_SHOWN_DIGEST_DIGITS]
    return {
        "lang": words.language,
        "title": words.label(title),
        "subtitle": words.other().label(title),
        "running_head": shortened_name(vessel_name(document), longest=_LONGEST_RUNNING_HEAD),
        "running_foot": f"{words.label('document_digest')} {digest}…",
        "page_label": words.label("page"),
        "notes": [
            f"{words.label('rounding_note')}{colon}{words.title('roundings', str(document.get('rounding')))}",
            *_profile_note(document, words),
            words.label("density_note"),
        ],
    }


def _profile_note(document: Document, words: Catalogue) -> Iterator[str]:
    """An assumed uncertainty is never to be taken for a stated one, so every page names the profile."""
    profile = document.get("rules", {}).get("uncertainty_profile")
    if profile is not None:
        yield f"{words.label('profile_note')}{words.label('colon')}{words.title('assumed', profile)}"


def vessel_name(document: Document) -> str:
    """The ship's name as given, made visible; a dash where the survey has none.

    Args:
        document: The whole survey document.

    Returns:
        One line of text.
    """
    name = document.get("vessel", {}).get("name")
    return str(name) if name else "—"


def shortened_name(name: str, *, longest: int = _LONGEST_NAME) -> str:
    """A name that fits its line.

    Args:
        name: Any one-line text.
        longest: Latin letters that fit.

    Returns:
        The name, or its beginning with an ellipsis.
    """
    taken = 0
    for index, character in enumerate(name):
        taken += drawn_width(character)
        if taken > longest:
            return name[:index] + "…"
    return name


def stage_title(condition: Document, words: Catalogue) -> str:
    """What a condition is called on a page.

    Args:
        condition: One condition of the survey document.
        words: The catalogue of the page's language.

    Returns:
        The title of a known stage, or the stage's own name.
    """
    return shortened_name(words.title("stages", str(condition["stage"])))


def particulars(vessel: Document, words: Catalogue, style: FigureStyle) -> list[dict[str, str]]:
    """The ship's particulars that were given, in their order.

    Args:
        vessel: The `vessel` of the survey document.
        words: The catalogue of the page's language.
        style: Decimals of the document's rounding profile.

    Returns:
        Labels and values; a particular that was not given is left away.
    """
    return [
        {"label": words.title("vessel", name), "value": _particular(name, value, style)}
        for name, value in vessel.items()
        if value is not None and not isinstance(value, dict | list)
    ]


def _particular(name: str, value: object, style: FigureStyle) -> str:
    unit = unit_of(name)
    if unit is None or not isinstance(value, int | float):
        return shortened_name(str(value))
    figure = style.figure(value, unit)
    return f"{grouped(figure.rstrip('0').rstrip('.') if '.' in figure else figure)} {unit}"


def rule_lines(document: Document, words: Catalogue) -> list[dict[str, str]]:
    """The rules the survey was computed by, as it recorded them.

    Args:
        document: The whole survey document.
        words: The catalogue of the page's language.

    Returns:
        Labels and values, nested rules with their own name.
    """
    return [
        {"label": words.title("rules", name), "value": _rule_value(str(value), words)}
        for name, value in _flat(document.get("rules", {}))
        if value is not None and name != "uncertainty_source"
    ]


def _rule_value(value: str, words: Catalogue) -> str:
    """One rule, or those of all conditions in their order, each in the page's language."""
    return words.label("comma").join(words.title("rule_values", each) for each in value.split(_EACH_RULE))


def profile_source(document: Document, words: Catalogue) -> list[str]:
    """What the assumed uncertainties are and where they come from, in full.

    Args:
        document: The whole survey document.
        words: The catalogue of the page's language.

    Returns:
        One sentence or none; a profile that the catalogue does not translate speaks for itself.
    """
    rules = document.get("rules", {})
    profile, source = rules.get("uncertainty_profile"), rules.get("uncertainty_source")
    if profile is None or source is None:
        return []
    translated = words.title("profile_notes", profile)
    return [translated if words.language == "zh" and translated != profile else f"{profile}: {source}"]


def _flat(rules: Document) -> Iterator[tuple[str, object]]:
    for name, value in rules.items():
        if isinstance(value, dict):
            yield from _flat(value)
        else:
            yield name, value
