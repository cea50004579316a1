"""The book of a report, as a pure function of its snapshot."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC
from string import ascii_uppercase

from governance.book import Book, Raw, Section, Text, gettext_noop
from governance.reports.parts import front
from governance.reports.parts.appendices import appendices
from governance.reports.parts.chapters import chapters
from governance.reports.parts.crosswalk import crosswalk
from governance.reports.parts.gaps import gaps, not_shown
from governance.reports.parts.places import placed
from governance.reports.snapshot import Snapshot


def book_of(snapshot: Snapshot) -> Book:
    """Cover, result on one page, the chapters of the technical documentation, the gaps, the crosswalk, the appendices."""
    law = snapshot.assessment.catalogue.law
    results = placed(snapshot.of_law())
    body = [
        (front.result(snapshot),),
        *chapters(snapshot, results),
        (gaps(snapshot), not_shown(snapshot)),
        (crosswalk(snapshot),),
    ]
    return Book(
        title=Text(gettext_noop("Evidence report: %(system)s"), (("system", snapshot.system),)),
        subtitle=Raw(law.title.of(snapshot.language)),
        language=snapshot.language,
        issued_at=snapshot.issued_at.astimezone(UTC).isoformat(timespec="seconds"),
        status=front.status_rows(snapshot),
        notices=front.cover(snapshot),
        sections=(*_numbered(body), *_lettered(appendices(snapshot))),
    )


def _numbered(body: Sequence[tuple[Section, ...]]) -> list[Section]:
    """`7`, and `7.1` for what hangs below it."""
    return [
        _called(section, f"{number}.{below}" if below else str(number))
        for number, sections in enumerate(body, 1)
        for below, section in enumerate(sections)
    ]


def _lettered(sections: Sequence[Section]) -> list[Section]:
    return [_called(section, letter) for letter, section in zip(ascii_uppercase, sections, strict=False)]


def _called(section: Section, number: str) -> Section:
    title = Text("%(number)s \N{MIDDLE DOT} %(title)s", (("number", number), ("title", section.title)))
    return replace(section, title=title)
