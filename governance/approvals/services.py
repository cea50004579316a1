"""Asking for an approval and deciding it: the verbs. Whoever asks never decides; an edit voids what was asked and decided."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, transaction

from governance.access.actors import Actor
from governance.access.people import behind, may_decide
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.approvals.models import Approval
from governance.approvals.subjects import SCOPES_TO_ASK, outdated, settle, subject_of
from governance.notices.services import tell
from governance.registry.models import Asset
from governance.shapes import ShapeError
from governance.trail.services import record

State = Literal["requested", "approved", "rejected", "void"]
STATES: tuple[State, ...] = ("requested", "approved", "rejected", "void")
DECISIONS = ("approved", "rejected")
LONGEST = 4000


class SameEyes(Conflict):
    """Whoever asked for an approval does not decide it."""

    def __init__(self) -> None:
        super().__init__("decision", "is for somebody else than who asked.")


class NobodysEyes(Conflict):
    """A token decides nothing when no person answers for it, or one who has left or may not decide any more."""

    def __init__(self) -> None:
        super().__init__("decision", "is for a person who may: decide in the portal, or by a token that you issued yourself.")


class Outdated(Conflict):
    """The content was edited since it was shown."""

    def __init__(self) -> None:
        super().__init__("digest", "is not the current content; look at the newest one.")


@transaction.atomic
def request_approval(
    *, actor: Actor, subject: str, subject_id: UUID | str, now: datetime, digest: str = "", note: str = ""
) -> Approval:
    """Ask somebody else to approve a version, a criterion or a waiver.

    digest: of the content that was looked at, where it is known; then nothing else is asked for.

    Raises:
        Forbidden: without the scope that writes such things. NotFound: no such thing here.
        ShapeError: not a thing to approve, or a note that does not fit.
        Outdated: the digest is another, or a newer content has followed.
        Conflict: it is asked for already.
    """
    check_can(actor, SCOPES_TO_ASK.get(subject, "registry:write"))
    content = subject_of(actor.organisation, subject, subject_id)
    if digest not in {"", content.digest}:
        raise Outdated
    approval = Approval(
        organisation_id=actor.organisation,
        subject=content.kind,
        subject_id=content.id,
        system_id=content.system,
        digest=content.digest,
        note=_text("note", note),
        requested_by=behind(actor) or f"token:{actor.id}",
        requested_name=actor.name,
        requested_at=now,
    )
    _lock(approval)
    _check_current(approval)
    try:
        with transaction.atomic():
            approval.save(force_insert=True)
    except IntegrityError:
        raise Conflict("subject_id", "is waiting for an approval already.") from None
    _trail(actor, "approvals.request", approval, now)
    told = {"approval": str(approval.id), "subject": content.kind, "subject_id": str(content.id), "digest": content.digest}
    tell(organisation=actor.organisation, event="approval.requested", subject=str(approval.id), data=told, now=now)
    return approval


@transaction.atomic
def decide(*, actor: Actor, approval_id: UUID | str, decision: str, digest: str, now: datetime, reason: str = "") -> Approval:
    """Approve or reject what somebody else asked for, once.

    decision: `approved` or `rejected`. digest: of the content that was looked at.

    Raises:
        Forbidden: without `approvals:decide`. NotFound: no such request here.
        ShapeError: another decision, or a reason that does not fit.
        SameEyes, NobodysEyes, Unclear: not another person than the one who asked.
        Outdated: the content is another by now. Conflict: it was decided before.
    """
    check_can(actor, "approvals:decide")
    approval: Approval = Approval.objects.select_for_update().one(actor.organisation, approval_id)
    if decision not in DECISIONS:
        raise ShapeError("decision", "is none.", DECISIONS)
    if approval.decision:
        raise Conflict("decision", "was made already.")
    person = behind(actor)
    if person and person == approval.requested_by:
        raise SameEyes
    if not person or not may_decide(actor, person):
        raise NobodysEyes
    _lock(approval)
    if digest != approval.digest:
        raise Outdated
    _check_current(approval)
    approval.decision, approval.reason = decision, _text("reason", reason)
    approval.decided_by, approval.decided_name, approval.decided_at = person, actor.name, now
    approval.save(update_fields=list(Approval.append_only_but))
    settle(actor, approval, now)
    _trail(actor, f"approvals.{'approve' if decision == 'approved' else 'reject'}", approval, now)
    return approval


def states(organisation: UUID, approvals: Iterable[Approval]) -> dict[UUID, State]:
    """Where each stands: what was edited since is void, whatever was decided."""
    given = list(approvals)
    gone = outdated(organisation, given)
    return {one.pk: _state(one, void=one.pk in gone) for one in given}


def _state(approval: Approval, *, void: bool) -> State:
    if approval.decision == "rejected":
        return "rejected"
    if void:
        return "void"
    return "approved" if approval.decision else "requested"


def _lock(approval: Approval) -> None:
    # A new version takes the same lock, so that none slips in between the look and the decision.
    Asset.objects.select_for_update().one(approval.organisation_id, approval.system_id)


def _check_current(approval: Approval) -> None:
    if outdated(approval.organisation_id, [approval]):
        raise Outdated


def _text(field: str, value: str) -> str:
    if len(value) > LONGEST or "\x00" in value:
        raise ShapeError(field, f"must have at most {LONGEST} characters and no NUL.")
    return value.strip()


def _trail(actor: Actor, action: str, approval: Approval, now: datetime) -> None:
    detail = {"subject": approval.subject, "subject_id": str(approval.subject_id), "digest": approval.digest}
    record(actor=actor, action=action, subject="approval", subject_id=approval.pk, detail=detail, now=now)
