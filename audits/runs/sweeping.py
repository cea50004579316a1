"""Finds steps that the broker forgot or whose worker died. Safe to run anywhere, any number of times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from audits.runs import claims
from audits.runs.claims import MOST_ATTEMPTS
from audits.runs.models import Run
from audits.runs.telling import tell_end
from audits.states import State
from governance.access.actors import system_actor
from governance.trail import services as trail

# A step is told of again after sweep, 2 x sweep, 4 x sweep ... seconds, at most every minute: a long queue stays short.
_LONGEST_SILENCE_S = 60
TASK = "audits.carry_out"
# Workers are told of this many steps of a run at once, so that a long audit is shared and still lets others pass.
SHARE = 4
# From the open runs to their first open steps, never over all steps: most of these are done, and there are ever more.
_DUE = """
WITH due AS (
  SELECT step.id FROM audits_run run CROSS JOIN LATERAL (
    SELECT id, attempts, lease_until, sent_at, sends FROM audits_step
    WHERE run_id = run.id AND state = 'open' ORDER BY number LIMIT %(share)s
  ) step
  WHERE run.state IN ('queued', 'running') AND NOT run.cancel_requested AND step.attempts < %(attempts)s
    AND (step.lease_until IS NULL OR step.lease_until < clock_timestamp())
    AND (step.sent_at IS NULL OR step.sent_at < clock_timestamp()
         - make_interval(secs => LEAST(%(sweep)s * 2 ^ LEAST(step.sends, 10), %(silence)s)))
  ORDER BY step.sent_at NULLS FIRST, step.id LIMIT %(limit)s
)
UPDATE audits_step SET sent_at = clock_timestamp(), sends = LEAST(sends + 1, 1000)
WHERE id IN (
  SELECT id FROM audits_step
  WHERE id = ANY (ARRAY(SELECT id FROM due)) AND state = 'open'
    AND (lease_until IS NULL OR lease_until < clock_timestamp())
    AND (sent_at IS NULL OR sent_at < clock_timestamp() - make_interval(secs => %(sweep)s))
  ORDER BY id FOR UPDATE SKIP LOCKED
) RETURNING id, queue
"""
_GIVEN_UP = """
SELECT run.id, run.organisation_id, run.cancel_requested FROM audits_run run
WHERE run.state IN ('queued', 'running') AND (
  (run.cancel_requested AND NOT EXISTS (
    SELECT 1 FROM audits_step step
    WHERE step.run_id = run.id AND step.state = 'open' AND step.lease_until >= clock_timestamp()))
  OR EXISTS (
    SELECT 1 FROM audits_step step
    WHERE step.run_id = run.id AND step.state = 'open' AND step.attempts >= %s
      AND (step.lease_until IS NULL OR step.lease_until < clock_timestamp())))
ORDER BY run.created_at FOR UPDATE OF run SKIP LOCKED LIMIT %s
"""
_UNSENT = """
UPDATE audits_step SET sent_at = NULL, sends = GREATEST(sends - 1, 0)
WHERE id IN (SELECT id FROM audits_step WHERE id = ANY(%s) FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A step that a worker must be told of."""

    id: UUID
    queue: str
    task: str = TASK


def due(sweep_s: float, limit: int = 200) -> list[Due]:
    """Waiting steps and steps whose lease lapsed, noted as sent. What cannot be sent is given to `unsent`.

    Those that no worker was told of come first, so that a long queue, told of again and again, lets a new run through.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DUE, _due_given(sweep_s, limit))
        return sorted((Due(step_id, queue) for step_id, queue in cursor.fetchall()), key=lambda one: one.id)


def _due_given(sweep_s: float, limit: int) -> dict[str, float]:
    return {"attempts": MOST_ATTEMPTS, "sweep": sweep_s, "silence": _LONGEST_SILENCE_S, "share": SHARE, "limit": limit}


def unsent(left: Sequence[UUID]) -> None:
    """The broker did not take these; they are due again at once."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSENT, [list(left)])


@transaction.atomic
def give_up(*, now: datetime, limit: int = 200) -> int:
    """End runs whose worker died too often without progress, or died after a cancellation. How many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN_UP, [MOST_ATTEMPTS, limit])
        rows = cursor.fetchall()
    for run_id, organisation, cancelled in rows:
        if cancelled:
            _end(organisation, run_id, now, state=State.CANCELLED)
        else:
            message = f"The worker died {MOST_ATTEMPTS} times in a row at the same place; items recorded before are kept."
            _end(organisation, run_id, now, state=State.FAILED, cause="worker_lost", message=message)
    return len(rows)


def _end(organisation: UUID, run_id: UUID, now: datetime, *, state: State, cause: str = "", message: str = "") -> None:
    runs = Run.objects.of(organisation).filter(id=run_id)
    before = runs.values_list("state", flat=True)[0]
    changes: dict[str, Any] = {"state": state, "cause": cause, "message": message, "finished_at": now}
    runs.update(**changes)
    claims.stop(run_id)
    trail.record(
        actor=system_actor(organisation, "dispatcher"),
        action="audits.fail_run" if state == State.FAILED else "audits.stop_run",
        subject="run",
        subject_id=run_id,
        detail={"from": before, "to": state, **({"cause": cause} if cause else {})},
        now=now,
    )
    tell_end(organisation=organisation, run_id=run_id, now=now)
