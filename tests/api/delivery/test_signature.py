"""Evidence: the published vector of the reference libraries, and the reference library's own verification."""

import base64
import hashlib
import hmac
from uuid import UUID

import pytest

from api.delivery.signature import new_secret, signature, signed_headers

# Standard Webhooks, reference libraries (python, javascript, go …), test of `sign`.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  (published)
MESSAGE_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
TIMESTAMP_S = 1614265330
BODY = b'{"test": 2432232314}'
PUBLISHED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_vector() -> None:
    assert signature(SECRET, message_id=MESSAGE_ID, timestamp_s=TIMESTAMP_S, body=BODY) == PUBLISHED


@pytest.mark.parametrize(
    ("message_id", "timestamp_s", "body"),
    [
        (MESSAGE_ID, TIMESTAMP_S, BODY.replace(b" ", b"")),
        (MESSAGE_ID, TIMESTAMP_S + 1, BODY),
        (MESSAGE_ID + "x", TIMESTAMP_S, BODY),
    ],
)
def test_whatever_is_changed_changes_the_signature(message_id: str, timestamp_s: int, body: bytes) -> None:
    assert signature(SECRET, message_id=message_id, timestamp_s=timestamp_s, body=body) != PUBLISHED


def test_two_valid_secrets_give_two_signatures_that_a_receiver_makes_by_hand() -> None:
    secrets = [new_secret(), new_secret()]
    headers = signed_headers(secrets, event_id=UUID(int=7), timestamp_s=12, body="水尺".encode())
    content = b"00000000-0000-0000-0000-000000000007.12." + "水尺".encode()
    by_hand = [
        base64.b64encode(hmac.new(base64.b64decode(secret[6:]), content, hashlib.sha256).digest()).decode()
        for secret in secrets
    ]
    assert headers["webhook-signature"].split(" ") == [f"v1,{value}" for value in by_hand]
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (str(UUID(int=7)), "12")


def test_a_secret_has_the_length_that_the_specification_asks_for() -> None:
    secret = new_secret()
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64
    assert secret != new_secret()


def test_a_secret_that_is_not_base64_is_refused() -> None:
    with pytest.raises(ValueError, match="base64"):
        signature("whsec_§", message_id="a", timestamp_s=1, body=b"")
