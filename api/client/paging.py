"""Lists of any length, fetched a page at a time as somebody walks through them.

Source: docs/decisions/0018-api-conventions.md: `items` and `next_cursor`, asked for again as `cursor`.
Left out: going back; a walk that is begun again begins at the first page.
"""

from collections.abc import Iterator
from typing import Any

from api.client.transport import Query, Transport

PAGE_ITEMS = 200


def items(transport: Transport, path: str, query: Query | None = None) -> Iterator[Any]:
    """Walk through a list.

    Args:
        transport: to the service.
        path: of the list.
        query: its filters.

    Yields:
        What the list holds, in its order.
    """
    cursor: str | None = None
    while True:
        page = transport.get(path, {"limit": PAGE_ITEMS, **(query or {}), "cursor": cursor})
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return
