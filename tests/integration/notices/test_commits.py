"""Where commits are real: several workers and tellers at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction

from governance.notices import claims
from governance.notices.dispatching import CHANNEL
from governance.notices.models import Notice
from governance.notices.services import tell
from governance.trail.services import NoTransactionError

pytestmark = pytest.mark.usefixtures("committed")


def at_once(work: Callable[[int], Any], times: int = 8) -> list[Any]:
    def closing(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(closing, range(times)))


def test_outside_a_transaction_nothing_is_told(now: datetime) -> None:
    with pytest.raises(NoTransactionError):
        tell(organisation=uuid4(), event="audit.failed", subject="x", data={}, now=now)


def test_of_many_workers_one_claims_a_delivery(hook: Any, happen: Any) -> None:
    (delivery,) = happen()
    held = at_once(lambda _: claims.claim(delivery_id=delivery.id, lease_s=60))
    assert sum(one is not None for one in held) == 1


def test_what_many_tell_once_at_the_same_moment_is_told_once(organisation: Any, hook: Any, now: datetime) -> None:
    @transaction.atomic
    def told(_: int) -> int:
        return tell(organisation=organisation.id, event="evidence.stale", subject="e", data={}, now=now, once="stale:1")

    assert sum(at_once(told)) == 1
    assert Notice.objects.count() == 1


def test_the_dispatcher_is_woken_when_the_event_is_committed(hook: Any, happen: Any) -> None:
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        happen()
        assert [word.channel for word in listener.notifies(timeout=5, stop_after=1)] == [CHANNEL]
