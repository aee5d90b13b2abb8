"""Evidence: every request of docs/how-to/follow-a-port-call.md is sent, every answer it shows is compared."""

import json
import re
from typing import Any

from fastapi.testclient import TestClient
from shared_data import REPOSITORY

PAGE = (REPOSITORY / "docs" / "how-to" / "follow-a-port-call.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(http|json)\n(.*?)^```", re.MULTILINE | re.DOTALL)
REQUEST = re.compile(r"(GET|POST) (\S+)(?: +-> (\w+))?\n(.*)", re.DOTALL)


def holds(shown: Any, answered: Any) -> bool:
    """Tell whether an answer has everything that the page shows of it."""
    if isinstance(shown, dict):
        return isinstance(answered, dict) and all(
            key in answered and holds(value, answered[key]) for key, value in shown.items()
        )
    if isinstance(shown, list):
        return len(shown) == len(answered) and all(map(holds, shown, answered))
    return bool(shown == answered)


def test_the_page_does_what_it_says(client: TestClient) -> None:
    names: dict[str, str] = {}
    answered: Any = None
    requests = 0
    for kind, content in BLOCK.findall(PAGE):
        if kind == "json":
            assert holds(json.loads(content), answered), (content, answered)
            continue
        found = REQUEST.fullmatch(content)
        assert found is not None, content
        method, path, result, body = found.groups()
        for name, identifier in names.items():
            path, body = (text.replace(f"{{{name}}}", identifier) for text in (path, body))
        answer = client.request(method, path, json=json.loads(body) if body.strip() else None)
        answered, requests = answer.json(), requests + 1
        if result is not None and result.isdecimal():
            assert answer.status_code == int(result), answer.text
        else:
            assert answer.status_code in {200, 201}, answer.text
        if result is not None and not result.isdecimal():
            names[result] = answered["id"]
    assert requests >= 14


def test_a_page_that_shows_something_else_would_be_found() -> None:
    assert holds({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}], "d": 3})
    assert not holds({"a": [{"b": 2}]}, {"a": [{"b": 1}]})
    assert not holds({"a": 1}, {})
    assert not holds([1], [1, 2])
