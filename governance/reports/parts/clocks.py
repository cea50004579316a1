"""When duties apply: by the dates of the catalogue, with both readings where a date can be read two ways. Pure."""

from collections.abc import Sequence
from datetime import date

from governance.book import Cell, Paragraph, Raw, Table, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.compliance.frameworks import LegalDate
from governance.reports.moments import day_words
from governance.reports.parts.words import DASH, data, table
from governance.reports.snapshot import Snapshot

CERTAINTIES = {
    "text": gettext_noop("read in the text"),
    "corroborated": gettext_noop("several sources agree"),
    "single": gettext_noop("one source"),
    "interpretation": gettext_noop("open to interpretation: a lawyer must decide"),
}


def clock_blocks(snapshot: Snapshot, results: Sequence[DutyResult]) -> tuple[Paragraph, ...]:
    """One sentence for each date of these duties; the table of dates holds the rest."""
    return tuple(Paragraph(_sentence(one, snapshot.language)) for one in _dates(snapshot, results))


def _dates(snapshot: Snapshot, results: Sequence[DutyResult]) -> list[LegalDate]:
    found = dict.fromkeys(one.duty.clock for one in results)
    return [clock for name in found if (clock := snapshot.assessment.catalogue.date_of(name))]


def _sentence(clock: LegalDate, language: str) -> Text:
    values = (
        ("date", day_words(date.fromisoformat(clock.applies_from), language)),
        ("what", clock.label.of(language)),
        ("basis", clock.basis.of(language)),
    )
    if clock.practical_from is None:
        return Text(gettext_noop("Applies from %(date)s: %(what)s (%(basis)s)."), values)
    message = gettext_noop(
        "Applies from %(date)s by its text; the table of dates (Scope and classification) tells another reading."
    )
    return Text(message, values[:1])


def date_table(snapshot: Snapshot) -> Table:
    """Every date that a duty of the law hangs on, with both readings where there are two, and how sure it is."""
    titles = (
        gettext_noop("Applies from"),
        gettext_noop("What"),
        gettext_noop("Basis"),
        gettext_noop("Certainty"),
        gettext_noop("Second reading"),
    )
    dates = sorted(_dates(snapshot, snapshot.of_law()), key=lambda one: (one.applies_from, one.id))
    return table(gettext_noop("Dates of the law"), titles, [_row(one, snapshot.language) for one in dates])


def _row(one: LegalDate, language: str) -> tuple[Cell, ...]:
    return (
        Raw(day_words(date.fromisoformat(one.applies_from), language)),
        Raw(one.label.of(language)),
        Raw(one.basis.of(language)),
        Text(CERTAINTIES[one.certainty]),
        data(one.practical_from.of(language) if one.practical_from else ""),
    )


def applies_from(result: DutyResult, snapshot: Snapshot) -> str:
    """The day of a duty's clock; a dash for a duty without a date of its own."""
    clock = snapshot.assessment.catalogue.date_of(result.duty.clock)
    return day_words(date.fromisoformat(clock.applies_from), snapshot.language) if clock else DASH
