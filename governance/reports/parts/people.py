"""Sections in which people speak and tests only support them: risk, oversight, cybersecurity, quality and conformity."""

from collections.abc import Sequence

from governance.book import Block, Notice, Paragraph, Section, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.scope import VALUES
from governance.reports.parts.words import missing, stated, table, told
from governance.reports.snapshot import Snapshot

CYBERSECURITY = ("security", "robustness")  # kinds of evidence that speak to it


def risk(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """Art. 9 and Annex IV 5: what is foreseen, and who accepted what remains."""
    blocks: list[Block] = [_declared(snapshot, (("foreseeable_misuse", gettext_noop("Foreseeable misuse")),))]
    accepted = [one for one in results if one.duty.id == "Art.9(5)" and one.statements]
    if not accepted:
        message = gettext_noop("No named person accepted the residual risk (Art. 9(5)). Owner: %(owner)s.")
        blocks.append(missing(message, snapshot))
    more = duty_blocks(snapshot, results)
    return Section("risk", Text(gettext_noop("Risk management")), (*blocks, *more))


def oversight(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """Art. 14 and 26: who can stop the system, and how."""
    blocks = (_declared(snapshot, (("oversight", gettext_noop("Human oversight")),)),)
    return Section("oversight", Text(gettext_noop("Human oversight")), (*blocks, *duty_blocks(snapshot, results)))


def cybersecurity(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """Art. 15(5) and Annex IV 2(h); the lists of known attacks are in the crosswalk, with their edition."""
    there = [one for one in snapshot.assessment.evidence if one.kind in CYBERSECURITY]
    blocks: list[Block] = []
    if not there:
        message = gettext_noop("No attack was tried on this version: no evidence of such a test is on file. Owner: %(owner)s.")
        blocks.append(missing(message, snapshot))
    blocks.append(Paragraph(Text(gettext_noop("Lists of known attacks stand in the crosswalk, each with its edition."))))
    return Section("cybersecurity", Text(gettext_noop("Cybersecurity")), (*blocks, *duty_blocks(snapshot, results)))


def quality(snapshot: Snapshot, results: Sequence[DutyResult]) -> Section:
    """Art. 16, 17 and 43, Annex VI: the provider's house, standards, and the route of conformity."""
    blocks = (_route(snapshot),)
    title = Text(gettext_noop("Quality management, standards and conformity route"))
    return Section("quality", title, (*blocks, *duty_blocks(snapshot, results)))


def _route(snapshot: Snapshot) -> Notice:
    """The procedure that the classification leads to; never that it was carried out."""
    found = snapshot.classification
    if found is None:
        return missing(gettext_noop("Which conformity assessment is owed was not looked at. Owner: %(owner)s."), snapshot)
    routes = [value for one in found.outcome.dimensions if one.id == "conformity" for value in one.values]
    if not routes or routes == ["none"]:
        return Notice(Text(gettext_noop("The answers lead to no conformity assessment under Art. 43.")), "info")
    message = gettext_noop("The answers lead to this route: %(route)s. That it was followed is for people to show.")
    return Notice(Text(message, (("route", Text(VALUES.get(routes[0], "%(route)s"), (("route", routes[0]),))),)), "info")


def _declared(snapshot: Snapshot, fields: Sequence[tuple[str, str]]) -> Block:
    """Registered fields, or the border that nobody stated them."""
    if not any(told(snapshot.spec.get(name)) for name, _ in fields):
        return missing(gettext_noop("The registry says nothing about this. Owner: %(owner)s."), snapshot)
    titles = (gettext_noop("Field"), gettext_noop("As registered"))
    rows = [(Text(title), stated(snapshot.spec.get(name))) for name, title in fields]
    return table(gettext_noop("As declared in the registry"), titles, rows)
