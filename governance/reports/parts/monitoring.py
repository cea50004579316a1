"""After placing on the market: the plan, what it found, and serious incidents with their clocks (Art. 72, 73)."""

from collections.abc import Sequence

from governance.book import Block, Cell, Chip, Heading, Notice, Paragraph, Raw, Section, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.incidents.told import IncidentTold, MonitoringLine, MonitoringTold
from governance.names import named
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
    if any(one.frozen for one in incidents):
        message = gettext_noop("Evidence of this system is frozen: nothing of it may be erased while an incident is open.")
        blocks.append(Notice(Text(message), "info"))
    return tuple(blocks)


def _incident(snapshot: Snapshot, one: IncidentTold) -> tuple[Cell, ...]:
    language = snapshot.language
    clock = Text(gettext_noop("%(clock)s, %(article)s"), (("clock", named(one.clock)), ("article", one.article)))
    return (
        Raw(told(one.title)),
        named(one.severity),
        Raw(when(one.aware_at, language)),
        clock,
        Raw(when(one.due_at, language)),
        Raw(when(one.reported_at, language)),
        named(one.state),
    )
