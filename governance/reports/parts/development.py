"""How it was made: datasets, models and what their suppliers handed down (Annex IV 2, Art. 10, Annex XII)."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.book import Block, Cell, Heading, Paragraph, Raw, Section, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.words import item_title, missing, stated, table, told
from governance.reports.snapshot import Part, Snapshot

DATA_KINDS = ("dataset", "knowledge_base")
DATASHEET = (
    ("use", gettext_noop("Use")),
    ("origin", gettext_noop("Origin")),
    ("collected", gettext_noop("Collection")),
    ("rows", gettext_noop("Rows")),
    ("documents", gettext_noop("Documents")),
    ("preparation", gettext_noop("Preparation")),
    ("assumptions", gettext_noop("Assumptions")),
    ("known_gaps", gettext_noop("Known gaps")),
    ("personal_data", gettext_noop("Personal data")),
    ("sensitive_columns", gettext_noop("Special columns")),
    ("splitter", gettext_noop("Splitting")),
    ("encoder", gettext_noop("Encoder")),
    ("licence", gettext_noop("Licence")),
    ("description", gettext_noop("Description")),
)
MODEL = (
    ("provider", gettext_noop("Provider")),
    ("family", gettext_noop("Family")),
    ("name", gettext_noop("Name")),
    ("format", gettext_noop("Format")),
    ("licence", gettext_noop("Licence")),
    ("parameters", gettext_noop("Parameters")),
    ("training_summary", gettext_noop("Training in short")),
    ("limitations", gettext_noop("Limitations")),
)
# Annex XII: what the supplier of a general-purpose model hands down, and where the registry holds it.
SUPPLIER = (
    ("AnnexXII.1(a)", ("family", "description")),
    ("AnnexXII.1(b)", ("limitations",)),
    ("AnnexXII.1(c)", ()),
    ("AnnexXII.1(d)", ()),
    ("AnnexXII.1(e)", ("parameters",)),
    ("AnnexXII.1(f)", ("architecture",)),
    ("AnnexXII.1(g)", ("format",)),
    ("AnnexXII.1(h)", ("licence",)),
    ("AnnexXII.2(a)", ()),
    ("AnnexXII.2(b)", ()),
    ("AnnexXII.2(c)", ("training_summary",)),
)


def development(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """Data sheets and supplier documents of the versions the system is made of."""
    blocks: list[Block] = [
        Paragraph(Text(gettext_noop("Which version came from which is told by the sealed lineage in an appendix.")))
    ]
    datasets = [part for part in snapshot.parts if part.kind in DATA_KINDS]
    if not datasets:
        message = gettext_noop("No data set and no knowledge base is on record for this version. Owner: %(owner)s.")
        blocks.append(missing(message, snapshot))
    for part in datasets:
        blocks += _datasheet(snapshot, part)
    models = [part for part in snapshot.parts if part.kind == "model"]
    if not models:
        blocks.append(missing(gettext_noop("No model is on record for this version. Owner: %(owner)s."), snapshot))
    for part in models:
        blocks += _supplier(snapshot, part)
    more = duty_blocks(snapshot, results)
    return Section("development", Text(gettext_noop("Development and data")), (*blocks, *more))


def _heading(message: str, part: Part) -> Heading:
    return Heading(Text(message, (("name", part.asset), ("number", str(part.number)))))


def _datasheet(snapshot: Snapshot, part: Part) -> tuple[Block, ...]:
    """What is stated of a data set; fields that its kind has and nobody filled are told by number."""
    fields = [(name, title) for name, title in DATASHEET if name in part.spec]
    rows: list[tuple[Cell, ...]] = [(Text(title), _cell(part.spec[name])) for name, title in fields if told(part.spec[name])]
    blocks: list[Block] = [_heading(gettext_noop("Data sheet: %(name)s, version %(number)s"), part)]
    if rows:
        titles = (gettext_noop("Field"), gettext_noop("As registered"))
        blocks.append(table(gettext_noop("What the registry holds of this data"), titles, rows))
    if len(rows) < len(fields):
        counts = {"count": str(len(fields) - len(rows)), "total": str(len(fields))}
        message = gettext_noop("%(count)s of %(total)s fields of this data sheet are not stated. Owner: %(owner)s.")
        blocks.append(missing(message, snapshot, **counts))
    return tuple(blocks)


def _cell(value: object) -> Cell:
    if isinstance(value, bool):
        return Text(gettext_noop("yes")) if value else Text(gettext_noop("no"))
    return stated(value)


def _supplier(snapshot: Snapshot, part: Part) -> tuple[Block, ...]:
    """Annex XII for a general-purpose model, the plain record for another."""
    heading = _heading(gettext_noop("Model: %(name)s, version %(number)s"), part)
    if not part.spec.get("general_purpose"):
        return (heading, _record(part.spec))
    held = [(item, [told(part.spec.get(name)) for name in fields]) for item, fields in SUPPLIER]
    rows = [(Raw(item), Raw(item_title(snapshot, item)), stated([one for one in found if one])) for item, found in held]
    titles = (gettext_noop("Item"), gettext_noop("What it asks"), gettext_noop("As registered"))
    shown = table(gettext_noop("What the supplier of the model hands down (Annex XII)"), titles, rows)
    silent = [item for item, found in held if not any(found)]
    if not silent:
        return (heading, shown)
    message = gettext_noop("Not held for this model: %(items)s. Ask its supplier. Owner: %(owner)s.")
    return (heading, shown, missing(message, snapshot, items=", ".join(silent)))


def _record(spec: Mapping[str, Any]) -> Block:
    rows = [(Text(title), stated(spec.get(name))) for name, title in MODEL]
    titles = (gettext_noop("Field"), gettext_noop("As registered"))
    return table(gettext_noop("What the registry holds of this model"), titles, rows)
