"""Tells of audits that wait too long: nobody carries them out, or nobody has for an hour."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from audits.runs.models import Run
from audits.states import State
from governance.notices.services import tell


def overdue_runs(now: datetime) -> int:
    """Tell once of each run that was requested over PROBANZA_OVERDUE_S seconds ago and waits still; 0: never. How many wait."""
    after: int = settings.PROBANZA_OVERDUE_S
    if not after:
        return 0
    waiting = list(
        Run.objects.filter(state=State.QUEUED, created_at__lt=now - timedelta(seconds=after)).order_by("created_at")[:500]
    )
    for run in waiting:
        _tell(run, now)
    return len(waiting)


@transaction.atomic
def _tell(run: Run, now: datetime) -> None:
    data = {"kind": run.kind, "system_version": str(run.system_version_id), "requested_at": run.created_at.isoformat()}
    tell(
        organisation=run.organisation_id, event="audit.overdue", subject=str(run.id), data=data, now=now, once=f"overdue:{run.id}"
    )
