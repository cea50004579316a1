"""What people say about duties: attest, decide, set aside, withdraw, assign. The verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from governance.access.actors import Actor
from governance.access.people import Person, speaking
from governance.access.policies import check_can
from governance.access.tenancy import Conflict, as_uuid
from governance.compliance.frameworks import Catalogue, Duty
from governance.compliance.statements import checking
from governance.compliance.statements.models import Assignment, Statement, Withdrawal
from governance.compliance.statements.signing import ATTESTATION, DECISION, KINDS, WITHDRAWAL, seal_signed
from governance.compliance.verdict import STATEMENT_STATES, StatementState
from governance.evidence.models import Entry
from governance.evidence.services import read_payload
from governance.registry.models import Asset, AssetVersion
from governance.registry.services import system_version
from governance.shapes import ShapeError
from governance.trail.services import record

SCOPES: dict[StatementState, str] = {
    "attested": "audits:write",
    "fulfilled_by_decision": "approvals:decide",
    "not_applicable": "approvals:decide",
}
ASSIGNING = "audits:write"
NOT_CITED = (*KINDS, "report")  # words about evidence are no evidence themselves


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to state. `document` is a name and bytes; cites: ids of evidence; reference: of a law or a file."""

    system_version: UUID | str
    duty: str
    state: str
    words: str
    role: str = ""
    document: tuple[str, bytes] | None = None
    cites: Sequence[str] = ()
    reference: str = ""


@transaction.atomic
def state_duty(*, actor: Actor, asked: Asked, catalogue: Catalogue, now: datetime) -> Statement:
    """A person attests a duty with a document, decides that evidence fulfils it, or says that it does not apply and why.

    Raises:
        Forbidden: the role may not say this. NoPerson, Unclear: no person says it.
        NotFound: no such system version here.
        ShapeError: naming the field: an attestation without a document, a decision that cites nothing, ...
    """
    state = _state(asked.state)
    check_can(actor, SCOPES[state])
    person = speaking(actor, SCOPES[state], "state")
    version = system_version(actor.organisation, asked.system_version)
    duty = duty_of(catalogue, asked.duty)
    document = _document(state, asked.document)
    cites = _cites(version, state, asked.cites)
    row = Statement(
        organisation_id=actor.organisation,
        system_id=version.asset_id,
        version=version,
        duty=duty.id,
        state=state,
        words=checking.check_words("statement", asked.words),
        reference=_reference(state, asked.reference),
        person=person.name,
        person_id=person.id,
        role=checking.check_words("role", asked.role or actor.role, checking.LONGEST_ROLE),
        made_at=now,
        cites=[str(entry.pk) for entry in cites],
    )
    if document:
        row.document_name, row.document_type = document.name, document.media_type
        row.document_digest, row.document_size = document.digest, len(document.content)
    kind = ATTESTATION if state == "attested" else DECISION
    payload = document.content if document else None
    signed = seal_signed(
        actor=actor, kind=kind, version=version, told=_told(row, duty, catalogue, cites), payload=payload, now=now
    )
    row.entry, row.key_id, row.signature = signed.entry, signed.key_id, signed.signature
    row.save()
    _trail(actor, "state", "statement", row.pk, {"duty": duty.id, "state": state, "system": str(version.asset_id)}, now)
    return row


def duty_of(catalogue: Catalogue, duty: str) -> Duty:
    """The duty of this id. Raises `ShapeError`."""
    if not catalogue.has(duty):
        raise ShapeError("duty", "is none of the catalogue.")
    return catalogue.duty(duty)


@transaction.atomic
def withdraw(*, actor: Actor, statement_id: UUID | str, reason: str, now: datetime) -> Withdrawal:
    """Take a statement back: one's own, or another's by whoever may decide. It stays readable.

    Raises:
        Forbidden, NoPerson, Unclear, NotFound. ShapeError: without a reason. Conflict: it was withdrawn already.
    """
    row: Statement = Statement.objects.select_related("version").one(actor.organisation, statement_id)
    person = _who_withdraws(actor, row)
    words = checking.check_words("reason", reason)
    if Withdrawal.objects.of(actor.organisation).filter(statement=row).exists():
        raise Conflict("statement", "was withdrawn already.")
    told = {
        "statement": str(row.pk), "evidence": str(row.entry_id), "duty": row.duty, "reason": words, "person": person.name,
    }  # fmt: skip
    signed = seal_signed(actor=actor, kind=WITHDRAWAL, version=row.version, told=told, now=now)
    try:
        with transaction.atomic():
            made: Withdrawal = Withdrawal.objects.create(
                organisation_id=actor.organisation,
                statement=row,
                reason=words,
                person=person.name,
                person_id=person.id,
                made_at=now,
                entry=signed.entry,
            )
    except IntegrityError:
        raise Conflict("statement", "was withdrawn already.") from None
    _trail(actor, "withdraw", "statement", row.pk, {"duty": row.duty, "state": row.state}, now)
    return made


def _who_withdraws(actor: Actor, row: Statement) -> Person:
    scope = SCOPES[_state(row.state)]
    check_can(actor, scope)
    person = speaking(actor, scope, "reason")
    if person.id != row.person_id:
        check_can(actor, "approvals:decide")
    return person


@transaction.atomic
def assign(
    *, actor: Actor, system_id: UUID | str, duty: str, owner: str, due: date | None, catalogue: Catalogue, now: datetime
) -> Assignment:
    """Say who sees to a duty of a system, and by when. An empty owner takes it from everybody.

    Raises:
        Forbidden: without `audits:write`. NotFound, ShapeError.
    """
    check_can(actor, ASSIGNING)
    system: Asset = Asset.objects.filter(kind="ai_system").one(actor.organisation, system_id)
    named = checking.check_words("owner", owner, checking.LONGEST_NAME, needed=bool(owner.strip()))
    if due and not named:
        raise ShapeError("owner", "is required with a date: nobody would have to see to it.")
    row: Assignment = Assignment.objects.create(
        organisation_id=actor.organisation,
        system=system,
        duty=duty_of(catalogue, duty).id,
        owner=named,
        due=checking.check_due(due, now.date()),
        made_by=actor.name,
        made_at=now,
    )
    detail = {"duty": row.duty, "system": str(system.pk), "due": due.isoformat() if due else ""}
    _trail(actor, "assign", "assignment", row.pk, detail, now)
    return row


def document_of(*, actor: Actor, statement_id: UUID | str, now: datetime) -> tuple[Statement, bytes]:
    """A statement and the bytes of its document; that they were read is written to the trail.

    Raises:
        Forbidden, NotFound, PayloadMissing: it has none. PayloadErased: it was erased.
    """
    row: Statement = Statement.objects.select_related("entry").one(actor.organisation, statement_id)
    return row, read_payload(actor=actor, entry=row.entry, now=now)


def _state(state: str) -> StatementState:
    found = next((one for one in STATEMENT_STATES if one == state), None)
    if found is None:
        raise ShapeError("state", "is none that a person states.", STATEMENT_STATES)
    return found


def _document(state: StatementState, given: tuple[str, bytes] | None) -> checking.Document | None:
    if given is None and state == "attested":
        raise ShapeError("document", "is required: an attestation rests on a document.")
    return checking.check_document(*given, settings.PROBANZA_MAX_DOCUMENT) if given else None


def _reference(state: StatementState, reference: str) -> str:
    return checking.check_words("reference", reference, checking.LONGEST_REFERENCE, needed=state == "not_applicable")


def _cites(version: AssetVersion, state: StatementState, cites: Sequence[str]) -> list[Entry]:
    """The evidence that is cited: of this system, each once. Raises `ShapeError` naming the one that is not."""
    if state == "fulfilled_by_decision" and not cites:
        raise ShapeError("cites", "is required: a decision names the evidence that it rests on.")
    if len(cites) > checking.MOST_CITES or len(set(cites)) != len(cites):
        raise ShapeError("cites", f"must name at most {checking.MOST_CITES} pieces of evidence, each once.")
    versions = AssetVersion.objects.of(version.organisation_id).filter(asset_id=version.asset_id)
    subjects = [str(one) for one in versions.values_list("id", flat=True)]
    entries = Entry.objects.of(version.organisation_id).filter(subject__in=subjects).exclude(kind__in=NOT_CITED)
    found = entries.in_bulk([one for text in cites if (one := as_uuid(text))])
    for index, text in enumerate(cites):
        if as_uuid(text) not in found:
            raise ShapeError(f"cites[{index}]", "is no evidence about this system.")
    return list(found.values())


def _told(row: Statement, duty: Duty, catalogue: Catalogue, cites: Sequence[Entry]) -> dict[str, Any]:
    document = {
        "name": row.document_name, "media_type": row.document_type, "digest": row.document_digest, "size": row.document_size,
    }  # fmt: skip
    return {
        "duty": duty.id,
        "framework": duty.framework,
        "edition": catalogue.framework(duty.framework).edition,
        "state": row.state,
        "statement": row.words,
        "reference": row.reference,
        "person": row.person,
        "role": row.role,
        "document": document if row.document_digest else None,
        "cites": [{"id": str(entry.pk), "kind": entry.kind, "digest": entry.digest} for entry in cites],
    }


def _trail(actor: Actor, verb: str, subject: str, row: UUID, detail: dict[str, Any], now: datetime) -> None:
    record(actor=actor, action=f"compliance.{verb}", subject=subject, subject_id=row, detail=detail, now=now)
