"""Slows down whoever guesses passwords: by name and by address, twice as long after each failure.

Source: OWASP on credential stuffing; NIST SP 800-63B, 5.2.2.
Left out: lasting locks, by which anyone could shut anyone out.
"""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.auth.proving import sha256_of
from api.errors import TooManyAttemptsError
from api.storage.tables import LoginFailures, utc_now

FREE_FAILURES = 5
LONGEST_WAIT_S = 900


def keys_of(name: str, address: str) -> tuple[str, str]:
    """Give what failures are counted by; hashed, for a name may be a password in the wrong field."""
    return sha256_of(f"name {name.casefold()}"), sha256_of(f"address {address}")


def require_patience(session: Session, keys: Iterable[str]) -> None:
    """Refuse an attempt that comes too soon.

    Raises:
        TooManyAttemptsError: with the seconds to wait.
    """
    for key in keys:
        row = session.get(LoginFailures, key)
        wait_s = 0.0 if row is None else (row.refused_until - utc_now()).total_seconds()
        if wait_s > 0:
            raise TooManyAttemptsError(int(wait_s) + 1)


def note_failure(session: Session, keys: Iterable[str]) -> None:
    """Count a failure."""
    for key in keys:
        row = session.get(LoginFailures, key)
        if row is None:
            row = LoginFailures(key_sha256=key, count=0)
            session.add(row)
        row.count += 1
        over = row.count - FREE_FAILURES
        wait_s = 0 if over < 0 else min(LONGEST_WAIT_S, 2 ** min(over, 16))
        row.refused_until = utc_now() + timedelta(seconds=wait_s)
    session.flush()


def forget_failures(session: Session, keys: Iterable[str]) -> None:
    """Begin anew after a success."""
    session.execute(delete(LoginFailures).where(LoginFailures.key_sha256.in_(list(keys))))
