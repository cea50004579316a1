"""What named people stated, decided or waived. A statement stands beside a measurement and never in its place."""

from collections.abc import Sequence

from governance.book import Block, Cell, Chip, Digest, Notice, Raw, Text, gettext_noop
from governance.compliance.assessment import DutyResult, Stated, Waived
from governance.reports.parts.words import DASH, data, short_id, table, told, when
from governance.reports.snapshot import Snapshot


def statement_blocks(snapshot: Snapshot, results: Sequence[DutyResult]) -> tuple[Block, ...]:
    """The statements about these duties and the waivers beside them, contradictions first."""
    blocks: list[Block] = []
    said = [(one, statement) for one in results for statement in one.statements]
    if any(statement.contradicted for _, statement in said):
        message = gettext_noop("What was stated and what was measured disagree. Both are printed; neither replaces the other.")
        blocks.append(Notice(Text(message), "contradicted"))
    if said:
        rows = [_statement(snapshot, one, statement) for one, statement in said]
        blocks.append(table(gettext_noop("Statements by named people, as declared by them"), _STATEMENT, rows))
    waived = [(one, waiver) for one in results for waiver in one.waivers]
    if waived:
        rows = [_waiver(snapshot, one, waiver) for one, waiver in waived]
        blocks.append(table(gettext_noop("Waivers; a waiver changes no state"), _WAIVER, rows))
    return tuple(blocks)


_STATEMENT = (
    gettext_noop("Duty"),
    gettext_noop("State"),
    gettext_noop("Statement"),
    gettext_noop("Person and role"),
    gettext_noop("When"),
    gettext_noop("Document"),
    gettext_noop("Cites"),
)
_WAIVER = (
    gettext_noop("Duty"),
    gettext_noop("Reason"),
    gettext_noop("Asked by"),
    gettext_noop("Second person"),
    gettext_noop("Ends on"),
)


def _statement(snapshot: Snapshot, result: DutyResult, one: Stated) -> tuple[Cell, ...]:
    return (
        Raw(result.duty.id),
        Chip("contradicted" if one.contradicted else one.state),
        data(told(one.statement)),
        Raw(f"{one.person}, {one.role}" if one.role else one.person),
        Raw(when(one.at, snapshot.language)),
        Digest(one.document_digest) if one.document_digest else data(one.document_name),
        Raw(", ".join(short_id(cited) for cited in one.cites) or DASH),
    )


def _waiver(snapshot: Snapshot, result: DutyResult, one: Waived) -> tuple[Cell, ...]:
    day = (("day", when(one.expires_on, snapshot.language)),)
    ended = Text("%(day)s", day) if one.active else Text(gettext_noop("%(day)s (ended)"), day)
    return (Raw(result.duty.id), data(told(one.reason)), Raw(one.by), data(one.second), ended)
