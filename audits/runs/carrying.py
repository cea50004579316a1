"""Carries out one run: claim, plan, measure with a checkpoint an item, conclude, seal. A worker's side of a run.

Killed at any moment, the next claim goes on after the last checkpoint. Two at once cannot both write: see `claims`.
"""

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from audits import catalogue
from audits.contract import AuditKind, Item, ItemResult, Runner, TargetError
from audits.runs import claims
from audits.runs.claims import Hold, LostClaim
from audits.runs.code_version import code_version
from audits.runs.finishing import conclude_run, end_run
from audits.runs.heartbeat import Heartbeat
from audits.runs.models import ItemRecord, Run
from audits.runs.opening import opened_target
from audits.runs.services import ITEM, item_result
from audits.runs.storing import BadResult, checked, to_bytes
from audits.states import State
from governance import shapes
from governance.access.actors import Actor, system_actor
from governance.keys import services as keys
from governance.shapes import ShapeError
from governance.trail import services as trail

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Work:
    """Everything one attempt at a run needs."""

    hold: Hold
    run: Run
    card: AuditKind
    runner: Runner
    parameters: Any
    actor: Actor
    clock: Clock
    lease_s: int


class Cancelled(Exception):  # noqa: N818 - reads as what happened
    """Somebody asked to cancel; what is recorded so far is kept."""


def carry_out(*, run_id: UUID, clock: Clock, lease_s: int) -> None:
    """Do everything that is left of a run. Nothing happens when it is done, cancelled or in other hands."""
    hold = _claimed(run_id, clock, lease_s)
    if hold is None:
        return
    with _Boundary(hold, clock), Heartbeat(hold, lease_s):
        _carry(_work(hold, clock, lease_s))


@transaction.atomic
def _claimed(run_id: UUID, clock: Clock, lease_s: int) -> Hold | None:
    hold = claims.claim(run_id=run_id, lease_s=lease_s)
    if hold is not None:
        action = "audits.start_run" if hold.fence == 1 else "audits.resume_run"
        trail.record(
            actor=worker(hold.organisation_id),
            action=action,
            subject="run",
            subject_id=run_id,
            detail={"fence": hold.fence},
            now=clock(),
        )
    return hold


def worker(organisation: UUID) -> Actor:
    """Who acts when a worker does."""
    return system_actor(organisation, "worker")


def _work(hold: Hold, clock: Clock, lease_s: int) -> Work:
    run: Run = Run.objects.select_related("system_version__asset", "target").one(hold.organisation_id, hold.run_id)
    card = catalogue.kind(run.kind)
    parameters = shapes.read(card.parameters, run.parameters, "parameters")
    return Work(hold, run, card, catalogue.runner_of(card), parameters, worker(hold.organisation_id), clock, lease_s)


def _carry(work: Work) -> None:
    with opened_target(work.run) as target:
        items = work.runner.plan(target, work.parameters)
        _check_items(items)
        if claims.plan(work.hold, planned=len(items), code_version=code_version()):
            raise Cancelled
        results = _recorded(work)
        left = [item for item in items if item.id not in results]
        for result in work.runner.measure(target, left, work.parameters, work.run.seed):
            results[result.item] = _keep(work, checked(result))
        ordered = [results[item.id] for item in items if item.id in results]
        facts = work.runner.conclude(ordered, work.parameters, work.run.seed)
    conclude_run(hold=work.hold, run=work.run, card=work.card, facts=facts, results=ordered, actor=work.actor, now=work.clock())


def _check_items(items: Sequence[Item]) -> None:
    if len({item.id for item in items}) != len(items):
        raise BadResult("two planned items have the same id.")


def _recorded(work: Work) -> dict[str, ItemResult]:
    records = ItemRecord.objects.of(work.hold.organisation_id).filter(run_id=work.hold.run_id)
    return {record.item: item_result(record) for record in records.iterator()}


def _keep(work: Work, result: ItemResult) -> ItemResult:
    """One checkpoint: the record and the lease, in one transaction under the fence."""
    with transaction.atomic():
        cancel = claims.checkpoint(work.hold, lease_s=work.lease_s)
        ItemRecord.objects.create(
            organisation_id=work.hold.organisation_id,
            run_id=work.hold.run_id,
            item=result.item,
            outcome=result.outcome,
            values=result.values,
            reason=result.reason,
            private=_sealed(work.hold, result),
            fence=work.hold.fence,
            recorded_at=work.clock(),
        )
    if cancel:
        raise Cancelled
    return result


def _sealed(hold: Hold, result: ItemResult) -> bytes | None:
    if not result.private:
        return None
    row = f"{hold.run_id}:{result.item}"
    return keys.encrypt(organisation=hold.organisation_id, purpose=ITEM, row=row, plain=to_bytes(result.private))


class _Boundary:
    """Where an attempt ends, however it ends: the row says what happened, partial results stay.

    A lost claim ends silently. A database that is away leaves the run to the sweep. Of an error that nobody
    foresaw only its type and the places in our code are written down: its words may be an audited person's.
    """

    def __init__(self, hold: Hold, clock: Clock) -> None:
        self._hold = hold
        self._clock = clock

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None) -> bool:
        if kind is None or error is None:
            return False
        if isinstance(error, LostClaim):
            log.info("run %s: claimed anew by another worker; this one stops", self._hold.run_id)
            return True
        if isinstance(error, OperationalError | InterfaceError) or not isinstance(error, Exception):
            return False
        self._end(error, frames)
        return True

    def _end(self, error: Exception, frames: TracebackType | None) -> None:
        state, cause, message = _told(error)
        if cause == "crashed":
            places = "".join(traceback.format_tb(frames))
            log.error("run %s: %s\n%s", self._hold.run_id, message, places)
        try:
            actor = worker(self._hold.organisation_id)
            end_run(hold=self._hold, state=state, cause=cause, message=message, actor=actor, now=self._clock())
        except LostClaim:
            log.info("run %s: claimed anew by another worker; this one stops", self._hold.run_id)


def _told(error: Exception) -> tuple[State, str, str]:
    """State, cause and message for people."""
    if isinstance(error, Cancelled):
        return State.CANCELLED, "", ""
    if isinstance(error, TargetError):
        return State.FAILED, error.cause, str(error)
    if isinstance(error, ShapeError):
        return State.FAILED, "bad_parameters", str(error)
    if isinstance(error, BadResult):
        return State.FAILED, "bad_result", str(error)
    name = type(error).__name__
    return State.FAILED, "crashed", f"The audit ended with an unforeseen {name}; the worker's log names the place."
