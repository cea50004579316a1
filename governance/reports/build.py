"""The book of a report, as a pure function of its snapshot."""

from datetime import UTC

from governance.book import Book, Raw, Text, gettext_noop
from governance.reports.parts import back, duties, front, system, tests
from governance.reports.snapshot import Snapshot


def book_of(snapshot: Snapshot) -> Book:
    """Cover, result on one page, the system, the tests, the duties, the gaps, the limits, the register, the proof."""
    return Book(
        title=Text(gettext_noop("Evidence report: %(system)s"), (("system", snapshot.system),)),
        subtitle=Raw(snapshot.assessment.catalogue.law.title.of(snapshot.language)),
        language=snapshot.language,
        issued_at=snapshot.issued_at.astimezone(UTC).isoformat(timespec="seconds"),
        status=front.status_rows(snapshot),
        sections=(
            front.result(snapshot),
            system.identification(snapshot),
            system.scope(snapshot),
            system.versions(snapshot),
            *tests.tests(snapshot),
            duties.duties(snapshot),
            duties.gaps(snapshot),
            duties.not_shown(snapshot),
            back.register(snapshot),
            back.verification(snapshot),
        ),
    )
