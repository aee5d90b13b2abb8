"""Evidence: the addresses of server-side request forgery, in every spelling that a system resolves."""

import socket
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from api.delivery.addresses import AddressPolicy, target_of
from api.delivery.errors import ForbiddenAddressError, UnresolvableHostError
from api.errors import InvalidRequestError

STRICT = AddressPolicy(networks=(), allow_loopback=False)
PORT_NETWORK = AddressPolicy(
    networks=(ip_network("10.2.0.0/16"), ip_network("fd12::/16")), allow_loopback=False
)
WIDE = AddressPolicy(networks=(ip_network("0.0.0.0/0"), ip_network("::/0")), allow_loopback=False)

FORBIDDEN = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",  # noqa: S104  (refused)
    "10.2.3.4",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.0.7",
    "169.254.169.254",
    "100.100.100.200",
    "192.0.0.192",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "2001:db8::1",
]
ALWAYS_FORBIDDEN = [
    "127.0.0.1",
    "0.0.0.0",  # noqa: S104  (refused)
    "169.254.169.254",
    "169.254.0.7",
    "100.100.100.200",
    "192.0.0.192",
    "224.0.0.1",
    "240.0.0.1",
    "::",
    "::1",
    "fe80::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
]


def resolves_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let the system's resolver give these answers, one a question, and note the questions."""
    asked: list[str] = []

    def answer(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("text", FORBIDDEN)
def test_no_inner_address_is_contacted_by_default(text: str) -> None:
    assert STRICT.refusal(ip_address(text), encrypted=True) is not None


@pytest.mark.parametrize("text", ALWAYS_FORBIDDEN)
def test_no_permitted_network_opens_loopback_link_local_or_metadata(text: str) -> None:
    assert WIDE.refusal(ip_address(text), encrypted=True) is not None


@pytest.mark.parametrize("text", ["93.184.216.34", "2606:2800:220:1::1"])
def test_public_addresses_with_encryption_only(text: str) -> None:
    assert STRICT.refusal(ip_address(text), encrypted=True) is None
    assert STRICT.refusal(ip_address(text), encrypted=False) is not None


@pytest.mark.parametrize("text", ["10.2.3.4", "fd12::7", "::ffff:10.2.3.4"])
def test_a_permitted_network_also_without_encryption(text: str) -> None:
    assert PORT_NETWORK.refusal(ip_address(text), encrypted=False) is None
    assert PORT_NETWORK.refusal(ip_address("10.3.0.1"), encrypted=False) is not None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
    ],
)
def test_an_address_that_is_written_out_is_refused_at_once(host: str) -> None:
    with pytest.raises(InvalidRequestError, match="/target"):
        STRICT.require_plausible(target_of("webhook", f"https://{host}/x"))


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f000001", "2130706433"])
def test_a_name_or_number_that_resolves_to_this_machine_is_not_contacted(host: str) -> None:
    with pytest.raises(ForbiddenAddressError, match="this machine"):
        STRICT.addresses_of(target_of("webhook", f"https://{host}/x"))


def test_one_forbidden_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    resolves_to(monkeypatch, ["93.184.216.34", "169.254.169.254"])
    with pytest.raises(ForbiddenAddressError, match="metadata"):
        STRICT.addresses_of(target_of("webhook", "https://rebound.example/"))


def test_a_name_without_an_address() -> None:
    with pytest.raises(UnresolvableHostError, match="has no address"):
        STRICT.addresses_of(target_of("webhook", "https://nowhere.invalid/"))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("webhook", "ftp://a.example/"),
        ("webhook", "file:///etc/passwd"),
        ("webhook", "gopher://a.example/"),
        ("webhook", "mqtts://a.example"),
        ("mqtt", "https://a.example/"),
        ("mqtt", "mqtts://a.example/topic"),
        ("webhook", "https://"),
        ("webhook", "https:///path"),
        ("webhook", "https://user:secret@a.example/"),
        ("webhook", "https://a.example@127.0.0.1/"),
        ("webhook", "https://a.example/#part"),
        ("webhook", "https://a.example:0/"),
        ("webhook", "https://a.example:99999/"),
        ("webhook", "https://a.example:x/"),
        ("webhook", "https://a.example/\r\nhost: b"),
        ("webhook", "https://a b.example/"),
        ("webhook", "https://港口.example/"),
        ("webhook", "https://[::1/"),
        ("webhook", "a.example/x"),
    ],
)
def test_what_is_no_target(kind: str, text: str) -> None:
    with pytest.raises(InvalidRequestError, match="/target"):
        target_of(kind, text)


def test_a_target_taken_apart_and_shown_without_its_query() -> None:
    target = target_of("webhook", "https://Customs.example:8443/in/hull?key=9&x=%20")
    assert (target.host, target.port, target.path) == ("customs.example", 8443, "/in/hull?key=9&x=%20")
    assert target.authority == "customs.example:8443"
    assert target.without_query == "https://customs.example:8443/in/hull"
    assert target_of("mqtt", "mqtts://broker.example").port == 8883
