"""Waivers: one person asks, another agrees, a day ends it. They change no state."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from governance.access.actors import Actor
from governance.access.people import Person, speaking
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.compliance.frameworks import Catalogue
from governance.compliance.statements import checking
from governance.compliance.statements.models import Waiver
from governance.compliance.statements.services import duty_of
from governance.compliance.statements.signing import WAIVER, seal_signed
from governance.registry.services import system_version
from governance.trail.services import record
from probanza.canonical import digest_of

ASKING, AGREEING = "audits:write", "approvals:decide"


@transaction.atomic
def ask_waiver(
    *, actor: Actor, version_id: UUID | str, duty: str, reason: str, expires_on: date, catalogue: Catalogue, now: datetime
) -> Waiver:
    """Ask that a duty be waived until a day. Until somebody else agrees it is no waiver.

    Raises:
        Forbidden, NoPerson, Unclear: who may not ask. NotFound, ShapeError: naming the field.
    """
    check_can(actor, ASKING)
    person = speaking(actor, ASKING, "reason")
    version = system_version(actor.organisation, version_id)
    row = Waiver(
        organisation_id=actor.organisation,
        system_id=version.asset_id,
        version=version,
        duty=duty_of(catalogue, duty).id,
        reason=checking.check_words("reason", reason),
        expires_on=checking.check_expiry(expires_on, now.date()),
        person=person.name,
        person_id=person.id,
        asked_at=now,
    )
    row.digest = digest_of(_asked(row))
    row.save(force_insert=True)
    _trail(actor, "ask_waiver", row, now)
    return row


def agree(*, actor: Actor, waiver_id: UUID | str, second: Person, now: datetime) -> Waiver:
    """A second person agrees; from now on the waiver is told beside the state, and sealed. In the caller's transaction.

    Raises:
        Forbidden, NotFound. Conflict: it is agreed or ended already, its day has passed, or it is the same person.
    """
    check_can(actor, AGREEING)
    row: Waiver = Waiver.objects.select_for_update().one(actor.organisation, waiver_id)
    if row.agreed_at or row.ended_at:
        raise Conflict("waiver", "was agreed to or ended already.")
    if row.expires_on < now.date():
        raise Conflict("waiver", "its last day has passed; ask for another one.")
    if second.id == row.person_id:
        raise Conflict("waiver", "is for somebody else than who asked.")
    told = {**_asked(row), "digest": row.digest, "second": second.name}
    signed = seal_signed(actor=actor, kind=WAIVER, version=row.version, told=told, now=now)
    row.second, row.second_id, row.agreed_at = second.name, second.id, now
    row.entry, row.key_id, row.signature = signed.entry, signed.key_id, signed.signature
    row.save(update_fields=["second", "second_id", "agreed_at", "entry", "key_id", "signature"])
    _trail(actor, "agree_waiver", row, now)
    return row


@transaction.atomic
def end_waiver(*, actor: Actor, waiver_id: UUID | str, reason: str, now: datetime) -> Waiver:
    """End a waiver before its day, or take back what was asked for.

    Raises:
        Forbidden, NotFound, ShapeError. Conflict: it has ended already.
    """
    check_can(actor, ASKING)
    row: Waiver = Waiver.objects.select_for_update().one(actor.organisation, waiver_id)
    if row.ended_at:
        raise Conflict("waiver", "has ended already.")
    row.ended_by, row.ended_at, row.ended_because = actor.name, now, checking.check_words("reason", reason)
    row.save(update_fields=["ended_by", "ended_at", "ended_because"])
    _trail(actor, "end_waiver", row, now)
    return row


def refuse(*, actor: Actor, waiver_id: UUID | str, reason: str, now: datetime) -> Waiver:
    """The second person says no: what was asked for has ended. In the caller's transaction. Raises as `end_waiver`."""
    check_can(actor, AGREEING)
    row: Waiver = Waiver.objects.select_for_update().one(actor.organisation, waiver_id)
    if row.agreed_at or row.ended_at:
        raise Conflict("waiver", "was agreed to or ended already.")
    row.ended_by, row.ended_at, row.ended_because = actor.name, now, reason
    row.save(update_fields=["ended_by", "ended_at", "ended_because"])
    _trail(actor, "refuse_waiver", row, now)
    return row


def _asked(row: Waiver) -> dict[str, str]:
    return {
        "waiver": str(row.pk),
        "system": str(row.system_id),
        "version": str(row.version_id),
        "duty": row.duty,
        "reason": row.reason,
        "expires_on": row.expires_on.isoformat(),
        "person": row.person,
        "asked_at": row.asked_at.isoformat(),
    }


def _trail(actor: Actor, verb: str, row: Waiver, now: datetime) -> None:
    detail = {"duty": row.duty, "system": str(row.system_id), "digest": row.digest, "expires_on": row.expires_on.isoformat()}
    record(actor=actor, action=f"compliance.{verb}", subject="waiver", subject_id=row.pk, detail=detail, now=now)
