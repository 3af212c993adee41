"""Sign and check webhooks as Standard Webhooks writes it (www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence

PREFIX = "whsec_"
#: Seconds by which a timestamp may differ from the receiver's clock.
TOLERANCE = 300


class BadSignature(Exception):
    """A webhook is not signed by any of our secrets, or not now."""


def new_secret() -> str:
    """Return a fresh secret of 256 bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str | Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers; one signature for each secret, so that a secret can be replaced.

    Raise ValueError for a secret that is not base64 or an id that holds a dot.
    """
    if "." in message_id:
        raise ValueError("an id must not hold a dot")
    signatures = [f"v1,{_signature(one, message_id, timestamp, body)}" for one in _each(secret)]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def verify(secret: str | Sequence[str], headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> None:
    """Raise BadSignature unless one signature fits one of the secrets and the time is right."""
    given = {name.lower(): value for name, value in headers.items()}
    try:
        message_id, timestamp = given["webhook-id"], int(given["webhook-timestamp"])
        signatures = [part.split(",", 1) for part in given["webhook-signature"].split(" ")]
    except (KeyError, ValueError):
        raise BadSignature("headers are missing") from None
    if abs((time.time() if now is None else now) - timestamp) > TOLERANCE:
        raise BadSignature("the time is too far off")
    expected = [_signature(one, message_id, timestamp, body) for one in _each(secret)]
    for version, *rest in signatures:
        if version == "v1" and rest and any(hmac.compare_digest(rest[0].encode(), one.encode()) for one in expected):
            return
    raise BadSignature("no signature fits")


def _each(secret: str | Sequence[str]) -> Sequence[str]:
    return [secret] if isinstance(secret, str) else secret


def _signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:
        raise ValueError("a secret is whsec_ and base64") from None
    signed = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
