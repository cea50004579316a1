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
from governance.compliance.verdict import ItemState
from governance.reports.moments import day_words, moment_words
from governance.reports.snapshot import Snapshot

NEXT_DATES = 6
LANGUAGES = {"en": gettext_noop("English"), "es": gettext_noop("Spanish")}
CERTAINTIES = {
    "text": gettext_noop("read in the text"),
    "corroborated": gettext_noop("several sources agree"),
    "single": gettext_noop("one source"),
    "interpretation": gettext_noop("open to interpretation: a lawyer must decide"),
}
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
    catalogue, language = snapshot.assessment.catalogue, snapshot.language
    checked = day_words(catalogue.law.checked_on, language)
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
        (Text(gettext_noop("Law")), Raw(catalogue.law.title.of(language))),
        (Text(gettext_noop("Text of the law")), Raw(catalogue.law.text_version)),
        (Text(gettext_noop("Law and dates checked on")), Raw(checked)),
    )


def result(snapshot: Snapshot) -> Section:
    """The result on one page: what is unknown, what is wrong, what is due. No total, no score."""
    blocks: list[Block] = [_disclaimer(), *_unchecked(snapshot), *_nothing(snapshot), _counts(snapshot)]
    for title, states in _PROBLEMS:
        found = snapshot.assessment.of_state(*states)
        if found:
            blocks += [Heading(Text(title)), Listing(tuple(_line(one, snapshot.language) for one in found))]
    blocks.append(_dates(snapshot))
    return Section("result", Text(gettext_noop("Result on one page")), tuple(blocks))


def _disclaimer() -> Block:
    message = gettext_noop(
        "This report shows evidence for duties of the law and what is missing; it is not legal advice, and no measured "
        "result says that a duty is fulfilled: that is for a named person to decide."
    )
    return Notice(Text(message), "info")


def _unchecked(snapshot: Snapshot) -> tuple[Block, ...]:
    catalogue = snapshot.assessment.catalogue
    if not catalogue.unchecked(snapshot.issued_at.date()):
        return ()
    since = (("date", day_words(catalogue.law.checked_on, snapshot.language)),)
    return (Notice(Text(gettext_noop("Duties and dates have not been verified since %(date)s."), since), "stale"),)


def _nothing(snapshot: Snapshot) -> tuple[Block, ...]:
    if snapshot.assessment.evidence:
        return ()
    message = gettext_noop(
        "Nothing was assessed. No evidence is on file for this version of the system, so this report says nothing about "
        "how it behaves. Owner: %(owner)s."
    )
    return (Notice(Text(message, (("owner", snapshot.owner),)), "not_assessed"),)


def _counts(snapshot: Snapshot) -> Table:
    total = str(len(snapshot.assessment.results))
    rows = tuple(
        (Chip(state), Text(gettext_noop("%(count)s of %(total)s"), (("count", str(number)), ("total", total))))
        for state, number in snapshot.assessment.counts()
    )
    columns = (Column(Text(gettext_noop("State"))), Column(Text(gettext_noop("Duties")), figures=True))
    return Table(Text(gettext_noop("Duties by state")), columns, rows)


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
