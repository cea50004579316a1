"""The dispatcher on a real database, in this process: what it sends, and what it does when the broker refuses."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from audits.intake.models import Target
from audits.runs import sweeping
from audits.runs.dispatching import BrokerAway, Chore, Dispatcher, Due, Source
from audits.runs.models import Run, Step

pytestmark = pytest.mark.usefixtures("committed")
Ask = Callable[..., Run]
Table = Callable[..., Target]


class Broker:
    """Takes ids, or refuses the first few."""

    def __init__(self, refusals: int = 0) -> None:
        self.refusals = refusals
        self.taken: list[UUID] = []
        self.came = threading.Event()

    def __call__(self, due: Due) -> None:
        if self.refusals:
            self.refusals -= 1
            raise BrokerAway("refused")
        self.taken.append(Step.objects.get(id=due.id).run_id)
        self.came.set()


@contextmanager
def dispatching(broker: Broker, **more: Any) -> Iterator[Dispatcher]:
    usual = {"sweep_s": 1, "sources": [Source(sweeping.due, sweeping.unsent)]}
    dispatcher = Dispatcher(send=broker, clock=lambda: datetime.now(UTC), **(usual | more))

    def work() -> None:
        dispatcher.run()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield dispatcher
    finally:
        dispatcher.stop = True
        thread.join(20)
        assert not thread.is_alive()


def test_a_run_requested_before_and_one_requested_after_are_both_sent(ask: Ask, table: Table) -> None:
    target = table("yes")
    before = ask(target)
    broker = Broker()
    with dispatching(broker):
        assert broker.came.wait(10)
        broker.came.clear()
        after = ask(target)
        assert broker.came.wait(10)
    assert broker.taken == [before.id, after.id]


def test_what_is_more_than_a_source_gives_at_once_does_not_wait_for_the_next_sweep(ask: Ask, table: Table) -> None:
    target = table("yes")
    wanted = {ask(target).id for _ in range(3)}
    broker = Broker()
    one_by_one = Source(partial(sweeping.due, limit=1), sweeping.unsent)
    with dispatching(broker, sweep_s=600, sources=[one_by_one]):
        for _ in wanted:
            assert broker.came.wait(10)
            broker.came.clear()
    assert set(broker.taken) == wanted


def test_what_a_refusing_broker_did_not_take_is_sent_when_it_is_back(ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    broker = Broker(refusals=2)
    with dispatching(broker):
        assert broker.came.wait(15)
    assert broker.taken == [run.id]


def test_only_one_dispatcher_leads_and_the_other_takes_over(ask: Ask, table: Table) -> None:
    target, first, second = table("yes"), Broker(), Broker()
    with dispatching(first) as leading:
        ask(target)
        assert first.came.wait(10)
        with dispatching(second):
            first.came.clear()
            ask(target)
            assert first.came.wait(10)
            assert second.taken == []
            leading.stop = True
            ask(target)
            assert second.came.wait(15)
    assert len(first.taken) + len(second.taken) == 3


def test_it_comes_back_when_the_database_does(ask: Ask, table: Table, engines: Any) -> None:
    target, broker = table("yes"), Broker()
    with dispatching(broker):
        ask(target)
        assert broker.came.wait(10)
        broker.came.clear()
        engines.postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        ask(target)
        assert broker.came.wait(15)
    assert len(broker.taken) == 2


def test_it_leaves_a_sign_of_life(tmp_path: Path, ask: Ask, table: Table) -> None:
    broker = Broker()
    ask(table("yes"))
    with dispatching(broker, heartbeat=tmp_path / "alive"):
        assert broker.came.wait(10)
    assert (tmp_path / "alive").exists()


def test_it_does_its_chores_now_and_then(ask: Ask, table: Table) -> None:
    told: list[datetime] = []
    again, broker = threading.Event(), Broker()

    def tell(now: datetime) -> None:
        told.append(now)
        if len(told) > 3:
            again.set()

    often, seldom = Chore(tell, every_s=0), Chore(lambda now: told.append(now.replace(year=1)), every_s=1000)
    with dispatching(broker, chores=[often, seldom]):
        ask(table("yes"))
        assert broker.came.wait(10)
        assert again.wait(10)
    assert len([one for one in told if one.year == 1]) == 1


def test_a_leader_that_freezes_loses_the_lead(ask: Ask, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audits.runs.dispatching.SILENCE_MS", 1000)
    frozen, second = threading.Event(), Broker()
    with dispatching(Broker(), chores=[Chore(lambda now: frozen.wait(20), every_s=1000)]):
        with dispatching(second):
            ask(table("yes"))
            assert second.came.wait(15)
        frozen.set()
