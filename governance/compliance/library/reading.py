"""One framework from its files. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from governance.compliance.library.crosswalk import read_serves
from governance.compliance.library.entries import (
    STALE_AFTER_DAYS,
    Binding,
    CatalogueError,
    Duty,
    Framework,
    Group,
    LegalDate,
    Link,
    Part,
    Place,
)
from governance.compliance.library.files import File, Rows, check_id, check_meta, day, once, rows
from governance.compliance.library.validity import standing
from governance.compliance.verdict import Strength
from governance.shapes import plain
from governance.words import Words
from probanza.canonical import digest_of

MOST_DAYS = 3650
MOST_OWN = 1_000  # items of an own framework: every page and report holds its systems against all of them
SLUG = re.compile(r"[a-z][a-z0-9_-]{0,59}")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Head:
    """What a framework's file says of itself."""

    id: str
    title: Words
    edition: str
    binding: Binding
    text_version: str
    checked_on: str
    stale_after_days: str = str(STALE_AFTER_DAYS)
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class KindLink:
    """What a kind of evidence shows of a duty, in a framework's own file."""

    item: str
    kind: str
    strength: Strength
    shows: Words


def read_framework(files: Sequence[File], *, version: int = 0, on: date | None = None) -> Part:
    """One framework from its files; the first holds its head.

    on: the day whose wording of each duty is taken, None for the newest. Raises `CatalogueError`.
    """
    head = files[0].one(Head, files[0].mapping("meta"), "meta", "meta")
    if not SLUG.fullmatch(head.id):
        raise files[0].wrong("meta.id", "meta", "id: must be 1 to 60 small letters, digits, _ or -, beginning with a letter")
    for file in files[1:]:
        check_meta(file)
    groups = _needed(files, "groups", once(rows(files, "groups", Group), _id))
    wordings = _needed(files, "items", _duties(files, head.id))
    duties = standing(wordings, on)
    dates = once(rows(files, "dates", LegalDate), _id)
    links = _linked_once(rows(files, "links", KindLink, "item"))
    serves, places = read_serves(files)
    places |= {f"group {one.id}": place for one, place in groups} | {f"duty {one.id}": place for one, place in duties}
    places |= {f"date {one.id}": place for one, place in dates} | {f"link {one.kind} {one.item}": place for one, place in links}
    framework = Framework(
        id=head.id,
        title=head.title,
        edition=head.edition,
        binding=head.binding,
        text_version=head.text_version,
        checked_on=min(_checked(files, dates)),
        stale_after_days=min(_days(file) for file in files),
        groups=tuple(one for one, _ in groups),
        note=head.note,
        own=files[0].own,
        version=version,
        digest=_digest(head, groups, duties, dates, [plain(one) for one, _ in links] + [plain(one) for one in serves]),
    )
    return Part(
        framework=framework,
        duties=tuple(one for one, _ in duties),
        dates=tuple(one for one, _ in dates),
        links=tuple((one.kind, Link(one.item, one.strength, one.shows)) for one, _ in links),
        serves=serves,
        sources=tuple(sorted(_sources(files).items())),
        places={f"framework {head.id}": _place_of(files[0]), **places},
        gone=frozenset(one.id for one, _ in wordings) - {one.id for one, _ in duties},
    )


def _duties(files: Sequence[File], framework: str) -> Rows[Duty]:
    found = []
    for file in files:
        for index, row in enumerate(file.listing("items")):
            if isinstance(row, dict) and "framework" in row:
                raise file.wrong(
                    f"items[{index}].framework", str(row.get("id")), "framework: is the one of meta.id; leave it out"
                )
        found += rows([file], "items", Duty, given={"framework": framework})
    for duty, place in found:
        check_id(duty.id, place)
    if files[0].own and len(found) > MOST_OWN:
        raise files[0].wrong("items", "items", f"has {len(found)} entries; at most {MOST_OWN} are read")
    return found


def _linked_once(found: Rows[KindLink]) -> Rows[KindLink]:
    seen = set()
    for one, place in found:
        if (one.kind, one.item) in seen:
            raise CatalogueError(place.file, f"{one.kind} -> {one.item}", "stands there twice", place.line)
        seen.add((one.kind, one.item))
    return found


def _needed(files: Sequence[File], key: str, found: Rows[Row]) -> Rows[Row]:
    if not found:
        raise files[0].wrong(key, key, "must be a list with at least one entry")
    return found


def _checked(files: Sequence[File], dates: Rows[LegalDate]) -> Iterator[date]:
    for file in files:
        yield day(_place_of(file), "meta", "checked_on", str(file.mapping("meta").get("checked_on")))
    for one, place in dates:
        day(place, one.id, "applies_from", one.applies_from)
        yield day(place, one.id, "checked_on", one.checked_on)


def _days(file: File) -> int:
    words = str(file.mapping("meta").get("stale_after_days", STALE_AFTER_DAYS))
    if not words.isascii() or not words.isdecimal() or not 1 <= int(words[:9]) <= MOST_DAYS:
        problem = f"must be a whole number of days, 1 to {MOST_DAYS}"
        raise file.wrong("meta.stale_after_days", "meta.stale_after_days", problem)
    return int(words)


def _sources(files: Sequence[File]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in files:
        for key, words in file.mapping("sources").items():
            if not isinstance(words, str):
                raise file.wrong(f"sources.{key}", key, "must be text that says where it was read")
            found[key] = words
    return found


def _digest(head: Head, groups: Rows[Group], duties: Rows[Duty], dates: Rows[LegalDate], links: list[Any]) -> str:
    """Of what the files say, whoever looked at them again and when."""
    said = {
        "head": plain(replace(head, checked_on="", stale_after_days="")),
        "links": links,
        "groups": [plain(one) for one, _ in groups],
        "duties": [plain(one) for one, _ in duties],
        "dates": [plain(replace(one, checked_on="")) for one, _ in dates],
    }
    return digest_of(said)


def _place_of(file: File) -> Place:
    return Place(file.name, file.document.line_of("meta"))


def _id(row: Group | LegalDate) -> str:
    return row.id
