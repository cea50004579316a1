"""Long polls: `?wait=`."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from audits.intake.models import Target
from audits.runs import waiting
from audits.runs.carrying import carry_out
from audits.runs.models import Run

pytestmark = pytest.mark.usefixtures("committed")
Ask = Callable[..., Run]
Table = Callable[..., Target]


@pytest.fixture(autouse=True)
def seats() -> Iterator[None]:
    waiting._seats.cache_clear()
    yield
    waiting._seats.cache_clear()


def later(seconds: float, do: Callable[[], Any]) -> threading.Timer:
    def work() -> None:
        do()
        connection.close()

    timer = threading.Timer(seconds, work)
    timer.start()
    return timer


def test_a_call_that_waits_is_answered_when_the_audit_ends(api: APIClient, ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    timer = later(0.3, lambda: carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30))
    answer = api.get(f"/api/v1/audits/{run.id}?wait=30")
    assert answer.json()["state"] == "succeeded"
    assert "Retry-After" not in answer.headers
    timer.join()


def test_a_call_that_waited_in_vain_tells_how_it_stands(api: APIClient, ask: Ask, table: Table) -> None:
    answer = api.get(f"/api/v1/audits/{ask(table('yes')).id}?wait=1")
    assert (answer.json()["state"], answer.headers["Retry-After"]) == ("queued", "1")


def test_when_too_many_wait_the_next_is_answered_at_once(api: APIClient, ask: Ask, table: Table, settings: Any) -> None:
    settings.PROBANZA_WAITING = 1
    run = ask(table("yes"))
    inside, go_on = threading.Event(), threading.Event()

    def look() -> bool:
        inside.set()
        return go_on.is_set()

    first = threading.Thread(target=lambda: waiting.wait_until(look=look, is_over=bool, seconds=30))
    first.start()
    assert inside.wait(10)
    time.sleep(0.05)
    answer = api.get(f"/api/v1/audits/{run.id}?wait=60")
    assert (answer.json()["state"], answer.headers["Retry-After"]) == ("queued", "1")
    go_on.set()
    first.join(10)
    assert waiting._seats().acquire(blocking=False)


def test_no_connection_is_kept_between_two_looks(api: APIClient, ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    kept: list[bool] = []

    def look() -> Run:
        kept.append(connection.connection is not None)
        return Run.objects.get(id=run.id)

    waiting.wait_until(look=look, is_over=lambda seen: len(kept) == 3, seconds=10)
    assert kept[1:] == [False, False]


@pytest.mark.parametrize("wait", ["0", "61", "-1", "nan", "1e9", "", "%00"])
def test_a_wait_that_is_none_is_refused(api: APIClient, ask: Ask, table: Table, wait: str) -> None:
    answer = api.get(f"/api/v1/audits/{ask(table('yes')).id}?wait={wait}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "wait")
