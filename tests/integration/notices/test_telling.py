"""A notice and its deliveries are written with what they tell of."""

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from governance.notices import endpoints
from governance.notices.models import Delivery, Notice
from governance.notices.services import tell

pytestmark = pytest.mark.django_db


def test_each_endpoint_that_wants_the_event_gets_one_delivery(hook: Any, happen: Any) -> None:
    (delivery,) = happen("audit.failed")
    assert (delivery.endpoint_id, delivery.state, delivery.tries) == (hook.id, "waiting", 0)


def test_what_nobody_wants_leaves_no_row(hook: Any, happen: Any) -> None:
    assert happen("audit.succeeded") == []
    assert not Notice.objects.exists()


def test_an_endpoint_that_is_switched_off_is_kept_nothing_for(hook: Any, happen: Any, actor: Any, now: datetime) -> None:
    endpoints.switch(actor=actor, endpoint_id=hook.id, on=False, now=now)
    assert happen("audit.failed") == []


def test_what_is_rolled_back_was_never_told(hook: Any, organisation: Any, now: datetime) -> None:
    def fails() -> None:
        with transaction.atomic():
            tell(organisation=organisation.id, event="audit.failed", subject="run-1", data={}, now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert not Delivery.objects.exists()


def test_what_is_told_once_is_not_told_again(hook: Any, happen: Any) -> None:
    assert len(happen("evidence.stale", once="stale:1")) == 1
    assert happen("evidence.stale", once="stale:1") == []
    assert len(happen("evidence.stale", once="stale:2")) == 1


def test_once_counts_also_when_nobody_wanted_it(happen: Any, hook: Any, actor: Any, now: datetime) -> None:
    endpoints.switch(actor=actor, endpoint_id=hook.id, on=False, now=now)
    happen("evidence.stale", once="stale:1")
    endpoints.switch(actor=actor, endpoint_id=hook.id, on=True, now=now)
    assert happen("evidence.stale", once="stale:1") == []


def test_an_event_that_does_not_exist_is_a_mistake_of_ours(organisation: Any, now: datetime) -> None:
    with pytest.raises(ValueError, match="is not an event"):
        tell(organisation=organisation.id, event="audit.exploded", subject="x", data={}, now=now)
