"""Where a page of things in order of time ended, as text that is handed back to go on from there.

Source: base64url of the instant and of what tells things of one instant apart (RFC 4648).
Left out: what is in the page.
"""

import base64
import binascii
from datetime import datetime

from api.errors import InvalidRequestError


def cursor_of(at: datetime, key: str) -> str:
    """Write the place after one thing.

    >>> from datetime import UTC
    >>> place_of(cursor_of(datetime(2026, 5, 4, tzinfo=UTC), "7"))
    (datetime.datetime(2026, 5, 4, 0, 0, tzinfo=datetime.timezone.utc), '7')
    """
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{key}".encode()).decode()


def place_of(cursor: str) -> tuple[datetime, str]:
    """Read a place back.

    Raises:
        InvalidRequestError: the text was not given out here.
    """
    try:
        at, _, key = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        instant = datetime.fromisoformat(at)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestError.at("query:cursor", "is no cursor that was given out here") from error
    if instant.tzinfo is None:
        raise InvalidRequestError.at("query:cursor", "is no cursor that was given out here")
    return instant, key
