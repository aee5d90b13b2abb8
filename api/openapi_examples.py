"""Examples of every body and answer, put together from the examples of their fields.

Source: OpenAPI 3.1, "Media Type Object"; JSON Schema 2020-12 as pydantic writes it.
Left out: examples that tell a story over several requests, which are in docs/how-to.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_PREFIX = "#/components/schemas/"
_JSON_TYPES = ("application/json", "application/geo+json")
_OF_FORMAT: Mapping[str, str] = MappingProxyType(
    {
        "uuid": "0190d0a4-7b3c-7c7e-8d59-5a3a1c1f2b10",
        "date-time": "2026-05-04T06:30:00Z",
        "date": "2026-05-04",
        "uri": "https://customs.example/hullmark",
        "password": "correct horse battery staple",
    }
)
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_DEEPEST = 12


class Composer:
    """Puts examples together; what is required always stands in them, what is optional where it has an example.

    Args:
        schemas: the components of the document, by name.
    """

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self._schemas = schemas

    def add_examples(self, said: dict[str, Any]) -> None:
        """Give an operation an example of its body and of each of its answers in JSON."""
        for content in self._contents(said):
            if "example" not in content and "examples" not in content and "schema" in content:
                content["example"] = self.example(content["schema"])

    def example(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """Put one example together.

        >>> Composer({}).example({"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}})
        {'n': 1}
        """
        if depth > _DEEPEST:
            return None
        if "$ref" in schema:
            beside = {name: value for name, value in schema.items() if name != "$ref"}
            schema = {**self._schemas[schema["$ref"].removeprefix(_PREFIX)], **beside}
        if schema.get("examples") or schema.get("enum"):
            return (schema.get("examples") or schema["enum"])[0]
        for name in ("const", "default"):
            if schema.get(name) is not None:
                return schema[name]
        choices = schema.get("anyOf") or schema.get("oneOf")
        return self._of_type(schema, depth) if choices is None else self._of_choice(choices, depth)

    @staticmethod
    def _contents(said: dict[str, Any]) -> list[dict[str, Any]]:
        bodies = [said.get("requestBody", {})]
        bodies += [answer for status, answer in said["responses"].items() if status.startswith("2")]
        contents = [body.get("content", {}) for body in bodies]
        return [content[kind] for content in contents for kind in _JSON_TYPES if kind in content]

    def _of_choice(self, choices: list[dict[str, Any]], depth: int) -> Any:
        if len(choices) > 1 and any("examples" in choice for choice in choices):
            return next(choice["examples"][0] for choice in choices if "examples" in choice)
        return self.example(next(item for item in choices if item.get("type") != "null"), depth + 1)

    def _of_type(self, schema: Mapping[str, Any], depth: int) -> Any:
        kind = schema.get("type", "object")
        if kind == "object":
            return self._of_object(schema, depth)
        if kind == "array":
            return self._of_array(schema, depth)
        if kind == "string":
            return self._of_text(schema)
        return {"integer": _number(schema, 1), "number": _number(schema, 1.0), "boolean": True}.get(kind)

    def _of_object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        return {
            name: self._of_property(value, depth)
            for name, value in schema.get("properties", {}).items()
            if name in required or "examples" in value
        }

    def _of_property(self, schema: Mapping[str, Any], depth: int) -> Any:
        if "examples" not in schema and any(item.get("type") == "null" for item in schema.get("anyOf", ())):
            shown = [item for item in schema["anyOf"] if "examples" in item]
            return shown[0]["examples"][0] if shown else None
        return self.example(schema, depth + 1)

    def _of_array(self, schema: Mapping[str, Any], depth: int) -> list[Any]:
        if "prefixItems" in schema:
            return [self.example(item, depth + 1) for item in schema["prefixItems"]]
        item = self.example(schema.get("items", {"type": "string"}), depth + 1)
        return [item] * max(1, schema.get("minItems", 1))

    @staticmethod
    def _of_text(schema: Mapping[str, Any]) -> str:
        if schema.get("format") in _OF_FORMAT:
            return _OF_FORMAT[schema["format"]]
        if "{64}" in schema.get("pattern", ""):
            return _SHA256
        return "text".ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 100)]


def _number(schema: Mapping[str, Any], usual: float) -> float:
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is not None and usual <= low:
        return type(usual)(low + 1 if high is None else (low + high) / 2)
    return type(usual)(high / 2) if high is not None and usual >= high else usual
