"""What the same evidence says under other frameworks, from the crosswalk's own data."""

from collections.abc import Sequence

from governance.book import Block, Cell, Chip, Heading, Listing, Paragraph, Raw, Section, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.compliance.frameworks import Framework
from governance.names import listed
from governance.reports.chips import look_of
from governance.reports.moments import day_words
from governance.reports.parts.duties import STRENGTHS, evidence_cell
from governance.reports.parts.words import item_title, table
from governance.reports.snapshot import Snapshot

BINDING = {
    "law": gettext_noop("law"),
    "voluntary": gettext_noop("voluntary"),
    "standard": gettext_noop("standard"),
}


def crosswalk(snapshot: Snapshot) -> Section:
    """The links of what is on file, then every other framework with the states of its items."""
    blocks: list[Block] = [Paragraph(Text(_INTRODUCTION)), *_overview(snapshot), *_links(snapshot)]
    for one in others(snapshot):
        blocks += _framework(snapshot, one)
    return Section("crosswalk", Text(gettext_noop("Crosswalk to other frameworks")), tuple(blocks))


_INTRODUCTION = gettext_noop(
    "Evidence is made once and read under every framework that a kind of test is linked to. The links are ours and no official "
    "crosswalk. What is strong for one item may only support another."
)


def others(snapshot: Snapshot) -> tuple[Framework, ...]:
    """Every framework but the law itself, as far as it has duties."""
    catalogue = snapshot.assessment.catalogue
    return tuple(one for one in catalogue.frameworks if one.id != catalogue.law.id and snapshot.of_framework(one.id))


def _overview(snapshot: Snapshot) -> tuple[Block, ...]:
    """One line for each other framework."""
    rows = [(Raw(one.title.of(snapshot.language)), counted_states(snapshot.of_framework(one.id))) for one in others(snapshot)]
    titles = (gettext_noop("Framework"), gettext_noop("Items by state"))
    return (table(gettext_noop("The same evidence under other frameworks"), titles, rows),) if rows else ()


def counted_states(results: Sequence[DutyResult]) -> Text:
    """`not assessed 68 of 72, criterion met 4 of 72`."""
    states = [one.state for one in results]
    total = str(len(states))
    parts = [
        Text("%(state)s %(count)s/%(total)s", (("state", Text(look_of(state).word)), ("count", str(count)), ("total", total)))
        for state, count in sorted(((state, states.count(state)) for state in set(states)), key=_first_unknown)
    ]
    return listed(parts)


def _first_unknown(pair: tuple[str, int]) -> tuple[bool, str]:
    return pair[0] != "not_assessed", pair[0]


def _links(snapshot: Snapshot) -> tuple[Block, ...]:
    """What each kind of evidence on file shows, item by item of the law."""
    language = snapshot.language
    kinds = dict.fromkeys(one.kind for one in snapshot.assessment.evidence)
    rows: list[tuple[Cell, ...]] = [
        (
            snapshot.kind_title(kind),
            Raw(f"{link.item} {item_title(snapshot, link.item)}"),
            Text(STRENGTHS[link.strength]),
            Raw(link.shows.of(language)),
        )
        for kind in kinds
        if (found := snapshot.assessment.catalogue.of_kind(kind))
        for link in found.links
    ]
    titles = (gettext_noop("Test"), gettext_noop("Item"), gettext_noop("Strength"), gettext_noop("What it shows"))
    return (table(gettext_noop("What the evidence on file speaks to"), titles, rows),) if rows else ()


def _framework(snapshot: Snapshot, one: Framework) -> tuple[Block, ...]:
    """One framework: what it is, its counts, what has evidence, and what has none by its ids."""
    language, results = snapshot.language, snapshot.of_framework(one.id)
    values = (
        ("edition", one.edition),
        ("binding", Text(BINDING.get(one.binding, BINDING["voluntary"]))),
        ("checked", day_words(one.checked_on, language)),
        ("states", counted_states(results)),
    )
    message = gettext_noop("Edition %(edition)s, %(binding)s, checked on %(checked)s: %(states)s.")
    blocks: list[Block] = [Heading(Text("%(title)s", (("title", one.title.of(language)),))), Paragraph(Text(message, values))]
    if one.note:
        blocks.append(Paragraph(Raw(one.note.of(language))))
    spoken = [result for result in results if result.findings or result.statements or result.state != "not_assessed"]
    if spoken:
        titles = (gettext_noop("Item"), gettext_noop("What it asks"), gettext_noop("State"), gettext_noop("Evidence"))
        blocks.append(table(gettext_noop("Items with something on file"), titles, [_row(snapshot, found) for found in spoken]))
    silent = [result for result in results if result not in spoken]
    if silent:
        blocks.append(Paragraph(Text(gettext_noop("Not assessed, no evidence on file:"))))
        blocks.append(Listing(tuple(Raw(f"{found.duty.id}: {found.duty.title.of(language)}") for found in silent)))
    return tuple(blocks)


def _row(snapshot: Snapshot, result: DutyResult) -> tuple[Cell, ...]:
    title = Raw(result.duty.title.of(snapshot.language))
    return (Raw(result.duty.id), title, Chip(result.state), evidence_cell(result, snapshot))
