"""What looks after the clocks of incidents: due soon, overdue, and systems that were changed before the authority knew."""

from datetime import datetime

from django.db import IntegrityError, transaction

from governance.access.actors import system_actor
from governance.incidents.clocks import told_of
from governance.incidents.life import State
from governance.incidents.models import ALTERED, Incident, IncidentAct
from governance.incidents.told import IncidentTold
from governance.notices.events import INCIDENT_ALTERED, INCIDENT_DUE, INCIDENT_OVERDUE
from governance.notices.services import tell
from governance.trail.services import record

_EVENTS = {"due_soon": INCIDENT_DUE, "overdue": INCIDENT_OVERDUE}


def incident_clocks(now: datetime) -> int:
    """Tell once of each report that is due soon, once when it is overdue, and note changes of the system. How many notices."""
    open_ones = Incident.objects.filter(state=State.OPEN).order_by("id")
    return sum(_look_at(one, now) for one in open_ones.iterator(chunk_size=500))


def _look_at(incident: Incident, now: datetime) -> int:
    (told,) = told_of(incident.organisation_id, [incident], now)
    return _tell_clock(incident, told, now) + sum(_note_change(incident, number, now) for number in told.altered)


@transaction.atomic
def _tell_clock(incident: Incident, told: IncidentTold, now: datetime) -> int:
    event = _EVENTS.get(told.standing)
    if event is None:
        return 0
    data = {"incident": told.id, "system": str(incident.system_id), "severity": told.severity, "due_at": told.due_at.isoformat()}
    once = f"{event}:{told.id}:{told.due_at.isoformat()}"  # a shorter clock is told of anew
    more = {"clock": told.clock, "article": told.article}
    return tell(organisation=incident.organisation_id, event=event, subject=told.id, data=data | more, now=now, once=once)


def _note_change(incident: Incident, number: int, now: datetime) -> int:
    actor = system_actor(incident.organisation_id, "worker")
    organisation, subject = incident.organisation_id, str(incident.pk)
    row = IncidentAct(
        organisation_id=organisation,
        incident=incident,
        act=ALTERED,
        state=incident.state,
        at=now,
        reference=str(number),
        by_id=actor.id,
        by_name=actor.name,
        recorded_at=now,
    )
    if IncidentAct.objects.of(organisation).filter(incident=incident, act=ALTERED, reference=str(number)).exists():
        return 0
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            detail = {"system": str(incident.system_id), "number": number}
            record(actor=actor, action="incidents.altered", subject="incident", subject_id=subject, detail=detail, now=now)
            data = {"incident": subject, **detail}
            once = f"{INCIDENT_ALTERED}:{subject}:{number}"
            return tell(organisation=organisation, event=INCIDENT_ALTERED, subject=subject, data=data, now=now, once=once)
    except IntegrityError:  # noted at the same moment by another
        return 0
