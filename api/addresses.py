"""Which network addresses this service may be sent to by what somebody typed: cameras, and receivers of events.

Source: OWASP "Server-Side Request Forgery Prevention"; RFC 6890 (special-purpose addresses), RFC 6052 (NAT64).
Left out: the connection. Whoever connects uses an address that was checked here and never asks for the name again,
so that a name that changes its mind (DNS rebinding) gains nothing.
"""

import socket
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urljoin, urlsplit

from api.errors import ForbiddenAddressError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host name; the port says for which service. Raises OSError where there are none."""

CAMERA_SCHEMES = ("rtsp", "rtsps", "http", "https")
PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322, "mqtt": 1883, "mqtts": 8883}
"""The port that a scheme means where none is written."""
ENCRYPTED_SCHEMES = frozenset({"https", "rtsps", "mqtts"})
METADATA_SERVICES = frozenset(
    ip_address(text) for text in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192")
)
"""Machines in a cloud answer here with credentials; a private network that is permitted may contain them."""
LONGEST_URL_CHARACTERS = 2048
_NAT64 = ip_network("64:ff9b::/96")
_FORBIDDEN_CHARACTERS = frozenset("\\\"'<>^`{|}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTarget:
    """A URL whose every address may be connected to.

    Attributes:
        url: As it was given.
        scheme: In lower case.
        host: Name or address as written, for the Host header and the name on a certificate.
        port: As written, or what the scheme means.
        addresses: What the host led to when it was checked; connect to these only.
    """

    url: str
    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def pinned_url(self) -> str:
        """Give the URL with its first checked address in place of the name, for programs that resolve by themselves.

        Only for schemes without a certificate, which would be asked for under the name.

        >>> CheckedTarget(
        ...     url="rtsp://quay.example/stream?channel=1",
        ...     scheme="rtsp",
        ...     host="quay.example",
        ...     port=554,
        ...     addresses=("10.0.0.7",),
        ... ).pinned_url
        'rtsp://10.0.0.7:554/stream?channel=1'
        """
        address = self.addresses[0]
        host = f"[{address}]" if ":" in address else address
        return urlsplit(self.url)._replace(netloc=f"{host}:{self.port}").geturl()


def system_resolver(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a name.

    Raises:
        OSError: there are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_target(
    url: str,
    *,
    schemes: Collection[str],
    allow_private: bool,
    allow_loopback: bool = False,
    resolver: Resolver = system_resolver,
) -> CheckedTarget:
    """Take a URL apart and make sure that it leads nowhere it must not.

    Args:
        url: What somebody typed, or what a redirect named.
        schemes: Which are accepted, in lower case.
        allow_private: Whether addresses of private networks, where cameras are, may be connected to.
        allow_loopback: Whether this machine itself may be.
        resolver: Gives the addresses of a name.

    Returns:
        The target with the addresses that were checked: all that the name leads to.

    Raises:
        ForbiddenAddressError: another scheme, no plain URL, a name without address, or any of its addresses is a
            metadata service, link-local, multicast, reserved, or private or this machine where that is not allowed.
    """
    parts, port = _parts(url, schemes)
    host = parts.hostname or ""
    written = written_address(host)
    addresses = (str(written),) if written is not None else _resolved(url, host, port, resolver)
    for text in addresses:
        reason = refusal_of(
            ip_address(text), allow_private=allow_private, allow_loopback=allow_loopback, networks=()
        )
        if reason is not None:
            raise ForbiddenAddressError(shown(parts), reason)
    return CheckedTarget(url=url, scheme=parts.scheme, host=host, port=port, addresses=addresses)


def checked_redirect(
    target: CheckedTarget,
    location: str,
    *,
    allow_private: bool,
    allow_loopback: bool = False,
    resolver: Resolver = system_resolver,
) -> CheckedTarget:
    """Check where an answer of a target wants to send its caller: as strictly as what was typed.

    Raises:
        ForbiddenAddressError: it leads to another scheme, or where `checked_target` would not go.
    """
    # A redirect may not change the protocol: neither away from encryption nor to one that reads files.
    return checked_target(
        urljoin(target.url, location),
        schemes=(target.scheme,),
        allow_private=allow_private,
        allow_loopback=allow_loopback,
        resolver=resolver,
    )


def refusal_of(
    address: Address, *, allow_private: bool, allow_loopback: bool, networks: Sequence[Network]
) -> str | None:
    """Say why an address may not be connected to; None where it may.

    Args:
        address: What a name led to, or what was written out.
        allow_private: Whether every private network is permitted.
        allow_loopback: Whether this machine itself is.
        networks: Private networks that are permitted where not all are.

    Returns:
        A clause that names the address.

    >>> refusal_of(ip_address("10.2.3.4"), allow_private=True, allow_loopback=False, networks=())
    >>> refusal_of(ip_address("::ffff:169.254.169.254"), allow_private=True, allow_loopback=True, networks=())
    '169.254.169.254 is a metadata service'
    """
    address = unwrapped(address)
    if address.is_loopback:
        return None if allow_loopback else f"{address} is this machine itself"
    if address in METADATA_SERVICES:
        return f"{address} is a metadata service"
    if address.is_link_local or address.is_multicast or address.is_unspecified or address.is_reserved:
        return f"{address} is link-local, multicast or reserved"
    if address.is_global or allow_private or any(address in network for network in networks):
        return None
    return f"{address} is in a private network that is not permitted"


def unwrapped(address: Address) -> Address:
    """Give the IPv4 address that travels inside an IPv6 address, however it is wrapped; others as they are."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address


def written_address(host: str) -> Address | None:
    """Read a host that is an address written out, in every form that the system would take for one.

    >>> written_address("0x7f.1"), written_address("2130706433"), written_address("quay.example")
    (IPv4Address('127.0.0.1'), IPv4Address('127.0.0.1'), None)
    """
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        # inet_aton itself stops reading at a blank.
        return None if any(map(str.isspace, host)) else IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def shown(parts: SplitResult) -> str:
    """Give a URL as logs and messages may show it: its query may hold a key."""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:LONGEST_URL_CHARACTERS]


def _parts(url: str, schemes: Collection[str]) -> tuple[SplitResult, int]:
    accepted = " or ".join(f"{scheme}://" for scheme in schemes)
    # Before it is taken apart: urlsplit drops line breaks, and a NUL ends the text for the system below.
    if not url.isascii() or not url.isprintable() or " " in url or _FORBIDDEN_CHARACTERS & set(url):
        raise ForbiddenAddressError(
            ascii(url)[1:80], "use visible ASCII: punycode in the host, %XX in the path"
        )
    if len(url) > LONGEST_URL_CHARACTERS:
        raise ForbiddenAddressError(url[:80], f"accepted are at most {LONGEST_URL_CHARACTERS} characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ForbiddenAddressError(url[:80], f"is no address: {error}") from error
    if parts.scheme not in schemes:
        raise ForbiddenAddressError(shown(parts), f"begin it with {accepted}")
    if not parts.hostname or port == 0:
        raise ForbiddenAddressError(shown(parts), "give a host, and a port from 1 to 65535 or none")
    if "@" in parts.netloc or parts.fragment:
        raise ForbiddenAddressError(shown(parts), "leave out user name, password and #fragment")
    return parts, port or PORTS[parts.scheme]


def _resolved(url: str, host: str, port: int, resolver: Resolver) -> tuple[str, ...]:
    try:
        found = tuple(resolver(host, port))
    except (OSError, UnicodeError) as error:
        raise ForbiddenAddressError(shown(urlsplit(url)), f"{host} has no address: {error}") from error
    if not found:
        raise ForbiddenAddressError(shown(urlsplit(url)), f"{host} has no address")
    return found
