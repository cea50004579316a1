"""Chance that can be had again and that no author of an answer or a passage can foresee. Pure.

HMAC-SHA256 (RFC 2104) under a secret of the installation, over the run's seed and all that one call says: who knows
the secret and the seed has the same marks and decoys again; who writes a part of the content knows neither.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any, TypeVar

Thing = TypeVar("Thing")
MARK_LENGTH = 24  # hexadecimal digits: 96 bits


class Lots:
    """Draws for one call. The same secret, seed and content give the same draws in the same order.

    content: JSON-ready; half of a surrogate pair is allowed.
    """

    def __init__(self, secret: bytes, seed: int, content: Any) -> None:
        words = json.dumps([seed, content], sort_keys=True).encode()
        self._key = hmac.new(secret, words, hashlib.sha256).digest()
        self._drawn = 0

    def mark(self) -> str:
        """24 hexadecimal digits."""
        return self._next().hex()[:MARK_LENGTH]

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1, each as likely as the other but for less than 1 in 2^200."""
        return int.from_bytes(self._next(), "big") % limit

    def one(self, things: Sequence[Thing]) -> Thing:
        """One of at least one."""
        return things[self.below(len(things))]

    def name(self) -> str:
        """A made-up name of three syllables, like `Verluno`; there are 27,000."""
        syllables = "".join(self.one("bdfglmnprstvkz") + self.one("aeiou") + self.one(("", "", "r", "l", "n")) for _ in range(3))
        return syllables.capitalize()

    def _next(self) -> bytes:
        self._drawn += 1
        return hmac.new(self._key, str(self._drawn).encode(), hashlib.sha256).digest()
