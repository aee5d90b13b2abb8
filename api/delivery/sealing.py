"""Encrypts what must be kept but never shown: the secrets of webhooks and the passwords of brokers.

Source: NIST SP 800-38D (AES-256-GCM, 96-bit random nonces); `cryptography`, AESGCM.
Left out: a key service. The key comes from the environment, from a file, or lies in the data folder.
"""

import base64
import contextlib
import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.delivery.errors import LostSecretError
from api.errors import UnusableKeyError
from api.settings import Settings

KEY_FILE_NAME = "secrets.key"
_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = "v1."
_ACCEPTED = f"base64 of {_KEY_BYTES} bytes, several separated by commas; the first one encrypts"


class Sealer:
    """Encrypts for one owner: what was sealed for one row does not open in another."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = [AESGCM(key) for key in keys]

    def seal(self, text: str, *, owner: UUID) -> str:
        """Encrypt a text with the first key."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + self._ciphers[0].encrypt(nonce, text.encode(), owner.bytes)
        return _FORMAT + base64.b64encode(sealed).decode()

    def unseal(self, sealed: str, *, owner: UUID) -> str:
        """Decrypt with whichever key fits.

        Raises:
            LostSecretError: no present key made it, or it was changed or moved.
        """
        content = base64.b64decode(sealed.removeprefix(_FORMAT))
        nonce, encrypted = content[:_NONCE_BYTES], content[_NONCE_BYTES:]
        for cipher in self._ciphers:
            with contextlib.suppress(InvalidTag):
                return cipher.decrypt(nonce, encrypted, owner.bytes).decode()
        raise LostSecretError("its secret does not open with the present key; set a new secret")


def sealer_of(settings: Settings) -> Sealer:
    """Take the key from the environment, else from the named file, else from the data folder.

    Raises:
        UnusableKeyError: the key is not what is accepted, or others may read its file.
    """
    if settings.secrets_key is not None:
        return Sealer(_keys_of(settings.secrets_key.get_secret_value(), "HULLMARK_SECRETS_KEY"))
    path = settings.secrets_key_file
    if path is None:
        path = settings.data_dir / KEY_FILE_NAME
        _create_missing(path)
    return Sealer(_keys_of(_read_private(path), str(path)))


def _keys_of(text: str, place: str) -> list[bytes]:
    try:
        keys = [base64.b64decode(part.strip(), validate=True) for part in text.split(",")]
    except ValueError as error:
        raise UnusableKeyError(place, f"it is not base64. Accepted: {_ACCEPTED}") from error
    if any(len(key) != _KEY_BYTES for key in keys):
        raise UnusableKeyError(place, f"its length is wrong. Accepted: {_ACCEPTED}")
    return keys


def _read_private(path: Path) -> str:
    try:
        if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            raise UnusableKeyError(str(path), "others may read it. Accepted: mode 0600")
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableKeyError(str(path), f"it cannot be read: {error}") from error


def _create_missing(path: Path) -> None:
    """Create the key file whole or not at all; of two processes that try at once, one's key counts for both."""
    if path.exists():
        return
    trial = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        descriptor = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(trial)
    except OSError as error:
        raise UnusableKeyError(str(path), f"it cannot be created: {error}") from error
    finally:
        trial.unlink(missing_ok=True)
