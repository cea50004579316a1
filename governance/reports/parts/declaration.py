"""Draft of the EU declaration of conformity (Annex V) and registration data (Annex VIII): prefilled, never issued by us."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.book import Block, Cell, Heading, Notice, Raw, Section, Table, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.words import NOT_STATED, item_title, missing, table, told
from governance.reports.snapshot import Snapshot
from governance.reports.spoken import short_digest


@dataclass(frozen=True, slots=True)
class Field:
    """An item, and the registered fields that fill it; none where only a person can."""

    item: str
    names: tuple[str, ...] = ()


PROVIDER = ("provider", "provider_address", "provider_contact")
NAMED = ("trade_name", "system_type", "reference")
ANNEX_V = (
    Field("AnnexV.1", NAMED),
    Field("AnnexV.2", PROVIDER),
    Field("AnnexV.3"),
    Field("AnnexV.4", ("other_union_law",)),
    Field("AnnexV.5", ("personal_data",)),
    Field("AnnexV.6", ("harmonised_standards",)),
    Field("AnnexV.7", ("notified_body", "certificate", "certificate_number")),
    Field("AnnexV.8", ("signing_place", "signatory", "signatory_function")),
)
SECTION_A = (
    Field("AnnexVIII.A.1", PROVIDER),
    Field("AnnexVIII.A.2", ("registration_contact",)),
    Field("AnnexVIII.A.3", ("authorised_representative",)),
    Field("AnnexVIII.A.4", NAMED),
    Field("AnnexVIII.A.5", ("intended_use", "purpose", "functions")),
    Field("AnnexVIII.A.6", ("inputs", "operating_logic")),
    Field("AnnexVIII.A.7", ("market_status",)),
    Field("AnnexVIII.A.8", ("certificate", "certificate_number", "certificate_expires", "notified_body")),
    Field("AnnexVIII.A.9"),
    Field("AnnexVIII.A.10", ("member_states", "countries")),
    Field("AnnexVIII.A.11", ("declaration_url",)),
    Field("AnnexVIII.A.12", ("instructions_url", "instructions_for_use")),
    Field("AnnexVIII.A.13", ("information_url",)),
)
SECTION_B = (
    Field("AnnexVIII.B.1", PROVIDER),
    Field("AnnexVIII.B.2", ("registration_contact",)),
    Field("AnnexVIII.B.3", ("authorised_representative",)),
    Field("AnnexVIII.B.4", NAMED),
    Field("AnnexVIII.B.5", ("intended_use", "purpose")),
    Field("AnnexVIII.B.6"),
    Field("AnnexVIII.B.8", ("market_status",)),
)
SECTION_C = (
    Field("AnnexVIII.C.1", ("deployers", "deployer_contact")),
    Field("AnnexVIII.C.2", ("registration_contact",)),
    Field("AnnexVIII.C.3", ("provider_entry_url",)),
    Field("AnnexVIII.C.4", ("fria_summary",)),
    Field("AnnexVIII.C.5", ("dpia_summary",)),
)
_DRAFT = gettext_noop(
    "Not signed and not issued. Whoever draws up this declaration takes responsibility for the system; no programme can. "
    "What follows is what the registry holds, for a person to check, complete and sign."
)


def declaration(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """Annex V as a draft, then Annex VIII by what the classification leads to."""
    blocks: list[Block] = [Heading(Text(gettext_noop("DRAFT of the EU declaration (Annex V)"))), Notice(Text(_DRAFT), "draft")]
    blocks.append(_filled(snapshot, gettext_noop("DRAFT: items of the declaration"), ANNEX_V, results))
    blocks += _registration(snapshot, results)
    more = duty_blocks(snapshot, results)
    title = Text(gettext_noop("DRAFT declaration and registration data"))
    return Section("declaration", title, (*blocks, *more))


def _registration(snapshot: Snapshot, results: Sequence[DutyResult]) -> tuple[Block, ...]:
    """Section A for a provider, B for a derogated system, C for a public deployer; all while nobody knows."""
    owed = _owed(snapshot)
    blocks: list[Block] = [Heading(Text(gettext_noop("Registration data (Annex VIII)")))]
    if owed is None:
        message = gettext_noop(
            "Which registration is owed was not looked at, so all three sections stand here. Owner: %(owner)s."
        )
        blocks.append(missing(message, snapshot))
    elif not owed:
        return (*blocks, Notice(Text(gettext_noop("The answers lead to no registration under Art. 49.")), "info"))
    for paragraph, caption, fields in _SECTIONS:
        if owed is None or any(paragraph in one for one in owed):
            blocks.append(_filled(snapshot, caption, fields, results))
    return tuple(blocks)


_SECTIONS = (
    ("49(1)", gettext_noop("Annex VIII, Section A: the provider registers a high-risk system (Art. 49(1))"), SECTION_A),
    ("49(2)", gettext_noop("Annex VIII, Section B: the provider registers a derogated system (Art. 49(2))"), SECTION_B),
    ("49(3)", gettext_noop("Annex VIII, Section C: a public deployer registers its use (Art. 49(3))"), SECTION_C),
)


def _owed(snapshot: Snapshot) -> tuple[str, ...] | None:
    """The paragraphs of Art. 49 that the answers lead to; None while nobody can tell."""
    found = snapshot.classification
    mine = [one for one in found.outcome.dimensions if one.id == "registration"] if found else []
    if not mine or not mine[0].determined:
        return None
    return tuple(value for value in mine[0].values if value != "none")


def _filled(snapshot: Snapshot, caption: str, fields: Sequence[Field], results: Sequence[DutyResult]) -> Table:
    titles = (gettext_noop("Item"), gettext_noop("What it asks"), gettext_noop("As registered or stated"))
    rows = [(Raw(one.item), Raw(item_title(snapshot, one.item)), _value(snapshot, one, results)) for one in fields]
    return table(caption, titles, rows)


def _value(snapshot: Snapshot, field: Field, results: Sequence[DutyResult]) -> Cell:
    """What a person stated of the item, else what is registered."""
    said = [statement for one in results if one.duty.id == field.item for statement in one.statements]
    if said:
        newest = max(said, key=lambda one: one.at)
        values = (("statement", told(newest.statement)), ("who", newest.person))
        return Text(gettext_noop("%(statement)s (stated by %(who)s)"), values)
    found = [words for name in field.names if (words := told(snapshot.spec.get(name)))]
    if field.names == NAMED:
        found = [*found, f"{snapshot.system}, {snapshot.number}", short_digest(snapshot.digest)]
    return Raw(" \N{MIDDLE DOT} ".join(dict.fromkeys(found))) if found else NOT_STATED
