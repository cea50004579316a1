"""What the report is about: who answers for it, and its general description (Annex IV 1)."""

from collections.abc import Sequence

from governance.book import Block, Cell, Column, Digest, Heading, Notice, Raw, Section, Table, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.names import listed, named
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.words import NOT_STATED, item_title, missing, stated, table, told
from governance.reports.snapshot import Snapshot

# The fields of an AI system that identify it, with the words a reader knows them by.
FIELDS = (
    ("purpose", gettext_noop("Purpose")),
    ("intended_use", gettext_noop("Intended purpose in full")),
    ("roles", gettext_noop("Role of the organisation")),
    ("provider", gettext_noop("Provider")),
    ("deployers", gettext_noop("Deployers")),
    ("users_affected", gettext_noop("Persons affected")),
    ("foreseeable_misuse", gettext_noop("Foreseeable misuse")),
    ("oversight", gettext_noop("Human oversight")),
    ("languages", gettext_noop("Languages")),
    ("countries", gettext_noop("Countries")),
    ("placed_on_market", gettext_noop("Placed on the market")),
)
# Annex IV 1: the item, and the fields of the registry that say something of it; none where only a document can.
DESCRIPTION = (
    ("AnnexIV.1(a)", ("purpose", "intended_use", "provider")),
    ("AnnexIV.1(b)", ("inputs", "functions")),
    ("AnnexIV.1(c)", ()),
    ("AnnexIV.1(d)", ("system_type", "market_status")),
    ("AnnexIV.1(e)", ()),
    ("AnnexIV.1(f)", ()),
    ("AnnexIV.1(g)", ()),
    ("AnnexIV.1(h)", ("instructions_for_use", "instructions_url")),
)


def identification(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """Who answers for the system and what it is for; what nobody stated is told as missing."""
    rows: list[tuple[Cell, ...]] = [
        (Text(gettext_noop("Owner in the registry")), Raw(snapshot.owner)),
        (Text(gettext_noop("Stage")), named(snapshot.stage)),
    ]
    rows += [(Text(title), _field(snapshot, name)) for name, title in FIELDS]
    without = sum(not told(snapshot.spec.get(name)) for name, _ in FIELDS)
    titles = (gettext_noop("Field"), gettext_noop("As registered"))
    blocks: list[Block] = [table(gettext_noop("Identification and roles"), titles, rows)]
    if without:
        counts = (("count", str(without)), ("total", str(len(FIELDS))))
        message = gettext_noop("%(count)s of %(total)s fields are not stated in the registry. State them in a new version.")
        blocks.append(Notice(Text(message, counts)))
    blocks += [Heading(Text(gettext_noop("Change of role (Art. 25)"))), _change_of_role(snapshot)]
    more = duty_blocks(snapshot, results)
    return Section("identification", Text(gettext_noop("Identification and roles")), (*blocks, *more))


def _field(snapshot: Snapshot, name: str) -> Cell:
    roles = snapshot.spec.get("roles", ())
    return listed([named(str(role)) for role in roles]) if name == "roles" and roles else stated(snapshot.spec.get(name))


def _change_of_role(snapshot: Snapshot) -> Notice:
    """Whether somebody became the provider of another's system, as answered."""
    found = snapshot.classification
    mine = [one for one in found.outcome.dimensions if one.id == "role_basis"] if found else []
    if not mine or not mine[0].determined:
        message = gettext_noop("Whether Art. 25 makes the organisation a provider is not determined. Owner: %(owner)s.")
        return missing(message, snapshot)
    if not mine[0].values:
        return Notice(Text(gettext_noop("As declared, no event of Art. 25(1) took place.")), "info")
    values = (("events", ", ".join(mine[0].values)),)
    return Notice(Text(gettext_noop("As declared, the role of provider follows from Art. %(events)s."), values), "info")


def description(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """Annex IV 1, item by item, from the registry; then the versions under report."""
    titles = (gettext_noop("Item"), gettext_noop("What it asks"), gettext_noop("As registered"))
    rows = [(Raw(item), Raw(item_title(snapshot, item)), _registered(snapshot, fields)) for item, fields in DESCRIPTION]
    blocks: list[Block] = [table(gettext_noop("General description (Annex IV 1)"), titles, rows)]
    silent = [item for item, fields in DESCRIPTION if not _any(snapshot, fields)]
    if silent:
        message = gettext_noop("The registry says nothing of: %(items)s. Owner: %(owner)s.")
        blocks.append(missing(message, snapshot, items=", ".join(silent)))
    blocks += _versions(snapshot)
    more = duty_blocks(snapshot, results)
    return Section("description", Text(gettext_noop("General description of the system")), (*blocks, *more))


def _any(snapshot: Snapshot, fields: Sequence[str]) -> bool:
    return any(told(snapshot.spec.get(name)) for name in fields)


def _registered(snapshot: Snapshot, fields: Sequence[str]) -> Cell:
    found = [told(snapshot.spec.get(name)) for name in fields]
    return Raw(" \N{MIDDLE DOT} ".join(one for one in found if one)) if any(found) else NOT_STATED


def _versions(snapshot: Snapshot) -> tuple[Block, ...]:
    """The system version and everything it is made of, each with its digest."""
    columns = (
        Column(Text(gettext_noop("Role"))),
        Column(Text(gettext_noop("Asset"))),
        Column(Text(gettext_noop("Version")), figures=True),
        Column(Text(gettext_noop("Digest"))),
    )
    rows = tuple((named(part.role), Raw(part.asset), Raw(str(part.number)), Digest(part.digest)) for part in snapshot.parts)
    shown = Table(Text(gettext_noop("Versions under report")), columns, rows)
    if len(snapshot.parts) > 1:
        return (shown,)
    message = gettext_noop("This version names no components. Models, prompts and data are not on record. Owner: %(owner)s.")
    return (shown, missing(message, snapshot))
