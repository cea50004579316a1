"""What the report is about: identification, scope, versions."""

from collections.abc import Mapping
from typing import Any

from governance.book import (
    Block,
    Cell,
    Column,
    Digest,
    Notice,
    Paragraph,
    Raw,
    Section,
    Table,
    Text,
    gettext_noop,
)
from governance.names import listed, named
from governance.reports.snapshot import Snapshot

LONGEST = 1200

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


def identification(snapshot: Snapshot) -> Section:
    """Who answers for the system and what it is for; what nobody stated is told as missing."""
    rows: list[tuple[Cell, ...]] = [
        (Text(gettext_noop("Owner in the registry")), Raw(snapshot.owner)),
        (Text(gettext_noop("Stage")), named(snapshot.stage)),
    ]
    missing = 0
    for name, title in FIELDS:
        told = _told(snapshot.spec.get(name))
        cell = _roles(snapshot.spec) if name == "roles" else Raw(told)
        rows.append((Text(title), cell if told else Text(gettext_noop("not stated"))))
        missing += not told
    columns = (Column(Text(gettext_noop("Field"))), Column(Text(gettext_noop("As registered"))))
    blocks: list[Block] = [Table(Text(gettext_noop("Identification and roles")), columns, tuple(rows))]
    if missing:
        counts = (("count", str(missing)), ("total", str(len(FIELDS))))
        message = gettext_noop("%(count)s of %(total)s fields are not stated in the registry. State them in a new version.")
        blocks.append(Notice(Text(message, counts)))
    return Section("identification", Text(gettext_noop("Identification and roles")), tuple(blocks))


def scope(snapshot: Snapshot) -> Section:
    """Classification is not assessed in this version; what the registry declares is shown as declared."""
    declared = _told(snapshot.spec.get("risk_class"))
    area = _told(snapshot.spec.get("area"))
    message = gettext_noop(
        "Whether the law applies, whether a practice is prohibited, and whether the system is high-risk was not looked at. The "
        "duties in this report are listed as if it were a high-risk system of Annex III. Owner: %(owner)s."
    )
    blocks: list[Block] = [Notice(Text(message, (("owner", snapshot.owner),)))]
    if declared:
        values = (("risk", named(declared)), ("area", area or "\N{EN DASH}"))
        blocks.append(Paragraph(Text(gettext_noop("As declared in the registry: %(risk)s; Annex III: %(area)s."), values)))
    return Section("scope", Text(gettext_noop("Scope and classification")), tuple(blocks))


def versions(snapshot: Snapshot) -> Section:
    """The system version and everything it is made of, each with its digest."""
    columns = (
        Column(Text(gettext_noop("Role"))),
        Column(Text(gettext_noop("Asset"))),
        Column(Text(gettext_noop("Version")), figures=True),
        Column(Text(gettext_noop("Digest"))),
    )
    rows = tuple((named(part.role), Raw(part.asset), Raw(str(part.number)), Digest(part.digest)) for part in snapshot.parts)
    blocks: list[Block] = [Table(Text(gettext_noop("Versions under report")), columns, rows)]
    if len(snapshot.parts) <= 1:
        message = gettext_noop("This version names no components. Models, prompts and data are not on record. Owner: %(owner)s.")
        blocks.append(Notice(Text(message, (("owner", snapshot.owner),))))
    return Section("versions", Text(gettext_noop("Versions and components")), tuple(blocks))


def _roles(spec: Mapping[str, Any]) -> Text:
    return listed([named(str(role)) for role in spec.get("roles", ())])


def _told(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    words = "" if value is None else str(value)
    return words if len(words) <= LONGEST else words[:LONGEST].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
