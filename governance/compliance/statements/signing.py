"""Seals what a person said, and signs the sealed bytes with the organisation's key."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from governance.access.actors import Actor
from governance.evidence.models import Entry
from governance.evidence.services import seal
from governance.keys import services as keys
from governance.registry.models import AssetVersion
from governance.registry.services import pins_of
from probanza import proofs

ATTESTATION, DECISION, WAIVER, WITHDRAWAL = "attestation", "decision", "waiver", "withdrawal"
KINDS = (ATTESTATION, DECISION, WAIVER, WITHDRAWAL)
DOMAIN = b"probanza.statement/1\n"  # what is signed for one purpose proves nothing for another


@dataclass(frozen=True, slots=True)
class Signed:
    """A sealed statement and the organisation's signature over it."""

    entry: Entry
    key_id: str
    signature: bytes


def seal_signed(
    *, actor: Actor, kind: str, version: AssetVersion, told: Mapping[str, Any], payload: bytes | None = None, now: datetime
) -> Signed:
    """Seal what was said about a system version, with the version and all its parts pinned, and sign the sealed bytes."""
    pins = [{"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]} for pin in pins_of(version)]
    statement = {kind: dict(told), "pins": pins}
    entry = seal(actor=actor, kind=kind, subject=str(version.pk), statement=statement, payload=payload, now=now)
    key_id, key = keys.signing_key(actor.organisation)
    return Signed(entry, key_id, proofs.sign(DOMAIN + bytes(entry.body), key))


def is_signed(organisation: UUID, entry: Entry, key_id: str, signature: bytes) -> bool:
    """Whether this signature over the sealed bytes is one of the organisation's."""
    public = keys.public_keys(organisation).get(key_id)
    return public is not None and proofs.verify_signature(DOMAIN + bytes(entry.body), signature, public)


def signature_text(key_id: str, signature: bytes) -> str:
    """`key id:base64` as it is told."""
    return f"{key_id}:{base64.b64encode(signature).decode()}"
