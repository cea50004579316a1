"""Who may write a run: claims, leases and fences, each one statement on the database's own clock.

A claim raises the fence. Every later write names the fence it holds; when another worker has claimed
the run in the meantime, the write finds no row and its holder stops (a "zombie" changes nothing).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from audits.states import State

_CLAIM = """
UPDATE audits_run SET
    state = 'running', fence = fence + 1, attempts = attempts + 1, sends = 0, sent_at = NULL,
    lease_until = clock_timestamp() + make_interval(secs => %s),
    started_at = COALESCE(started_at, clock_timestamp())
WHERE id = %s AND NOT cancel_requested AND attempts < max_attempts
  AND (state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp()))
RETURNING organisation_id, fence
"""
_RENEW = """
UPDATE audits_run SET lease_until = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND fence = %s AND state = 'running'
RETURNING cancel_requested
"""
_CHECKPOINT = """
UPDATE audits_run SET lease_until = clock_timestamp() + make_interval(secs => %s), done = done + 1, attempts = 0
WHERE id = %s AND fence = %s AND state = 'running'
RETURNING cancel_requested
"""
_PLAN = """
UPDATE audits_run SET planned = %s, code_version = %s
WHERE id = %s AND fence = %s AND state = 'running' RETURNING cancel_requested
"""
_CLOSE = """
UPDATE audits_run SET
    state = %s, finished_at = %s, lease_until = NULL, cause = %s, message = %s
WHERE id = %s AND fence = %s AND state = 'running' RETURNING id
"""


class LostClaim(Exception):  # noqa: N818 - reads as what happened
    """Another worker holds the run, or it is no longer running: the caller stops without a trace."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to write one run, as long as nobody claims it anew. The first claim has fence 1."""

    run_id: UUID
    organisation_id: UUID
    fence: int


def claim(*, run_id: UUID, lease_s: int) -> Hold | None:
    """Take a run that waits or whose lease has lapsed; None when there is nothing to take."""
    row = _one(_CLAIM, [lease_s, run_id])
    return None if row is None else Hold(run_id, row[0], row[1])


def renew(held: Hold, *, lease_s: int) -> None:
    """Prolong the lease. Raises `LostClaim`."""
    _held(_one(_RENEW, [lease_s, held.run_id, held.fence]))


def checkpoint(held: Hold, *, lease_s: int) -> bool:
    """Count one more item as done and prolong the lease; True when somebody asked to cancel. Raises `LostClaim`.

    Progress clears the attempts: only a run that is claimed again and again without a new item is given up.
    """
    return bool(_held(_one(_CHECKPOINT, [lease_s, held.run_id, held.fence]))[0])


def plan(held: Hold, *, planned: int, code_version: str) -> bool:
    """Note how many items there are and which code measures; True when somebody asked to cancel."""
    return bool(_held(_one(_PLAN, [planned, code_version, held.run_id, held.fence]))[0])


def close(held: Hold, *, state: State, now: datetime, cause: str = "", message: str = "") -> None:
    """Bring the run to its end under the fence. Raises `LostClaim`."""
    _held(_one(_CLOSE, [state.value, now, cause[:80], message, held.run_id, held.fence]))


def _held(row: tuple[Any, ...] | None) -> tuple[Any, ...]:
    if row is None:
        raise LostClaim
    return row


def _one(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
