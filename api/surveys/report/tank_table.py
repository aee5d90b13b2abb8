"""The tanks and other deductibles of a survey, one condition beside the next.

Source: the `deductibles` of the survey document.
Left out: how a volume was found from a sounding; those are worked steps of the survey.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from api.surveys.report.catalogue import Catalogue
from api.surveys.report.document import Document, required
from api.surveys.report.figures import FigureStyle, aligned
from api.surveys.report.frame import shortened_name, stage_title

_WEIGHT_COLUMNS = (("weight_t", "t"),)
_WEIGHTS_ABREAST = 3
_TANKS_ABREAST = 2
_TANK_COLUMNS = (("volume_m3", "m³"), ("density_t_per_m3", "t/m³"), ("weight_t", "t"))
# The same tank name may be used twice in one condition, so the key counts: name, contents, how many before.
_Key = tuple[str, str, int]


def tank_tables(conditions: Sequence[Document], words: Catalogue, style: FigureStyle) -> list[dict[str, Any]]:
    """Tables of two conditions abreast, a row for each tank that either has; three where only weights are known.

    Args:
        conditions: All conditions in order.
        words: The catalogue of the page's language.
        style: Decimals of the document's rounding profile.

    Returns:
        For each table the stage titles, the column heads and units, the rows and the totals.
    """
    measured = any(_is_measured(item) for each in conditions for item in required(each, "deductibles"))
    abreast = _TANKS_ABREAST if measured else _WEIGHTS_ABREAST
    bands = [conditions[start : start + abreast] for start in range(0, len(conditions), abreast)]
    return [_tank_table(band, words, style, measured=measured) for band in bands]


def _is_measured(item: Document) -> bool:
    """Whether more than the weight is known."""
    return any(item.get(key) is not None for key in ("volume_m3", "density_t_per_m3", "status"))


def _tank_table(
    band: Sequence[Document], words: Catalogue, style: FigureStyle, *, measured: bool
) -> dict[str, Any]:
    shown = _TANK_COLUMNS if measured else _WEIGHT_COLUMNS
    by_stage = [_by_key(required(condition, "deductibles")) for condition in band]
    keys = list(dict.fromkeys(key for items in by_stage for key in items))
    columns = [
        [
            aligned([style.figure((items.get(key) or {}).get(name), unit) for key in keys])
            for name, unit in shown
        ]
        for items in by_stage
    ]
    return {
        "stages": [stage_title(condition, words) for condition in band],
        "heads": {name: words.label(f"tank_{name}") for name in ("name", "contents", "status")},
        "columns": [{"label": words.label(f"tank_{name}"), "unit": unit} for name, unit in shown],
        "with_status": measured,
        "rows": [_row(index, key, by_stage, columns, words) for index, key in enumerate(keys)],
        "total": words.title("steps", "deductibles_t"),
        "totals": [aligned([style.figure(condition.get("deductibles_t"), "t")])[0] for condition in band],
    }


def _by_key(deductibles: Sequence[Document]) -> Mapping[_Key, Document]:
    seen: Counter[tuple[str, str]] = Counter()
    items = {}
    for item in deductibles:
        named = (str(item["name"]), str(item["contents"]))
        items[(*named, seen[named])] = item
        seen[named] += 1
    return items


def _row(
    index: int,
    key: _Key,
    by_stage: Sequence[Mapping[_Key, Document]],
    columns: Sequence[Sequence[Sequence[dict[str, str]]]],
    words: Catalogue,
) -> dict[str, Any]:
    name, contents, _nth = key
    title = words.title("contents", contents)
    return {
        "name": title if name == contents else shortened_name(name),
        "contents": title,
        "stages": [
            {
                "figures": [column[index] for column in of_stage],
                "status": _status(items.get(key), words),
            }
            for items, of_stage in zip(by_stage, columns, strict=True)
        ],
    }


def _status(item: Document | None, words: Catalogue) -> str:
    status = None if item is None else item.get("status")
    return "" if status is None else words.title("statuses", str(status))
