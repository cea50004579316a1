"""Making Merkle proofs and signatures of the evidence ledger; what checks them, `checking`, is told here by name too.

A tree is kept as its perfect subtrees. The leaf that completes a subtree carries its hash, so
that a proof is a look-up of O(log n) rows and an append touches only the right edge.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probanza.checking import (
    HASH_BYTES,
    HEAD_SCHEMA,
    SignedHead,
    fingerprint,
    from_hex,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
    verify_signature,
)

__all__ = (
    "EMPTY_ROOT", "HASH_BYTES", "HEAD_SCHEMA", "Node", "SignedHead", "Tree", "consistency_path", "fingerprint", "fold",
    "from_hex", "inclusion_path", "leaf_hash", "node_hash", "peak_nodes", "resolve", "root_from_inclusion", "root_of",
    "sign", "verify_consistency", "verify_inclusion", "verify_signature",
)  # fmt: skip

EMPTY_ROOT = hashlib.sha256(b"").digest()


class Node(NamedTuple):
    """The perfect subtree over leaves [place * 2**level, (place + 1) * 2**level)."""

    level: int
    place: int

    @property
    def last(self) -> int:
        """Sequence number of the leaf that completes it."""
        return ((self.place + 1) << self.level) - 1


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


def _split(width: int) -> int:
    """The largest power of two below `width` (> 1)."""
    return 1 << ((width - 1).bit_length() - 1)


def _trailing_ones(number: int) -> int:
    return (~number & (number + 1)).bit_length() - 1


def sign(message: bytes, key: Ed25519PrivateKey) -> bytes:
    """The 64-byte Ed25519 signature of `message`."""
    return key.sign(message)
