"""Merkle proofs and signed heads of the evidence ledger (RFC 6962 hashing, Ed25519 signatures).

A tree is kept as its perfect subtrees. The leaf that completes a subtree carries its hash, so
that a proof is a look-up of O(log n) rows and an append touches only the right edge.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from probanza.canonical import canonical_bytes, sha256_digest

HEAD_SCHEMA = "probanza.head/1"
HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """The perfect subtree over leaves [place * 2**level, (place + 1) * 2**level)."""

    level: int
    place: int

    @property
    def last(self) -> int:
        """Sequence number of the leaf that completes it."""
        return ((self.place + 1) << self.level) - 1


def leaf_hash(body: bytes) -> bytes:
    """SHA-256 of 0x00 and the body."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """The hash of a range out of its perfect subtrees, left (largest) to right; empty -> `EMPTY_ROOT`."""
    if not peaks:
        return EMPTY_ROOT
    joined = peaks[-1]
    for peak in reversed(peaks[:-1]):
        joined = node_hash(peak, joined)
    return joined


@dataclass(slots=True)
class Tree:
    """The right edge of a tree: `peaks` are its perfect subtrees from the largest to the smallest."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves has {max(self.size, 0).bit_count()} peaks")

    def append(self, leaf: bytes) -> bytes:
        """Add a leaf's hash; the hashes of all subtrees it completes, itself first, joined."""
        completed = [leaf]
        for _ in range(_trailing_ones(self.size)):
            completed.append(node_hash(self.peaks.pop(), completed[-1]))
        self.peaks.append(completed[-1])
        self.size += 1
        return b"".join(completed)

    def root(self) -> bytes:
        """The Merkle tree hash of all leaves so far."""
        return fold(self.peaks)


def peak_nodes(start: int, end: int) -> list[Node]:
    """The perfect subtrees, left to right, of a range that begins where one of its size may begin."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return nodes


def inclusion_path(index: int, size: int) -> list[list[Node]]:
    """For each hash of leaf `index`'s proof in a tree of `size`, the subtrees it is folded from.

    Raises `ValueError` unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(peak_nodes(middle, end))
            end = middle
        else:
            path.append(peak_nodes(start, middle))
            start = middle
    return path[::-1]


def consistency_path(first: int, second: int) -> list[list[Node]]:
    """For each hash of the proof that `first` leaves are a prefix of `second`, what it is folded from.

    Raises `ValueError` unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError(f"no proof leads from {first} leaves to {second}")
    path: list[list[Node]] = []
    start, end = 0, second
    while first < end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(peak_nodes(middle, end))
            end = middle
        else:
            path.append(peak_nodes(start, middle))
            start = middle
    if start > 0 or end != first:
        path.append(peak_nodes(start, end))
    return path[::-1]


def resolve(path: Iterable[Sequence[Node]], hash_of: Callable[[Node], bytes]) -> list[bytes]:
    """The hashes of a path, each folded from looked-up subtrees."""
    return [fold([hash_of(node) for node in nodes]) for nodes in path]


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
    hashes = iter([old, *proof] if first & (first - 1) == 0 else proof)
    return _walk(first, second, hashes) == (old, new)


def _walk(first: int, second: int, hashes: Iterator[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency proof leads to, or None when its length cannot fit."""
    node, last = first - 1, second - 1
    shift = _trailing_ones(node)
    node, last = node >> shift, last >> shift
    seed = next(hashes, None)
    if seed is None:
        return None
    old = new = seed
    for sibling in hashes:
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


def _split(width: int) -> int:
    """The largest power of two below `width` (> 1)."""
    return 1 << ((width - 1).bit_length() - 1)


def _trailing_ones(number: int) -> int:
    return (~number & (number + 1)).bit_length() - 1


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


def sign(message: bytes, key: Ed25519PrivateKey) -> bytes:
    """The 64-byte Ed25519 signature of `message`."""
    return key.sign(message)


def verify_signature(message: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the raw 32-byte `public_key` signed `message`."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public_key: bytes) -> str:
    """What people compare by telephone or on paper: `sha256:` and the hash of the raw public key."""
    return sha256_digest(public_key)


def from_hex(text: object, length: int = HASH_BYTES) -> bytes:
    """Strict lower-case hexadecimal of `length` bytes; raises `ValueError` on anything else."""
    try:
        raw = bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError:
        raw = b""
    if len(raw) != length or raw.hex() != text:
        raise ValueError(f"expected {2 * length} lower-case hexadecimal digits")
    return raw
