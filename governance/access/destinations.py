"""Where outbound calls of an organisation may go: asked for, decided, checked. The verbs."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.access.actors import Actor
from governance.access.destinations_rows import APPROVED, ASKED, REFUSED, STATES, WITHDRAWN, Destination
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.outbound import OutboundError, Policy, read_policy
from governance.outbound.places import MOST_URL, read_place, read_url
from governance.outbound.policy import narrowed
from governance.shapes import ShapeError
from governance.trail.services import record

MOST_REASON = 2000
MOST_OPEN = 500  # places of one organisation that are asked for or approved: every call is held against all of them
_FROM = {APPROVED: ASKED, REFUSED: ASKED, WITHDRAWN: APPROVED}
_VERBS = {APPROVED: "approve", REFUSED: "refuse", WITHDRAWN: "withdraw"}


def ask(*, actor: Actor, place: str, reason: str = "", now: datetime) -> Destination:
    """Ask that the organisation's audits and notices may call a place.

    Raises:
        ShapeError: `place` names none, or one that the operator keeps closed.
        Conflict: it is asked for or approved already, or there are too many.
        Forbidden: without `audits:write`.
    """
    check_can(actor, "audits:write")
    if len(reason) > MOST_REASON or "\x00" in reason:
        raise ShapeError("reason", _("must have at most 2000 characters and no NUL."))
    row = Destination(
        organisation_id=actor.organisation, place=_read(place), reason=reason.strip(), asked_by=actor.name, asked_at=now
    )
    if Destination.objects.of(actor.organisation).filter(state__in=(ASKED, APPROVED)).count() >= MOST_OPEN:
        raise Conflict("place", _("There are 500 places already; withdraw one first."))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _record(actor, "ask", row, now)
    except IntegrityError:
        raise Conflict("place", _("It is asked for or approved already.")) from None
    return row


@transaction.atomic
def decide(*, actor: Actor, destination_id: UUID | str, state: str, now: datetime) -> Destination:
    """Approve or refuse what is asked for, or withdraw what was approved. From then on each new call heeds it.

    Raises:
        Forbidden: the actor is no admin.
        Conflict: it does not stand where it can be decided so.
        NotFound, ShapeError.
    """
    check_can(actor, "admin")
    if state not in _FROM:
        raise ShapeError("state", _("is no decision."), tuple(_FROM))
    row: Destination = Destination.objects.select_for_update().one(actor.organisation, destination_id)
    if row.state != _FROM[state]:
        raise Conflict("state", _("It is %(state)s and cannot become %(next)s.") % {"state": row.state, "next": state})
    row.state, row.decided_by, row.decided_at = state, actor.name, now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    _record(actor, _VERBS[state], row, now)
    return row


def destinations_of(organisation: UUID, state: str = "") -> "QuerySet[Destination]":
    """Newest first. Raises `ShapeError` for a state that does not exist."""
    if state and state not in STATES:
        raise ShapeError("state", _("is no state of a destination."), STATES)
    rows: QuerySet[Destination] = Destination.objects.of(organisation)
    return rows.filter(state=state) if state else rows


def policy_of(organisation: UUID) -> Policy:
    """What calls for this organisation may do: the operator's settings, narrowed to what its admins approved."""
    approved = Destination.objects.of(organisation).filter(state=APPROVED).values_list("place", flat=True)
    return narrowed(installation_policy(), approved)


def installation_policy() -> Policy:
    """What the operator lets this installation call."""
    return read_policy(settings.PROBANZA_ALLOWED_TARGETS, allow_loopback=settings.PROBANZA_ALLOW_LOOPBACK)


def check_url(*, organisation: UUID, field: str, url: str) -> None:
    """Raises `ShapeError` naming `field` when calls of this organisation may not go there, and who could approve it."""
    if len(url) > MOST_URL or not url.isprintable() or " " in url or "\\" in url:
        raise ShapeError(field, _("must be at most 2000 printable characters without spaces and backslashes."))
    try:
        read_url(url, policy_of(organisation))
    except OutboundError as error:
        raise ShapeError(field, str(error)) from None


def _read(place: str) -> str:
    try:
        return read_place(place, installation_policy())
    except ValueError as error:
        raise ShapeError("place", str(error)) from None


def _record(actor: Actor, verb: str, row: Destination, now: datetime) -> None:
    action, detail = f"access.{verb}_destination", {"place": row.place}
    record(actor=actor, action=action, subject="destination", subject_id=row.id, detail=detail, now=now)
