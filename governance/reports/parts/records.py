"""What is kept and how long: logs, documents, the ledger (Art. 12, 18, 19, 26(6))."""

from collections.abc import Sequence

from governance.book import Block, Cell, Notice, Paragraph, Section, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.incidents.told import RetentionTold
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.words import DASH, data, missing, stated, table, told, when
from governance.reports.snapshot import Snapshot


def records(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """The ledger's head, what the registry says of logs, and each retention clock."""
    blocks: list[Block] = [_ledger(snapshot), _logs(snapshot), *_clocks(snapshot)]
    more = duty_blocks(snapshot, results)
    return Section("records", Text(gettext_noop("Logging, record-keeping and retention")), (*blocks, *more))


def _ledger(snapshot: Snapshot) -> Paragraph:
    sealed = (("count", str(len(snapshot.assessment.evidence))), ("size", str(snapshot.head.size if snapshot.head else 0)))
    message = gettext_noop(
        "%(count)s pieces of evidence of this system stand in an append-only ledger of %(size)s signed entries. The ledger shows "
        "what was recorded, not that everything was."
    )
    return Paragraph(Text(message, sealed))


def _logs(snapshot: Snapshot) -> Block:
    if not told(snapshot.spec.get("record_keeping")):
        return missing(gettext_noop("The registry says nothing of the system's own logs. Owner: %(owner)s."), snapshot)
    titles = (gettext_noop("Field"), gettext_noop("As registered"))
    rows = [(Text(gettext_noop("Record keeping")), stated(snapshot.spec.get("record_keeping")))]
    return table(gettext_noop("As declared in the registry"), titles, rows)


def _clocks(snapshot: Snapshot) -> tuple[Block, ...]:
    """How long what is kept, from when; a clock without a beginning is told as such."""
    retention = snapshot.clocks.retention if snapshot.clocks else ()
    if not retention:
        return (missing(gettext_noop("No retention clock runs for this system. Owner: %(owner)s."), snapshot),)
    titles = (
        gettext_noop("What is kept"),
        gettext_noop("Article"),
        gettext_noop("Begins"),
        gettext_noop("Ends"),
        gettext_noop("Legal hold"),
        gettext_noop("Remark"),
    )
    blocks: list[Block] = [table(gettext_noop("Retention clocks"), titles, [_row(snapshot, one) for one in retention])]
    if any(one.starts is None for one in retention):
        message = gettext_noop("A clock without a beginning does not run: the date of placing on the market is not on record.")
        blocks.append(Notice(Text(message)))
    return tuple(blocks)


def _row(snapshot: Snapshot, one: RetentionTold) -> tuple[Cell, ...]:
    hold = Text(gettext_noop("yes")) if one.hold else Text(gettext_noop("no"))
    days = [data(when(day, snapshot.language) if day else DASH) for day in (one.starts, one.ends)]
    return (one.what, data(one.article), days[0], days[1], hold, one.note)
