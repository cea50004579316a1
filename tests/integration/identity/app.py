"""An authenticator app, written from RFC 6238 and not from the product."""

import base64
import hashlib
import hmac
import struct
import time


def code_of(secret: str, steps_from_now: int = 0, at: float | None = None) -> str:
    """What an app that knows `secret` shows."""
    counter = int((time.time() if at is None else at) // 30) + steps_from_now
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"
