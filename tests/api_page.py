"""The tables of docs/api.md as the application has them; run it to print them.

Source: the OpenAPI document of `api.openapi`.
Left out: the text around them.
"""

from typing import Any

from api.app import create_app
from api.auth.permissions import PERMISSIONS
from api.settings import Settings


def operation_table(document: dict[str, Any]) -> list[str]:
    """Write one row an operation: what it is called, where it is, who may."""
    rows = ["| operation | address | right |", "|---|---|---|"]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            right = operation.get("x-permission")
            shown = "" if right is None else f"`{right}`"
            rows.append(f"| `{operation['operationId']}` | `{method.upper()} {path}` | {shown} |")
    return [*rows[:2], *sorted(rows[2:])]


def rights_table() -> list[str]:
    """Write one row a role."""
    rows = ["| role | rights |", "|---|---|"]
    for role, rights in PERMISSIONS.items():
        rows.append(f"| `{role}` | {', '.join(f'`{right.value}`' for right in sorted(rights))} |")
    return rows


if __name__ == "__main__":
    print("\n".join([*rights_table(), "", *operation_table(create_app(Settings()).openapi())]))  # noqa: T201
