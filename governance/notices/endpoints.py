"""Endpoints: who wants which notices. The verbs; each needs an admin, because an endpoint hears of everything."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.access.actors import Actor
from governance.access.destinations import check_url
from governance.access.models import Membership
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.notices.events import EVENTS, PING
from governance.notices.models import MAIL, WAITING, WEBHOOK, Delivery, Endpoint
from governance.notices.secrets import rotated, sealed
from governance.shapes import ShapeError
from governance.trail.ids import uuid7
from governance.trail.services import record
from probanza.webhooks import new_secret

MOST_ENDPOINTS = 50
MOST_NAME = 100
WANTABLE = tuple(event for event in EVENTS if event != PING)


def add_webhook(*, actor: Actor, url: str, events: Sequence[str], name: str = "", now: datetime) -> tuple[Endpoint, str]:
    """A server that is called, and its secret, which is shown this once.

    Raises:
        ShapeError: naming the field; `url` also when it is not approved for the organisation.
        Conflict: there are too many endpoints.
        Forbidden.
    """
    check_can(actor, "admin")
    check_url(organisation=actor.organisation, field="url", url=url)
    row, secret = _fresh(actor, name, events, now), new_secret()
    row.channel, row.url = WEBHOOK, url
    row.secrets = sealed(actor.organisation, row.id, [(secret, None)])
    return _added(actor, row, now), secret


def add_mail(
    *, actor: Actor, member: Membership, events: Sequence[str], name: str = "", language: str = "en", now: datetime
) -> Endpoint:
    """A member who is written to; nobody outside the organisation can be. Raises like `add_webhook`."""
    check_can(actor, "admin")
    if not settings.PROBANZA_MAIL_URL:
        raise ShapeError("channel", _("this installation sends no mail: its operator has not set PROBANZA_MAIL_URL."), (WEBHOOK,))
    if member.organisation_id != actor.organisation or not member.role:
        raise ShapeError("member", _("must be a member of the organisation."))
    if language not in dict(settings.LANGUAGES):
        raise ShapeError("language", _("is not a language of this installation."), tuple(dict(settings.LANGUAGES)))
    row = _fresh(actor, name, events, now)
    row.channel, row.member, row.language = MAIL, member, language
    return _added(actor, row, now)


@transaction.atomic
def change(*, actor: Actor, endpoint_id: UUID | str, changes: dict[str, Any], now: datetime) -> Endpoint:
    """Another name, other events or another address (of a webhook). Raises like `add_webhook`, and `NotFound`."""
    row = _locked(actor, endpoint_id)
    if "name" in changes:
        row.name = _named(changes["name"])
    if "events" in changes:
        row.events = _wanted(changes["events"])
    if "url" in changes:
        if row.channel != WEBHOOK:
            raise ShapeError("url", _("belongs to webhooks only."))
        check_url(organisation=actor.organisation, field="url", url=changes["url"])
        row.url = changes["url"]
    row.save(update_fields=["name", "events", "url"])
    _note(actor, "change", row, now, {"fields": sorted(changes)})
    return row


@transaction.atomic
def rotate(*, actor: Actor, endpoint_id: UUID | str, now: datetime) -> tuple[Endpoint, str]:
    """A new secret, shown this once; the one before signs beside it for 24 hours. Raises `Conflict` for mail."""
    row = _locked(actor, endpoint_id)
    if row.channel != WEBHOOK:
        raise Conflict("endpoint", _("Only a webhook has a secret."))
    secret = new_secret()
    row.secrets = rotated(row, secret, now)
    row.save(update_fields=["secrets"])
    _note(actor, "rotate", row, now)
    return row, secret


@transaction.atomic
def switch(*, actor: Actor, endpoint_id: UUID | str, on: bool, now: datetime) -> Endpoint:
    """On: its waiting deliveries go out at once. Off: they wait, and nothing new is kept for it. Twice is once."""
    row = _locked(actor, endpoint_id)
    if row.enabled == on:
        return row
    row.enabled, row.disabled_because = on, "" if on else "switched off"
    row.failing_since, row.failures = None, 0
    row.save(update_fields=["enabled", "disabled_because", "failing_since", "failures"])
    if on:
        with connection.cursor() as cursor:
            statement = "UPDATE governance_delivery SET next_at = clock_timestamp() WHERE endpoint_id = %s AND state = %s"
            cursor.execute(statement, [row.id, WAITING])
    _note(actor, "enable" if on else "disable", row, now)
    return row


@transaction.atomic
def remove(*, actor: Actor, endpoint_id: UUID | str, now: datetime) -> None:
    """Forget an endpoint and the list of its deliveries."""
    row = _locked(actor, endpoint_id)
    _note(actor, "remove", row, now)
    Delivery.objects.of(actor.organisation).filter(endpoint=row).delete()
    Endpoint.objects.of(actor.organisation).filter(id=row.id).delete()


def endpoints_of(organisation: UUID) -> "QuerySet[Endpoint]":
    """Newest first, with the member of each mail endpoint."""
    rows: QuerySet[Endpoint] = Endpoint.objects.of(organisation).select_related("member__user")
    return rows


def endpoint_of(organisation: UUID, endpoint_id: UUID | str) -> Endpoint:
    """One endpoint of this organisation. Raises `NotFound`."""
    row: Endpoint = Endpoint.objects.select_related("member__user").one(organisation, endpoint_id)
    return row


def _locked(actor: Actor, endpoint_id: UUID | str) -> Endpoint:
    check_can(actor, "admin")
    row: Endpoint = Endpoint.objects.select_for_update().one(actor.organisation, endpoint_id)
    return row


def _fresh(actor: Actor, name: str, events: Sequence[str], now: datetime) -> Endpoint:
    if Endpoint.objects.of(actor.organisation).count() >= MOST_ENDPOINTS:
        raise Conflict("endpoint", _("There are 50 endpoints already; remove one first."))
    row = Endpoint(id=uuid7(), organisation_id=actor.organisation, created_by=actor.name, created_at=now)
    row.name, row.events = _named(name), _wanted(events)
    return row


@transaction.atomic
def _added(actor: Actor, row: Endpoint, now: datetime) -> Endpoint:
    row.save(force_insert=True)
    _note(actor, "add", row, now)
    return row


def _named(name: str) -> str:
    if len(name) > MOST_NAME or "\x00" in name:
        raise ShapeError("name", _("must have at most 100 characters and no NUL."))
    return name.strip()


def _wanted(events: Iterable[str]) -> list[str]:
    wanted = sorted(set(events))
    for event in wanted:
        if event not in WANTABLE:
            raise ShapeError("events", _("%(event)s is not an event.") % {"event": event[:60]}, WANTABLE)
    if not wanted:
        raise ShapeError("events", _("must name at least one event."), WANTABLE)
    return wanted


def _note(actor: Actor, verb: str, row: Endpoint, now: datetime, more: dict[str, Any] | None = None) -> None:
    # No address: the path of one may be a secret, and the trail is never erased.
    detail = {"channel": row.channel, "events": row.events, **(more or {})}
    record(actor=actor, action=f"notices.{verb}_endpoint", subject="endpoint", subject_id=row.id, detail=detail, now=now)
