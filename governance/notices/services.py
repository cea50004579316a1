"""Telling of what happened: a notice and its deliveries are written in the transaction of the event itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.notices.events import EVENTS, PING
from governance.notices.models import GIVEN_UP, STATES, WAITING, Delivery, Endpoint, Notice
from governance.shapes import ShapeError
from governance.trail.services import NoTransactionError, record

CHANNEL = "probanza_notices"


def tell(*, organisation: UUID, event: str, subject: str, data: Mapping[str, Any], now: datetime, once: str = "") -> int:
    """Write a notice and one delivery for each endpoint that wants it, in the caller's transaction. How many deliveries.

    event: one of `events.EVENTS`. subject: id of what it is about. data: JSON-ready: ids, names, states and counts; never
    secrets, personal data or words of an audited system, because it leaves the house. once: a key under which the
    organisation is told only once; a second notice with it is not written.

    Raises:
        NoTransactionError: outside a transaction.
        ValueError: an event that does not exist.
    """
    if not connection.in_atomic_block:
        raise NoTransactionError(f"{event}: tell it inside the transaction of what happened.")
    if event not in EVENTS:
        raise ValueError(f"{event!r} is not an event; there are {', '.join(EVENTS)}")
    wanting = list(Endpoint.objects.of(organisation).filter(enabled=True, events__contains=[event]))
    if not wanting and not once:
        return 0
    notice = _write(Notice(organisation_id=organisation, event=event, subject=subject, data=dict(data), once=once, at=now))
    return 0 if notice is None else len(_deliver(notice, wanting, now))


def ping(*, actor: Actor, endpoint_id: UUID | str, now: datetime) -> Delivery:
    """Send a test to one endpoint, whatever it wants to hear.

    Raises:
        Conflict: it is switched off.
        Forbidden, NotFound.
    """
    check_can(actor, "admin")
    with transaction.atomic():
        endpoint: Endpoint = Endpoint.objects.one(actor.organisation, endpoint_id)
        _check_enabled(endpoint)
        notice = Notice(organisation_id=actor.organisation, event=PING, subject=str(endpoint.id), data={"by": actor.kind}, at=now)
        notice.save(force_insert=True)
        (delivery,) = _deliver(notice, [endpoint], now)
        _note(actor, "notices.test_endpoint", delivery, now)
    return delivery


def redeliver(*, actor: Actor, delivery_id: UUID | str, now: datetime) -> Delivery:
    """Send the same notice to the same endpoint once more, as a new delivery under the same `webhook-id`.

    Raises:
        Conflict: it is on its way still, or the endpoint is switched off.
        Forbidden, NotFound.
    """
    check_can(actor, "admin")
    with transaction.atomic():
        before: Delivery = Delivery.objects.select_related("notice", "endpoint").one(actor.organisation, delivery_id)
        if before.state == WAITING:
            raise Conflict("state", _("The delivery is on its way still."))
        _check_enabled(before.endpoint)
        (delivery,) = _deliver(before.notice, [before.endpoint], now)
        _note(actor, "notices.redeliver", delivery, now)
    return delivery


def deliveries_of(organisation: UUID, *, endpoint: UUID | None = None, state: str = "", event: str = "") -> "QuerySet[Delivery]":
    """Newest first, with notice and endpoint. Raises `ShapeError` for a state or an event that does not exist."""
    rows: QuerySet[Delivery] = Delivery.objects.of(organisation).select_related("notice", "endpoint")
    if endpoint is not None:
        rows = rows.filter(endpoint_id=endpoint)
    if state:
        rows = rows.filter(state=_known("state", state, STATES))
    if event:
        rows = rows.filter(notice__event=_known("event", event, EVENTS))
    return rows


def given_up_of(organisation: UUID) -> int:
    """How many deliveries were given up and are still listed."""
    count: int = Delivery.objects.of(organisation).filter(state=GIVEN_UP).count()
    return count


def _known(field: str, value: str, known: Iterable[str]) -> str:
    if value not in known:
        raise ShapeError(field, _("is not one of the known values."), tuple(known))
    return value


def _write(notice: Notice) -> Notice | None:
    if not notice.once:
        notice.save(force_insert=True)
        return notice
    if Notice.objects.of(notice.organisation_id).filter(once=notice.once).exists():
        return None
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError:  # told at the same moment by another
        return None
    return notice


def _deliver(notice: Notice, endpoints: Iterable[Endpoint], now: datetime) -> list[Delivery]:
    rows = [
        Delivery(organisation_id=notice.organisation_id, notice=notice, endpoint=endpoint, next_at=now, created_at=now)
        for endpoint in endpoints
    ]
    made: list[Delivery] = Delivery.objects.bulk_create(rows)
    if made:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
    return made


def _check_enabled(endpoint: Endpoint) -> None:
    if not endpoint.enabled:
        raise Conflict("endpoint", _("The endpoint is switched off; switch it on first."))


def _note(actor: Actor, action: str, delivery: Delivery, now: datetime) -> None:
    detail = {"endpoint": str(delivery.endpoint_id), "notice": str(delivery.notice_id)}
    record(actor=actor, action=action, subject="delivery", subject_id=delivery.id, detail=detail, now=now)
