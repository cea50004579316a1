"""Small bundles as the service would write them, made of parts that tests can change."""

import base64
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from probanza import bundle, container, proofs
from probanza.canonical import canonical_bytes
from probanza.checking import PAYLOAD_TYPE, authenticated
from probanza.manifests import SCHEMA, SCHEMA_1

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
MOMENT = "2026-01-02T03:04:05.000006+00:00"
Parts = dict[str, bytes]


def signed_head(size: int, root: bytes, previous: str) -> tuple[proofs.SignedHead, dict[str, Any]]:
    head = proofs.SignedHead("org", size, root.hex(), previous, MOMENT, "k1")
    return head, {**head.to_plain(), "signature": proofs.sign(head.signed_bytes(), KEY).hex()}


def statement(number: int, organisation: str = "org", **more: Any) -> bytes:
    return canonical_bytes({"organisation": organisation, "n": number, "payload": None, **more})


def ledger_parts(bodies: Sequence[bytes], chosen: Sequence[int]) -> Parts:
    """The chosen entries of a ledger under a head that contains an earlier one over the first three."""
    tree, rows, roots, size = proofs.Tree(), [], [], len(bodies)
    for body in bodies:
        rows.append(tree.append(proofs.leaf_hash(body)))
        roots.append(tree.root())

    def hash_of(node: proofs.Node) -> bytes:
        return rows[node.last][32 * node.level : 32 * (node.level + 1)]

    first, first_plain = signed_head(3, roots[2], "")
    _, second_plain = signed_head(size, roots[-1], first.digest())
    paths = {seq: proofs.resolve(proofs.inclusion_path(seq, size), hash_of) for seq in chosen}
    found = [canonical_bytes({"seq": seq, "hashes": [one.hex() for one in path]}) for seq, path in paths.items()]
    steps = proofs.resolve(proofs.consistency_path(3, size), hash_of)
    return {
        container.KEYS: canonical_bytes({"keys": {"k1": PUBLIC.hex()}}),
        container.HEADS: canonical_bytes({"heads": [first_plain, second_plain]}),
        container.ENTRIES: b"".join(bodies[seq] + b"\n" for seq in chosen),
        container.PROOFS: b"".join(one + b"\n" for one in found),
        container.CONSISTENCY: canonical_bytes({"hashes": [one.hex() for one in steps]}),
    }


def small_parts(organisation: str = "org") -> Parts:
    """Entries 0 and 3 of a ledger of five."""
    return ledger_parts([statement(number, organisation) for number in range(5)], (0, 3))


def assemble(parts: Parts, *, key: Ed25519PrivateKey = KEY, key_id: str = "k1", **change: Any) -> bytes:
    """The bundle's bytes, with a manifest that fits the parts and is properly signed."""
    entries = parts[container.ENTRIES].count(b"\n")
    plain = {"schema": SCHEMA, "organisation": "org", "created_at": MOMENT, "entries": entries, "payloads": 0, **change}
    files = {name: io.BytesIO(content) for name, content in parts.items()}
    manifest = bundle.envelope(plain, files, key_id, lambda message: proofs.sign(message, key))
    return zipped({container.ENVELOPE: manifest, **parts})


def assemble_1(parts: Parts, **change: Any) -> bytes:
    """The same as bundles were before there were envelopes."""
    plain = {
        "schema": SCHEMA_1,
        "organisation": "org",
        "created_at": MOMENT,
        "key_id": "k1",
        "entries": 2,
        "files": {name: f"sha256:{bundle.whole(io.BytesIO(content)).sha256()}" for name, content in parts.items()},
        **change,
    }
    manifest = canonical_bytes(plain)
    return zipped({container.MANIFEST: manifest, container.SIGNATURE: proofs.sign(manifest, KEY), **parts})


def zipped(files: Parts) -> bytes:
    written = io.BytesIO()
    bundle.write(written, [(name, io.BytesIO(content)) for name, content in files.items()])
    return written.getvalue()


@pytest.fixture
def parts() -> Parts:
    return small_parts()


@pytest.fixture
def foreign_parts() -> Parts:
    """Entries that name another organisation than the head they stand under."""
    return small_parts("other")


@pytest.fixture
def ledger() -> Parts:
    """A whole ledger of five entries: no proofs, the tree is built again."""
    whole = ledger_parts([statement(number) for number in range(5)], range(5))
    del whole[container.PROOFS]
    return whole


@pytest.fixture
def report() -> Parts:
    """A report over two statements of a ledger, one duty of it a gap, in two forms."""
    bodies = [statement(number) for number in range(4)]
    evidence = [{"digest": f"sha256:{proofs.leaf_hash(body).hex()}"} for body in (bodies[0], bodies[2])]
    duties = [{"duty": "Art.9(8)", "state": "criterion_met"}, {"duty": "Art.10(2)(f)", "state": "not_assessed"}]
    told = statement(4, evidence=evidence, duties=duties)
    return {**ledger_parts([*bodies, told], (0, 2, 4)), "report.html": b"<p>not assessed</p>", "report.json": told}


@pytest.fixture
def made() -> Callable[..., bytes]:
    return assemble


@pytest.fixture
def made_1() -> Callable[..., bytes]:
    return assemble_1


@pytest.fixture
def archive() -> Callable[[Parts], bytes]:
    """Any files as a container, whatever they are."""
    return zipped


@pytest.fixture
def signed_envelope() -> Callable[..., bytes]:
    """An envelope whose statement has other fields, signed anew."""

    def signed(envelope: bytes, **change: Any) -> bytes:
        payload = canonical_bytes({**json.loads(base64.b64decode(json.loads(envelope)["payload"])), **change})
        signature = proofs.sign(authenticated(payload), KEY)
        plain = {"keyid": "k1", "sig": base64.b64encode(signature).decode()}
        told = {"payloadType": PAYLOAD_TYPE, "payload": base64.b64encode(payload).decode(), "signatures": [plain]}
        return canonical_bytes(told)

    return signed


@pytest.fixture
def parts_of() -> Callable[..., Parts]:
    """All entries of a ledger, each with more in it."""
    return lambda size, **more: ledger_parts([statement(number, **more) for number in range(size)], range(size))
