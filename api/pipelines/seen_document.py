"""A reading's trace as plain JSON and back, so that its evidence can be drawn by another process on another machine.

Source: the annotations of the frozen dataclasses of `vision.draft`; floats keep every bit (shortest repr, both ways).
Left out: pictures, of which a trace holds none; the footage is opened again by who draws.
"""

import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from vision.draft.looks import Looks
from vision.draft.reader import ReadingTrace


def document_of(trace: ReadingTrace, looks: Looks) -> dict[str, Any]:
    """Write down what evidence is drawn from."""
    return {
        "trace": _plain(trace),
        "looks": {"times_s": list(looks.times_s), "sharpest_s": looks.sharpest_s},
    }


def from_document(document: Mapping[str, Any]) -> tuple[ReadingTrace, Looks]:
    """Read what `document_of` wrote; the trace is equal to the one that was written."""
    looks = Looks()
    looks.times_s = [float(time_s) for time_s in document["looks"]["times_s"]]
    looks.sharpest_s = float(document["looks"]["sharpest_s"])
    return _read(ReadingTrace, document["trace"]), looks


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray | np.generic):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _read(kind: Any, value: Any) -> Any:
    """Read a value as the annotation of its place says."""
    if value is None or kind is Any:
        return value
    if get_origin(kind) in (Union, types.UnionType):
        return _read(next(part for part in get_args(kind) if part is not types.NoneType), value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _read(hints[name], item) for name, item in value.items()})
    return _read_plain(kind, value)


def _read_plain(kind: Any, value: Any) -> Any:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is np.ndarray:
        return np.array(_read_numbers(value), dtype=np.float64)
    if origin is tuple:
        kinds = [parts[0]] * len(value) if parts[-1] is Ellipsis else parts
        return tuple(_read(part, item) for part, item in zip(kinds, value, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _read(parts[1], item) for key, item in value.items()}
    # Enumerations by their value, numbers that JSON cannot hold by their names, everything else as it is.
    return kind(value)


def _read_numbers(value: Any) -> Any:
    return [_read_numbers(item) for item in value] if isinstance(value, list) else float(value)
