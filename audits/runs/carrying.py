"""A worker's turn at a run: take a step, carry it, go on with the next one, for about a minute.

Killed at any moment, the next claim goes on after the last checkpoint. Two at once cannot both write: see `claims`.
"""

import logging
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from types import TracebackType
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from audits.catalogue import UnknownKind
from audits.contract import TargetError
from audits.runs.claims import Hold, LostClaim
from audits.runs.finishing import end_run
from audits.runs.heartbeat import Heartbeat
from audits.runs.stepping import Cancelled, Shift, carry
from audits.runs.storing import BadResult
from audits.runs.taking import take, take_next, worker
from audits.states import State
from governance.access import wall
from governance.marks import mark
from governance.shapes import ShapeError

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def carry_step(*, step_id: UUID, clock: Clock, lease_s: int, slice_s: float) -> None:
    """Carry a step, and after it others of the same run until the slice is over.

    Nothing happens when the step is done, when its run has ended, and when it is in other hands.
    """
    hold = take(step_id=step_id, lease_s=lease_s, now=clock())
    if hold is not None:
        mark(run=str(hold.run_id))  # `governance.config.celery.end` takes it away: the worker's own line tells the run too
        _carry_on(hold, clock, lease_s, slice_s)


def carry_out(*, run_id: UUID, clock: Clock, lease_s: int) -> None:
    """Carry everything that is left of a run, here and now, without a broker."""
    with transaction.atomic():
        hold = take_next(run_id=run_id, lease_s=lease_s, now=clock())
    if hold is not None:
        _carry_on(hold, clock, lease_s, float("inf"))


def _carry_on(hold: Hold, clock: Clock, lease_s: int, slice_s: float) -> None:
    with wall.inside(hold.organisation_id), ExitStack() as opened:
        shift = Shift(hold.organisation_id, hold.run_id, opened, clock, lease_s, slice_s)
        following: Hold | None = hold
        while following is not None:
            held, following = following, None
            with _Boundary(held, clock), Heartbeat(held, lease_s):
                following = carry(shift, held)


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
            self._say_lost()
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
            self._say_lost()

    def _say_lost(self) -> None:
        log.info("run %s: step %s is in other hands or the run has ended; stopping", self._hold.run_id, self._hold.number)


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
    if isinstance(error, UnknownKind):
        return State.FAILED, "unknown_kind", str(error)
    name = type(error).__name__
    return State.FAILED, "crashed", f"The audit ended with an unforeseen {name}; the worker's log names the place."
