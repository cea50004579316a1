"""The clocks of one system as values, for pages, REST and reports. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from governance.book import Text
from governance.incidents.life import Clock, Standing
from governance.monitoring.plan import MonitoringLine as MonitoringLine
from governance.monitoring.plan import MonitoringTold as MonitoringTold


@dataclass(frozen=True, slots=True)
class IncidentTold:
    """An incident and its clock.

    severity: the harm that sets the clock, one of `life.EFFECTS`; effects: all of it. reported_at: of the first report to an
    authority. frozen: no payload of the system can be erased. altered: numbers of versions that the system got after the moment
    of awareness and before the first report (Art. 73(6)). standing: see `life.Standing`. evidence: ids of its seals.
    """

    id: str
    title: str
    severity: str
    aware_at: datetime
    due_at: datetime
    clock: Clock
    article: str
    state: str
    reported_at: datetime | None
    frozen: bool
    standing: Standing = "running"
    effects: tuple[str, ...] = ()
    altered: tuple[int, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetentionTold:
    """What is kept until when. starts, ends: None where the registry holds no day from which it runs. hold: nothing is erased."""

    what: Text
    article: str
    starts: date | None
    ends: date | None
    hold: bool
    note: Text


@dataclass(frozen=True, slots=True)
class Clocks:
    """Everything of one system that runs. monitoring: None without a plan."""

    incidents: tuple[IncidentTold, ...]
    retention: tuple[RetentionTold, ...]
    monitoring: MonitoringTold | None
