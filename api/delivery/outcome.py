"""How an attempt ended, what follows from it, and when the next one is due.

Source: Standard Webhooks specification, "Deliverability and reliability"; RFC 9110 sections 10.2.3 and 15.
Left out: making the attempt (`webhook.py`, `mqtt.py`) and remembering it (`settling.py`).
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

Verdict = Literal["delivered", "failed", "refused", "gone", "offline"]
"""delivered: acknowledged. failed: the whole schedule of attempts. refused: the receiver says that this will not
change; a few attempts. gone: the receiver wants no more. offline: an MQTT broker cannot be reached; wait for it."""

GROWTH = 3.0
JITTER = 0.2
REFUSED_ATTEMPTS = 3
LONGEST_ASKED_S = 86_400.0
LONGEST_OFFLINE_S = 60.0
# These speak of the moment, not of the message.
_PASSING = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.LOCKED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of one attempt.

    Attributes:
        verdict: what follows.
        detail: the receiver's trimmed answer, or why there is none.
        status: HTTP status, or reason code of MQTT 5; None where nothing was answered.
        asked_pause_s: how long the receiver wants to be left alone.
    """

    verdict: Verdict
    detail: str | None = None
    status: int | None = None
    asked_pause_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Pauses that grow threefold, and how many attempts there are."""

    first_s: float
    longest_s: float
    max_attempts: int

    def plain_pause_s(self, failures: int) -> float:
        """Give the pause after a number of failures in a row, counted from 1, before it is spread.

        >>> schedule = Schedule(first_s=5.0, longest_s=14400.0, max_attempts=12)
        >>> [schedule.plain_pause_s(failures) for failures in (1, 2, 3, 8, 9, 11)]
        [5.0, 15.0, 45.0, 10935.0, 14400.0, 14400.0]
        """
        return float(min(self.longest_s, self.first_s * GROWTH ** min(failures - 1, 32)))

    def pause_s(self, failures: int, outcome: Outcome) -> float:
        """Give the spread pause; a receiver may ask for a longer one, up to a day."""
        spread_s = _spread(self.plain_pause_s(failures))
        return max(spread_s, min(outcome.asked_pause_s or 0.0, LONGEST_ASKED_S))

    def offline_pause_s(self, failures: int) -> float:
        """Give the pause before a broker is tried again."""
        return _spread(min(LONGEST_OFFLINE_S, self.plain_pause_s(failures)))

    def is_last(self, attempts: int, outcome: Outcome) -> bool:
        """Tell whether no attempt is left after so many."""
        limit = (
            min(REFUSED_ATTEMPTS, self.max_attempts) if outcome.verdict == "refused" else self.max_attempts
        )
        return attempts >= limit


def _spread(pause_s: float) -> float:
    # Receivers that failed together must not be tried together for ever.
    return pause_s * random.uniform(1.0 - JITTER, 1.0 + JITTER)  # noqa: S311  (nothing secret rests on it)


def verdict_of_status(status: int) -> Verdict:
    """Say what an HTTP status means for the delivery.

    >>> [verdict_of_status(status) for status in (204, 302, 400, 410, 429, 503)]
    ['delivered', 'refused', 'refused', 'gone', 'failed', 'failed']
    """
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return "delivered"
    if status == HTTPStatus.GONE:
        return "gone"
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _PASSING:
        return "refused"
    return "failed"


def asked_pause_s(retry_after: str | None, *, now: datetime) -> float | None:
    """Read a Retry-After: seconds, or a date; None where it is absent or neither.

    >>> asked_pause_s("120", now=datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    >>> asked_pause_s("Thu, 01 Jan 2026 00:00:30 GMT", now=datetime(2026, 1, 1, tzinfo=UTC))
    30.0
    """
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), LONGEST_ASKED_S)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())
