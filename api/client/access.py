"""Where a service is and who asks it: an address, a token, and the certificates that are trusted.

Source: environment variables HULLMARK_URL, HULLMARK_TOKEN, HULLMARK_TOKEN_FILE and HULLMARK_CA_FILE.
Left out: logging in with a password; a machine has a token of its own that can be revoked alone.
"""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from api.client.errors import AccessError

URL, TOKEN, TOKEN_FILE, CA_FILE = "HULLMARK_URL", "HULLMARK_TOKEN", "HULLMARK_TOKEN_FILE", "HULLMARK_CA_FILE"
_ACCEPTED = "Accepted: https://hullmark.port.example, or http:// on this machine."


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How one service is reached; the token is not shown.

    Attributes:
        secure: whether TLS is spoken.
        host: name or address.
        port: TCP port.
        prefix: path before `/api`, without a slash at its end.
        token: of who asks; None where nobody has to log in.
        ca_file: certificates (PEM) to trust beside the system's.
    """

    secure: bool
    host: str
    port: int
    prefix: str = ""
    token: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    @classmethod
    def of(
        cls,
        url: str,
        *,
        token: str | None = None,
        token_file: Path | None = None,
        ca_file: Path | None = None,
    ) -> Self:
        """Read an address, and the token from a file where it is kept in one.

        Raises:
            AccessError: no usable address or token, or a token that would be sent unencrypted through a network.
        """
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError as error:
            raise AccessError(f"{url}: {error}. {_ACCEPTED}") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise AccessError(f"{url}: is no address of a service. {_ACCEPTED}")
        if parts.username is not None:
            raise AccessError("A password in the address is not used. Accepted: a token in HULLMARK_TOKEN.")
        found = token if token is not None else _from_file(token_file)
        secure = parts.scheme == "https"
        if found is not None:
            _check(found)
            if not secure and not _is_here(parts.hostname):
                raise AccessError(f"{url}: a token would be readable on the way. {_ACCEPTED}")
        return cls(
            secure=secure,
            host=parts.hostname,
            port=port or (443 if secure else 80),
            prefix=parts.path.rstrip("/"),
            token=found,
            ca_file=ca_file,
        )

    @classmethod
    def from_environment(cls, url: str | None = None, *, environment: Mapping[str, str] = os.environ) -> Self:
        """Read what the environment says.

        Args:
            url: goes before HULLMARK_URL.
            environment: the process's own.

        Raises:
            AccessError: as `of`, or no address is given at all.
        """
        address = url or environment.get(URL)
        if not address:
            raise AccessError(f"No service is named. Accepted: its address in {URL}, or --server.")
        token_file, ca_file = environment.get(TOKEN_FILE), environment.get(CA_FILE)
        return cls.of(
            address,
            token=environment.get(TOKEN) or None,
            token_file=Path(token_file) if token_file else None,
            ca_file=Path(ca_file) if ca_file else None,
        )

    @property
    def origin(self) -> str:
        """Scheme, host and port, for a person."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}"

    def connection(self, *, timeout_s: float) -> HTTPConnection:
        """Make a connection that is not open yet.

        Raises:
            AccessError: the file of certificates cannot be read.
        """
        if not self.secure:
            return HTTPConnection(self.host, self.port, timeout=timeout_s)
        context = ssl.create_default_context()
        if self.ca_file is not None:
            try:
                context.load_verify_locations(self.ca_file)
            except OSError as error:
                raise AccessError(
                    f"{self.ca_file}: {error.strerror or error}. Accepted: certificates as PEM."
                ) from error
        return HTTPSConnection(self.host, self.port, timeout=timeout_s, context=context)


def _from_file(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise AccessError(
            f"{path}: cannot be read. Accepted: a file whose only line is the token."
        ) from error


def _check(token: str) -> None:
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise AccessError("The token is not one. Accepted: the text that the service gave, on one line.")


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
