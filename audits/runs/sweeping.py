"""Finds runs that the broker forgot or whose worker died. Safe to run anywhere, any number of times."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from audits.runs.models import Run
from audits.states import State
from governance.access.actors import system_actor
from governance.trail import services as trail

# A run is told of again after sweep, 2 x sweep, 4 x sweep ... seconds, at most every minute: a long queue stays short.
_LONGEST_SILENCE_S = 60
_DUE = """
UPDATE audits_run SET sent_at = clock_timestamp(), sends = LEAST(sends + 1, 1000)
WHERE id IN (
  SELECT id FROM audits_run
  WHERE NOT cancel_requested
    AND (state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp() AND attempts < max_attempts))
    AND (sent_at IS NULL OR sent_at < clock_timestamp() - make_interval(secs => LEAST(%s * 2 ^ LEAST(sends, 10), %s)))
  ORDER BY created_at FOR UPDATE SKIP LOCKED LIMIT %s
) RETURNING id, queue
"""
_GIVEN_UP = """
SELECT id, organisation_id, cancel_requested, attempts FROM audits_run
WHERE state = 'running' AND lease_until < clock_timestamp() AND (cancel_requested OR attempts >= max_attempts)
ORDER BY created_at FOR UPDATE SKIP LOCKED LIMIT %s
"""
_UNSENT = "UPDATE audits_run SET sent_at = NULL, sends = GREATEST(sends - 1, 0) WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Due:
    """A run that a worker must be told of."""

    run_id: UUID
    queue: str


def due(*, sweep_s: int, limit: int = 200) -> list[Due]:
    """Waiting runs and runs whose lease lapsed, oldest first, noted as sent. What cannot be sent is given to `unsent`."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [sweep_s, _LONGEST_SILENCE_S, limit])
        return [Due(run_id, queue) for run_id, queue in cursor.fetchall()]


def unsent(left: list[Due]) -> None:
    """The broker did not take these; they are due again at once."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSENT, [[one.run_id for one in left]])


@transaction.atomic
def give_up(*, now: datetime, limit: int = 200) -> int:
    """End runs whose worker died too often without progress, or died after a cancellation. How many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN_UP, [limit])
        rows = cursor.fetchall()
    for run_id, organisation, cancelled, attempts in rows:
        if cancelled:
            _end(organisation, run_id, now, state=State.CANCELLED)
        else:
            message = f"The worker died {attempts} times in a row at the same place; items recorded before are kept."
            _end(organisation, run_id, now, state=State.FAILED, cause="worker_lost", message=message)
    return len(rows)


def _end(organisation: UUID, run_id: UUID, now: datetime, *, state: State, cause: str = "", message: str = "") -> None:
    changes: dict[str, Any] = {"state": state, "cause": cause, "message": message, "finished_at": now, "lease_until": None}
    Run.objects.of(organisation).filter(id=run_id).update(**changes)
    trail.record(
        actor=system_actor(organisation, "dispatcher"),
        action="audits.fail_run" if state == State.FAILED else "audits.stop_run",
        subject="run",
        subject_id=run_id,
        detail={"cause": cause} if cause else {},
        now=now,
    )
