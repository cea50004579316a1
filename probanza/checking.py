"""Checking Merkle proofs and signatures of the evidence ledger (RFC 6962 hashing, Ed25519, DSSE)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from probanza.canonical import canonical_bytes, sha256_digest

HEAD_SCHEMA = "probanza.head/1"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
HASH_BYTES = 32


def leaf_hash(body: bytes) -> bytes:
    """SHA-256 of 0x00 and the body."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaf_hashes(bodies: Sequence[bytes]) -> list[bytes]:
    """`leaf_hash` of each; a hash that is begun once and copied costs less than one made anew."""
    begun, found = hashlib.sha256(b"\x00").copy, []
    for body in bodies:
        one = begun()
        one.update(body)
        found.append(one.digest())
    return found


def root_of(level: list[bytes]) -> bytes:
    """The Merkle tree hash over one or more leaf hashes: pairs joined level by level, one left over goes up as it is."""
    begun = hashlib.sha256(b"\x01").copy
    while len(level) > 1:
        above = []
        for left, right in zip(level[::2], level[1::2], strict=False):
            one = begun()
            one.update(left + right)
            above.append(one.digest())
        level = above + level[2 * len(above) :]
    return level[0]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof leads to, or None when its length cannot fit (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return current if last == 0 else None


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that `leaf` stands at `index` of the tree with `size` leaves and `root`."""
    return root_from_inclusion(leaf, index, size, proof) == root


def verify_consistency(first: int, second: int, old: bytes, new: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree (`first`, `old`) is a prefix of the tree (`second`, `new`) (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and old == new
    hashes = [old, *proof] if first & (first - 1) == 0 else list(proof)
    return bool(hashes) and _walk(first - 1, second - 1, hashes) == (old, new)


def _walk(node: int, last: int, hashes: list[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency proof leads to, or None when its length cannot fit."""
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def verify_signature(message: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the raw 32-byte `public_key` signed `message` with Ed25519."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def authenticated(payload: bytes) -> bytes:
    """What a DSSE signature covers (PAE, DSSE v1)."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def fingerprint(public_key: bytes) -> str:
    """What people compare by telephone or on paper: `sha256:` and the hash of the raw public key."""
    return f"sha256:{hashlib.sha256(public_key).hexdigest()}"


def from_hex(text: object, length: int = HASH_BYTES) -> bytes:
    """Strict lower-case hexadecimal of `length` bytes; raises `ValueError` on anything else."""
    try:
        raw = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        raw = b""
    if len(raw) != length or raw.hex() != text:
        raise ValueError(f"expected {2 * length} lower-case hexadecimal digits")
    return raw


@dataclass(frozen=True, slots=True)
class SignedHead:
    """What the organisation vouches for: `size` leaves, their `root`, after the head `previous`.

    root: 64 hexadecimal digits. previous: digest of the earlier head (`sha256:...`), empty for the first.
    at: ISO 8601 UTC text. The signature is apart, so that the signed bytes are a pure function of this.
    """

    organisation: str
    size: int
    root: str
    previous: str
    at: str
    key_id: str

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready data; its canonical bytes are what is signed."""
        return {
            "schema": HEAD_SCHEMA,
            "organisation": self.organisation,
            "size": self.size,
            "root": self.root,
            "previous": self.previous,
            "at": self.at,
            "key_id": self.key_id,
        }

    @classmethod
    def from_plain(cls, plain: Any) -> "SignedHead":
        """Read back what `to_plain` wrote; raises `ValueError` on anything else."""
        texts = ("organisation", "root", "previous", "at", "key_id")
        if not isinstance(plain, dict) or set(plain) != {"schema", "size", *texts}:
            raise ValueError("a head has other fields than it should")
        if plain["schema"] != HEAD_SCHEMA or type(plain["size"]) is not int:
            raise ValueError("a head has an unknown schema or no size")
        if not all(isinstance(plain[name], str) for name in texts):
            raise ValueError("a head has a field that is not text")
        return cls(plain["organisation"], plain["size"], *(plain[name] for name in texts[1:]))

    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        return canonical_bytes(self.to_plain())

    def digest(self) -> str:
        """What the next head names as its `previous`."""
        return sha256_digest(self.signed_bytes())
