"""Evidence: every way of writing a forbidden address that we know, and names that answer with one."""

from collections.abc import Sequence
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.addresses import CAMERA_SCHEMES, CheckedTarget, checked_redirect, checked_target, refusal_of
from api.errors import ForbiddenAddressError


def answering(*addresses: str) -> "type[object]":
    def resolver(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolver  # type: ignore[return-value]


def check(
    url: str, *addresses: str, allow_private: bool = True, allow_loopback: bool = False
) -> CheckedTarget:
    return checked_target(
        url,
        schemes=CAMERA_SCHEMES,
        allow_private=allow_private,
        allow_loopback=allow_loopback,
        resolver=answering(*addresses),  # type: ignore[arg-type]
    )


def test_a_camera_in_the_ports_network_is_accepted_with_what_to_connect_to() -> None:
    target = check("RTSP://quay-7.port.example/Streaming/101?a=b", "10.20.0.7", "fd12::7")
    assert (target.scheme, target.host, target.port) == ("rtsp", "quay-7.port.example", 554)
    assert target.addresses == ("10.20.0.7", "fd12::7")
    assert target.pinned_url == "rtsp://10.20.0.7:554/Streaming/101?a=b"


def test_an_address_written_out_is_not_asked_for() -> None:
    assert check("https://192.168.1.64:8443/").addresses == ("192.168.1.64",)
    assert check("http://[fd00::7]/").pinned_url == "http://[fd00::7]:80/"


FORBIDDEN_HOSTS = (
    "127.0.0.1", "127.1", "0", "00.0.0.0", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "2130706433",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::127.0.0.1]",
    "169.254.169.254", "169.254.1.1", "0xa9fea9fe", "[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]",
    "[fe80::1]", "[fe80::1%25eth0]", "[fd00:ec2::254]", "100.100.100.200", "192.0.0.192", "224.0.0.1", "[ff02::1]",
    "255.255.255.255", "240.0.0.1",
)  # fmt: skip


@pytest.mark.parametrize("host", FORBIDDEN_HOSTS)
def test_no_way_of_writing_a_forbidden_address_passes(host: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        check(f"http://{host}/latest/meta-data")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "::", "100.100.100.200"],
)
def test_a_name_that_leads_there_with_any_of_its_addresses_is_refused(address: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        check("rtsp://camera.example/", "10.0.0.7", address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://a/", "gopher://a/", "data:text/plain,a", "concat:rtsp://a/|b", "subfile:a",
        "pipe:0", "//camera/", "camera", "", "rtsp:", "rtsp://", "rtsp:///x", "http://a:99999/", "http://a:0/", "http://a:x/",
        "http://user:secret@camera/", "http://camera/#f", "http://camera\\@evil/", "http://ca mera/", "http://camera/\n",
        "http://camera/\x00", "http://камера/", "http://[::1/", "javascript:alert(1)", "rtsp://a/" + "x" * 3000,
        "rtsp+udp://a/", "unix:/run/x", "http://a/|b", "\trtsp://a/", "rtsp://a/`id`",
    ],
)  # fmt: skip
def test_what_is_no_plain_url_of_a_camera_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        check(url, "10.0.0.7")


def test_a_secret_in_a_url_is_not_repeated() -> None:
    with pytest.raises(ForbiddenAddressError) as caught:
        check("http://user:hush@camera/?key=hush", "10.0.0.7")
    assert "hush" not in str(caught.value)


def test_private_networks_and_this_machine_are_decisions() -> None:
    assert check("http://camera/", "8.8.8.8", allow_private=False).addresses == ("8.8.8.8",)
    with pytest.raises(ForbiddenAddressError, match=r"10\.0\.0\.7 is in a private network"):
        check("http://camera/", "10.0.0.7", allow_private=False)
    assert check("http://127.0.0.1:8554/", allow_loopback=True).port == 8554


def test_a_name_without_address_is_refused() -> None:
    def nobody(host: str, _port: int) -> Sequence[str]:
        raise OSError(f"no {host}")

    for resolver in (nobody, answering()):
        with pytest.raises(ForbiddenAddressError, match="camera has no address"):
            checked_target(
                "http://camera/", schemes=("http",), allow_private=True, resolver=resolver  # type: ignore[arg-type]
            )  # fmt: skip


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/", "//127.0.0.1/x", "https://camera/", "file:///etc/passwd", "rtsp://10.0.0.7/", "http://[::1]/"],
)  # fmt: skip
def test_no_redirect_leads_where_nobody_may_be_sent(location: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        checked_redirect(
            check("http://camera/a", "10.0.0.7"), location, allow_private=True, resolver=answering("10.0.0.7")  # type: ignore[arg-type]
        )  # fmt: skip


def test_a_redirect_to_a_neighbour_is_followed_with_its_own_addresses() -> None:
    moved = checked_redirect(
        check("http://camera/a/b", "10.0.0.7"), "../c", allow_private=True, resolver=answering("10.0.0.8")  # type: ignore[arg-type]
    )  # fmt: skip
    assert (moved.url, moved.addresses) == ("http://camera/c", ("10.0.0.8",))


@given(st.ip_addresses())
def test_whatever_is_accepted_is_neither_this_machine_nor_its_neighbours(address: object) -> None:
    found = ip_address(str(address))
    if refusal_of(found, allow_private=True, allow_loopback=False, networks=()) is None:
        assert not any((found.is_loopback, found.is_link_local, found.is_multicast, found.is_unspecified))
