"""Talks to a running service over HTTP, as a page or another system does.

Source: the service's own OpenAPI document; standard library only.
Left out: retries, and logging in; a token is given.
"""

import json
from dataclasses import dataclass, field
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from api.demo.errors import DemoFailedError

TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceClient:
    """One service.

    Attributes:
        address: Its root, for example http://127.0.0.1:8000.
        token: Of the person who asks.
    """

    address: str
    token: str = field(default="", repr=False)

    def get(self, path: str) -> Any:
        """Fetch a JSON answer.

        Raises:
            DemoFailedError: The service refused, with its own words.
        """
        return self._call(Request(self._url(path)))  # noqa: S310 (http only)

    def post(self, path: str, body: Any) -> Any:
        """Send JSON and fetch the answer; raises as `get`."""
        return self._call(self._with_json("POST", path, body))

    def put(self, path: str, body: Any) -> Any:
        """Replace what stands there now and fetch the answer; raises as `get`."""
        request = self._with_json("PUT", path, body)
        request.add_header("If-Match", self._tag_of(path))
        return self._call(request)

    def upload(self, method: str, path: str, file: Path, *, media_type: str) -> Any:
        """Send a file as it is; raises as `get`."""
        with file.open("rb") as content:
            headers = {"Content-Length": str(file.stat().st_size), "Content-Type": media_type}
            return self._call(Request(self._url(path), data=content, method=method, headers=headers))  # noqa: S310 (http only)

    def is_ready(self) -> bool:
        """Whether the service answers and everything it needs is there."""
        try:
            with urlopen(self._url("/health/ready"), timeout=TIMEOUT_S) as answer:  # noqa: S310 (http only)
                return bool(answer.status == 200)  # noqa: PLR2004 (the status that says so)
        except (URLError, ConnectionError):
            return False

    def _tag_of(self, path: str) -> str:
        with self._open(Request(self._url(path))) as answer:  # noqa: S310 (http only)
            return str(answer.headers["ETag"])

    def _url(self, path: str) -> str:
        return f"{self.address}{path}"

    def _with_json(self, method: str, path: str, body: Any) -> Request:
        content = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        return Request(self._url(path), data=content, method=method, headers=headers)  # noqa: S310 (http only)

    def _call(self, request: Request) -> Any:
        with self._open(request) as answer:
            return json.load(answer)

    def _open(self, request: Request) -> HTTPResponse:
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            answer: HTTPResponse = urlopen(request, timeout=TIMEOUT_S)  # noqa: S310 (our own service's address)
        except HTTPError as error:
            problem = json.loads(error.read() or b"{}")
            detail = problem.get("detail", error.reason)
            raise DemoFailedError(f"{request.get_method()} {request.selector}: {detail}") from error
        except URLError as error:
            raise DemoFailedError(f"the service at {self.address} does not answer: {error.reason}") from error
        return answer


def query(path: str, **parameters: str | float) -> str:
    """A path with its query, encoded."""
    return f"{path}?{urlencode(parameters)}"


def file_path(flight_id: str, name: str) -> str:
    """Where a file of a flight is sent."""
    return f"/api/v1/flights/{flight_id}/files/{quote(name)}"
