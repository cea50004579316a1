"""What each kind of evidence shows, and which items evidence for an item also speaks to. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from governance.compliance.library.entries import CatalogueError, KindLinks, Link, Place, Serves
from governance.compliance.library.files import File, Rows, check_meta, once, rows
from governance.compliance.verdict import Strength
from governance.words import Words


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One row of a kind's links: one item, or several of which it shows the same."""

    strength: Strength
    shows: Words
    item: str = ""
    items: tuple[str, ...] = ()

    def links(self) -> Iterator[Link]:
        """One link for each item."""
        for item in (*filter(None, [self.item]), *self.items):
            yield Link(item, self.strength, self.shows)


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of evidence as its file says it. `links` may be empty where each piece names its own duty."""

    kind: str
    title: Words
    links: tuple[LinkRow, ...]
    never_shows: tuple[Words, ...]
    people_add: tuple[Words, ...]
    built: bool = True


def read_kinds(files: Sequence[File]) -> tuple[tuple[KindLinks, ...], dict[str, Place]]:
    """Every kind of evidence, and where each of its links stands ("link KIND ITEM"). Raises `CatalogueError`."""
    for file in files:
        check_meta(file)
    found = once([one for file in files for one in _kinds_of(file)], lambda one: one.kind)
    places: dict[str, Place] = {}
    for file in files:
        for path, kind, link in _links_of(file):
            place = Place(file.name, file.document.line_of(path))
            label = f"link {kind} {link.item}"
            if label in places:
                raise CatalogueError(place.file, f"{kind} -> {link.item}", "stands there twice", place.line)
            places[label] = place
    return tuple(_kind(row) for row, _ in found), places


def read_serves(files: Sequence[File]) -> tuple[tuple[Serves, ...], dict[str, Place]]:
    """Which items evidence for an item also speaks to, and where each such row stands ("serves NUMBER", from 0)."""
    found = rows(files, "serves", Serves, "item")
    return tuple(one for one, _ in found), {f"serves {index}": place for index, (_, place) in enumerate(found)}


def _kinds_of(file: File) -> Rows[KindRow]:
    found = rows([file], "kinds", KindRow, "kind")
    if not found:
        raise file.wrong("kinds", "kinds", "must be a list with at least one entry")
    for row, place in found:
        for name in ("never_shows", "people_add"):
            if not getattr(row, name):
                raise CatalogueError(place.file, row.kind, f"{name}: must be a list with at least one entry", place.line)
    return found


def _links_of(file: File) -> Iterator[tuple[str, str, Link]]:
    for index, (kind, _) in enumerate(rows([file], "kinds", KindRow, "kind")):
        for number, row in enumerate(kind.links):
            path = f"kinds[{index}].links[{number}]"
            if not row.item and not row.items:
                raise file.wrong(path, kind.kind, "a link needs an `item`, or `items` where it shows the same of several")
            for link in row.links():
                yield path, kind.kind, link


def _kind(row: KindRow) -> KindLinks:
    links = tuple(link for one in row.links for link in one.links())
    return KindLinks(row.kind, row.title, links, row.never_shows, row.people_add, row.built)
