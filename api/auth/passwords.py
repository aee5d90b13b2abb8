"""Passwords: which are accepted, and how they are kept and compared.

Source: argon2id (RFC 9106) with the library's parameters; NIST SP 800-63B on length and common passwords.
Left out: rules about kinds of characters, which that publication advises against.
"""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import InvalidRequestError

SHORTEST = 12
LONGEST = 200
_COMMON = frozenset(
    {
        "123456789012",
        "1234567890123",
        "password1234",
        "passwordpassword",
        "qwertyuiop12",
        "qwertyuiop123",
        "administrator",
        "adminadmin12",
        "adminadminadmin",
        "letmeinletmein",
        "iloveyou1234",
        "welcome12345",
        "hullmark1234",
        "hullmarkhullmark",
        "changemechangeme",
        "correcthorsebatterystaple",
        "woaini1314520",
        "5201314520131",
        "abcd12345678",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "zaq12wsxcde3",
    }
)
_HASHER = PasswordHasher()
_NOBODYS_HASH = _HASHER.hash(secrets.token_hex())


def require_acceptable(password: str, *, name: str) -> None:
    """Refuse what would be guessed.

    Raises:
        InvalidRequestError: too short or long, a common one, one character only, or with the person's name.
    """
    plain = password.casefold()
    reason = None
    if not SHORTEST <= len(password) <= LONGEST:
        reason = f"accepted: {SHORTEST} to {LONGEST} characters"
    elif plain in _COMMON or len(set(plain)) < 5:  # noqa: PLR2004 (aaaabbbbcccc and the like)
        reason = "is among the first that are guessed"
    elif name.casefold() in plain:
        reason = "holds the name of the person"
    if reason is not None:
        raise InvalidRequestError.at("/password", reason)


def hash_of(password: str) -> str:
    """Give what is kept of a password."""
    return _HASHER.hash(password)


def is_right(password: str, kept: str | None) -> bool:
    """Compare; without anything kept the same time passes, so that nobody learns who exists."""
    try:
        _HASHER.verify(kept or _NOBODYS_HASH, password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def one_time_password() -> str:
    """Make a password of 96 random bits."""
    return secrets.token_urlsafe(12) + "-" + secrets.token_hex(2)
