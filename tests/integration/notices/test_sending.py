"""One delivery from the row to the receiver: signed, tried again, given up, sent again after a worker died."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from governance.notices import claims, endpoints
from governance.notices.channels import Outcome
from governance.notices.dispatching import due, unsent
from governance.notices.events import TRIES
from governance.notices.models import Delivery, Endpoint
from governance.notices.sending import deliver
from governance.notices.services import redeliver
from governance.trail.models import TrailEntry
from probanza.webhooks import verify
from tests.integration.notices.conftest import ripe

pytestmark = pytest.mark.django_db
REFUSED = Outcome("the receiver answered HTTP 500.", 500, 3)


def refuse(delivery: Delivery, *, now: datetime) -> Outcome:
    return REFUSED


def told_ids() -> list[Any]:
    return [one.id for one in due(5)]


def test_a_webhook_arrives_signed_and_says_what_happened(hook: Any, receiver: Any, happen: Any, attempt: Any) -> None:
    (delivery,) = happen()
    assert attempt(delivery).state == "delivered"
    message = verify(hook.secret, receiver.headers[0], receiver.bodies[0], now=time.time())
    assert message.id == f"msg_{delivery.notice_id.hex}"
    assert message.json() == {
        "type": "audit.failed",
        "timestamp": delivery.notice.at.isoformat(),
        "organisation": str(delivery.organisation_id),
        "subject": "run-1",
        "data": {"kind": "pii"},
    }
    assert (delivery.status, delivery.tries, delivery.problem) == (204, 1, "")


def test_during_a_rotation_both_secrets_verify_and_afterwards_only_the_new_one(
    hook: Any, receiver: Any, happen: Any, attempt: Any, actor: Any, now: datetime
) -> None:
    _, fresh = endpoints.rotate(actor=actor, endpoint_id=hook.id, now=now)
    attempt(happen()[0])
    for secret in (hook.secret, fresh):
        assert verify(secret, receiver.headers[0], receiver.bodies[0], now=time.time())
    later = now + timedelta(hours=25)
    (last,) = happen()
    ripe(last)
    deliver(delivery_id=last.id, clock=lambda: later)
    assert verify(fresh, receiver.headers[1], receiver.bodies[1], now=later.timestamp())
    assert len(receiver.headers[1]["webhook-signature"].split(" ")) == 1


def test_two_rotations_at_once_do_not_prolong_the_oldest_secret(
    hook: Any, receiver: Any, happen: Any, attempt: Any, actor: Any, now: datetime
) -> None:
    for _ in range(2):
        endpoints.rotate(actor=actor, endpoint_id=hook.id, now=now)
    attempt(happen()[0])
    assert len(receiver.headers[0]["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize("status", [301, 400, 404, 429, 500, 503])
def test_a_receiver_that_refuses_is_asked_again_later(status: int, hook: Any, receiver: Any, happen: Any, attempt: Any) -> None:
    receiver.status = status
    delivery = attempt(happen()[0])
    assert (delivery.state, delivery.status, delivery.tries) == ("waiting", status, 1)
    assert str(status) in delivery.problem
    assert delivery.next_at > datetime.now(UTC)
    assert delivery.id not in told_ids()


def test_a_receiver_that_asks_for_time_is_given_it(hook: Any, receiver: Any, happen: Any, attempt: Any) -> None:
    receiver.status, receiver.retry_after = 503, "3600"
    asked = attempt(happen()[0])
    assert asked.state == "waiting"
    assert asked.next_at - datetime.now(UTC) > timedelta(minutes=59)


def test_what_was_told_to_a_worker_is_not_sent_once_its_endpoint_is_off(
    hook: Any, receiver: Any, happen: Any, attempt: Any, actor: Any, now: datetime
) -> None:
    (delivery,) = happen()
    assert told_ids() == [delivery.id]
    endpoints.switch(actor=actor, endpoint_id=hook.id, on=False, now=now)
    assert attempt(delivery).state == "waiting"
    assert receiver.bodies == []
    endpoints.switch(actor=actor, endpoint_id=hook.id, on=True, now=now)
    assert attempt(delivery).state == "delivered"


def test_the_same_message_under_the_same_id_is_sent_at_the_next_try(hook: Any, receiver: Any, happen: Any, attempt: Any) -> None:
    receiver.status = 500
    delivery = attempt(happen()[0])
    receiver.status = 200
    assert attempt(delivery).state == "delivered"
    assert receiver.bodies[0] == receiver.bodies[1]
    assert receiver.headers[0]["webhook-id"] == receiver.headers[1]["webhook-id"]


def test_after_the_last_try_it_is_given_up_with_its_reason(hook: Any, happen: Any, attempt: Any) -> None:
    (delivery,) = happen()
    for _ in range(TRIES):
        assert delivery.state == "waiting"
        attempt(delivery, send=refuse)
    assert (delivery.state, delivery.tries, delivery.status) == ("given_up", TRIES, 500)
    assert delivery.finished_at
    assert attempt(delivery, send=refuse).tries == TRIES


def test_a_delivery_whose_worker_died_is_told_again_when_the_lease_lapses(
    hook: Any, receiver: Any, happen: Any, attempt: Any
) -> None:
    (delivery,) = happen()
    assert claims.claim(delivery_id=delivery.id, lease_s=60)
    assert told_ids() == []
    lapse(delivery)
    assert told_ids() == [delivery.id]
    assert attempt(delivery).state == "delivered"
    assert delivery.tries == 2


def test_a_worker_that_comes_back_late_changes_nothing(hook: Any, happen: Any) -> None:
    (delivery,) = happen()
    late = claims.claim(delivery_id=delivery.id, lease_s=60)
    lapse(delivery)
    newer = claims.claim(delivery_id=delivery.id, lease_s=60)
    assert late
    assert newer
    assert not claims.settle(late, state="given_up", status=500, problem="late", took_ms=1)
    assert claims.settle(newer, state="delivered", status=200, problem="", took_ms=1)
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


def test_a_delivery_that_kills_its_workers_ends(hook: Any, happen: Any) -> None:
    (delivery,) = happen()
    for _ in range(TRIES):
        assert claims.claim(delivery_id=delivery.id, lease_s=60)
        lapse(delivery)
    assert claims.claim(delivery_id=delivery.id, lease_s=60) is None
    assert told_ids() == []
    delivery.refresh_from_db()
    assert (delivery.state, delivery.problem) == ("given_up", "The worker died at every try.")


def test_a_message_that_comes_twice_sends_once(hook: Any, receiver: Any, happen: Any, attempt: Any) -> None:
    (delivery,) = happen()
    attempt(delivery)
    attempt(delivery)
    assert len(receiver.bodies) == 1


def test_what_was_told_is_told_again_only_after_a_sweep_or_when_the_broker_refused(hook: Any, happen: Any) -> None:
    (delivery,) = happen()
    assert told_ids() == [delivery.id]
    assert told_ids() == []
    unsent([delivery.id])
    assert told_ids() == [delivery.id]


def test_a_slow_receiver_takes_only_its_share_of_what_is_told(
    hook: Any, happen: Any, receiver: Any, actor: Any, now: datetime
) -> None:
    for _ in range(claims.PER_ENDPOINT + 5):
        happen()
    other, _ = endpoints.add_webhook(actor=actor, url=receiver.url, events=["audit.cancelled"], now=now)
    happen("audit.cancelled")
    told = Delivery.objects.filter(id__in=told_ids())
    assert told.filter(endpoint=hook).count() == claims.PER_ENDPOINT
    assert told.filter(endpoint=other).count() == 1


def test_an_endpoint_that_takes_nothing_for_days_is_switched_off_and_that_is_told(
    hook: Any, receiver: Any, happen: Any, attempt: Any, actor: Any, now: datetime
) -> None:
    listening, _ = endpoints.add_webhook(actor=actor, url=receiver.url, events=["endpoint.disabled"], now=now)
    Endpoint.objects.filter(id=hook.id).update(failing_since=now - timedelta(days=6), failures=9)
    delivery = attempt(happen()[0], send=refuse)
    hook.refresh_from_db()
    assert (hook.enabled, hook.disabled_because) == (False, REFUSED.problem)
    assert Delivery.objects.get(endpoint=listening).notice.event == "endpoint.disabled"
    assert TrailEntry.objects.get(action="notices.disable_endpoint").subject_id == str(hook.id)
    assert delivery.state == "waiting"  # kept for when it is switched on again


def test_nine_failures_or_four_days_switch_nothing_off(hook: Any, happen: Any, attempt: Any, now: datetime) -> None:
    Endpoint.objects.filter(id=hook.id).update(failing_since=now - timedelta(days=4), failures=50)
    attempt(happen()[0], send=refuse)
    Endpoint.objects.filter(id=hook.id).update(failing_since=now - timedelta(days=6), failures=8)
    attempt(happen()[0], send=refuse)
    hook.refresh_from_db()
    assert hook.enabled


def test_a_success_forgets_the_failures(hook: Any, happen: Any, attempt: Any) -> None:
    attempt(happen()[0], send=refuse)
    hook.refresh_from_db()
    assert (hook.failures, hook.failing_since is None) == (1, False)
    attempt(happen()[0])
    hook.refresh_from_db()
    assert (hook.failures, hook.failing_since) == (0, None)


def test_a_receiver_that_is_gone_is_switched_off_at_once(hook: Any, receiver: Any, happen: Any, attempt: Any) -> None:
    receiver.status = 410
    assert attempt(happen()[0]).state == "given_up"
    hook.refresh_from_db()
    assert not hook.enabled


def test_switched_on_again_what_waited_goes_out_at_once(hook: Any, happen: Any, attempt: Any, actor: Any, now: datetime) -> None:
    delivery = attempt(happen()[0], send=refuse)
    endpoints.switch(actor=actor, endpoint_id=hook.id, on=False, now=now)
    ripe(delivery)
    assert told_ids() == []
    endpoints.switch(actor=actor, endpoint_id=hook.id, on=True, now=now)
    assert told_ids() == [delivery.id]


def test_a_redelivery_is_a_new_row_under_the_same_webhook_id(
    hook: Any, receiver: Any, happen: Any, attempt: Any, actor: Any, now: datetime
) -> None:
    first = attempt(happen()[0])
    again = attempt(redeliver(actor=actor, delivery_id=first.id, now=now))
    assert again.id != first.id
    assert receiver.headers[0]["webhook-id"] == receiver.headers[1]["webhook-id"]


def test_an_address_that_is_no_longer_approved_is_not_called(
    hook: Any, receiver: Any, happen: Any, attempt: Any, settings: Any
) -> None:
    settings.PROBANZA_ALLOW_LOOPBACK = False
    delivery = attempt(happen()[0])
    assert (delivery.state, receiver.bodies) == ("waiting", [])
    assert "may not be called" in delivery.problem


def test_the_stored_secret_is_not_readable_in_the_database(hook: Any) -> None:
    hook.refresh_from_db()
    assert hook.secret.removeprefix("whsec_").encode() not in bytes(hook.secrets)


def test_hostile_data_arrives_as_data(hook: Any, receiver: Any, organisation: Any, attempt: Any, now: datetime) -> None:
    from governance.notices.services import tell

    told = {"name": "<script>alert(1)</script>{{7*7}}\r\nX-Evil: 1", "n": 10**30}
    tell(organisation=organisation.id, event="audit.failed", subject="x", data=told, now=now)
    attempt(Delivery.objects.get())
    assert json.loads(receiver.bodies[0])["data"] == told
    assert "x-evil" not in receiver.headers[0]


def lapse(delivery: Delivery) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_delivery SET lease_until = clock_timestamp() - interval '1 second' WHERE id = %s", [delivery.id]
        )
