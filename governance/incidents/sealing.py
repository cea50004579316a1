"""Sealing what was done about an incident, without what people wrote about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from governance.access.actors import Actor
from governance.book import to_plain
from governance.evidence.services import seal
from governance.incidents import life
from governance.incidents.models import Incident, IncidentAct
from governance.incidents.section import blocks

INCIDENT_KIND = "incident"


def seal_act(actor: Actor, incident: Incident, row: IncidentAct, now: datetime) -> UUID:
    """The id of the sealed evidence. subject: the version that the incident is of, or the system where it has none."""
    entry = seal(
        actor=actor,
        kind=INCIDENT_KIND,
        subject=str(incident.system_version_id or incident.system_id),
        statement=statement_of(incident, row),
        now=now,
    )
    return entry.pk


def statement_of(incident: Incident, row: IncidentAct) -> dict[str, Any]:
    """What is sealed: ids, harm, clock, act; no words of people but the names of the authority and of who acted."""
    effects = tuple(incident.effects)
    rule, due = life.rule_for(effects), life.due_at(effects, incident.aware_at)
    told = {
        "id": str(incident.pk),
        "system": str(incident.system_id),
        "effects": list(effects),
        "severity": life.severity_of(effects),
        "aware_at": incident.aware_at.isoformat(),
        "due_at": due.isoformat(),
        "clock": rule.clock,
        "article": rule.article,
        "act": str(row.act),
        "state": str(incident.state),
        "at": row.at.isoformat(),
        "reported_at": incident.reported_at.isoformat() if incident.reported_at else None,
        "authority": row.authority,
        "reference": row.reference,
        "by": row.by_name,
    }
    shown = blocks(
        effects=effects,
        aware_at=incident.aware_at,
        due_at=due,
        reported_at=incident.reported_at,
        article=rule.article,
        authority=row.authority,
    )
    return {"incident": told, "blocks": to_plain(shown)}
