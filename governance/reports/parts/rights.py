"""Fundamental rights impact assessment (Art. 27) and its neighbour in data protection (GDPR Art. 35)."""

from collections.abc import Sequence

from governance.book import Block, Cell, Notice, Raw, Section, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.words import NOT_STATED, item_title, missing, state_of, stated, table, told
from governance.reports.snapshot import Snapshot

# Each element of Art. 27(1), and the registered field that says something of it; none where only a person can.
ELEMENTS = (
    ("Art.27(1)(a)", ("deployment_process", "intended_use")),
    ("Art.27(1)(b)", ("use_period", "use_frequency")),
    ("Art.27(1)(c)", ("users_affected",)),
    ("Art.27(1)(d)", ("specific_risks",)),
    ("Art.27(1)(e)", ("oversight",)),
    ("Art.27(1)(f)", ("risk_response",)),
)
DPIA = "GDPR.35"


def rights(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """Whether an assessment is owed, its elements as far as they are on record, and the data protection one."""
    blocks: list[Block] = [_owed(snapshot), _elements(snapshot, results)]
    silent = [item for item, fields in ELEMENTS if not _first(snapshot, fields) and not _said(results, item)]
    if silent:
        message = gettext_noop("Nothing is on record for: %(items)s. Owner: %(owner)s.")
        blocks.append(missing(message, snapshot, items=", ".join(silent)))
    more = duty_blocks(snapshot, results)
    return Section("rights", Text(gettext_noop("Fundamental rights and data protection")), (*blocks, *_dpia(snapshot), *more))


def _owed(snapshot: Snapshot) -> Notice:
    found = snapshot.classification
    values = [value for one in found.outcome.dimensions if one.id == "fria" for value in one.values] if found else []
    if not values or values == ["undetermined"]:
        return missing(gettext_noop("Whether Art. 27 asks for this assessment is not determined. Owner: %(owner)s."), snapshot)
    if values[0] in {"false", "no", "none"}:
        return Notice(Text(gettext_noop("The answers do not lead to an assessment under Art. 27.")), "info")
    return Notice(Text(gettext_noop("The answers lead to an assessment under Art. 27, owed by the deployer.")), "info")


def _elements(snapshot: Snapshot, results: Sequence[DutyResult]) -> Block:
    titles = (gettext_noop("Element"), gettext_noop("What it asks"), gettext_noop("As registered"), gettext_noop("State"))
    rows: list[tuple[Cell, ...]] = [
        (Raw(item), Raw(item_title(snapshot, item)), _record(snapshot, fields, results, item), state_of(results, item))
        for item, fields in ELEMENTS
    ]
    return table(gettext_noop("Elements of the assessment (Art. 27(1))"), titles, rows)


def _record(snapshot: Snapshot, fields: Sequence[str], results: Sequence[DutyResult], item: str) -> Cell:
    said = _said(results, item)
    return stated(said or _first(snapshot, fields)) if said or fields else NOT_STATED


def _first(snapshot: Snapshot, fields: Sequence[str]) -> str:
    return next((words for name in fields if (words := told(snapshot.spec.get(name)))), "")


def _said(results: Sequence[DutyResult], item: str) -> str:
    """The newest statement about an element."""
    found = [statement for one in results if one.duty.id == item for statement in one.statements]
    return max(found, key=lambda one: one.at).statement if found else ""


def _dpia(snapshot: Snapshot) -> tuple[Block, ...]:
    found = [one for one in snapshot.assessment.results if one.duty.id == DPIA]
    if not found or found[0].state == "not_assessed":
        message = gettext_noop("No data protection impact assessment (GDPR Art. 35) is on file. Owner: %(owner)s.")
        return (missing(message, snapshot),)
    titles = (gettext_noop("Duty"), gettext_noop("What it asks"), gettext_noop("State"))
    rows = [(Raw(one.duty.id), Raw(one.duty.title.of(snapshot.language)), state_of(found, DPIA)) for one in found]
    return (table(gettext_noop("Data protection impact assessment"), titles, rows),)
