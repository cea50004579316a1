"""A receiver on loopback, and endpoints of the organisation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.db import connection, transaction

from governance.notices import endpoints
from governance.notices.models import Delivery
from governance.notices.sending import deliver
from governance.notices.services import tell
from tests.unit.outbound.servers import http_server


@dataclass
class Receiver:
    """Takes webhooks; `status` is what it answers."""

    url: str = ""
    status: int = 204
    retry_after: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    taken = Receiver()

    def respond(handler: BaseHTTPRequestHandler) -> None:
        taken.bodies.append(handler.rfile.read(int(handler.headers.get("Content-Length", 0))))
        handler.send_response(taken.status)
        handler.send_header("Content-Length", "0")
        if taken.retry_after:
            handler.send_header("Retry-After", taken.retry_after)
        handler.end_headers()

    with http_server(respond) as (url, received):
        taken.url, taken.headers = f"{url}/hook", received
        yield taken


@pytest.fixture
def hook(actor: Any, receiver: Receiver, now: datetime) -> Any:
    """A webhook for two events, and its secret as `hook.secret`."""
    made, secret = endpoints.add_webhook(actor=actor, url=receiver.url, events=["audit.failed", "evidence.stale"], now=now)
    made.secret = secret
    return made


@pytest.fixture
def happen(organisation: Any, now: datetime) -> Callable[..., list[Delivery]]:
    """Tell of something; the deliveries that it made."""

    def told(event: str = "audit.failed", **more: Any) -> list[Delivery]:
        before = set(Delivery.objects.values_list("id", flat=True))
        with transaction.atomic():
            tell(organisation=organisation.id, event=event, subject="run-1", data={"kind": "pii"}, now=now, **more)
        return list(Delivery.objects.exclude(id__in=before).order_by("id"))

    return told


@pytest.fixture
def attempt() -> Callable[..., Delivery]:
    """Try a delivery as a worker does, whenever it was due; how it stands afterwards."""

    def tried(delivery: Delivery, **more: Any) -> Delivery:
        ripe(delivery)
        deliver(delivery_id=delivery.id, clock=lambda: datetime.now(UTC), **more)
        delivery.refresh_from_db()
        return delivery

    return tried


def ripe(delivery: Delivery) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE governance_delivery SET next_at = clock_timestamp() WHERE id = %s", [delivery.id])
