"""A small bundle as the service would write it, made of parts that tests can change."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probanza import bundle, proofs
from probanza.canonical import canonical_bytes
from probanza.verify import SCHEMA

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
Parts = dict[str, bytes]


def signed_head(size: int, root: bytes, previous: str) -> tuple[proofs.SignedHead, dict[str, Any]]:
    head = proofs.SignedHead("org", size, root.hex(), previous, "2026-01-02T03:04:05.000006+00:00", "k1")
    return head, {**head.to_plain(), "signature": proofs.sign(head.signed_bytes(), KEY).hex()}


def small_parts(organisation: str = "org") -> Parts:
    """Entries 0 and 3 of a ledger of five, under a head that contains an earlier one over three."""
    bodies = [canonical_bytes({"organisation": organisation, "n": n, "payload": None}) for n in range(5)]
    tree, rows, roots = proofs.Tree(), [], []
    for body in bodies:
        rows.append(tree.append(proofs.leaf_hash(body)))
        roots.append(tree.root())

    def hash_of(node: proofs.Node) -> bytes:
        return rows[node.last][32 * node.level : 32 * (node.level + 1)]

    first, first_plain = signed_head(3, roots[2], "")
    _, second_plain = signed_head(5, roots[4], first.digest())
    found = [
        canonical_bytes({"seq": seq, "hashes": [one.hex() for one in proofs.resolve(proofs.inclusion_path(seq, 5), hash_of)]})
        for seq in (0, 3)
    ]
    steps = proofs.resolve(proofs.consistency_path(3, 5), hash_of)
    return {
        bundle.KEYS: canonical_bytes({"keys": {"k1": PUBLIC.hex()}}),
        bundle.HEADS: canonical_bytes({"heads": [first_plain, second_plain]}),
        bundle.ENTRIES: b"".join(bodies[seq] + b"\n" for seq in (0, 3)),
        bundle.PROOFS: b"".join(one + b"\n" for one in found),
        bundle.CONSISTENCY: canonical_bytes({"hashes": [one.hex() for one in steps]}),
    }


def assemble(parts: Parts, **change: Any) -> bytes:
    """The bundle's bytes, with a manifest that fits the parts and is properly signed."""
    files = {name: bundle.digest([content]) for name, content in parts.items()}
    plain = {
        "schema": SCHEMA,
        "organisation": "org",
        "created_at": "2026-01-02T03:04:05.000006+00:00",
        "key_id": "k1",
        "entries": 2,
        "files": files,
        **change,
    }
    manifest = canonical_bytes(plain)
    whole = {bundle.MANIFEST: manifest, bundle.SIGNATURE: proofs.sign(manifest, KEY), **parts}
    written = io.BytesIO()
    bundle.write(written, [(name, io.BytesIO(content)) for name, content in whole.items()])
    return written.getvalue()


@pytest.fixture
def parts() -> Parts:
    return small_parts()


@pytest.fixture
def foreign_parts() -> Parts:
    """Entries that name another organisation than the head they stand under."""
    return small_parts("other")


@pytest.fixture
def made() -> Callable[..., bytes]:
    return assemble
