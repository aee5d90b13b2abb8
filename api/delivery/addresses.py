"""Where an event may be sent: which targets are accepted, and which network addresses may be contacted.

Source: `api.addresses` for what an address is; the settings for which private networks may be sent to.
Left out: the connection. Whoever connects uses an address that was checked here and never asks for the name again,
so that a name that changes its mind (DNS rebinding) gains nothing.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from api.addresses import Address, Network, refusal_of, unwrapped, written_address
from api.delivery.errors import ForbiddenAddressError, UnresolvableHostError
from api.errors import InvalidRequestError

Scheme = Literal["http", "https", "mqtt", "mqtts"]

_PORTS: dict[Scheme, int] = {"http": 80, "https": 443, "mqtt": 1883, "mqtts": 8883}
_SCHEMES: dict[str, tuple[Scheme, ...]] = {"webhook": ("https", "http"), "mqtt": ("mqtts", "mqtt")}
_LAST_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A receiver's address, taken apart. `path` includes the query."""

    scheme: Scheme
    host: str
    port: int
    path: str

    @property
    def encrypted(self) -> bool:
        """Tell whether nobody between here and there can read or change what is sent."""
        return self.scheme in {"https", "mqtts"}

    @property
    def authority(self) -> str:
        """Give host and port as the Host header has them.

        >>> Target(scheme="https", host="port.example", port=443, path="/").authority
        'port.example'
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def without_query(self) -> str:
        """Give the target as records and logs may show it: a query may hold a key of the receiver's."""
        return f"{self.scheme}://{self.authority}{self.path.partition('?')[0]}"


def target_of(kind: str, text: str) -> Target:
    """Take a target apart.

    Raises:
        InvalidRequestError: it is nothing that a subscription of this kind is sent to.
    """
    accepted = _SCHEMES[kind]
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise InvalidRequestError.at("/target", f"is no address: {error}") from error
    scheme = next((name for name in accepted if name == parts.scheme), None)
    if scheme is None:
        raise InvalidRequestError.at("/target", f"begin it with {' or '.join(f'{s}://' for s in accepted)}")
    if not parts.hostname or port == 0:
        raise InvalidRequestError.at("/target", f"give a host and a port from 1 to {_LAST_PORT}")
    if "@" in parts.netloc or parts.fragment:
        raise InvalidRequestError.at("/target", "leave out user name, password and #fragment")
    if not text.isascii() or any(character.isspace() for character in text):
        raise InvalidRequestError.at(
            "/target", "use ASCII without blanks: punycode in the host, %XX in the path"
        )
    if kind == "mqtt" and (parts.query or parts.path not in {"", "/"}):
        raise InvalidRequestError.at("/target", "name the broker only; the topic has a field of its own")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme=scheme, host=parts.hostname, port=port or _PORTS[scheme], path=path)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPolicy:
    """Which addresses may be contacted.

    Attributes:
        networks: private networks that the operator permits, also without encryption.
        allow_loopback: whether this machine itself may be a receiver.
    """

    networks: tuple[Network, ...]
    allow_loopback: bool

    def refusal(self, address: Address, *, encrypted: bool) -> str | None:
        """Say why an address may not be contacted; None where it may.

        >>> from ipaddress import ip_network
        >>> policy = AddressPolicy(networks=(ip_network("10.2.0.0/16"),), allow_loopback=False)
        >>> policy.refusal(ip_address("10.2.3.4"), encrypted=False)
        >>> policy.refusal(ip_address("169.254.169.254"), encrypted=True)
        '169.254.169.254 is a metadata service'
        """
        reason = refusal_of(
            address, allow_private=False, allow_loopback=self.allow_loopback, networks=self.networks
        )
        inner = unwrapped(address)
        # What is permitted by a setting may also be sent to without encryption.
        if reason is not None or inner.is_loopback or any(inner in network for network in self.networks):
            return reason
        return None if encrypted else f"{inner} is public and may be sent to with encryption only"

    def require_plausible(self, target: Target) -> None:
        """Refuse a target at once where its address is written out; a name is checked whenever it is used.

        Raises:
            InvalidRequestError: the address may not be contacted.
        """
        address = written_address(target.host)
        reason = None if address is None else self.refusal(address, encrypted=target.encrypted)
        if reason is not None:
            raise InvalidRequestError.at("/target", reason)

    def addresses_of(self, target: Target) -> Sequence[str]:
        """Ask for the addresses of a target, once; each of them may be connected to.

        Raises:
            UnresolvableHostError: the name leads nowhere.
            ForbiddenAddressError: it leads, with any of its addresses, where nothing may be sent.
        """
        try:
            found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnresolvableHostError(f"{target.host} has no address: {error}") from error
        texts = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for text in texts:
            reason = self.refusal(ip_address(text), encrypted=target.encrypted)
            if reason is not None:
                raise ForbiddenAddressError(f"not sent: {reason}")
        return texts
