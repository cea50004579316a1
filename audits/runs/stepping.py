"""What each kind of step does: find the items and lay them out, measure with a checkpoint an item, conclude from all.

Every step ends in one transaction that also takes the next one, so that a run never stands without a step to go on with.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from audits import catalogue
from audits.contract import AuditKind, Item, ItemResult, Runner
from audits.runs import claims
from audits.runs.bell import ring
from audits.runs.claims import Hold
from audits.runs.code_version import code_version
from audits.runs.finishing import conclude_run
from audits.runs.models import ItemRecord, Run, Step
from audits.runs.opening import opened_target
from audits.runs.services import ITEM, item_result
from audits.runs.storing import checked, checked_plan, to_bytes
from audits.runs.taking import take_next, worker
from audits.states import StepKind, StepState
from governance import shapes
from governance.access.actors import Actor
from governance.keys import services as keys

_RECORDED = "SELECT item FROM audits_itemrecord WHERE run_id = %s AND item = ANY(%s)"


class Cancelled(Exception):  # noqa: N818 - reads as what happened
    """Somebody asked to cancel; what is recorded so far is kept."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a run asks for, resolved once a shift."""

    run: Run
    card: AuditKind
    runner: Runner
    parameters: Any
    actor: Actor


@dataclass
class Shift:
    """One worker's turn at a run. Its target is opened when a step first needs it and stays open to the end.

    slice_s: counted from the first item; what is left then goes to whoever comes next, so that audits take turns and
    no message is kept for longer than the broker waits.
    """

    organisation: UUID
    run_id: UUID
    opened: ExitStack
    clock: Callable[[], datetime]
    lease_s: int
    slice_s: float
    _over_at: float | None = None

    @cached_property
    def work(self) -> Work:
        """The run and its kind. Raises `ShapeError`, `UnknownKind`."""
        run: Run = Run.objects.select_related("system_version__asset", "target").one(self.organisation, self.run_id)
        card = catalogue.kind(run.kind)
        parameters = shapes.read(card.parameters, run.parameters, "parameters")
        return Work(run, card, catalogue.runner_of(card), parameters, worker(self.organisation))

    @cached_property
    def target(self) -> Any:
        """The run's target. Raises `TargetError`."""
        return self.opened.enter_context(opened_target(self.work.run))

    def begin(self) -> None:
        """The slice begins, if it has not yet."""
        if self._over_at is None:
            self._over_at = time.monotonic() + self.slice_s

    def is_over(self) -> bool:
        """Whether others should have a turn."""
        return self._over_at is not None and time.monotonic() >= self._over_at


def carry(shift: Shift, hold: Hold) -> Hold | None:
    """Carry one step to its end. The next one, when there is time for it and one waits."""
    return _CARRY[hold.kind](shift, hold)


def _plan(shift: Shift, hold: Hold) -> Hold | None:
    work = shift.work
    items = checked_plan(work.runner.plan(shift.target, work.parameters))
    with transaction.atomic():
        if claims.plan(hold, planned=len(items), code_version=code_version()):
            raise Cancelled
        _lay_out(hold, work, items)
        return _onward(shift, hold)


def _lay_out(hold: Hold, work: Work, items: Sequence[Item]) -> None:
    size = work.card.chunk or max(1, len(items))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    steps = [_step(hold, work, StepKind.MEASURE, number, chunk) for number, chunk in enumerate(chunks, start=hold.number + 1)]
    Step.objects.bulk_create(steps or [_step(hold, work, StepKind.CONCLUDE, hold.number + 1)], batch_size=500)


def _step(hold: Hold, work: Work, kind: StepKind, number: int, items: Sequence[Item] = ()) -> Step:
    return Step(
        organisation_id=hold.organisation_id,
        run_id=hold.run_id,
        kind=kind,
        number=number,
        items=[item.id for item in items],
        payloads=[item.payload for item in items],
        queue=work.run.queue,
    )


def _measure(shift: Shift, hold: Hold) -> Hold | None:
    work = shift.work
    left = _left(hold)
    if left:
        target = shift.target
        shift.begin()
        for result in work.runner.measure(target, list(left.values()), work.parameters, work.run.seed):
            _keep(shift, hold, checked(result, among=left))
            del left[result.item]
            if left and shift.is_over():
                _give_back(hold)
                return None
    with transaction.atomic():
        if claims.finish(hold):
            raise Cancelled
        _fan_in(hold, work)
        return _onward(shift, hold)


def _left(hold: Hold) -> dict[str, Item]:
    """The items of a step that have no record yet, in the order of the plan."""
    step: Step = Step.objects.one(hold.organisation_id, hold.step_id)
    with connection.cursor() as cursor:
        cursor.execute(_RECORDED, [hold.run_id, step.items])
        recorded = {item for (item,) in cursor.fetchall()}
    planned = zip(step.items, step.payloads, strict=True)
    return {item: Item(item, payload) for item, payload in planned if item not in recorded}


def _keep(shift: Shift, hold: Hold, result: ItemResult) -> None:
    """One checkpoint: the record, the count and the lease, in one transaction under the fence."""
    private = _sealed(hold, result)
    with transaction.atomic():
        cancel = claims.checkpoint(hold, lease_s=shift.lease_s)
        ItemRecord.objects.create(
            organisation_id=hold.organisation_id,
            run_id=hold.run_id,
            item=result.item,
            outcome=result.outcome,
            values=result.values,
            reason=result.reason,
            private=private,
            fence=hold.fence,
            recorded_at=shift.clock(),
        )
    if cancel:
        raise Cancelled


def _sealed(hold: Hold, result: ItemResult) -> bytes | None:
    if not result.private:
        return None
    row = f"{hold.run_id}:{result.item}"
    return keys.encrypt(organisation=hold.organisation_id, purpose=ITEM, row=row, plain=to_bytes(result.private))


def _give_back(hold: Hold) -> None:
    with transaction.atomic():
        if claims.give_back(hold):
            raise Cancelled
        ring(hold.run_id)


def _fan_in(hold: Hold, work: Work) -> None:
    """Whoever finishes the last chunk lays out the conclusion: the run's row is locked, so there is one last."""
    steps = Step.objects.of(hold.organisation_id).filter(run_id=hold.run_id)
    if not steps.filter(state=StepState.OPEN).exists():
        last = steps.order_by("-number").values_list("number", flat=True)[0]
        _step(hold, work, StepKind.CONCLUDE, last + 1).save(force_insert=True)


def _conclude(shift: Shift, hold: Hold) -> None:
    work = shift.work
    results = _results(hold)
    facts = work.runner.conclude(results, work.parameters, work.run.seed)
    conclude_run(hold=hold, run=work.run, card=work.card, facts=facts, results=results, actor=work.actor, now=shift.clock())


def _results(hold: Hold) -> list[ItemResult]:
    """What every item gave, in the order of the plan."""
    records = ItemRecord.objects.of(hold.organisation_id).filter(run_id=hold.run_id)
    found = {record.item: item_result(record) for record in records.iterator()}
    steps = Step.objects.of(hold.organisation_id).filter(run_id=hold.run_id).order_by("number")
    planned = (item for items in steps.values_list("items", flat=True) for item in items)
    return [found[item] for item in planned if item in found]


def _onward(shift: Shift, hold: Hold) -> Hold | None:
    """Inside the transaction that ends a step: take the next one, and have others told of what waits beside it."""
    following = None if shift.is_over() else take_next(run_id=hold.run_id, lease_s=shift.lease_s, now=shift.clock())
    if claims.is_waiting(hold.run_id):
        ring(hold.run_id)
    return following


_CARRY: dict[StepKind, Callable[[Shift, Hold], Hold | None]] = {
    StepKind.PLAN: _plan,
    StepKind.MEASURE: _measure,
    StepKind.CONCLUDE: _conclude,
}
