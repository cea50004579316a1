"""Who may write a step of a run: claims, leases and fences, on the database's own clock.

A claim raises the step's fence. Every later write names the fence it holds; when another worker has claimed the step
in the meantime, the write finds no row and its holder stops (a "zombie" changes nothing).

Whoever writes locks the run's row first and its steps after it, so that workers who share a run wait for each other
and never in a circle, and so that whoever counts steps counts what is there. Call these inside a transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from audits.states import State, StepKind

MOST_ATTEMPTS = 5  # claims in a row without progress; then the run is given up

_STEP_IS_FREE = """
SELECT run_id FROM audits_step
WHERE id = %s AND state = 'open' AND attempts < %s AND (lease_until IS NULL OR lease_until < clock_timestamp())
"""
_FIRST_FREE = """
SELECT id FROM audits_step
WHERE run_id = %s AND state = 'open' AND attempts < %s AND (lease_until IS NULL OR lease_until < clock_timestamp())
ORDER BY number LIMIT 1
"""
_LOCK_OPEN = """
SELECT organisation_id, state FROM audits_run
WHERE id = %s AND state IN ('queued', 'running') AND NOT cancel_requested FOR UPDATE
"""
_TAKE = """
WITH free AS (
  SELECT id, lease_until FROM audits_step
  WHERE id = %s AND state = 'open' AND attempts < %s AND (lease_until IS NULL OR lease_until < clock_timestamp()) FOR UPDATE
)
UPDATE audits_step step SET
    fence = fence + 1, attempts = attempts + 1, sends = 0, sent_at = NULL,
    lease_until = clock_timestamp() + make_interval(secs => %s)
FROM free WHERE step.id = free.id
RETURNING step.id, kind, number, fence, free.lease_until IS NOT NULL
"""
_START = """
UPDATE audits_run SET state = 'running', started_at = COALESCE(started_at, clock_timestamp())
WHERE id = %s AND state = 'queued'
"""
_RENEW = """
UPDATE audits_step SET lease_until = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND fence = %s AND state = 'open' RETURNING id
"""
_COUNT = "UPDATE audits_run SET done = done + 1 WHERE id = %s AND state = 'running' RETURNING cancel_requested"
_PROGRESS = """
UPDATE audits_step SET lease_until = clock_timestamp() + make_interval(secs => %s), attempts = 0
WHERE id = %s AND fence = %s AND state = 'open' RETURNING id
"""
_PLAN = """
UPDATE audits_run SET planned = %s, code_version = %s WHERE id = %s AND state = 'running' RETURNING cancel_requested
"""
_LOCK = "SELECT cancel_requested FROM audits_run WHERE id = %s AND state = 'running' FOR UPDATE"
_DONE = "UPDATE audits_step SET state = 'done', lease_until = NULL WHERE id = %s AND fence = %s AND state = 'open' RETURNING id"
_GIVE_BACK = """
UPDATE audits_step SET lease_until = NULL, sent_at = NULL, sends = 0
WHERE id = %s AND fence = %s AND state = 'open' RETURNING id
"""
_CLOSE = """
UPDATE audits_run SET state = %s, finished_at = %s, cause = %s, message = %s WHERE id = %s AND state = 'running' RETURNING id
"""
_STOP = """
UPDATE audits_step SET state = 'stopped', fence = fence + 1, lease_until = NULL WHERE run_id = %s AND state = 'open'
"""
_REOPEN = """
UPDATE audits_step SET state = 'open', attempts = 0, sends = 0, sent_at = NULL WHERE run_id = %s AND state = 'stopped'
"""
_WAITING = "SELECT 1 FROM audits_step WHERE run_id = %s AND state = 'open' AND lease_until IS NULL LIMIT 1"
_LIVE = "SELECT 1 FROM audits_step WHERE run_id = %s AND state = 'open' AND lease_until >= clock_timestamp() LIMIT 1"


class LostClaim(Exception):  # noqa: N818 - reads as what happened
    """Another worker holds the step, or its run has ended: the caller stops without a trace."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to write one step of a run, as long as nobody claims it anew. The first claim has fence 1."""

    step_id: UUID
    run_id: UUID
    organisation_id: UUID
    kind: StepKind
    number: int
    fence: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A fresh claim. starts: with it the run began. rescues: somebody held the step before and fell silent."""

    hold: Hold
    starts: bool
    rescues: bool


def claim(*, step_id: UUID, lease_s: int) -> Claimed | None:
    """Take a step that waits or whose lease has lapsed; None when there is nothing to take."""
    free = _one(_STEP_IS_FREE, [step_id, MOST_ATTEMPTS])
    return None if free is None else _taken(free[0], step_id, lease_s)


def claim_next(*, run_id: UUID, lease_s: int) -> Claimed | None:
    """Take the first step of a run that waits or whose lease has lapsed; None when there is none."""
    free = _one(_FIRST_FREE, [run_id, MOST_ATTEMPTS])
    return None if free is None else _taken(run_id, free[0], lease_s)


def renew(held: Hold, *, lease_s: int) -> None:
    """Prolong the lease. Raises `LostClaim`."""
    _held(_one(_RENEW, [lease_s, held.step_id, held.fence]))


def checkpoint(held: Hold, *, lease_s: int) -> bool:
    """Count one more item as done and prolong the lease; True when somebody asked to cancel. Raises `LostClaim`.

    Progress clears the attempts: only a step that is claimed again and again without a new item is given up.
    """
    cancel = _held(_one(_COUNT, [held.run_id]))[0]
    _held(_one(_PROGRESS, [lease_s, held.step_id, held.fence]))
    return bool(cancel)


def plan(held: Hold, *, planned: int, code_version: str) -> bool:
    """Note how many items there are and which code measures, and finish the step; True when somebody asked to cancel.

    Raises `LostClaim`.
    """
    cancel = _held(_one(_PLAN, [planned, code_version, held.run_id]))[0]
    _held(_one(_DONE, [held.step_id, held.fence]))
    return bool(cancel)


def finish(held: Hold) -> bool:
    """Note that the step is done; True when somebody asked to cancel. Locks the run. Raises `LostClaim`."""
    cancel = _held(_one(_LOCK, [held.run_id]))[0]
    _held(_one(_DONE, [held.step_id, held.fence]))
    return bool(cancel)


def give_back(held: Hold) -> bool:
    """End the lease of a step that is not done, for somebody else; True when somebody asked to cancel. Raises `LostClaim`."""
    cancel = _held(_one(_LOCK, [held.run_id]))[0]
    _held(_one(_GIVE_BACK, [held.step_id, held.fence]))
    return bool(cancel)


def close(held: Hold, *, state: State, now: datetime, cause: str = "", message: str = "") -> None:
    """Bring the run to its end under the step's fence; all its other steps stop. Raises `LostClaim`."""
    _held(_one(_CLOSE, [state.value, now, cause[:80], message, held.run_id]))
    if state == State.SUCCEEDED:
        _held(_one(_DONE, [held.step_id, held.fence]))
    else:
        _held(_one(_GIVE_BACK, [held.step_id, held.fence]))
    stop(held.run_id)


def stop(run_id: UUID) -> None:
    """Stop all open steps of a run that has ended; whoever holds one of them has lost it. Its row is locked."""
    with connection.cursor() as cursor:
        cursor.execute(_STOP, [run_id])


def reopen(run_id: UUID) -> int:
    """Open the stopped steps of a run whose row is locked. How many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_REOPEN, [run_id])
        return int(cursor.rowcount)


def is_waiting(run_id: UUID) -> bool:
    """Whether a step of this run waits for a worker."""
    return _one(_WAITING, [run_id]) is not None


def is_held(run_id: UUID) -> bool:
    """Whether a worker holds a step of this run. Whoever has locked the run may rely on a no."""
    return _one(_LIVE, [run_id]) is not None


def _taken(run_id: UUID, step_id: UUID, lease_s: int) -> Claimed | None:
    run = _one(_LOCK_OPEN, [run_id])
    step = None if run is None else _one(_TAKE, [step_id, MOST_ATTEMPTS, lease_s])
    if run is None or step is None:
        return None
    organisation, state = run
    starts = state == State.QUEUED
    if starts:
        with connection.cursor() as cursor:
            cursor.execute(_START, [run_id])
    taken, kind, number, fence, rescues = step
    return Claimed(Hold(taken, run_id, organisation, StepKind(kind), number, fence), starts, rescues)


def _held(row: tuple[Any, ...] | None) -> tuple[Any, ...]:
    if row is None:
        raise LostClaim
    return row


def _one(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
