"""Several workers share a run, in every order; each of them only for a while."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from audits.intake.models import Target
from audits.runs.carrying import carry_out, carry_step
from audits.runs.models import ItemRecord, Result, Run, Step
from audits.runs.services import cancel_run
from audits.states import State, StepKind, StepState
from governance.evidence.models import Entry
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db
Ask = Callable[..., Run]
Table = Callable[..., Target]
ROWS = ["yes", "no", "yes"] * 4  # three chunks of four


def turn(run: Run, number: int, slice_s: float = 0) -> None:
    """One worker's turn at a step; with no slice it lets go after the first item."""
    step = Step.objects.get(run=run, number=number)
    carry_step(step_id=step.id, clock=lambda: datetime.now(UTC), lease_s=30, slice_s=slice_s)


def moves(run: Run) -> list[tuple[str | None, str]]:
    """The changes of state that the trail tells of, in order."""
    rows = TrailEntry.objects.filter(subject="run", subject_id=str(run.id)).order_by("id")
    return [(row.detail.get("from"), row.detail["to"]) for row in rows if "to" in row.detail]


def check_trail(run: Run) -> None:
    """One row a change of state: each begins where the last one ended, and the last one where the run stands."""
    run.refresh_from_db()
    told = moves(run)
    assert told[0] == (None, State.QUEUED)
    assert all(left[1] == right[0] for left, right in pairwise(told))
    assert told[-1][1] == run.state


def test_a_run_is_laid_out_in_chunks_and_a_conclusion(ask: Ask, table: Table) -> None:
    run = ask(table(*ROWS))
    carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30)
    steps = list(Step.objects.filter(run=run).order_by("number"))
    assert [step.kind for step in steps] == ["plan", "measure", "measure", "measure", "conclude"]
    assert [len(step.items) for step in steps] == [0, 4, 4, 4, 0]
    assert {(step.state, step.fence) for step in steps} == {(StepState.DONE, 1)}
    check_trail(run)
    assert moves(run) == [(None, "queued"), ("queued", "running"), ("running", "succeeded")]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_the_order_of_turns_the_result_is_the_same(ask: Ask, table: Table, seed: int) -> None:
    target = table(*ROWS)
    alone, shared = ask(target), ask(target)
    carry_out(run_id=alone.id, clock=lambda: datetime.now(UTC), lease_s=30)
    dice = Random(seed)
    turns = 0
    while Run.objects.get(id=shared.id).state != State.SUCCEEDED:
        waiting = Step.objects.filter(run=shared, state=StepState.OPEN).values_list("number", flat=True)
        turn(shared, dice.choice(list(waiting)))
        turns += 1
    assert turns > len(ROWS) / 2
    assert Result.objects.get(run=shared).facts == Result.objects.get(run=alone).facts
    assert Run.objects.get(id=shared.id).facts_digest == Run.objects.get(id=alone.id).facts_digest != ""
    digests = [Entry.objects.get(run_id=str(run.id)).statement()["provenance"]["items"] for run in (alone, shared)]
    assert digests[0] == digests[1]
    check_trail(shared)


def test_a_worker_whose_slice_is_over_gives_the_rest_back_at_once(ask: Ask, table: Table) -> None:
    run = ask(table(*ROWS))
    turn(run, 0)
    step = Step.objects.get(run=run, number=1)
    assert (step.state, step.lease_until, step.sent_at, step.fence) == (StepState.OPEN, None, None, 1)
    assert ItemRecord.objects.filter(run=run).count() == Run.objects.get(id=run.id).done == 1
    turn(run, 1)
    rows = TrailEntry.objects.filter(subject_id=str(run.id)).values_list("action", flat=True)
    assert "audits.resume_run" not in rows  # nobody had to be rescued


def test_the_last_chunk_to_finish_lays_out_the_one_conclusion(ask: Ask, table: Table) -> None:
    run = ask(table(*ROWS))
    turn(run, 0)
    for number in (3, 2):
        for _ in range(4):
            turn(run, number)
        assert Step.objects.get(run=run, number=number).state == StepState.DONE
        assert not Step.objects.filter(run=run, kind=StepKind.CONCLUDE).exists()
    for _ in range(3):
        turn(run, 1)
    assert Step.objects.get(run=run, kind=StepKind.CONCLUDE).number == 4
    turn(run, 4)
    check_trail(run)
    assert Run.objects.get(id=run.id).state == State.SUCCEEDED


def test_a_run_that_nobody_is_at_is_cancelled_at_once(ask: Ask, table: Table, actor: Any, now: datetime) -> None:
    run = ask(table(*ROWS))
    turn(run, 0)
    cancel_run(actor=actor, run_id=run.id, now=now)
    assert Run.objects.get(id=run.id).state == State.CANCELLED
    assert set(Step.objects.filter(run=run, number__gt=0).values_list("state", flat=True)) == {StepState.STOPPED}
    turn(run, 1)
    assert ItemRecord.objects.filter(run=run).count() == 1
    check_trail(run)


def test_when_one_worker_fails_the_others_steps_stop(ask: Ask, table: Table) -> None:
    run = ask(table(*["yes"] * 4, "gone", "yes"))
    turn(run, 0)
    turn(run, 2)
    run.refresh_from_db()
    assert (run.state, run.cause) == (State.FAILED, "unreachable")
    assert set(Step.objects.filter(run=run, kind=StepKind.MEASURE).values_list("state", flat=True)) == {StepState.STOPPED}
    check_trail(run)


def test_an_audit_of_nothing_concludes_from_nothing(ask: Ask, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    import probanza_echo.runner  # installed by `echo`

    run = ask(table("yes"))
    monkeypatch.setattr(probanza_echo.runner, "plan", lambda target, parameters: [])
    carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30)
    run.refresh_from_db()
    assert (run.state, run.planned) == (State.SUCCEEDED, 0)
