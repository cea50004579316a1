"""The form of an API token: `pbz_<prefix>_<secret>`. The prefix finds the row, the rest is only ever compared. Pure."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

MARK = "pbz"
PREFIX_BYTES = 6
SECRET_BYTES = 24  # 192 random bits: a fast hash is enough, nobody can try them all


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token: what is kept, and what is shown once."""

    prefix: str
    digest: str
    secret: str = field(repr=False)


def digest_of_token(secret: str) -> str:
    """SHA-256 of the whole token, hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def mint() -> Minted:
    """A new random token."""
    prefix = secrets.token_hex(PREFIX_BYTES)
    secret = f"{MARK}_{prefix}_{secrets.token_hex(SECRET_BYTES)}"
    return Minted(prefix, digest_of_token(secret), secret)


def prefix_of(secret: str) -> str | None:
    """The prefix of something that has a token's form; None for anything else."""
    parts = secret.split("_")
    well_formed = len(parts) == 3 and parts[0] == MARK and len(parts[1]) == 2 * PREFIX_BYTES and secret.isascii()
    return parts[1] if well_formed and parts[1].isalnum() else None


def matches(secret: str, digest: str) -> bool:
    """Whether this is the token of that digest; takes the same time whatever differs."""
    return hmac.compare_digest(digest_of_token(secret), digest)
