"""What a reader sees first: status, and the result on one page."""

from collections.abc import Sequence
from datetime import date

from governance.book import (
    Block,
    Cell,
    Chip,
    Column,
    Digest,
    Heading,
    Listing,
    Notice,
    Paragraph,
    Raw,
    Section,
    Table,
    Text,
    gettext_noop,
)
from governance.compliance.assessment import DutyResult
from governance.compliance.frameworks import LegalDate
from governance.compliance.verdict import ITEM_STATES, ItemState
from governance.reports.moments import day_words, moment_words
from governance.reports.parts.clocks import CERTAINTIES
from governance.reports.parts.scope import headline
from governance.reports.parts.words import when
from governance.reports.snapshot import Snapshot

NEXT_DATES = 5
NAMED = 6  # duties of one kind of problem that the first page names
LANGUAGES = {"en": gettext_noop("English"), "es": gettext_noop("Spanish")}
_PROBLEMS: tuple[tuple[str, tuple[ItemState, ...]], ...] = (
    (gettext_noop("Criterion not met or contradicted"), ("criterion_not_met", "contradicted")),
    (
        gettext_noop("Not decided: inconclusive, insufficient, or without a criterion"),
        ("inconclusive", "evidence_insufficient", "no_criterion"),
    ),
    (gettext_noop("Stale: something changed since"), ("stale",)),
)


def status_rows(snapshot: Snapshot) -> tuple[tuple[Text, Cell], ...]:
    """The cover: what this is about, what it is, and which law it was held against."""
    law, language = snapshot.assessment.catalogue.law, snapshot.language
    return (
        (Text(gettext_noop("AI system")), Raw(snapshot.system)),
        (Text(gettext_noop("Version")), Raw(str(snapshot.number))),
        (Text(gettext_noop("Digest of the version")), Digest(snapshot.digest)),
        (Text(gettext_noop("Organisation")), Raw(snapshot.organisation)),
        (Text(gettext_noop("Report")), Raw(snapshot.report_id)),
        (Text(gettext_noop("Status")), Text(gettext_noop("Draft: not signed by a responsible person"))),
        (Text(gettext_noop("Issued")), Raw(moment_words(snapshot.issued_at, language))),
        (Text(gettext_noop("Built by")), Raw(snapshot.built_by)),
        (Text(gettext_noop("Language")), Text(LANGUAGES.get(language, LANGUAGES["en"]))),
        (Text(gettext_noop("Law")), Raw(law.title.of(language))),
        (Text(gettext_noop("Text of the law")), Raw(law.text_version)),
        (Text(gettext_noop("Law and dates checked on")), Raw(day_words(law.checked_on, language))),
        (Text(gettext_noop("Evidence on file")), _on_file(snapshot)),
    )


def _on_file(snapshot: Snapshot) -> Cell:
    """How much there is; nothing is said on the cover already."""
    found = len(snapshot.assessment.evidence)
    if not found:
        return Text(gettext_noop("none: nothing was assessed"))
    return Text(gettext_noop("%(count)s pieces"), (("count", str(found)),))


def cover(snapshot: Snapshot) -> tuple[Notice, ...]:
    """That nothing was assessed, where that is so; then what this report is and is not."""
    return (*_nothing(snapshot), _disclaimer())


def result(snapshot: Snapshot) -> Section:
    """The result on one page: what is unknown, what is wrong, what is due. No total, no score."""
    results = snapshot.of_law()
    blocks: list[Block] = [*_nothing(snapshot), *_unchecked(snapshot), headline(snapshot), _counts(results)]
    for title, states in _PROBLEMS:
        found = [one for one in results if one.state in states]
        if found:
            blocks += [Heading(Text(title)), _lines(found, snapshot.language)]
    blocks += [*_untold(snapshot), *_waived(results), _dates(snapshot)]
    return Section("result", Text(gettext_noop("Result on one page")), tuple(blocks))


def _lines(found: Sequence[DutyResult], language: str) -> Listing:
    """The first of them; how many more there are is told, and the gap list holds all."""
    lines: list[Text | Raw] = [_line(one, language) for one in found[:NAMED]]
    if len(found) > NAMED:
        message = gettext_noop("and %(count)s more; the gap list holds all")
        lines.append(Text(message, (("count", str(len(found) - NAMED)),)))
    return Listing(tuple(lines))


def _untold(snapshot: Snapshot) -> tuple[Block, ...]:
    """Serious incidents whose clock runs, as one line."""
    incidents = snapshot.clocks.incidents if snapshot.clocks else ()
    running = [one for one in incidents if one.standing in {"running", "due_soon", "overdue"}]
    if not running:
        return ()
    late = sum(one.standing == "overdue" for one in running)
    message = gettext_noop("Serious incidents that no authority was told of: %(count)s; overdue: %(late)s. Next due: %(due)s.")
    due = when(min(one.due_at for one in running), snapshot.language)
    values = (("count", str(len(running))), ("late", str(late)), ("due", due))
    return (Notice(Text(message, values), "overdue" if late else "info"),)


def _waived(results: Sequence[DutyResult]) -> tuple[Block, ...]:
    """Active waivers stand beside the states and change none."""
    active = [one.duty.id for one in results if any(waiver.active for waiver in one.waivers)]
    if not active:
        return ()
    message = gettext_noop("Waived for a time, which changes no state: %(duties)s.")
    return (Paragraph(Text(message, (("duties", ", ".join(active)),))),)


def _disclaimer() -> Notice:
    message = gettext_noop(
        "This report shows evidence for duties of the law and what is missing; it is not legal advice, and no measured "
        "result says that a duty is fulfilled: that is for a named person to decide."
    )
    return Notice(Text(message), "info")


def _unchecked(snapshot: Snapshot) -> tuple[Block, ...]:
    """Each framework that nobody held against its source for too long."""
    message = gettext_noop("%(framework)s: duties and dates have not been verified since %(date)s.")
    language = snapshot.language
    return tuple(
        Notice(Text(message, (("framework", one.title.of(language)), ("date", day_words(one.checked_on, language)))), "stale")
        for one in snapshot.assessment.catalogue.unchecked(snapshot.issued_at.date())
    )


def _nothing(snapshot: Snapshot) -> tuple[Notice, ...]:
    if snapshot.assessment.evidence:
        return ()
    message = gettext_noop(
        "Nothing was assessed. No evidence is on file for this version of the system, so this report says nothing about "
        "how it behaves. Owner: %(owner)s."
    )
    return (Notice(Text(message, (("owner", snapshot.owner),)), "not_assessed"),)


def _counts(results: Sequence[DutyResult]) -> Table:
    total, states = str(len(results)), [one.state for one in results]
    told = [state for state in ITEM_STATES if state in states or state == "not_assessed"]
    rows = tuple(
        (Chip(state), Text(gettext_noop("%(count)s of %(total)s"), (("count", str(states.count(state))), ("total", total))))
        for state in told
    )
    columns = (Column(Text(gettext_noop("State"))), Column(Text(gettext_noop("Duties")), figures=True))
    return Table(Text(gettext_noop("Duties of the law by state")), columns, rows)


def _line(found: DutyResult, language: str) -> Raw:
    return Raw(f"{found.duty.id}: {found.duty.title.of(language)}")


def _dates(snapshot: Snapshot) -> Block:
    coming = snapshot.assessment.catalogue.upcoming(snapshot.issued_at.date())[:NEXT_DATES]
    if not coming:
        return Paragraph(Text(gettext_noop("The catalogue holds no legal date after the day of this report.")))
    columns = (
        Column(Text(gettext_noop("Applies from"))),
        Column(Text(gettext_noop("What"))),
        Column(Text(gettext_noop("Basis"))),
        Column(Text(gettext_noop("Certainty"))),
    )
    return Table(Text(gettext_noop("Next legal dates")), columns, _date_rows(coming, snapshot.language))


def _date_rows(coming: Sequence[LegalDate], language: str) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            Raw(day_words(date.fromisoformat(one.applies_from), language)),
            Raw(one.label.of(language)),
            Raw(one.basis.of(language)),
            Text(CERTAINTIES[one.certainty]),
        )
        for one in coming
    )
