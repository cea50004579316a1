"""What runs against a system: incidents, retention, monitoring. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from governance.book import Text


@dataclass(frozen=True, slots=True)
class IncidentTold:
    """A serious incident and its clock (Art. 73)."""

    id: str
    title: str
    severity: str
    aware_at: datetime
    due_at: datetime
    clock: str
    article: str
    state: str
    reported_at: datetime | None
    frozen: bool


@dataclass(frozen=True, slots=True)
class RetentionTold:
    """How long something is kept."""

    what: Text
    article: str
    starts: date | None
    ends: date | None
    hold: bool
    note: Text


@dataclass(frozen=True, slots=True)
class MonitoringLine:
    """One line of the plan for after the placing on the market."""

    kind: str
    measure: str
    every_days: int
    last_at: datetime | None
    due_at: datetime | None
    overdue: bool
    state: str


@dataclass(frozen=True, slots=True)
class MonitoringTold:
    """The plan in use."""

    version: int
    set_by: str
    set_at: datetime
    lines: tuple[MonitoringLine, ...]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Everything that runs against one system."""

    incidents: tuple[IncidentTold, ...] = ()
    retention: tuple[RetentionTold, ...] = ()
    monitoring: MonitoringTold | None = None
