"""Items that take longer than a lease, and a database that goes away meanwhile; commits are real here."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from audits.intake.models import Target
from audits.runs import claims
from audits.runs.carrying import carry_out
from audits.runs.models import Run, Step
from audits.states import State

pytestmark = pytest.mark.usefixtures("committed")


def test_an_item_longer_than_the_lease_keeps_its_claim(ask: Callable[..., Run], table: Callable[..., Target]) -> None:
    run = ask(table("yes"), parameters={"pause_ms": 2500})
    tried: list[claims.Claimed | None] = []

    def rival() -> None:
        with transaction.atomic():
            tried.append(claims.claim_next(run_id=run.id, lease_s=1))
        connection.close()

    thread = threading.Timer(1.8, rival)
    thread.start()
    carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=1)
    thread.join()
    run.refresh_from_db()
    assert tried == [None]
    assert run.state == State.SUCCEEDED
    assert set(Step.objects.filter(run=run).values_list("fence", flat=True)) == {1}


def test_a_database_that_goes_away_leaves_the_run_to_the_sweep(
    ask: Callable[..., Run], table: Callable[..., Target], engines: Any
) -> None:
    run = ask(table("yes", "yes"))

    def clock() -> datetime:
        if Step.objects.filter(run=run, kind="measure", fence=1).exists():  # in the middle of the first item's checkpoint
            engines.postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'probanza_app'")
        return datetime.now(UTC)

    with pytest.raises(OperationalError):
        carry_out(run_id=run.id, clock=clock, lease_s=30)
    connection.close()
    run.refresh_from_db()
    assert (run.state, run.planned, run.done, run.cause) == (State.RUNNING, 2, 0, "")
