"""The verbs of the ledger: seal, read and erase a payload, say what is stale.

Sequencing, proving and verifying live beside (`sequencer`, `proving`, `verification`) and are told here by name.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from governance.access.actors import Actor
from governance.access.policies import Forbidden, check_can
from governance.access.roles import WRITES
from governance.access.tenancy import NotFound
from governance.evidence.bundles import NothingToExport, export_bundle
from governance.evidence.models import Entry, Payload, Waiting
from governance.evidence.proving import NotSequenced, head_plain, prove
from governance.evidence.sequencer import sequence
from governance.evidence.statement import (
    SALT_BYTES,
    Envelope,
    SealError,
    check_pins,
    commitment,
    sealed_body,
    utc_text,
)
from governance.evidence.verification import Failure, Report, verify_ledger
from governance.keys import services as keys
from governance.registry.models import AssetVersion
from governance.registry.queries import successors_of
from governance.retention.periods import LOG_MONTHS, after
from governance.retention.services import check_erasable
from governance.shapes import ShapeError
from governance.trail import services as trail
from governance.trail.ids import uuid7
from probanza import proofs

__all__ = (
    "CHANNEL", "Failure", "NotSequenced", "NothingToExport", "PayloadErased", "PayloadMissing", "Report", "SealError", "entry_of",
    "erase_payload", "export_bundle", "head_plain", "prove", "read_payload", "seal", "sequence", "stale", "verify_ledger",
)  # fmt: skip

CHANNEL = "probanza_ledger"


class PayloadMissing(NotFound):
    """The entry was sealed without a payload."""

    def __init__(self, entry: Entry) -> None:
        super().__init__("payload of evidence", entry.id)


class PayloadErased(Exception):  # noqa: N818 - reads as what happened
    """The payload was erased; the message says when, by whom and why."""


def seal(
    *,
    actor: Actor,
    kind: str,
    subject: str,
    statement: Mapping[str, Any],
    payload: bytes | None = None,
    run_id: str = "",
    now: datetime,
) -> Entry:
    """Seal a statement in the caller's transaction; the sequencer gives it its place in the tree afterwards.

    subject: id of the version the statement is about. statement: JSON-ready without floats; `pins` names the versions
    it rests on, each as registered. payload: bytes with personal data, stored encrypted and erasable; the statement only
    carries its salted digest.

    Raises `SealError` naming the field, `TypeError` with the path of a float, `Forbidden`.
    """
    if not actor.scopes & WRITES:
        raise Forbidden(actor, "audits:write")
    envelope = Envelope(
        id=uuid7(), organisation=actor.organisation, kind=kind, subject=subject, run_id=run_id, sealed_at=now, sealed_by=actor.id
    )
    salt = secrets.token_bytes(SALT_BYTES)
    body = sealed_body(envelope, statement, None if payload is None else commitment(salt, payload))
    _check_registered(actor.organisation, statement.get("pins", []))
    with transaction.atomic():
        entry = _insert(envelope, body)
        if payload is not None:
            _keep(entry, salt + payload)
        trail.record(
            actor=actor,
            action="evidence.seal",
            subject="evidence",
            subject_id=entry.id,
            detail={"kind": kind, "subject": subject, "run_id": run_id, "digest": entry.digest},
            now=now,
        )
    return entry


def entry_of(organisation: UUID, entry_id: UUID | str) -> Entry:
    """One entry of this organisation; raises `NotFound`, also for another's."""
    entry: Entry = Entry.objects.select_related("leaf", "payload").one(organisation, entry_id)
    return entry


def read_payload(*, actor: Actor, entry: Entry, now: datetime) -> bytes:
    """The private words beside an entry; that they were read is written to the trail.

    Raises `Forbidden`, `PayloadMissing`, `PayloadErased`.
    """
    check_can(actor, "evidence:read")
    with transaction.atomic():
        kept = _payload_of(actor, entry)
        if kept.ciphertext is None:
            raise PayloadErased(_told(kept))
        plain = keys.decrypt(
            organisation=kept.organisation_id, purpose="evidence", row=str(entry.id), sealed=bytes(kept.ciphertext)
        )
        trail.record(actor=actor, action="evidence.read_payload", subject="evidence", subject_id=entry.id, detail={}, now=now)
    return plain[SALT_BYTES:]


def erase_payload(*, actor: Actor, entry: Entry, reason: str, now: datetime) -> None:
    """Destroy payload and salt. Entry, leaf and proof stay; what was erased, by whom and why stays readable.

    An erasure before the six months of Art. 19(1) and 26(6) are over is allowed, because the law on data protection may ask for
    it; the trail then says until when the payload was to be kept.

    Raises `Forbidden`, `PayloadMissing`, `PayloadErased` when it is gone already, `ShapeError` without a reason, `Held` while a
    hold stands on a system that it speaks of.
    """
    check_can(actor, "admin")
    reason = reason.strip()
    if not reason or "\x00" in reason:
        raise ShapeError("reason", "say in words why the payload is erased.")
    pins = entry.statement().get("pins", [])
    kept_until = after(entry.sealed_at.date(), LOG_MONTHS)
    early = {"retention_ends": kept_until.isoformat()} if now.date() <= kept_until else {}
    with transaction.atomic():
        check_erasable(actor.organisation, [entry.subject, *(pin["id"] for pin in pins)])
        kept = _payload_of(actor, entry, lock=True)
        if kept.ciphertext is None:
            raise PayloadErased(_told(kept))
        Payload.objects.of(actor.organisation).filter(id=kept.id).update(
            ciphertext=None, erased_at=now, erased_by=actor.name, erased_because=reason
        )
        trail.record(
            actor=actor,
            action="evidence.erase_payload",
            subject="evidence",
            subject_id=entry.id,
            detail={"reason": reason, **early},
            now=now,
        )


def stale(entry: Entry) -> list[dict[str, Any]]:
    """The pins of an entry whose asset has a newer version in use, each with `successor` (version id and number)."""
    pins = entry.statement().get("pins", [])
    newer = successors_of(entry.organisation_id, [pin["id"] for pin in pins])
    found = [(pin, newer[pin["id"]]) for pin in pins if pin["id"] in newer]
    return [{**pin, "successor": {"id": version, "number": number}} for pin, (version, number) in found]


def _check_registered(organisation: UUID, pins: Sequence[Mapping[str, str]]) -> None:
    check_pins(pins)
    digests = dict(AssetVersion.objects.of(organisation).filter(id__in=[pin["id"] for pin in pins]).values_list("id", "digest"))
    for number, pin in enumerate(pins):
        registered = digests.get(UUID(pin["id"]))
        if registered is None:
            raise SealError(f"pins[{number}].id: {pin['id']} is no version of this organisation; register it first.")
        if registered != pin["digest"]:
            raise SealError(f"pins[{number}].digest: differs from the registered digest {registered}.")


def _insert(envelope: Envelope, body: bytes) -> Entry:
    entry = Entry.objects.create(
        id=envelope.id,
        organisation_id=envelope.organisation,
        kind=envelope.kind,
        subject=envelope.subject,
        run_id=envelope.run_id,
        body=body,
        leaf_hash=proofs.leaf_hash(body),
        sealed_at=envelope.sealed_at,
    )
    Waiting.objects.create(organisation_id=envelope.organisation, entry=entry)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(envelope.organisation)])
    return entry


def _keep(entry: Entry, plain: bytes) -> None:
    ciphertext = keys.encrypt(organisation=entry.organisation_id, purpose="evidence", row=str(entry.id), plain=plain)
    Payload.objects.create(organisation_id=entry.organisation_id, entry=entry, ciphertext=ciphertext)


def _payload_of(actor: Actor, entry: Entry, *, lock: bool = False) -> Payload:
    rows = Payload.objects.of(actor.organisation).filter(entry_id=entry.id)
    kept = (rows.select_for_update() if lock else rows).first()
    if kept is None:
        raise PayloadMissing(entry)
    return kept


def _told(kept: Payload) -> str:
    when = utc_text(kept.erased_at) if kept.erased_at else ""
    return _("The payload was erased on %(when)s by %(who)s because: %(why)s") % {
        "when": when,
        "who": kept.erased_by,
        "why": kept.erased_because,
    }
