"""Evidence: what is accepted as an address and a token, by cases; a token never leaves unencrypted."""

from pathlib import Path

import pytest

from api.client import Access, AccessError

GIVEN = "s3cret-of-tests"


@pytest.mark.parametrize(
    ("url", "origin", "prefix"),
    [
        ("https://port.example", "https://port.example:443", ""),
        ("https://port.example:8443/hullmark/", "https://port.example:8443", "/hullmark"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", ""),
        ("http://[::1]:8000", "http://[::1]:8000", ""),
    ],
)
def test_an_address_is_read(url: str, origin: str, prefix: str) -> None:
    access = Access.of(url, token=GIVEN)
    assert (access.origin, access.prefix) == (origin, prefix)


@pytest.mark.parametrize(
    "url",
    [
        "port.example",
        "ftp://port.example",
        "https://",
        "https://a:b@port.example",
        "http://x:port",
        "http://x?a=1",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(AccessError, match="Accepted"):
        Access.of(url)


def test_a_token_is_not_sent_through_a_network_that_can_read_it() -> None:
    with pytest.raises(AccessError, match="readable on the way"):
        Access.of("http://port.example", token=GIVEN)
    assert Access.of("http://port.example").token is None


@pytest.mark.parametrize("token", ["", "two words", "line\nline", "秘密"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(AccessError, match="token"):
        Access.of("https://port.example", token=token)


def test_the_environment_is_read(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{GIVEN}\n", encoding="utf-8")
    access = Access.from_environment(
        environment={"HULLMARK_URL": "https://port.example", "HULLMARK_TOKEN_FILE": str(file)}
    )
    assert access.token == GIVEN
    assert GIVEN not in repr(access)
    with pytest.raises(AccessError, match="HULLMARK_URL"):
        Access.from_environment(environment={})
    with pytest.raises(AccessError, match="absent"):
        Access.of("https://port.example", token_file=tmp_path / "absent")
