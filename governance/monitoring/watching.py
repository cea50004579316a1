"""Tells of lines of plans that are overdue."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.monitoring.models import Plan
from governance.monitoring.plan import MonitoringLine
from governance.monitoring.services import monitoring_of
from governance.notices.events import MONITORING
from governance.notices.services import tell
from probanza.canonical import digest_of


def overdue_lines(now: datetime) -> int:
    """Tell once of each line of a plan in force that is overdue, unless its system is retired. How many notices went out."""
    plans = Plan.objects.exclude(system__stage="retired").order_by("system_id", "-number").distinct("system_id")
    return sum(_tell_plan(*found, now) for found in plans.values_list("organisation_id", "system_id"))


def _tell_plan(organisation: UUID, system_id: UUID, now: datetime) -> int:
    told = monitoring_of(organisation, system_id, now)
    lines = told.lines if told else ()
    return sum(_tell(organisation, system_id, line, now) for line in lines if line.overdue)


@transaction.atomic
def _tell(organisation: UUID, system_id: UUID, line: MonitoringLine, now: datetime) -> int:
    data = {"system": str(system_id), "kind": line.kind, "measure": line.measure, "due_at": line.due_at.isoformat()}
    once = f"monitoring:{digest_of(data)}"
    return tell(organisation=organisation, event=MONITORING, subject=str(system_id), data=data, now=now, once=once)
