"""All kinds of payloads there are, by kind and version, and the page that describes them.

Source: the classes derived from `Payload`, in `records.py` of each room; docs/records.md is made from them.
Left out: what a kind means for its noun, which its class says in one line.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api.records.payloads import Payload

_ROOMS = Path(__file__).parent.parent
_PAGE_HEAD = """# Records

What the records of the chain say: every kind of payload with its version and its fields. This page is made by
`hullmark records kinds`; a test compares them. How records are chained, signed, exported and verified stands in
[the decision](decisions/0009-records-and-checkpoints.md).

Each record has, besides its payload: `sequence`, `id` (UUIDv7), `kind`, `subject_kind`, `subject_id`, `port_call_id`,
`occurred_at` with `occurred_at_source`, `recorded_at`, `actor`, `payload_version`, `evidence` (SHA-256, media type,
range in seconds, region in pixels) and `causes` (ids of the records it rests on). Times are UTC with six decimals.
"""


def payload_types() -> dict[tuple[str, int], type[Payload]]:
    """Give the class of every kind and version that the rooms declare.

    Raises:
        TypeError: two classes claim the same kind and version.
    """
    for path in sorted(_ROOMS.glob("*/records.py")):
        import_module(f"api.{path.parent.name}.records")
    found: dict[tuple[str, int], type[Payload]] = {}
    for payload in _declared(Payload):
        place = (payload.KIND, payload.VERSION)
        if place in found:
            raise TypeError(f"{place} is claimed by {found[place].__qualname__} and {payload.__qualname__}")
        found[place] = payload
    return dict(sorted(found.items()))


def misfit(kind: str, version: int, payload: Any) -> str | None:
    """Say why a stored payload is not what its kind and version declare; None where it is."""
    known = payload_types().get((kind, version))
    if known is None:
        return f"{kind} version {version} is no kind that this program knows"
    try:
        known.model_validate(payload)
    except ValidationError as error:
        first = error.errors()[0]
        return f"{kind} version {version}, {'.'.join(str(step) for step in first['loc'])}: {first['msg']}"
    return None


def page() -> str:
    """Write the page of all kinds."""
    return "\n".join([_PAGE_HEAD, *(_section(payload) for payload in payload_types().values())])


def _declared(family: type[Payload]) -> Iterator[type[Payload]]:
    for payload in family.__subclasses__():
        # Tests declare kinds of their own; those of the program live in its rooms.
        if payload.__module__.startswith("api.") and hasattr(payload, "KIND"):
            yield payload
        yield from _declared(payload)


def _section(payload: type[Payload]) -> str:
    says = (payload.__doc__ or "").strip().partition("\n")[0]
    lines = [f"## `{payload.KIND}` version {payload.VERSION}", "", says, ""]
    schema = payload.model_json_schema(mode="serialization")
    shapes = schema.get("$defs", {})
    lines += _table(schema) if schema.get("properties") else ["It has no fields."]
    for name in _named(schema, shapes):
        lines += ["", f"`{name}`:", "", *_table(shapes[name])]
    return "\n".join([*lines, ""])


def _table(schema: dict[str, Any]) -> list[str]:
    rows = [f"| `{name}` | {_type_of(field)} |" for name, field in schema.get("properties", {}).items()]
    return ["| field | type |", "|---|---|", *rows]


def _type_of(field: dict[str, Any]) -> str:
    if "$ref" in field:
        return f"`{field['$ref'].rpartition('/')[2]}`"
    if "anyOf" in field:
        return " or ".join(_type_of(one) for one in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        return f"list of {_type_of(field.get('items', {}))}"
    form = field.get("format")
    return f"{field.get('type', 'any value')}{f' ({form})' if form else ''}"


def _named(schema: dict[str, Any], shapes: dict[str, Any]) -> list[str]:
    """Name the shapes a schema leads to, in the order in which they are met."""
    met: list[str] = []
    waiting = [schema]
    while waiting:
        for name in _references(waiting.pop(0)):
            if name not in met and shapes[name].get("properties"):
                met.append(name)
                waiting.append(shapes[name])
    return met


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        for name, inner in part.items():
            if name != "$defs":
                yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)
