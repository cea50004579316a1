"""What the world is told of a run that ended: ids, names, states and counts."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from audits.runs.models import Run
from governance.notices.services import tell


def tell_end(*, organisation: UUID, run_id: UUID, now: datetime) -> None:
    """Tell of a run in its last state, in the transaction that brought it there."""
    run: Run = Run.objects.select_related("system_version__asset").one(organisation, run_id)
    data = {
        "kind": run.kind,
        "system": run.system_version.asset.name,
        "system_version": str(run.system_version_id),
        "number": run.system_version.number,
        "state": run.state,
        "cause": run.cause,
        "verdicts": dict(Counter(verdict["state"] for verdict in run.verdicts)),
        "evidence": str(run.evidence_id) if run.evidence_id else None,
    }
    tell(organisation=organisation, event=f"audit.{run.state}", subject=str(run.id), data=data, now=now)
