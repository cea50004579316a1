"""Webhooks in Standard-Webhooks form: signing them, and the verifier for those who receive them. Standard library only.

A message carries three headers. `webhook-id` names the message and stays the same however often it is sent again, so a
receiver that remembers ids handles each message once. `webhook-timestamp` is the moment of sending in whole seconds since
1970 UTC. `webhook-signature` holds one or more `v1,<base64>` separated by spaces: HMAC-SHA256 over `id.timestamp.body` with
each secret that is valid, two while one replaces the other. Source: standardwebhooks.com, specification 1.0.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets as randomness
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PREFIX = "whsec_"
SECRET_BYTES = 32
LEAST_BYTES, MOST_BYTES = 16, 64  # of a secret, as other senders make them
TOLERANCE_S = 300
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
MOST_SIGNATURES = 20  # a header of thousands would only cost time
_LATEST = 2**53


class WebhookError(ValueError):
    """The message must not be believed; the words say why."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was verified. `id` stays the same when it is sent again; `timestamp`: seconds since 1970 UTC."""

    id: str
    timestamp: int
    body: bytes

    def json(self) -> Any:
        """The body: `type`, `timestamp`, `organisation`, `subject`, `data`. Raises `WebhookError`."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise WebhookError("the body is not JSON") from None


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(randomness.token_bytes(SECRET_BYTES)).decode()


def headers_of(secrets: Iterable[str], *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message, signed with every secret given. Raises `WebhookError` for a malformed secret."""
    signatures = " ".join(sign(secret, message_id=message_id, timestamp=timestamp, body=body) for secret in secrets)
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: signatures}


def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. Raises `WebhookError` for a malformed secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


def verify(
    secrets: str | Sequence[str], headers: Mapping[str, str], body: bytes, *, now: float, tolerance_s: int = TOLERANCE_S
) -> Message:
    """The message, when one of `secrets` signed exactly these bytes at most `tolerance_s` seconds from `now`.

    headers: of the request, names in any case. body: the raw bytes, before any parsing. now: `time.time()`.

    Raises:
        WebhookError: a header is missing or malformed, the clock differs too much, or no signature fits.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = _required(given, ID), _moment(_required(given, TIMESTAMP))
    if not abs(now - timestamp) <= tolerance_s:  # so written, a clock that is no number is refused too
        raise WebhookError(f"{TIMESTAMP} is more than {tolerance_s} s from this clock")
    offered = [one.encode() for one in _required(given, SIGNATURE).split(" ")[:MOST_SIGNATURES]]
    known = [secrets] if isinstance(secrets, str) else secrets
    for secret in known:
        expected = sign(secret, message_id=message_id, timestamp=timestamp, body=body).encode()
        if any(hmac.compare_digest(expected, one) for one in offered):
            return Message(message_id, timestamp, body)
    raise WebhookError("no signature fits this body and these secrets")


def _required(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    if not value or not value.isascii() or not value.isprintable():
        raise WebhookError(f"the header {name} is missing or malformed")
    return value


def _moment(text: str) -> int:
    if not text.isdigit() or len(text) > 16 or int(text) > _LATEST:
        raise WebhookError(f"{TIMESTAMP} is not whole seconds since 1970")
    return int(text)


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise WebhookError("the secret is not base64") from None
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise WebhookError(f"the secret must hold {LEAST_BYTES} to {MOST_BYTES} bytes")
    return key
