"""Everything of one system that runs: incidents, retention, monitoring."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from governance.access.tenancy import NotFound
from governance.incidents import life
from governance.incidents.keeping import retention_of
from governance.incidents.models import Incident, IncidentAct
from governance.incidents.told import Clocks, IncidentTold
from governance.monitoring.services import monitoring_of
from governance.registry.models import Asset, AssetVersion
from governance.retention.models import Hold
from governance.retention.services import standing_on

_ORDER = ("overdue", "due_soon", "running", "late", "in_time", "stopped")


def clocks_of(organisation: UUID, system_id: UUID, now: datetime) -> Clocks:
    """The clocks of a system at a moment. Raises `NotFound` where there is no such AI system."""
    if not Asset.objects.of(organisation).filter(pk=system_id, kind="ai_system").exists():
        raise NotFound("asset", system_id)
    rows = list(Incident.objects.of(organisation).filter(system=system_id))
    held = standing_on(organisation, [system_id]).exists()
    return Clocks(
        incidents=tuple(told_of(organisation, rows, now)),
        retention=retention_of(organisation, system_id, held=held, now=now),
        monitoring=monitoring_of(organisation, system_id, now),
    )


def told_of(organisation: UUID, rows: Sequence[Incident], now: datetime) -> list[IncidentTold]:
    """These incidents with their clocks: what is overdue first, then what ends next, then the rest, newest first."""
    systems = {row.system_id for row in rows}
    frozen = frozenset(standing_on(organisation, systems).values_list("system_id", flat=True)) if rows else frozenset()
    changes, seals = _changes(organisation, systems), _seals(organisation, rows)
    told = [_told(row, now, row.system_id in frozen, changes[row.system_id], seals[row.pk]) for row in rows]
    newest_first = sorted(told, key=lambda one: one.aware_at, reverse=True)
    return sorted(newest_first, key=lambda one: (_ORDER.index(one.standing), one.due_at if one.reported_at is None else now))


def _told(
    row: Incident, now: datetime, frozen: bool, changes: Iterable[tuple[int, datetime]], seals: Iterable[str]
) -> IncidentTold:
    effects, rule = tuple(row.effects), life.rule_for(row.effects)
    state = life.State(row.state)
    until = row.reported_at or now
    altered = () if state is life.State.NOT_SERIOUS else tuple(number for number, at in changes if row.aware_at < at <= until)
    return IncidentTold(
        id=str(row.pk),
        title=row.title,
        severity=life.severity_of(effects),
        aware_at=row.aware_at,
        due_at=life.due_at(effects, row.aware_at),
        clock=rule.clock,
        article=rule.article,
        state=row.state,
        reported_at=row.reported_at,
        frozen=frozen,
        standing=life.standing(state=state, effects=effects, aware_at=row.aware_at, reported_at=row.reported_at, now=now),
        effects=effects,
        altered=altered,
        evidence=tuple(seals),
    )


def _changes(organisation: UUID, systems: Iterable[UUID]) -> dict[UUID, list[tuple[int, datetime]]]:
    """System -> number and moment of each version that followed another."""
    found: dict[UUID, list[tuple[int, datetime]]] = defaultdict(list)
    later = AssetVersion.objects.of(organisation).filter(asset__in=list(systems), number__gt=1).order_by("number")
    for system, number, at in later.values_list("asset_id", "number", "created_at"):
        found[system].append((number, at))
    return found


def _seals(organisation: UUID, rows: Iterable[Incident]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    acts = IncidentAct.objects.of(organisation).filter(incident__in=list(rows)).exclude(evidence_id=None)
    for incident, evidence in acts.values_list("incident_id", "evidence_id"):
        found[incident].append(str(evidence))
    return found


def holds_of(organisation: UUID, system_id: UUID) -> list[Hold]:
    """The holds that stand on a system, newest first."""
    return list(standing_on(organisation, [system_id]))
