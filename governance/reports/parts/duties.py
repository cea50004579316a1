"""Duties by article with their states, and the gaps with who must close them."""

from datetime import date

from governance.book import (
    Block,
    Cell,
    Chip,
    Column,
    Heading,
    Listing,
    Paragraph,
    Raw,
    Section,
    Table,
    Text,
    gettext_noop,
)
from governance.compliance.assessment import DutyResult, Finding
from governance.compliance.frameworks import KindLinks
from governance.names import listed
from governance.reports.moments import day_words
from governance.reports.snapshot import Snapshot

_CLOSED = ("criterion_met", "attested", "fulfilled_by_decision", "not_applicable")


def duties(snapshot: Snapshot) -> Section:
    """Every duty with its state and the evidence that speaks to it; supporting evidence covers nothing."""
    law = snapshot.assessment.catalogue
    blocks: list[Block] = [Paragraph(Text(_INTRODUCTION))]
    for group in law.law.groups:
        results = snapshot.assessment.of_group(group.id)
        clock = law.date_of(results[0].duty.clock) if results else None
        blocks.append(Heading(Text("%(article)s", (("article", group.title.of(snapshot.language)),))))
        if clock:
            day = day_words(date.fromisoformat(clock.applies_from), snapshot.language)
            when = (("date", day), ("basis", clock.basis.of(snapshot.language)))
            message = gettext_noop("Applies from %(date)s to systems of Annex III (%(basis)s).")
            blocks.append(Paragraph(Text(message, when)))
        blocks.append(_table(snapshot, results))
    return Section("duties", Text(gettext_noop("Duties and the evidence for them")), tuple(blocks))


_INTRODUCTION = gettext_noop(
    "Each duty is told in our own words, never as a quotation. A criterion that is met is evidence for a duty and does not "
    "fulfil it. Where only people can show a duty, no test changes its state. Evidence is named by the last characters of "
    "its id; the register holds the whole."
)


def _table(snapshot: Snapshot, results: tuple[DutyResult, ...]) -> Table:
    columns = (
        Column(Text(gettext_noop("Duty"))),
        Column(Text(gettext_noop("What it asks"))),
        Column(Text(gettext_noop("State"))),
        Column(Text(gettext_noop("Evidence"))),
    )
    rows: list[tuple[Cell, ...]] = []
    for result in results:
        words = f"{result.duty.title.of(snapshot.language)}. {result.duty.duty.of(snapshot.language)}"
        rows.append((Raw(result.duty.id), Raw(words), Chip(result.state), _evidence(result.findings, snapshot)))
    return Table(Text(gettext_noop("Duties, their states, and the evidence on file")), columns, tuple(rows))


def _evidence(findings: tuple[Finding, ...], snapshot: Snapshot) -> Cell:
    if not findings:
        return Text(gettext_noop("none on file"))
    return listed([_named_evidence(finding, snapshot) for finding in findings])


def _named_evidence(finding: Finding, snapshot: Snapshot) -> Text:
    values = (
        ("kind", snapshot.kind_title(finding.evidence.kind)),
        ("id", short_id(finding.evidence.id)),
        ("strength", Text(_STRENGTHS[finding.strength])),
    )
    return Text("%(kind)s %(id)s (%(strength)s)", values)


_STRENGTHS = {
    "direct": gettext_noop("direct"),
    "partial": gettext_noop("partial"),
    "supporting": gettext_noop("supporting only"),
}


def short_id(identifier: str) -> str:
    """The end of an id: the beginning of a UUIDv7 is only its time."""
    return identifier[-8:]


def gaps(snapshot: Snapshot) -> Section:
    """What is missing for each open duty, and who owns it."""
    columns = (
        Column(Text(gettext_noop("Duty"))),
        Column(Text(gettext_noop("State"))),
        Column(Text(gettext_noop("What is missing"))),
    )
    open_ones = [result for result in snapshot.assessment.results if result.state not in _CLOSED]
    rows = tuple((_name(result, snapshot), Chip(result.state), _missing(result, snapshot)) for result in open_ones)
    values = (("count", str(len(open_ones))), ("owner", snapshot.owner))
    message = gettext_noop("%(count)s duties are open. All belong to %(owner)s, the owner in the registry; no date is set.")
    blocks: list[Block] = [Paragraph(Text(message, values))]
    if rows:
        blocks.append(Table(Text(gettext_noop("Open duties")), columns, rows))
    return Section("gaps", Text(gettext_noop("Gaps and their owner")), tuple(blocks))


def _name(result: DutyResult, snapshot: Snapshot) -> Raw:
    return Raw(f"{result.duty.id} {result.duty.title.of(snapshot.language)}")


_MISSING = {
    "criterion_not_met": gettext_noop("A change of the system, or a reasoned decision by a named person."),
    "contradicted": gettext_noop("An explanation: what was stated and what was measured disagree."),
    "inconclusive": gettext_noop("More data: the interval lies across the limit."),
    "evidence_insufficient": gettext_noop("More or better data: the measure could not be judged."),
    "no_criterion": gettext_noop("A criterion frozen before the next run."),
    "stale": gettext_noop("A new run on what is in use now."),
}


def _missing(result: DutyResult, snapshot: Snapshot) -> Text:
    if result.state in _MISSING:
        return Text(_MISSING[result.state])
    if result.duty.assurance == "human":
        return Text(gettext_noop("A document and a statement by a named person; no test can show this."))
    kinds = [kind.title.of(snapshot.language) for kind in snapshot.assessment.catalogue.kinds if _carries(kind, result.duty.id)]
    if not kinds:
        return Text(gettext_noop("A document or a record; no test of this version speaks to it."))
    return Text(gettext_noop("Evidence from: %(kinds)s."), (("kinds", ", ".join(kinds)),))


def _carries(kind: KindLinks, item: str) -> bool:
    link = kind.link_to(item)
    return link is not None and link.strength != "supporting"


def not_shown(snapshot: Snapshot) -> Section:
    """What the evidence does not show, kind by kind, and what people must add."""
    blocks: list[Block] = []
    there = {one.kind for one in snapshot.assessment.evidence}
    for kind in snapshot.assessment.catalogue.kinds:
        if kind.kind in there or not there:
            blocks += _limits(kind, snapshot.language)
    for one in snapshot.assessment.unlinked():
        message = gettext_noop("The evidence %(kind)s is linked to no duty in this version.")
        blocks.append(Paragraph(Text(message, (("kind", snapshot.kind_title(one.kind)),))))
    return Section("not-shown", Text(gettext_noop("What this report does not show")), tuple(blocks))


def _limits(kind: KindLinks, language: str) -> tuple[Block, ...]:
    return (
        Heading(Text("%(kind)s", (("kind", kind.title.of(language)),))),
        Paragraph(Text(gettext_noop("Never shown by these tests:"))),
        Listing(tuple(Raw(words.of(language)) for words in kind.never_shows)),
        Paragraph(Text(gettext_noop("People must add:"))),
        Listing(tuple(Raw(words.of(language)) for words in kind.people_add)),
    )
