"""Which column of a hydrostatic table holds what, in which unit: told by its Chinese or English header.

Source: headers of real tables and of the case format; the list is data, below.
Left out: guesses; where a header leaves the unit of a length or the LCF reference open, nothing is assumed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from api.vessels.table_errors import UnclearColumnError
from api.vessels.table_grid import Cell
from survey.hydrostatics import DraftBasis, LcfReference, TableKind

_Meaning = TypeVar("_Meaning", LcfReference, DraftBasis)
_METRES: Mapping[str, float] = MappingProxyType(
    {"m": 1.0, "米": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0}
    | {"cm": 0.01, "厘米": 0.01, "mm": 0.001, "毫米": 0.001}
)
_TONNES: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("t", "mt", "tonne", "tonnes", "metrictons", "吨", "公吨"), 1.0)
)
_TONNES_PER_CM: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("t/cm", "mt/cm", "tonnes/cm", "tpercm", "吨/厘米", "t"), 1.0)
    | {"t/m": 0.01, "吨/米": 0.01}
)
_MOMENT_PER_CM: Mapping[str, float] = MappingProxyType(
    dict.fromkeys(("tm/cm", "mtm/cm", "tmpercm", "吨米/厘米", "tm"), 1.0) | {"tm/m": 0.01, "吨米/米": 0.01}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A column that is looked for.

    Attributes:
        name: the field of a row that it fills.
        pattern: what its header, without unit and signs, begins with.
        units: accepted unit to factor into the field's unit.
        unit_in_name: whether the name alone says the unit, as TPC is tonnes per centimetre.
    """

    name: str
    pattern: re.Pattern[str]
    units: Mapping[str, float]
    unit_in_name: bool


QUANTITIES: tuple[Quantity, ...] = (
    Quantity(
        name="draft_m",
        pattern=re.compile(r"(mean |extreme |moulded |molded |型)?(draft|draught|吃水(?!差|吨)|水尺)"),
        units=_METRES,
        unit_in_name=False,
    ),
    Quantity(
        name="displacement_t",
        pattern=re.compile(r"(disp\b|displ\b|displacement(?! vol)|排水量)"),
        units=_TONNES,
        unit_in_name=True,
    ),
    Quantity(
        name="deadweight_t", pattern=re.compile(r"(deadweight|dwt\b|载重)"), units=_TONNES, unit_in_name=True
    ),
    Quantity(
        name="tpc_t_per_cm",
        pattern=re.compile(r"(tpc|tonnes per cm|每厘米(吃水)?吨|每公分吃水吨|厘米吃水吨)"),
        units=_TONNES_PER_CM,
        unit_in_name=True,
    ),
    Quantity(
        name="mctc_tm_per_cm",
        pattern=re.compile(r"(mctc|mtc|mct\b|moment to change trim|每厘米(纵倾)?力矩|厘米纵倾力矩)"),
        units=_MOMENT_PER_CM,
        unit_in_name=True,
    ),
    Quantity(
        name="lcf_m",
        pattern=re.compile(r"(lcf|xf\b|longitudinal cent(re|er) of flo|漂心)"),
        units=_METRES,
        unit_in_name=False,
    ),
    Quantity(
        name="trim_by_stern_m",
        pattern=re.compile(r"(trim|纵倾(?!力矩)|吃水差)"),
        units=_METRES,
        unit_in_name=False,
    ),
)
_LCF_REFERENCES: tuple[tuple[re.Pattern[str], LcfReference], ...] = (
    (re.compile(r"(aft|abaft) (of )?midship"), LcfReference.AFT_OF_MIDSHIPS),
    (re.compile(r"(forward|fwd) (of )?midship"), LcfReference.FORWARD_OF_MIDSHIPS),
    (re.compile(r"(from|forward of|fwd of) (ap|a\.p\.?)|距[尾艉]垂?线"), LcfReference.FORWARD_OF_AP),
    (re.compile(r"(from|aft of|abaft) (fp|f\.p\.?)|距[首艏]垂?线"), LcfReference.AFT_OF_FP),
)
_BASES: tuple[tuple[re.Pattern[str], DraftBasis], ...] = (
    (re.compile(r"moulded|molded|\bmld\b|型"), DraftBasis.MOULDED),
    (re.compile(r"extreme|\bext\b|实际吃水|外吃水"), DraftBasis.EXTREME),
)
_WORDS_BESIDE_A_UNIT = frozenset(
    {"from", "of", "aft", "abaft", "forward", "fwd", "midship", "midships", "ap", "fp", "a.p.", "f.p."}
    | {"moulded", "molded", "mld", "extreme", "ext", "mean", "sw", "fw", "by", "stern"}
)
"""What headers put into brackets with a unit, or in its place, without being one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One recognised column: its place, its header as written, and the factor into the field's unit.

    `factor` is None where a length's header names no unit; it must be declared then.
    """

    index: int
    header: str
    quantity: Quantity
    factor: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a header row says: columns by field name, headers that were not recognised, stated references."""

    columns: Mapping[str, Column]
    ignored: tuple[str, ...]
    lcf_reference: LcfReference | None
    draft_basis: DraftBasis | None

    @property
    def kinds(self) -> tuple[TableKind, ...]:
        """The kinds of table that the weight columns allow."""
        fields = {TableKind.DISPLACEMENT: "displacement_t", TableKind.DEADWEIGHT: "deadweight_t"}
        return tuple(kind for kind, field in fields.items() if field in self.columns)


def is_header(cells: Sequence[Cell]) -> bool:
    """Whether a row names a draft and a weight, which only a header does."""
    names = {quantity.name for cell in cells if isinstance(cell, str) and (quantity := _quantity(cell))}
    return "draft_m" in names and bool(names & {"displacement_t", "deadweight_t"})


def read_header(cells: Sequence[Cell], units_row: Sequence[Cell] | None) -> Header:
    """Recognise the columns of a header row.

    Args:
        cells: the header.
        units_row: the row below it, where that holds the units; None where it does not.

    Raises:
        UnclearColumnError: two columns for one field, or a unit that is not known.
    """
    columns: dict[str, Column] = {}
    ignored = []
    for index, cell in enumerate(cells):
        quantity = _quantity(cell) if isinstance(cell, str) else None
        if quantity is None:
            ignored += [str(cell)] if cell is not None else []
            continue
        if quantity.name in columns:
            reason = f"both {columns[quantity.name].header!r} and {cell!r} look like it"
            raise UnclearColumnError(quantity.name, reason, accepted="one of them")
        unit_cell = units_row[index] if units_row is not None and index < len(units_row) else None
        factor = _factor(str(cell), quantity, unit_cell if isinstance(unit_cell, str) else None)
        columns[quantity.name] = Column(index=index, header=str(cell), quantity=quantity, factor=factor)
    lcf, draft = columns.get("lcf_m"), columns.get("draft_m")
    return Header(
        columns=columns,
        ignored=tuple(ignored),
        lcf_reference=_stated(lcf, _LCF_REFERENCES),
        draft_basis=_stated(draft, _BASES),
    )


def is_units_row(cells: Sequence[Cell]) -> bool:
    """Whether a row holds units and no number."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    known = {unit for quantity in QUANTITIES for unit in quantity.units}
    return len(texts) == sum(cell is not None for cell in cells) and any(
        _unit_text(text) in known for text in texts
    )


def _quantity(header: str) -> Quantity | None:
    plain = _plain(header)
    return next((quantity for quantity in QUANTITIES if quantity.pattern.match(plain)), None)


def _plain(text: str) -> str:
    """Lower case, full-width forms narrowed, underscores and brackets as spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[_\[\](){}【】,;:]", " ", folded).split())


def _unit_text(text: str) -> str:
    """A unit without the marks that tables set between its parts: t·m/cm, t-m/cm and tm/cm are one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s.·⋅*×x\-\[\](){}]", "", folded)


def _factor(header: str, quantity: Quantity, unit_cell: str | None) -> float | None:
    """The factor for the unit that the header or the row below it names; None where a length has none."""
    for unit in (*_named_units(header), *([unit_cell] if unit_cell else [])):
        text = _unit_text(unit)
        if text in quantity.units:
            return quantity.units[text]
        raise UnclearColumnError(
            quantity.name, f"unknown unit {unit!r} in {header!r}", accepted=", ".join(quantity.units)
        )
    return 1.0 if quantity.unit_in_name else None


def _named_units(header: str) -> list[str]:
    """What a header gives as unit: in brackets, or after an underscore as in draft_m and tpc_t_per_cm."""
    narrowed = unicodedata.normalize("NFKC", header).casefold()
    bracketed = re.findall(r"[\[({【]([^\])}】]*)[\])}】]", narrowed)
    words = [word for text in bracketed for word in re.split(r"[\s,;]+", text)]
    found = [
        word
        for word in words
        if word and word not in _WORDS_BESIDE_A_UNIT and not re.fullmatch(r"[+-].*", word)
    ]
    if found:
        return found[:1]
    suffix = re.search(r"_(t_per_cm|tm_per_cm|t_per_m|tm_per_m|mm|cm|m|t|ft|in|kg|lt)$", narrowed)
    return [suffix[1].replace("_per_", "/")] if suffix else []


def _stated(column: Column | None, patterns: Sequence[tuple[re.Pattern[str], _Meaning]]) -> _Meaning | None:
    if column is None:
        return None
    plain = _plain(column.header)
    return next((meaning for pattern, meaning in patterns if pattern.search(plain)), None)
