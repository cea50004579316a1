"""Serious incidents that no authority was told of yet: they stand before everything else that needs attention."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from governance.incidents.life import State, due_at, standing
from governance.incidents.models import Incident
from governance.portal.attention import WRONG, Note
from governance.portal.lapse import left_words


def alarms(organisation: UUID, systems: Iterable[UUID], now: datetime) -> dict[UUID, list[Note]]:
    """System -> a note for each open incident, the one that is due first first. One query."""
    found: dict[UUID, list[Note]] = defaultdict(list)
    rows = Incident.objects.of(organisation).filter(state=State.OPEN, system__in=list(systems)).defer("words")
    for row in sorted(rows, key=lambda one: due_at(one.effects, one.aware_at)):
        words = _("Serious incident: %(title)s, %(left)s.")
        told = words % {"title": row.title, "left": left_words(due_at(row.effects, row.aware_at), now)}
        stands = standing(state=State.OPEN, effects=row.effects, aware_at=row.aware_at, reported_at=None, now=now)
        found[row.system_id].append(Note(WRONG, "clock" if stands == "running" else stands, told, incident=row.pk))
    return found
