"""Holds what the rows of statements say against what was sealed and signed, before a report prints it."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from governance.compliance.said import Stated
from governance.compliance.statements.signing import ATTESTATION, DECISION, DOMAIN
from governance.evidence.models import Entry
from governance.keys.services import public_keys
from probanza import proofs

FORGED = "signature: does not verify"


def checked(organisation: UUID, told: tuple[Stated, ...], entries: Mapping[UUID, Entry]) -> tuple[Stated, ...]:
    """The same statements; one that was not sealed and signed like this counts no more, and says why."""
    keys = public_keys(organisation) if told else {}
    return tuple(
        one if _is_sound(one, entries.get(UUID(one.evidence_id)), keys) else replace(one, changed=(*one.changed, FORGED))
        for one in told
    )


def _is_sound(one: Stated, entry: Entry | None, keys: Mapping[str, bytes]) -> bool:
    if (
        entry is None
        or entry.kind not in {ATTESTATION, DECISION}
        or proofs.leaf_hash(bytes(entry.body)) != bytes(entry.leaf_hash)
    ):
        return False
    key_id, _, signature = one.signature.partition(":")
    sealed = entry.statement().get(entry.kind, {})
    same = all(sealed.get(name) == getattr(one, name) for name in ("duty", "state", "statement", "person", "role", "reference"))
    document = sealed.get("document") or {}
    same = same and document.get("digest", "") == one.document_digest
    return (
        same and key_id in keys and proofs.verify_signature(DOMAIN + bytes(entry.body), base64.b64decode(signature), keys[key_id])
    )
