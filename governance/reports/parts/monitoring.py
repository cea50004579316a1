"""After placing on the market: the plan, what it found, and serious incidents with their clocks (Art. 72, 73)."""

from collections.abc import Sequence

from governance.book import Block, Cell, Chip, Heading, Notice, Paragraph, Raw, Section, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.incidents.life import EFFECTS
from governance.incidents.told import IncidentTold, MonitoringLine, MonitoringTold
from governance.names import listed, named
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.words import data, missing, table, told, when
from governance.reports.snapshot import Snapshot


def monitoring(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """The plan's lines with what is overdue, then every incident."""
    plan = snapshot.clocks.monitoring if snapshot.clocks else None
    incidents = snapshot.clocks.incidents if snapshot.clocks else ()
    blocks: list[Block] = [Heading(Text(gettext_noop("Plan for after the placing on the market (Art. 72)")))]
    blocks += _plan(snapshot, plan)
    blocks += [Heading(Text(gettext_noop("Serious incidents (Art. 73)"))), *_incidents(snapshot, incidents)]
    more = duty_blocks(snapshot, results)
    return Section("monitoring", Text(gettext_noop("Post-market monitoring and incidents")), (*blocks, *more))


def _plan(snapshot: Snapshot, plan: MonitoringTold | None) -> tuple[Block, ...]:
    if plan is None:
        return (missing(gettext_noop("No post-market monitoring plan is on file. Owner: %(owner)s."), snapshot),)
    titles = (
        gettext_noop("Test"),
        gettext_noop("Measure"),
        gettext_noop("Every"),
        gettext_noop("Last"),
        gettext_noop("Due"),
        gettext_noop("State"),
    )
    values = (("version", str(plan.version)), ("who", plan.set_by), ("when", when(plan.set_at, snapshot.language)))
    blocks: list[Block] = [
        Paragraph(Text(gettext_noop("Version %(version)s of the plan, set by %(who)s on %(when)s."), values)),
        table(gettext_noop("Lines of the plan"), titles, [_line(snapshot, one) for one in plan.lines]),
    ]
    overdue = [one for one in plan.lines if one.overdue]
    if overdue:
        counts = (("count", str(len(overdue))), ("total", str(len(plan.lines))), ("owner", snapshot.owner))
        message = gettext_noop("%(count)s of %(total)s lines of the plan are overdue. Owner: %(owner)s.")
        blocks.append(Notice(Text(message, counts), "overdue"))
    return tuple(blocks)


_STATES = {"never": "not_assessed", "current": "current", "stale": "stale", "overdue": "overdue"}


def _line(snapshot: Snapshot, one: MonitoringLine) -> tuple[Cell, ...]:
    every = Text(gettext_noop("%(days)s days"), (("days", str(one.every_days)),))
    return (
        snapshot.kind_title(one.kind),
        snapshot.measure_title(one.kind, one.measure) if one.measure else data(""),
        every,
        Raw(when(one.last_at, snapshot.language)),
        Raw(when(one.due_at, snapshot.language)),
        Chip(_STATES.get(one.state, "not_assessed")),
    )


def _incidents(snapshot: Snapshot, incidents: Sequence[IncidentTold]) -> tuple[Block, ...]:
    if not incidents:
        message = gettext_noop("No serious incident is on record. That none happened is not shown by this. Owner: %(owner)s.")
        return (Notice(Text(message, (("owner", snapshot.owner),)), "info"),)
    titles = (
        gettext_noop("Incident"),
        gettext_noop("Severity"),
        gettext_noop("Known since"),
        gettext_noop("Clock"),
        gettext_noop("Report due"),
        gettext_noop("Reported"),
        gettext_noop("State"),
    )
    blocks: list[Block] = [
        table(gettext_noop("Incidents and their clocks"), titles, [_incident(snapshot, one) for one in incidents])
    ]
    late = [one for one in incidents if one.standing in {"overdue", "late"}]
    if late:
        counts = (("count", str(len(late))), ("total", str(len(incidents))), ("owner", snapshot.owner))
        message = gettext_noop("%(count)s of %(total)s incidents were not reported in time. Owner: %(owner)s.")
        blocks.append(Notice(Text(message, counts), "overdue"))
    return (*blocks, *_kept(incidents))


def _kept(incidents: Sequence[IncidentTold]) -> tuple[Notice, ...]:
    """Whether evidence is frozen, and whether the system was altered before the authority was told (Art. 73(6))."""
    found: list[Notice] = []
    if any(one.frozen for one in incidents):
        message = gettext_noop("Evidence of this system is frozen: nothing of it may be erased while an incident is open.")
        found.append(Notice(Text(message), "info"))
    altered = sorted({number for one in incidents for number in one.altered})
    if altered:
        message = gettext_noop(
            "Versions %(numbers)s were registered after an incident was known and before it was reported. Art. 73(6) asks that "
            "the system is not altered first in a way that affects the search for causes."
        )
        found.append(Notice(Text(message, (("numbers", ", ".join(map(str, altered))),)), "contradicted"))
    return tuple(found)


STATES = {
    "open": gettext_noop("open"),
    "initially_reported": gettext_noop("first report made"),
    "reported": gettext_noop("reported"),
    "not_serious": gettext_noop("judged not serious"),
    "closed": gettext_noop("closed"),
}
STANDINGS = {
    "running": gettext_noop("the clock runs"),
    "due_soon": gettext_noop("due soon"),
    "overdue": gettext_noop("overdue"),
    "in_time": gettext_noop("reported in time"),
    "late": gettext_noop("reported late"),
    "stopped": gettext_noop("the clock was stopped"),
}


def _incident(snapshot: Snapshot, one: IncidentTold) -> tuple[Cell, ...]:
    language = snapshot.language
    days = Text(gettext_noop("%(days)s days"), (("days", one.clock.partition(" ")[0]),))
    return (
        Raw(told(one.title)),
        Text(EFFECTS[one.severity]) if one.severity in EFFECTS else named(one.severity),
        Raw(when(one.aware_at, language)),
        Text("%(days)s, %(article)s", (("days", days), ("article", one.article))),
        Raw(when(one.due_at, language)),
        Raw(when(one.reported_at, language)),
        listed([Text(STATES.get(one.state, "%(state)s"), (("state", one.state),)), Text(STANDINGS[one.standing])]),
    )
