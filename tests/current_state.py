"""Changes what stands at an address, resting on what stands there now."""

from typing import Any

import httpx2
from fastapi.testclient import TestClient


def put_current(client: TestClient, url: str, body: Any) -> httpx2.Response:
    return client.put(url, json=body, headers=current(client, url))


def delete_current(client: TestClient, url: str) -> httpx2.Response:
    return client.delete(url, headers=current(client, url))


def current(client: TestClient, url: str) -> dict[str, str]:
    """Give the condition that a change of what stands at an address needs; any state where nothing is there."""
    return {"If-Match": client.get(url).headers.get("etag", "*")}
