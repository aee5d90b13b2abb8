"""Encrypted connections to receivers: verified by the target's name, whatever address is connected to.

Source: RFC 9525 (service identity); Python `ssl`, "Security considerations".
Left out: switching verification off; a receiver with a certificate of its own is given by `HULLMARK_DELIVERY_CA_FILE`.
"""

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from api.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """Which files the operator gives for encrypted connections."""

    ca: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> "TlsFiles":
        """Take them from the settings."""
        return cls(
            ca=settings.delivery_ca_file,
            client_certificate=settings.delivery_client_certificate_file,
            client_key=settings.delivery_client_key_file,
        )


class VerifyingContext(ssl.SSLContext):
    """Verifies the one name it was made for, also where the library above it knows only an address."""

    verified_name: str

    def wrap_socket(
        self,
        sock: socket.socket,
        server_side: bool = False,  # noqa: FBT001, FBT002
        do_handshake_on_connect: bool = True,  # noqa: FBT001, FBT002
        suppress_ragged_eofs: bool = True,  # noqa: FBT001, FBT002
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLSocket:
        """Wrap a socket and shake hands at once; the given name makes way for the verified one."""
        del server_hostname, do_handshake_on_connect
        secured = super().wrap_socket(
            sock,
            server_side=server_side,
            do_handshake_on_connect=False,
            suppress_ragged_eofs=suppress_ragged_eofs,
            server_hostname=self.verified_name,
            session=session,
        )
        try:
            secured.do_handshake()
        except OSError:
            # Paho would shake hands itself, and leave the socket open where that fails.
            secured.close()
            raise
        return secured


def context_for(name: str, files: TlsFiles, *, with_client_certificate: bool) -> ssl.SSLContext:
    """Make a context that trusts the system's certificates and the operator's.

    Raises:
        OSError: a file cannot be read, or does not hold what it should.
    """
    context = VerifyingContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verified_name = name
    context.load_default_certs()
    if files.ca is not None:
        context.load_verify_locations(files.ca)
    if with_client_certificate and files.client_certificate is not None:
        context.load_cert_chain(files.client_certificate, files.client_key)
    return context
