"""What a caller can take, what a route can take, and whether the caller has it already.

Source: RFC 9110, 12.5.1 (Accept), 8.3 (Content-Type), 13.1.2 (If-None-Match).
Left out: languages and encodings; parts of stored files (`api.footage.serving`).
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.errors import NotAcceptableError, UnsupportedMediaError

JSON = "application/json"
ANY_BYTES = "application/octet-stream"
_TAG_CHARACTERS = 32
_QUALITY = re.compile(r";\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE)
_KEPT_HEADERS = ("etag", "cache-control", "link", "vary", "location")


def require_accepted(request: Request, *, given: Sequence[str]) -> None:
    """Refuse where the caller takes nothing that the route gives.

    Raises:
        NotAcceptableError: so it is.
    """
    asked = request.headers.get("accept")
    if asked is not None and asked.strip() and not any(_admits(asked, media_type) for media_type in given):
        raise NotAcceptableError(asked, given=given)


def require_content(request: Request, *, accepted: str) -> None:
    """Refuse a body that says it is something else than the route takes; a file may be called anything.

    Raises:
        UnsupportedMediaError: so it is.
    """
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if (
        accepted != JSON
        or found in {"", JSON}
        or (found.startswith("application/") and found.endswith("+json"))
    ):
        return
    raise UnsupportedMediaError(found, accepted=[JSON])


def unless_known(request: Request, response: Response) -> Response:
    """Name the state of what was read, and send nothing but the name where the caller has that state."""
    is_whole = request.method in {"GET", "HEAD"} and response.status_code == HTTPStatus.OK
    if not is_whole or isinstance(response, StreamingResponse) or not response.body:
        return response
    if response.headers.get("cache-control") == "no-store":
        return response
    if "etag" not in response.headers:
        response.headers["etag"] = f'"{hashlib.sha256(response.body).hexdigest()[:_TAG_CHARACTERS]}"'
    # Another person may not see the same, and every use asks whether it still holds.
    response.headers.setdefault("cache-control", "private, no-cache")
    if not names(request.headers.get("if-none-match"), response.headers["etag"]):
        return response
    kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)


def names(header: str | None, tag: str) -> bool:
    """Tell whether If-None-Match names a tag; compared weakly.

    >>> names('"a", W/"b"', '"b"'), names("*", '"b"'), names(None, '"b"')
    (True, True, False)
    """
    if header is None:
        return False
    return header.strip() == "*" or tag in {given.strip().removeprefix("W/") for given in header.split(",")}


def _admits(asked: str, media_type: str) -> bool:
    """Tell whether an Accept header admits a media type; the most specific part decides.

    >>> _admits("text/html, application/*;q=0.8", "application/json"), _admits("text/html", "application/json")
    (True, False)
    """
    kind = media_type.partition("/")[0]
    for wanted in (media_type, f"{kind}/*", "*/*"):
        for part, quality in _parts(asked):
            if part == wanted:
                return quality > 0.0
    return False


def _parts(asked: str) -> Iterator[tuple[str, float]]:
    for part in asked.lower().split(","):
        quality = _QUALITY.search(part)
        yield part.partition(";")[0].strip(), 1.0 if quality is None else float(quality[1])
