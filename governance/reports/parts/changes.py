"""What changed: the versions of the system, and what has a successor since it was tested (Annex IV 6)."""

from collections.abc import Sequence

from governance.book import Block, Cell, Chip, Column, Digest, Paragraph, Raw, Section, Table, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.words import data, missing, short_id, table, told, when
from governance.reports.snapshot import Snapshot


def changes(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """The history of versions, evidence that changes made stale, and the decision on substantial modification."""
    blocks: list[Block] = [*_history(snapshot), *_stale(snapshot)]
    if not any(one.statements for one in results):
        message = gettext_noop("No named person decided whether these changes are a substantial modification. Owner: %(owner)s.")
        blocks.append(missing(message, snapshot))
    more = duty_blocks(snapshot, results)
    return Section("changes", Text(gettext_noop("Changes and substantial modification")), (*blocks, *more))


def _history(snapshot: Snapshot) -> tuple[Block, ...]:
    if len(snapshot.history) < 2:
        return (Paragraph(Text(gettext_noop("This is the first version on record; nothing was changed since."))),)
    columns = (
        Column(Text(gettext_noop("Version")), figures=True),
        Column(Text(gettext_noop("Registered"))),
        Column(Text(gettext_noop("By"))),
        Column(Text(gettext_noop("What was changed, as declared"))),
        Column(Text(gettext_noop("Digest"))),
    )
    rows = tuple(
        (Raw(str(one.number)), Raw(when(one.at, snapshot.language)), Raw(one.by), data(told(one.note)), Digest(one.digest))
        for one in snapshot.history
    )
    return (Table(Text(gettext_noop("Versions of the system")), columns, rows),)


def _stale(snapshot: Snapshot) -> tuple[Block, ...]:
    found = [one for one in snapshot.assessment.evidence if one.changed]
    if not found:
        return ()
    rows: list[tuple[Cell, ...]] = [
        (snapshot.kind_title(one.kind), Raw(short_id(one.id)), Raw("; ".join(one.changed)), Chip("stale")) for one in found
    ]
    titles = (gettext_noop("Test"), gettext_noop("Evidence"), gettext_noop("What changed since"), gettext_noop("State"))
    return (table(gettext_noop("Evidence that changes made stale"), titles, rows),)
