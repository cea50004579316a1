"""A worker's side of a delivery: claim, send, settle.

A worker that dies while it sends leaves a lease behind; when it lapses the same notice is sent again under the same
`webhook-id`. So each notice arrives at least once, and a receiver that remembers ids handles it once.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from governance.access.actors import system_actor
from governance.notices import claims
from governance.notices.channels import Outcome, carry
from governance.notices.claims import Hold
from governance.notices.events import DISABLED, LEAST_FAILURES, PATIENCE, wait_s
from governance.notices.models import DELIVERED, GIVEN_UP, WAITING, Delivery, Endpoint
from governance.notices.services import tell
from governance.trail.services import record

LEASE_S = 60  # a try takes 15 s at most
Clock = Callable[[], datetime]
Carry = Callable[..., Outcome]


def deliver(*, delivery_id: UUID, clock: Clock, send: Carry = carry) -> None:
    """Try one delivery once. Nothing happens when it is not due or in other hands."""
    hold = claims.claim(delivery_id=delivery_id, lease_s=LEASE_S)
    if hold is None:
        return
    whole = Delivery.objects.select_related("notice", "endpoint__member__user")
    delivery: Delivery = whole.one(hold.organisation_id, delivery_id)
    outcome = send(delivery, now=clock())
    with transaction.atomic():
        if _settled(hold, outcome):
            _learn(delivery.endpoint, outcome, clock())


def _settled(hold: Hold, outcome: Outcome) -> bool:
    state, pause = _next(hold, outcome)
    told = outcome.problem
    return claims.settle(hold, state=state, status=outcome.status, problem=told, took_ms=outcome.took_ms, wait_s=pause)


def _next(hold: Hold, outcome: Outcome) -> tuple[str, float]:
    if not outcome.problem:
        return DELIVERED, 0
    pause = None if outcome.gone else wait_s(hold.tries, secrets.randbelow(1000) / 1000, outcome.wait_s)
    return (GIVEN_UP, 0) if pause is None else (WAITING, pause)


def _learn(endpoint: Endpoint, outcome: Outcome, now: datetime) -> None:
    """What one try tells of its endpoint; one that takes nothing for days is switched off."""
    rows = Endpoint.objects.of(endpoint.organisation_id).filter(id=endpoint.id)
    if not outcome.problem:
        rows.exclude(failures=0).update(failing_since=None, failures=0)
        return
    rows.update(failures=F("failures") + 1)
    rows.filter(failing_since=None).update(failing_since=now)
    hopeless = rows.filter(failing_since__lte=now - PATIENCE, failures__gte=LEAST_FAILURES).exists()
    if outcome.gone or hopeless:
        _disable(endpoint, outcome, now)


def _disable(endpoint: Endpoint, outcome: Outcome, now: datetime) -> None:
    because = outcome.problem[:300]
    if (
        not Endpoint.objects.of(endpoint.organisation_id)
        .filter(id=endpoint.id, enabled=True)
        .update(enabled=False, disabled_because=because)
    ):
        return
    record(
        actor=system_actor(endpoint.organisation_id, "worker"),
        action="notices.disable_endpoint",
        subject="endpoint",
        subject_id=endpoint.id,
        detail={"status": outcome.status},
        now=now,
    )
    data = {"endpoint": str(endpoint.id), "name": endpoint.name, "channel": endpoint.channel, "status": outcome.status}
    tell(organisation=endpoint.organisation_id, event=DISABLED, subject=str(endpoint.id), data=data, now=now)
