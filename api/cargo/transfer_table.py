"""Reads a table of transfers as scale houses export them: CSV, Chinese or English headers, tonnes or kilograms.

Source: RFC 4180; UTF-8 or GB 18030, which is what Chinese spreadsheets write.
Left out: workbooks; a time or weight whose zone or unit nobody states is refused, never guessed.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from api.cargo.transfer_schemas import MOST_AT_ONCE, TransferBody, TransferMode
from api.errors import FieldError, InvalidRequestError

MOST_ERRORS = 1000
KILOGRAMS = 1000.0
_TEXTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mode": ("mode", "运输方式"),
        "ticket_number": ("ticket_number", "ticket", "磅单号", "票号", "过磅单号"),
        "vehicle": ("vehicle", "plate", "wagon", "车号", "车牌", "车牌号", "车皮号", "船名"),
        "weighed_at": ("weighed_at", "过磅时间", "称重时间", "时间"),
        "scale_number": ("scale_number", "衡器", "衡器编号", "磅号"),
        "destination": ("destination", "目的地", "去向"),
        "document_number": ("document_number", "调运单号", "单证号"),
    }
)
_WEIGHTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "gross_t": ("gross", "毛重"),
        "tare_t": ("tare", "皮重"),
        "net_t": ("net", "净重"),
        "declared_load_t": ("declared_load", "标载", "票重"),
        "standard_uncertainty_t": ("standard_uncertainty", "标准不确定度"),
    }
)
_UNITS: Mapping[str, float] = MappingProxyType(
    {"t": 1.0, "吨": 1.0, "kg": KILOGRAMS, "千克": KILOGRAMS, "公斤": KILOGRAMS}
)
_MODES: Mapping[str, TransferMode] = MappingProxyType(
    {"汽车": "truck", "卡车": "truck", "火车": "rail", "铁路": "rail", "皮带": "belt", "驳船": "barge"}
)
_TIME_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Which field a column fills, and by what its numbers are divided; None for text."""

    field: str
    divisor: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One load and where it stands."""

    place: str
    body: TransferBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the sender says of the table where the table does not."""

    mode: TransferMode | None
    zone: timezone | None


def read_table(content: bytes, declared: Declared) -> list[TableRow]:
    """Read a table of transfers.

    Raises:
        InvalidRequestError: it is no such table, or rows are wrong: each is named by its line.
    """
    lines = _rows(content)
    columns = _columns([cell for _, cells in lines[:1] for cell in cells])
    rows: list[TableRow] = []
    errors: list[FieldError] = []
    for line, cells in lines[1:]:
        try:
            rows.append(TableRow(place=f"line:{line}", body=_body(columns, cells, declared)))
        except (ValidationError, ValueError) as error:
            errors += [FieldError(pointer=f"line:{line}", message=message) for message in _messages(error)]
    refuse_rows(errors)
    if not rows:
        raise InvalidRequestError.at("file", "holds no rows")
    return rows


def refuse_rows(errors: Sequence[FieldError]) -> None:
    """Refuse the whole where any row is wrong.

    Raises:
        InvalidRequestError: with every row at fault, the first thousand of them.
    """
    if errors:
        shown = "; ".join(f"{error.pointer}: {error.message}" for error in errors[:3])
        detail = f"{len(errors)} faults, nothing was taken. {shown}"
        raise InvalidRequestError(detail, errors=errors[:MOST_ERRORS])


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    text = _decoded(content)
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
            if len(rows) > MOST_AT_ONCE + 1:
                raise InvalidRequestError.at("file", f"accepted are at most {MOST_AT_ONCE} rows at once")
    except csv.Error as error:
        raise InvalidRequestError.at(f"line:{reader.line_num}", f"is no CSV: {error}") from error
    return rows


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidRequestError.at("file", "is neither UTF-8 nor GB 18030 text")


def _columns(headers: Sequence[str]) -> list[Column]:
    columns = [_column(header) for header in headers]
    named = [column.field for column in columns]
    twice = next((name for name in named if named.count(name) > 1), None)
    if twice is not None:
        raise InvalidRequestError.at("line:1", f"{twice} has two columns")
    if "weighed_at" not in named:
        raise InvalidRequestError.at(
            "line:1", "no column says when a load was weighed (weighed_at, 过磅时间)"
        )
    return columns


def _column(header: str) -> Column:
    plain = "".join(unicodedata.normalize("NFKC", header).split()).lower()
    for field, names in _TEXTS.items():
        if plain in names:
            return Column(field=field, divisor=None)
    stem, unit = _stem_and_unit(plain)
    for field, names in _WEIGHTS.items():
        if stem in names:
            if unit not in _UNITS:
                raise InvalidRequestError.at("line:1", f"{header!a} names no unit; accepted: t, kg, 吨, 千克")
            return Column(field=field, divisor=_UNITS[unit])
    accepted = ", ".join([*_TEXTS, *_WEIGHTS])
    raise InvalidRequestError.at("line:1", f"the column {header[:80]!a} is unknown; accepted: {accepted}")


def _stem_and_unit(plain: str) -> tuple[str, str]:
    """Take the unit off a header.

    >>> _stem_and_unit("gross_kg"), _stem_and_unit("毛重(吨)"), _stem_and_unit("净重")
    (('gross', 'kg'), ('毛重', '吨'), ('净重', ''))
    """
    found = re.fullmatch(r"(.+?)(?:_(t|kg)|[(/](t|kg|吨|千克|公斤)\)?)", plain)
    return (plain, "") if found is None else (found[1], found[2] or found[3])


def _body(columns: Sequence[Column], cells: Sequence[str], declared: Declared) -> TransferBody:
    if len(cells) != len(columns):
        raise ValueError(f"has {len(cells)} cells where the header has {len(columns)}")
    values: dict[str, Any] = {"mode": declared.mode}
    for column, cell in zip(columns, cells, strict=True):
        if cell.strip():
            values[column.field] = _value(column, cell.strip(), declared)
    if values["mode"] is None:
        raise ValueError("nobody says whether it went by truck, rail, belt or barge")
    return TransferBody.model_validate(values)


def _value(column: Column, cell: str, declared: Declared) -> Any:
    if column.divisor is not None:
        try:
            return float(cell) / column.divisor
        except ValueError as error:
            raise ValueError(f"{column.field}: {cell[:40]!a} is no number") from error
    if column.field == "weighed_at":
        return _instant(cell, declared.zone)
    return _MODES.get(cell, cell) if column.field == "mode" else cell


def _instant(cell: str, zone: timezone | None) -> datetime:
    instant = next(_readings_of(cell), None)
    if instant is None:
        raise ValueError(f"weighed_at: {cell[:40]!a} is no time; accepted: 2026-05-04 14:30:00")
    if instant.tzinfo is not None:
        return instant
    if zone is None:
        raise ValueError("weighed_at: has no zone; state utc_offset with the request")
    return instant.replace(tzinfo=zone)


def _readings_of(cell: str) -> Iterator[datetime]:
    try:
        yield datetime.fromisoformat(cell)
    except ValueError:
        for written in _TIME_FORMATS:
            try:
                yield datetime.strptime(cell, written)  # noqa: DTZ007  (the zone is put to it by the caller)
            except ValueError:
                continue


def _messages(error: ValueError) -> list[str]:
    if not isinstance(error, ValidationError):
        return [str(error)]
    return [
        ": ".join((*map(str, item["loc"]), str(item["msg"]).removeprefix("Value error, ")))
        for item in error.errors()
    ]
