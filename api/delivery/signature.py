"""Signs a webhook so that its receiver knows who sent it and that nothing was changed or sent again.

Source: Standard Webhooks specification 1.0, "Signature scheme" (symmetric, v1); RFC 2104 (HMAC).
Left out: the asymmetric scheme (v1a).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from uuid import UUID

PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """Make a secret as the specification writes it: 32 random bytes in base64 behind `whsec_`."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, *, message_id: str, timestamp_s: int, body: bytes) -> str:
    """Sign one message with one secret.

    Raises:
        ValueError: the secret is not base64.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise ValueError("a webhook secret is base64 behind whsec_") from error
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def signed_headers(valid: Sequence[str], *, event_id: UUID, timestamp_s: int, body: bytes) -> dict[str, str]:
    """Give the three headers; with two valid secrets there are two signatures, and either is enough."""
    message_id = str(event_id)
    signatures = [
        signature(secret, message_id=message_id, timestamp_s=timestamp_s, body=body) for secret in valid
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(signatures),
    }
