"""Workers, sweeps, cancellations and retries of one run in any order, against a small model of what may happen.

The statements of `claims` and `sweeping` run as they are, on the real database; only their clock is ours. They call
`clock_timestamp()` without a schema, and here a schema that stands before `pg_catalog` in the search path has a function of that
name, which reads a setting. So hypothesis moves the time, and a lease of 30 seconds lapses at once.

Every rule is one transaction of the product, so an order of rules is an order of commits. What happens when two transactions
overlap is not tried here: a crash between any two statements is (`make faults`), and so are races of real processes.

A worker never notices that it lost its claim before it writes; therefore every hold that was ever given stays in the game, and
the model says of each whether it is the newest. `LostClaim` must come from exactly the others, and change nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from audits.intake.models import Target
from audits.runs import claims, sweeping
from audits.runs.again import retry_run
from audits.runs.claims import MOST_ATTEMPTS, Claimed, Hold, LostClaim
from audits.runs.models import ItemRecord, Run, Step
from audits.runs.services import cancel_run
from audits.states import FINAL, OPEN, State, StepKind, StepState

pytestmark = pytest.mark.django_db
LEASE_S, SWEEP_S = 30, 5
EPOCH = datetime(2030, 1, 1, tzinfo=UTC)
CHUNK = 2
FAKE_CLOCK = """
CREATE SCHEMA IF NOT EXISTS fake_clock;
CREATE OR REPLACE FUNCTION fake_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
  AS $$ SELECT pg_catalog.current_setting('fake_clock.now')::timestamptz $$;
GRANT USAGE ON SCHEMA fake_clock TO probanza_app;
"""


@pytest.fixture
def fake_clock(db: None, engines: Any) -> None:
    """Our clock before the database's, for this test's transaction."""
    database = str(connection.settings_dict["NAME"])
    engines.postgres.sql(FAKE_CLOCK, database=database)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO fake_clock, public, pg_catalog")


@dataclass
class ModelStep:
    """What a step must look like. Times in seconds since the epoch of the test."""

    id: Any
    kind: StepKind
    items: tuple[str, ...] = ()
    recorded: set[str] = field(default_factory=set)
    state: StepState = StepState.OPEN
    fence: int = 0
    lease_until: float | None = None
    attempts: int = 0
    sent_at: float | None = None
    sends: int = 0

    def is_free(self, now: float) -> bool:
        lapsed = self.lease_until is None or self.lease_until < now
        return self.state == StepState.OPEN and self.attempts < MOST_ATTEMPTS and lapsed

    def lets_go(self) -> None:
        self.lease_until, self.sent_at, self.sends = None, None, 0


class Machine(RuleBasedStateMachine):
    """One run from its request to its end, and again when somebody retries it."""

    made: Callable[[], Run]
    actor: Any

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now = 0.0
        self.set_clock()
        self.run = type(self).made()
        plan = Step.objects.get(run=self.run)
        self.state, self.cancelling, self.done = State.QUEUED, False, 0
        self.steps = [ModelStep(plan.id, StepKind.PLAN)]
        self.holds: list[Hold] = []
        self.results = 0

    @initialize(chunks=st.integers(0, 3))
    def it_may_have_been_planned(self, chunks: int) -> None:
        if chunks:
            self.a_worker_goes_on_with_the_run()
            self.a_worker_finishes_a_step(Fixed(self.holds[-1]), chunks)

    def teardown(self) -> None:
        """However it went: when workers stop dying, the run comes to its end."""
        try:
            self.come_to_an_end()
        finally:
            transaction.savepoint_rollback(self.savepoint)

    # What the time and the world do

    @rule(seconds=st.sampled_from([1, 4, 11, 31, 70]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds
        self.set_clock()

    @rule(data=st.data())
    def a_message_comes(self, data: st.DataObject) -> None:
        """Of any step, early, late or again."""
        step = data.draw(st.sampled_from(self.steps), "step")
        self.check_taken(claims.claim(step_id=step.id, lease_s=LEASE_S), step if self.may_take(step) else None)

    @rule()
    def a_worker_goes_on_with_the_run(self) -> None:
        free = next((step for step in self.steps if self.may_take(step)), None)
        self.check_taken(claims.claim_next(run_id=self.run.id, lease_s=LEASE_S), free)

    @rule()
    def the_dispatcher_sweeps(self) -> None:
        told = {one.id for one in sweeping.due(SWEEP_S)}
        expected = [step for index, step in enumerate(self.steps) if self.is_due(index, step)]
        assert told == {step.id for step in expected}
        for step in expected:
            step.sent_at, step.sends = self.now, step.sends + 1

    @rule(data=st.data())
    def the_broker_refuses(self, data: st.DataObject) -> None:
        told = data.draw(st.lists(st.sampled_from(self.steps), unique_by=lambda step: step.id), "refused")
        sweeping.unsent([step.id for step in told])
        for step in told:
            step.sent_at, step.sends = None, max(0, step.sends - 1)

    @rule()
    def the_dispatcher_gives_up(self) -> None:
        held = any(step.state == StepState.OPEN and not self.has_lapsed(step) for step in self.steps)
        stuck = any(self.is_stuck(step) for step in self.steps)
        ends = self.state in OPEN and ((self.cancelling and not held) or stuck)
        assert sweeping.give_up(now=self.moment()) == int(ends)
        if ends:
            self.ends(State.CANCELLED if self.cancelling else State.FAILED)

    @rule()
    def somebody_cancels(self) -> None:
        cancel_run(actor=self.actor, run_id=self.run.id, now=self.moment())
        if self.state in OPEN and not self.cancelling:
            self.cancelling = True
            if all(step.lease_until is None or step.lease_until < self.now for step in self.steps):
                self.ends(State.CANCELLED)

    @precondition(lambda self: self.state in (State.FAILED, State.CANCELLED))
    @rule()
    def somebody_retries(self) -> None:
        retry_run(actor=self.actor, run_id=self.run.id, now=self.moment())
        self.state, self.cancelling = State.QUEUED, False
        for step in self.steps:
            if step.state == StepState.STOPPED:
                step.state, step.attempts = StepState.OPEN, 0
                step.lets_go()

    # What a worker does with a hold, the newest or an old one

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def a_heartbeat_beats(self, data: st.DataObject) -> None:
        hold, step = self.drawn(data)
        if self.written(hold, lambda: claims.renew(hold, lease_s=LEASE_S)):
            step.lease_until = self.now + LEASE_S

    @precondition(lambda self: any(self.left(hold) for hold in self.holds))
    @rule(data=st.data())
    def a_worker_records_an_item(self, data: st.DataObject) -> None:
        hold, step = self.drawn(data, [hold for hold in self.holds if self.left(hold)])
        left = self.left(hold)

        def keep() -> None:
            assert claims.checkpoint(hold, lease_s=LEASE_S) == self.cancelling
            ItemRecord.objects.create(
                organisation_id=hold.organisation_id,
                run_id=hold.run_id,
                item=left[0],
                outcome="scored",
                fence=hold.fence,
                recorded_at=self.moment(),
            )

        if self.written(hold, keep):
            self.done += 1
            step.recorded.add(left[0])
            step.lease_until, step.attempts = self.now + LEASE_S, 0

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def a_worker_gives_a_step_back(self, data: st.DataObject) -> None:
        hold, step = self.drawn(data)
        if self.written(hold, lambda: claims.give_back(hold)):
            step.lets_go()

    @precondition(lambda self: not all(self.left(hold) for hold in self.holds))
    @rule(data=st.data(), chunks=st.integers(0, 3))
    def a_worker_finishes_a_step(self, data: st.DataObject, chunks: int) -> None:
        """The plan lays out chunks; the last chunk that is done lays out the conclusion; a conclusion ends the run."""
        hold, step = self.drawn(data, [hold for hold in self.holds if not self.left(hold)])
        finish = {StepKind.PLAN: self.plan, StepKind.MEASURE: self.fan_in, StepKind.CONCLUDE: self.conclude}[step.kind]
        new: list[Step] = []
        if self.written(hold, lambda: new.extend(finish(hold, chunks))):
            step.state, step.lease_until = StepState.DONE, None
            self.steps += [ModelStep(one.id, StepKind(one.kind), tuple(one.items)) for one in new]
            if step.kind == StepKind.CONCLUDE:
                self.results += 1
                self.ends(State.SUCCEEDED)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), state=st.sampled_from([State.FAILED, State.CANCELLED]))
    def a_worker_ends_the_run(self, data: st.DataObject, state: State) -> None:
        hold, step = self.drawn(data)
        if self.written(hold, lambda: claims.close(hold, state=state, now=self.moment(), cause="crashed")):
            step.lets_go()
            self.ends(state)

    # What must hold whatever happened

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        self.run.refresh_from_db()
        assert (self.run.state, self.run.cancel_requested, self.run.done) == (self.state, self.cancelling, self.done)
        rows = {step.id: step for step in Step.objects.filter(run=self.run)}
        assert set(rows) == {step.id for step in self.steps}
        for step in self.steps:
            row = rows[step.id]
            lease = None if step.lease_until is None else EPOCH + timedelta(seconds=step.lease_until)
            found = (row.state, row.fence, row.lease_until, row.attempts)
            assert found == (step.state, step.fence, lease, step.attempts), step

    @invariant()
    def an_item_has_one_record_and_a_run_one_result(self) -> None:
        assert ItemRecord.objects.filter(run=self.run).count() == self.done == sum(len(step.recorded) for step in self.steps)
        assert self.results == int(self.state == State.SUCCEEDED)

    @invariant()
    def a_run_that_has_ended_has_no_open_step_and_one_that_has_not_has_one(self) -> None:
        assert any(step.state == StepState.OPEN for step in self.steps) == (self.state in OPEN)

    # How a step ends, as `stepping` does it

    def plan(self, hold: Hold, chunks: int) -> list[Step]:
        claims.plan(hold, planned=chunks * CHUNK, code_version="")
        items = [[f"{number}-{place}" for place in range(CHUNK)] for number in range(1, chunks + 1)]
        kinds = [(StepKind.MEASURE, one) for one in items] or [(StepKind.CONCLUDE, [])]
        return [self.laid(hold, kind, number, one) for number, (kind, one) in enumerate(kinds, start=1)]

    def fan_in(self, hold: Hold, chunks: int) -> list[Step]:
        claims.finish(hold)
        left = Step.objects.filter(run=self.run, state=StepState.OPEN).exists()
        return [] if left else [self.laid(hold, StepKind.CONCLUDE, len(self.steps), [])]

    def conclude(self, hold: Hold, chunks: int) -> list[Step]:
        claims.close(hold, state=State.SUCCEEDED, now=self.moment())
        return []

    def laid(self, hold: Hold, kind: StepKind, number: int, items: list[str]) -> Step:
        return Step.objects.create(
            organisation_id=hold.organisation_id, run=self.run, kind=kind, number=number, items=items, queue="audit"
        )

    # What the model says

    def may_take(self, step: ModelStep) -> bool:
        return self.state in OPEN and not self.cancelling and step.is_free(self.now)

    def is_due(self, index: int, step: ModelStep) -> bool:
        if self.cancelling or self.state not in OPEN or not step.is_free(self.now):
            return False
        before = sum(earlier.state == StepState.OPEN for earlier in self.steps[:index])
        silence = min(SWEEP_S * 2.0 ** min(step.sends, 10), 60)
        return before < sweeping.SHARE and (step.sent_at is None or step.sent_at < self.now - silence)

    def has_lapsed(self, step: ModelStep) -> bool:
        return step.lease_until is None or step.lease_until < self.now

    def is_stuck(self, step: ModelStep) -> bool:
        return step.state == StepState.OPEN and step.attempts >= MOST_ATTEMPTS and self.has_lapsed(step)

    def is_newest(self, hold: Hold) -> bool:
        step = self.step_of(hold)
        return self.state == State.RUNNING and step.state == StepState.OPEN and step.fence == hold.fence

    def step_of(self, hold: Hold) -> ModelStep:
        return next(step for step in self.steps if step.id == hold.step_id)

    def left(self, hold: Hold) -> list[str]:
        """Items of its step that are not recorded."""
        step = self.step_of(hold)
        return [item for item in step.items if item not in step.recorded]

    def drawn(self, data: st.DataObject, among: Sequence[Hold] = ()) -> tuple[Hold, ModelStep]:
        hold = data.draw(st.sampled_from(among or self.holds), "hold")
        return hold, self.step_of(hold)

    def written(self, hold: Hold, write: Callable[[], object]) -> bool:
        """Whether the write went through; it must exactly for the newest claim."""
        newest = self.is_newest(hold)
        try:
            with transaction.atomic():
                write()
        except LostClaim:
            assert not newest, f"the newest claim of {hold} was refused"
            return False
        assert newest, f"an old claim could write: {hold}"
        return True

    def check_taken(self, claimed: Claimed | None, expected: ModelStep | None) -> None:
        assert (claimed is None) == (expected is None)
        if claimed is None or expected is None:
            return
        assert (claimed.hold.step_id, claimed.hold.fence) == (expected.id, expected.fence + 1)
        assert claimed.starts == (self.state == State.QUEUED)
        assert claimed.rescues == (expected.lease_until is not None)
        self.state = State.RUNNING
        expected.fence, expected.attempts = expected.fence + 1, expected.attempts + 1
        expected.lease_until, expected.sent_at, expected.sends = self.now + LEASE_S, None, 0
        self.holds.append(claimed.hold)

    def ends(self, state: State) -> None:
        self.state = state
        for step in self.steps:
            if step.state == StepState.OPEN:
                step.state, step.fence, step.lease_until = StepState.STOPPED, step.fence + 1, None

    def come_to_an_end(self) -> None:
        """An honest worker and an honest dispatcher, for as long as it takes; not longer than ten turns a step."""
        for _ in range(60):
            if self.state in FINAL:
                return
            self.time_passes(70)
            self.the_dispatcher_gives_up()
            self.the_dispatcher_sweeps()
            self.a_worker_goes_on_with_the_run()
            if self.holds and self.is_newest(self.holds[-1]):
                self.carry(self.holds[-1])
            self.the_rows_are_as_the_model_says()
        raise AssertionError(f"the run never ended: {self.state}, {self.steps}")

    def carry(self, hold: Hold) -> None:
        drawn = Fixed(hold)
        while self.left(hold):
            self.a_worker_records_an_item(drawn)
        self.a_worker_finishes_a_step(drawn, 2)

    def moment(self) -> datetime:
        return EPOCH + timedelta(seconds=self.now)

    def set_clock(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('fake_clock.now', %s, true)", [self.moment().isoformat()])


@dataclass
class Fixed:
    """Draws what it was given."""

    hold: Hold

    def draw(self, strategy: Any, label: str) -> Hold:
        return self.hold


@pytest.mark.usefixtures("fake_clock", "echo")
def test_no_order_of_claims_writes_sweeps_and_cancellations_breaks_a_run(
    ask: Callable[..., Run], table: Callable[..., Target], actor: Any
) -> None:
    target = table("yes")
    Machine.made, Machine.actor = staticmethod(lambda: ask(target)), actor
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=50,
            phases=[Phase.generate],  # a failure tells all its steps; to shorten them takes minutes
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
