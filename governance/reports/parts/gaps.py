"""What is missing, who closes it and until when; and what nobody can prove by an audit."""

from collections.abc import Sequence

from governance.book import Block, Cell, Chip, Heading, Listing, Paragraph, Raw, Section, Table, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.compliance.frameworks import KindLinks
from governance.names import listed
from governance.reports.parts.clocks import applies_from
from governance.reports.parts.words import owner_of, table, when
from governance.reports.snapshot import Snapshot

CLOSED = ("criterion_met", "attested", "fulfilled_by_decision", "not_applicable")


def open_duties(snapshot: Snapshot) -> tuple[DutyResult, ...]:
    """The duties of the law that are open."""
    return tuple(one for one in snapshot.of_law() if one.state not in CLOSED)


def gaps(snapshot: Snapshot) -> Section:
    """What is missing for each open duty of the law, and who owns it."""
    found = open_duties(snapshot)
    values = (("count", str(len(found))), ("owner", snapshot.owner))
    message = gettext_noop("%(count)s duties of the law are open. What is assigned to nobody belongs to %(owner)s, the owner.")
    blocks: list[Block] = [Paragraph(Text(message, values))]
    for need, results in _by_need(snapshot, found).items():
        blocks += [Heading(need), _table(snapshot, results)]
    return Section("gaps", Text(gettext_noop("Gaps, their owners and dates")), tuple(blocks))


def _by_need(snapshot: Snapshot, found: Sequence[DutyResult]) -> dict[Text, list[DutyResult]]:
    """The open duties by what closes them, failures first."""
    needs: dict[Text, list[DutyResult]] = {}
    for one in sorted(
        found, key=lambda result: list(_MISSING).index(result.state) if result.state in _MISSING else len(_MISSING)
    ):
        needs.setdefault(_missing(one, snapshot), []).append(one)
    return needs


def _table(snapshot: Snapshot, found: Sequence[DutyResult]) -> Table:
    titles = (
        gettext_noop("Duty"),
        gettext_noop("What it asks"),
        gettext_noop("State"),
        gettext_noop("Owner"),
        gettext_noop("Due"),
        gettext_noop("Applies from"),
    )
    return table(gettext_noop("Open duties"), titles, [_row(one, snapshot) for one in found])


def _row(result: DutyResult, snapshot: Snapshot) -> tuple[Cell, ...]:
    due = result.assignment.due if result.assignment else None
    return (
        Raw(result.duty.id),
        Raw(result.duty.title.of(snapshot.language)),
        Chip(result.state),
        Raw(owner_of(result, snapshot)),
        Raw(when(due, snapshot.language)) if due else Text(gettext_noop("none set")),
        Raw(applies_from(result, snapshot)),
    )


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
    carrying = [kind for kind in snapshot.assessment.catalogue.kinds if _carries(kind, result.duty.id)]
    kinds = [_kind(kind, snapshot.language) for kind in carrying]
    if not kinds:
        return Text(gettext_noop("A document or a record; no test of this version speaks to it."))
    return Text(gettext_noop("Evidence from: %(kinds)s."), (("kinds", listed(kinds)),))


def _kind(kind: KindLinks, language: str) -> Text:
    """A kind of evidence by its name; one that no audit makes yet says so."""
    message = "%(kind)s" if kind.built else gettext_noop("%(kind)s (no audit of this kind exists yet)")
    return Text(message, (("kind", kind.title.of(language)),))


def _carries(kind: KindLinks, item: str) -> bool:
    link = kind.link_to(item)
    return link is not None and link.strength != "supporting"


def not_shown(snapshot: Snapshot) -> Section:
    """What the evidence does not show, kind by kind, what people must add, and what no audit can prove at all."""
    blocks: list[Block] = []
    there = {one.kind for one in snapshot.assessment.evidence}
    for kind in snapshot.assessment.catalogue.kinds:
        if kind.kind in there or not there:
            blocks += _limits(kind, snapshot.language)
    for one in snapshot.assessment.unlinked():
        message = gettext_noop("The evidence %(kind)s is linked to no duty in this version.")
        blocks.append(Paragraph(Text(message, (("kind", snapshot.kind_title(one.kind)),))))
    return Section("not-shown", Text(gettext_noop("What this report does not show")), (*blocks, *_only_people(snapshot)))


def _limits(kind: KindLinks, language: str) -> tuple[Block, ...]:
    blocks: list[Block] = [Heading(Text("%(kind)s", (("kind", kind.title.of(language)),)))]
    if kind.never_shows:
        blocks.append(Paragraph(Text(gettext_noop("Never shown by these tests:"))))
        blocks.append(Listing(tuple(Raw(words.of(language)) for words in kind.never_shows)))
    if kind.people_add:
        blocks.append(Paragraph(Text(gettext_noop("People must add:"))))
        blocks.append(Listing(tuple(Raw(words.of(language)) for words in kind.people_add)))
    return tuple(blocks)


def _only_people(snapshot: Snapshot) -> tuple[Block, ...]:
    """The duties of the law that no audit can show: a person's document, statement or act is the only evidence for them."""
    found = [one for one in snapshot.of_law() if one.duty.assurance == "human"]
    if not found:
        return ()
    counts = (("count", str(len(found))), ("total", str(len(snapshot.of_law()))))
    message = gettext_noop(
        "%(count)s of %(total)s duties cannot be shown by any audit. A named person's document, statement or act is the only "
        "evidence for them, whatever is measured:"
    )
    heading = Heading(Text(gettext_noop("What no audit can show")))
    return (heading, Paragraph(Text(message, counts)), Listing(tuple(_by_article(snapshot, found))))


def _by_article(snapshot: Snapshot, found: Sequence[DutyResult]) -> list[Raw]:
    """The items article by article, so that the list stays short."""
    titles = {group.id: group.title.of(snapshot.language) for group in snapshot.assessment.catalogue.law.groups}
    groups: dict[str, list[str]] = {}
    for one in found:
        groups.setdefault(one.duty.group, []).append(f"{one.duty.id} {one.duty.title.of(snapshot.language)}")
    return [Raw(f"{titles.get(group, group)} \N{EM DASH} {'; '.join(items)}.") for group, items in groups.items()]
