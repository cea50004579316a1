"""Identifiers: UUID version 7, so that rows sort by the moment they were made."""

import secrets
import time
from uuid import UUID

MILLISECOND = 1_000_000  # nanoseconds


def uuid7_at(nanoseconds: int, noise: int) -> UUID:
    """The UUIDv7 of one moment; pure.

    nanoseconds: since 1970-01-01 UTC, below 2**48 milliseconds. The first 48 bits hold the milliseconds, the next 12 the
    fraction of one (steps of 244 ns; RFC 9562, 6.2, method 3). `noise`: 62 random bits.
    """
    milliseconds, rest = divmod(nanoseconds, MILLISECOND)
    fraction = rest * 4096 // MILLISECOND
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | noise)


def uuid7() -> UUID:
    """A new UUIDv7 of now."""
    return uuid7_at(time.time_ns(), secrets.randbits(62))
