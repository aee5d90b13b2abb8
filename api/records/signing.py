"""The key that checkpoints are signed with: made at the first start, read for each signature, replaced on demand.

Source: RFC 8032 (Ed25519), RFC 5958 and RFC 7468 (the PEM file); `cryptography`.
Left out: a hardware key; a file that only its owner reads is what a machine without a network has.
"""

import contextlib
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from api.errors import UnusableSigningKeyError
from api.settings import Settings

KEY_FILE_NAME = "records.key"
KEY_ID_DIGITS = 32
_ACCEPTED = (
    "Accepted: an Ed25519 key in PEM without a password, as `openssl genpkey -algorithm ed25519` makes"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """What a signature is checked with, as 64 hexadecimal digits."""

    text: str

    @property
    def id(self) -> str:
        """The first half of the hash of the key: short enough to be compared on paper."""
        return hashlib.sha256(bytes.fromhex(self.text)).hexdigest()[:KEY_ID_DIGITS]

    def has_signed(self, message: bytes, signature: str) -> bool:
        """Tell whether the signature (hexadecimal) is this key's and of this message."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.text))
            key.verify(bytes.fromhex(signature), message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def pem(self) -> bytes:
        """Write the key as other programs read it."""
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.text))
        return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    @classmethod
    def from_pem(cls, pem: bytes, place: Path | str) -> "PublicKey":
        """Read the public key of a PEM file; of a private key's file the public half is taken.

        Raises:
            UnusableSigningKeyError: it holds no Ed25519 key.
        """
        with contextlib.suppress(ValueError, TypeError, UnsupportedAlgorithm):
            key = serialization.load_pem_public_key(pem)
            if isinstance(key, Ed25519PublicKey):
                return cls(text=key.public_bytes_raw().hex())
        with contextlib.suppress(ValueError, TypeError, UnsupportedAlgorithm):
            private = serialization.load_pem_private_key(pem, password=None)
            if isinstance(private, Ed25519PrivateKey):
                return cls(text=private.public_key().public_bytes_raw().hex())
        raise UnusableSigningKeyError(place, f"holds no Ed25519 key. {_ACCEPTED}")


class SigningKey:
    """A private key. It is never shown."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(text=key.public_key().public_bytes_raw().hex())

    def sign(self, message: bytes) -> str:
        """Sign a message; the signature is 128 hexadecimal digits."""
        return self._key.sign(message).hex()


def key_path(settings: Settings) -> Path:
    """Say where the key lies."""
    return settings.records_key_file or settings.data_dir / KEY_FILE_NAME


def prepare_key(settings: Settings) -> PublicKey:
    """Make the key in the data folder where there is none; a file that was named must be there.

    Raises:
        UnusableSigningKeyError: it cannot be made or read, or others may read it.
    """
    path = key_path(settings)
    if settings.records_key_file is None and not path.exists():
        create_key(path)
    return load_key(path).public


def create_key(path: Path) -> None:
    """Write a fresh key, whole or not at all; of two processes that try at once, one's key counts for both.

    Raises:
        UnusableSigningKeyError: the file cannot be written.
    """
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    trial = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        descriptor = os.open(trial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(trial)
        _sync_folder(path.parent)
    except OSError as error:
        raise UnusableSigningKeyError(path, f"cannot be created: {error.strerror}") from error
    finally:
        trial.unlink(missing_ok=True)


def replace_key(path: Path, successor: Path) -> None:
    """Put the successor in the place of a key; the old one is gone."""
    successor.replace(path)
    _sync_folder(path.parent)


def load_key(path: Path) -> SigningKey:
    """Read a key.

    Raises:
        UnusableSigningKeyError: it is missing, holds something else, or others may read it.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            raise UnusableSigningKeyError(path, "others may read it. Accepted: a file of mode 0600")
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise UnusableSigningKeyError(path, f"cannot be read: {error.strerror}. {_ACCEPTED}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableSigningKeyError(path, f"holds no key. {_ACCEPTED}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableSigningKeyError(path, f"holds a key of another kind. {_ACCEPTED}")
    return SigningKey(key)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
