"""Where a page of a list ended, as text that is handed back to go on from there.

Source: base64url (RFC 4648) of the place and of the first bytes of its hash together with the list's name.
Left out: secrecy; a cursor names a place in a list, gives no right, and shows nothing that the page did not.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from api.errors import InvalidRequestError

LONGEST_CURSOR_CHARACTERS = 400
LARGEST_NUMBER = 2**31 - 1
"""What a column of places holds on PostgreSQL; a greater one comes from no cursor that was given out here."""
_CHECK_BYTES = 6
Part = str | int | datetime | UUID


def cursor_of(scope: str, *place: Part) -> str:
    """Write the place after one thing of a list.

    Args:
        scope: the list with its filters: a cursor of another one is refused.
        place: what the list is ordered by, and what tells two things apart that are equal there.

    >>> place_of("vessels", cursor_of("vessels", "a", 7))
    ('a', '7')
    """
    words = [part.isoformat() if isinstance(part, datetime) else str(part) for part in place]
    content = json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(scope, content) + content).decode().rstrip("=")


def place_of(scope: str, cursor: str) -> Sequence[str]:
    """Read a place back.

    Raises:
        InvalidRequestError: the text was not given out for this list.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        written = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        check, content = written[:_CHECK_BYTES], written[_CHECK_BYTES:]
        if check != _check(scope, content):
            raise _foreign()
        return tuple(json.loads(content))
    except (binascii.Error, ValueError) as error:
        raise _foreign() from error


def instant_and_text(scope: str, cursor: str) -> tuple[datetime, str]:
    """Read the place in a list that is ordered by time.

    Raises:
        InvalidRequestError: the text was not given out for this list.
    """
    try:
        at, text = place_of(scope, cursor)
        instant = datetime.fromisoformat(at)
    except ValueError as error:
        raise _foreign() from error
    if instant.tzinfo is None:
        raise _foreign()
    return instant, text


def instant_and_id(scope: str, cursor: str) -> tuple[datetime, UUID]:
    """Read the place in a list that is ordered by time, and within a moment by identifier.

    Raises:
        InvalidRequestError: the text was not given out for this list.
    """
    instant, text = instant_and_text(scope, cursor)
    try:
        return instant, UUID(text)
    except ValueError as error:
        raise _foreign() from error


def identifier(scope: str, cursor: str) -> UUID:
    """Read the place in a list that is ordered by identifier.

    Raises:
        InvalidRequestError: the text was not given out for this list.
    """
    try:
        (text,) = place_of(scope, cursor)
        return UUID(text)
    except ValueError as error:
        raise _foreign() from error


def number(scope: str, cursor: str) -> int:
    """Read the place in a list that is ordered by a number.

    Raises:
        InvalidRequestError: the text was not given out for this list.
    """
    try:
        (text,) = place_of(scope, cursor)
        place = int(text)
    except ValueError as error:
        raise _foreign() from error
    if not 0 <= place <= LARGEST_NUMBER:
        raise _foreign()
    return place


def _check(scope: str, content: bytes) -> bytes:
    return hashlib.sha256(scope.encode() + b"\0" + content).digest()[:_CHECK_BYTES]


def _foreign() -> InvalidRequestError:
    return InvalidRequestError.at(
        "query:cursor", "is no cursor that was given out for this list with these filters"
    )
