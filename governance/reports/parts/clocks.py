"""When duties apply: by the dates of the catalogue, with both readings where a date can be read two ways. Pure."""

from collections.abc import Sequence
from datetime import date

from governance.book import Paragraph, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.compliance.frameworks import LegalDate
from governance.reports.moments import day_words
from governance.reports.parts.words import DASH
from governance.reports.snapshot import Snapshot


def clock_blocks(snapshot: Snapshot, results: Sequence[DutyResult]) -> tuple[Paragraph, ...]:
    """One sentence for each date of these duties."""
    found = dict.fromkeys(one.duty.clock for one in results)
    dates = [clock for name in found if (clock := snapshot.assessment.catalogue.date_of(name))]
    return tuple(Paragraph(_sentence(one, snapshot.language)) for one in dates)


def _sentence(clock: LegalDate, language: str) -> Text:
    values = (
        ("date", day_words(date.fromisoformat(clock.applies_from), language)),
        ("what", clock.label.of(language)),
        ("basis", clock.basis.of(language)),
    )
    if clock.practical_from is None:
        return Text(gettext_noop("Applies from %(date)s: %(what)s (%(basis)s)."), values)
    message = gettext_noop("Applies from %(date)s by its text, or by another reading: %(second)s. %(what)s (%(basis)s).")
    return Text(message, (*values, ("second", clock.practical_from.of(language))))


def applies_from(result: DutyResult, snapshot: Snapshot) -> str:
    """The day of a duty's clock; a dash for a duty without a date of its own."""
    clock = snapshot.assessment.catalogue.date_of(result.duty.clock)
    return day_words(date.fromisoformat(clock.applies_from), snapshot.language) if clock else DASH
