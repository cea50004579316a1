"""What others are told of runs, in the transaction of what happened: ids, states and verdicts, never words of a system."""

from datetime import datetime
from typing import Any
from uuid import UUID

from audits.runs.models import Run
from audits.runs.verdicts import overall
from audits.states import State
from governance.notices import services as notices


def tell_end(*, organisation: UUID, run_id: UUID, now: datetime) -> None:
    """Tell that a run has ended, and how; a run that was retried ends anew. Inside the transaction that ended it."""
    run: Run = Run.objects.one(organisation, run_id)
    told = {"verdict": overall(run.criteria, run.verdicts) if run.state == State.SUCCEEDED else None, "cause": run.cause}
    notices.tell(organisation=organisation, event=f"audit.{run.state}", subject=str(run.id), data=_data(run) | told, now=now)


def _data(run: Run) -> dict[str, Any]:
    return {"audit": str(run.id), "kind": run.kind, "system_version": str(run.system_version_id), "state": run.state}
