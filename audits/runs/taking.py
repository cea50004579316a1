"""Claims with their trail rows: that a run began, or that a step was taken over from a worker that fell silent."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audits.runs import claims
from audits.runs.claims import Claimed, Hold
from audits.states import State
from governance.access.actors import Actor, system_actor
from governance.trail import services as trail


def worker(organisation: UUID) -> Actor:
    """Who acts when a worker does."""
    return system_actor(organisation, "worker")


@transaction.atomic
def take(*, step_id: UUID, lease_s: int, now: datetime) -> Hold | None:
    """Claim this step; None when it is done, stopped or in other hands."""
    return _told(claims.claim(step_id=step_id, lease_s=lease_s), now)


def take_next(*, run_id: UUID, lease_s: int, now: datetime) -> Hold | None:
    """Claim, in the caller's transaction, the first step of this run that nobody holds; None when there is none."""
    return _told(claims.claim_next(run_id=run_id, lease_s=lease_s), now)


def _told(claimed: Claimed | None, now: datetime) -> Hold | None:
    if claimed is None:
        return None
    hold = claimed.hold
    where = {"step": hold.number, "fence": hold.fence}
    if claimed.starts:
        _write(hold, "audits.start_run", {"from": State.QUEUED, "to": State.RUNNING, **where}, now)
    elif claimed.rescues:
        _write(hold, "audits.resume_run", where, now)
    return hold


def _write(hold: Hold, action: str, detail: Mapping[str, object], now: datetime) -> None:
    actor = worker(hold.organisation_id)
    trail.record(actor=actor, action=action, subject="run", subject_id=hold.run_id, detail=detail, now=now)
