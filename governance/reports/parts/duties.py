"""The duties that a section answers: their states, the evidence, who stated what, and what does not apply."""

from collections.abc import Iterable, Sequence

from governance.book import Block, Cell, Chip, Heading, Listing, Paragraph, Raw, Table, Text, gettext_noop
from governance.compliance.assessment import DutyResult, Finding
from governance.names import listed
from governance.reports.parts.clocks import clock_blocks
from governance.reports.parts.statements import statement_blocks
from governance.reports.parts.words import nothing_on_file, short_id, table, told
from governance.reports.snapshot import Snapshot

STRENGTHS = {
    "direct": gettext_noop("direct"),
    "partial": gettext_noop("partial"),
    "supporting": gettext_noop("supporting only"),
}


def duty_blocks(snapshot: Snapshot, results: Sequence[DutyResult]) -> tuple[Block, ...]:
    """The duties of a section, article by article. One with nothing on file gets a border and the bare list of what it asks."""
    if not results:
        return ()
    blocks: list[Block] = [Heading(Text(gettext_noop("Duties of this section")))]
    open_ones = [one for one in results if one.state != "not_applicable"]
    silent = not any(one.findings or one.statements or one.state != "not_assessed" for one in open_ones)
    if open_ones and silent:
        blocks.append(nothing_on_file(snapshot, open_ones))
    for group, own in _by_group(snapshot, open_ones):
        blocks += [Heading(group, 4), *clock_blocks(snapshot, own), _bare(snapshot, own) if silent else _table(snapshot, own)]
    return (*blocks, *_undetermined(open_ones), *_without(results), *statement_blocks(snapshot, results))


def _by_group(snapshot: Snapshot, results: Sequence[DutyResult]) -> list[tuple[Text, list[DutyResult]]]:
    """The duties by article, in the order in which the articles come."""
    found: dict[str, list[DutyResult]] = {}
    for one in results:
        found.setdefault(one.duty.group, []).append(one)
    titles = {group.id: group.title for group in snapshot.assessment.catalogue.law.groups}
    return [(_words(titles[name].of(snapshot.language) if name in titles else name), own) for name, own in found.items()]


def _bare(snapshot: Snapshot, results: Sequence[DutyResult]) -> Listing:
    return Listing(tuple(Raw(f"{one.duty.id}: {one.duty.title.of(snapshot.language)}") for one in results))


def _table(snapshot: Snapshot, results: Sequence[DutyResult]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for result in results:
        words = f"{result.duty.title.of(snapshot.language)}. {result.duty.duty.of(snapshot.language)}"
        rows.append((Raw(result.duty.id), Raw(words), Chip(result.state), evidence_cell(result, snapshot)))
    titles = (gettext_noop("Duty"), gettext_noop("What it asks"), gettext_noop("State"), gettext_noop("Evidence"))
    return table(gettext_noop("Duties, their states, and the evidence on file"), titles, rows)


def evidence_cell(result: DutyResult, snapshot: Snapshot) -> Text:
    """Each piece of evidence by kind, end of its id, and how strongly it speaks; that somebody stated something of it."""
    told = [_named_evidence(finding, snapshot) for finding in result.findings]
    if result.statements:
        told.append(Text(gettext_noop("stated by a person")))
    return listed(told) if told else Text(gettext_noop("none on file"))


def _named_evidence(finding: Finding, snapshot: Snapshot) -> Text:
    values = (
        ("kind", snapshot.kind_title(finding.evidence.kind)),
        ("id", short_id(finding.evidence.id)),
        ("strength", Text(STRENGTHS[finding.strength])),
    )
    if finding.superseded:
        return Text(gettext_noop("%(kind)s %(id)s (%(strength)s, of an earlier version)"), values)
    return Text("%(kind)s %(id)s (%(strength)s)", values)


def _undetermined(results: Sequence[DutyResult]) -> tuple[Block, ...]:
    """Duties of which nobody knows yet whether they apply; they are treated as if they did."""
    return tuple(
        Paragraph(Text(gettext_noop("Whether these apply is not determined: %(duties)s. %(reason)s"), values))
        for values in _by_reason(one for one in results if one.applies.answer == "undetermined")
    )


def _without(results: Sequence[DutyResult]) -> tuple[Block, ...]:
    return tuple(
        Paragraph(Text(gettext_noop("Not applicable, as declared: %(duties)s. %(reason)s"), values))
        for values in _by_reason(one for one in results if one.state == "not_applicable")
    )


def _by_reason(results: Iterable[DutyResult]) -> list[tuple[tuple[str, str | Text], ...]]:
    """The duties that share a reason and whoever gave it."""
    found: dict[Text, list[str]] = {}
    for one in results:
        found.setdefault(_reason(one), []).append(one.duty.id)
    return [(("reason", reason), ("duties", ", ".join(duties))) for reason, duties in found.items()]


def _reason(result: DutyResult) -> Text:
    """Why a duty does not apply: by the classification, or as a person stated it."""
    applies = result.applies
    if applies.reason:
        more = ", ".join(one for one in (applies.reference, applies.by) if one)
        return Text("%(reason)s (%(more)s)", (("reason", applies.reason), ("more", more))) if more else applies.reason
    said = [one for one in result.statements if one.state == "not_applicable"]
    return listed([_words(words) for one in said[-1:] for words in (told(one.statement), one.reference, one.person) if words])


def _words(words: str) -> Text:
    return Text("%(words)s", (("words", words),))
