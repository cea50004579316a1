"""Envelope encryption with AES-256-GCM: a master key wraps data keys, a data key seals content. Pure.

A sealed box is `version (1 byte) | data key id (16) | nonce (12) | ciphertext and tag`. The associated data binds a box to
its organisation, purpose and row, so that a box moved elsewhere does not open.
"""

import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from probanza.canonical import canonical_bytes

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
VERSION = b"\x01"
HEADER_BYTES = len(VERSION) + 16


class CannotOpen(ValueError):  # noqa: N818 - reads as what happened
    """A box does not open: wrong key, wrong place, or changed bytes."""


def new_key() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(KEY_BYTES)


def place(organisation: UUID, purpose: str, row: str) -> bytes:
    """The associated data of a box: where it may be opened. Unambiguous for any text."""
    return canonical_bytes([str(organisation), purpose, row])


def wrap(key: bytes, plain: bytes, where: bytes) -> bytes:
    """`nonce | ciphertext and tag` of `plain` under `key`, bound to `where`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, where)


def unwrap(key: bytes, wrapped: bytes, where: bytes) -> bytes:
    """The reverse of `wrap`. Raises `CannotOpen`."""
    if len(wrapped) < NONCE_BYTES + TAG_BYTES:
        raise CannotOpen("the encrypted content is cut short")
    try:
        return AESGCM(key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], where)
    except InvalidTag:
        raise CannotOpen("the encrypted content does not open here: wrong key, wrong row, or changed bytes") from None


def seal(key_id: UUID, key: bytes, plain: bytes, where: bytes) -> bytes:
    """A box that names the data key it was sealed with, so that it opens after that key is succeeded."""
    return VERSION + key_id.bytes + wrap(key, plain, where)


def key_id_of(box: bytes) -> UUID:
    """Which data key sealed the box. Raises `CannotOpen` for something that is no box."""
    if len(box) < HEADER_BYTES or box[:1] != VERSION:
        raise CannotOpen("this is no encrypted content of a known version")
    return UUID(bytes=box[1:HEADER_BYTES])


def unseal(key: bytes, box: bytes, where: bytes) -> bytes:
    """The content of a box. Raises `CannotOpen`."""
    key_id_of(box)
    return unwrap(key, box[HEADER_BYTES:], where)
