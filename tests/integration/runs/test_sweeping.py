from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection

from audits.intake.models import Target
from audits.runs import claims, sweeping
from audits.runs.claims import MOST_ATTEMPTS
from audits.runs.models import Run, Step
from audits.runs.sweeping import SHARE
from audits.states import State, StepState
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db
Ask = Callable[..., Run]
Table = Callable[..., Target]


def earlier(run: Run, column: str, seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE audits_step SET {column} = clock_timestamp() - make_interval(secs => %s) WHERE run_id = %s",
            [seconds, run.id],
        )


def test_a_new_run_is_due_once(ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    step = Step.objects.get(run=run)
    assert [(one.id, one.queue, one.task) for one in sweeping.due(5)] == [(step.id, "audit", "audits.carry_out")]
    assert sweeping.due(5) == []


def test_a_run_that_nobody_took_is_due_again_ever_less_often(ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    sweeping.due(5)
    earlier(run, "sent_at", 11)
    assert len(sweeping.due(5)) == 1
    earlier(run, "sent_at", 11)
    assert sweeping.due(5) == []
    earlier(run, "sent_at", 61)
    assert len(sweeping.due(5)) == 1


def test_a_new_run_is_told_of_before_old_ones_are_told_of_again(ask: Ask, table: Table) -> None:
    target = table("yes")
    old = ask(target)
    sweeping.due(5)
    earlier(old, "sent_at", 600)
    new = ask(target)
    assert [one.id for one in sweeping.due(5, limit=1)] == [Step.objects.get(run=new).id]


def test_looking_for_what_is_due_reads_little_of_a_run_with_very_many_steps(ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    more = [Step(organisation_id=run.organisation_id, run=run, kind="measure", number=n, queue="audit") for n in range(1, 5001)]
    Step.objects.bulk_create(more)
    Step.objects.filter(run=run, number__lt=2500).update(state=StepState.DONE)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sweeping._DUE, sweeping._due_given(5, 200))
        plan = cursor.fetchone()[0][0]["Plan"]
    assert plan["Actual Rows"] == SHARE
    assert plan["Shared Hit Blocks"] < 1000


def test_what_the_broker_did_not_take_is_due_at_once(ask: Ask, table: Table) -> None:
    ask(table("yes"))
    sweeping.unsent([one.id for one in sweeping.due(5)])
    assert len(sweeping.due(5)) == 1


def test_a_run_with_a_lapsed_lease_is_due_and_one_with_a_live_lease_is_not(ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    claims.claim_next(run_id=run.id, lease_s=30)
    assert sweeping.due(5) == []
    earlier(run, "lease_until", 1)
    assert [one.id for one in sweeping.due(5)] == [Step.objects.get(run=run).id]


def test_a_run_whose_worker_died_too_often_fails_with_the_reason(ask: Ask, table: Table, now: datetime) -> None:
    run = ask(table("yes"))
    for _ in range(MOST_ATTEMPTS):
        assert claims.claim_next(run_id=run.id, lease_s=30)
        earlier(run, "lease_until", 1)
    assert claims.claim_next(run_id=run.id, lease_s=30) is None
    assert sweeping.due(5) == []
    assert sweeping.give_up(now=now) == 1
    run.refresh_from_db()
    assert (run.state, run.cause) == (State.FAILED, "worker_lost")
    assert "5 times" in run.message
    assert TrailEntry.objects.filter(subject_id=str(run.id), action="audits.fail_run").count() == 1
    assert Step.objects.get(run=run).state == StepState.STOPPED


def test_a_cancelled_run_whose_worker_died_is_cancelled(ask: Ask, table: Table, now: datetime) -> None:
    run = ask(table("yes"))
    claims.claim_next(run_id=run.id, lease_s=30)
    Run.objects.filter(id=run.id).update(cancel_requested=True)
    earlier(run, "lease_until", 1)
    assert sweeping.due(5) == []
    assert sweeping.give_up(now=now) == 1
    run.refresh_from_db()
    assert run.state == State.CANCELLED


def test_of_a_long_run_only_the_next_few_steps_are_told(ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    steps = [
        Step(organisation_id=run.organisation_id, run=run, kind="measure", number=number, queue="audit")
        for number in range(1, 3 * SHARE)
    ]
    Step.objects.bulk_create(steps)
    told = [one.id for one in sweeping.due(5)]
    assert set(told) == set(Step.objects.filter(run=run, number__lt=SHARE).values_list("id", flat=True))
    assert sweeping.due(5) == []
    Step.objects.filter(run=run, number=0).update(state=StepState.DONE)
    assert [one.id for one in sweeping.due(5)] == [Step.objects.get(run=run, number=SHARE).id]
