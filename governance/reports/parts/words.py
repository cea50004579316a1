"""Small things that several sections say alike. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from governance.book import Cell, Chip, Column, Notice, Raw, Table, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.reports.moments import day_words, iso_moment_words, moment_words
from governance.reports.snapshot import Snapshot

DASH = "\N{EN DASH}"
LONGEST = 1200  # characters of one registered field; the registry holds the rest
NOT_STATED = Text(gettext_noop("not stated"))


def columns(*titles: str) -> tuple[Column, ...]:
    """Columns by their titles (message ids); none of them holds figures."""
    return tuple(Column(Text(title)) for title in titles)


def table(caption: str, titles: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> Table:
    """A table of words. caption, titles: message ids."""
    return Table(Text(caption), columns(*titles), tuple(rows))


def data(words: str) -> Raw:
    """Words that are data; a dash for none."""
    return Raw(words) if words else Raw(DASH)


def when(moment: datetime | date | str | None, language: str) -> str:
    """A day or a moment as people read it; a dash for none."""
    if isinstance(moment, datetime):
        return moment_words(moment, language)
    if isinstance(moment, date):
        return day_words(moment, language)
    return iso_moment_words(moment, language) if moment else DASH


def told(value: Any) -> str:
    """A registered value in words, shortened; empty for one that nobody stated."""
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)[:LONGEST]
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {one}" for name, one in value.items())[:LONGEST]
    words = "" if value is None else str(value)
    return words if len(words) <= LONGEST else words[:LONGEST].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def stated(value: Any) -> Cell:
    """A registered value as a cell: as it stands, or that nobody stated it."""
    words = told(value)
    return Raw(words) if words else NOT_STATED


def due_words(due: date | None, language: str) -> Text:
    """A due date, or that none is set."""
    if due is None:
        return Text(gettext_noop("no date is set"))
    return Text("%(day)s", (("day", day_words(due, language)),))


def owner_of(result: DutyResult, snapshot: Snapshot) -> str:
    """Who closes a gap: whom it was assigned to, else the owner in the registry."""
    return result.assignment.owner if result.assignment and result.assignment.owner else snapshot.owner


def nothing_on_file(snapshot: Snapshot, results: Sequence[DutyResult] = ()) -> Notice:
    """The border that an empty section gets: nothing on file, whose it is, and until when."""
    owners = dict.fromkeys(owner_of(one, snapshot) for one in results) or {snapshot.owner: None}
    dates = [one.assignment.due for one in results if one.assignment and one.assignment.due]
    values: tuple[tuple[str, str | Text], ...] = (
        ("owner", ", ".join(owners)),
        ("due", due_words(min(dates, default=None), snapshot.language)),
    )
    return Notice(Text(gettext_noop("No evidence on file. Owner: %(owner)s; due: %(due)s."), values))


def missing(problem: str, snapshot: Snapshot, **values: str) -> Notice:
    """The same border for something else that is not there. problem: a message id that ends in its owner's place."""
    return Notice(Text(problem, (*values.items(), ("owner", snapshot.owner))))


def item_title(snapshot: Snapshot, duty: str) -> str:
    """What a duty is called in the catalogue; empty where it is not in it."""
    catalogue = snapshot.assessment.catalogue
    return catalogue.duty(duty).title.of(snapshot.language) if catalogue.has(duty) else ""


def state_of(results: Sequence[DutyResult], duty: str) -> Chip:
    """The state of one of these duties; not assessed where it is not among them."""
    return Chip(next((one.state for one in results if one.duty.id == duty), "not_assessed"))


def short_id(identifier: str) -> str:
    """The end of an id: the beginning of a UUIDv7 is only its time."""
    return identifier[-8:]
