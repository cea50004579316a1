"""What each kind of evidence shows, and which items evidence for an item also speaks to. Pure."""

from collections.abc import Sequence

from governance.compliance.library.entries import CatalogueError, KindLinks, Place, Serves
from governance.compliance.library.files import File, Rows, once, rows


def read_kinds(files: Sequence[File]) -> tuple[Rows[KindLinks], dict[str, Place]]:
    """Every kind of evidence, and where each of its links stands ("link KIND ITEM"). Raises `CatalogueError`."""
    found = once(rows(files, "kinds", KindLinks, "kind"), lambda one: one.kind)
    places: dict[str, Place] = {}
    for file in files:
        if not file.listing("kinds"):
            raise file.wrong("kinds", "kinds", "must be a list with at least one entry")
    for kind, place in found:
        _check_told(kind, place)
        for link in kind.links:
            label = f"link {kind.kind} {link.item}"
            if label in places:
                raise CatalogueError(place.file, f"{kind.kind} -> {link.item}", "stands there twice", place.line)
            places[label] = place
    return found, _exact(files, places)


def read_serves(files: Sequence[File]) -> tuple[tuple[Serves, ...], dict[str, Place]]:
    """Which items evidence for an item also speaks to, and where each such row stands ("serves NUMBER", from 0)."""
    found = rows(files, "serves", Serves, "item")
    return tuple(one for one, _ in found), {f"serves {index}": place for index, (_, place) in enumerate(found)}


def _check_told(kind: KindLinks, place: Place) -> None:
    for name in ("links", "never_shows", "people_add"):
        if not getattr(kind, name):
            raise CatalogueError(place.file, kind.kind, f"{name}: must be a list with at least one entry", place.line)


def _exact(files: Sequence[File], places: dict[str, Place]) -> dict[str, Place]:
    """The same with the line of each link instead of the line of its kind."""
    for file in files:
        for index, kind in enumerate(file.listing("kinds")):
            for number, link in enumerate(kind["links"]):
                line = file.document.line_of(f"kinds[{index}].links[{number}]")
                places[f"link {kind['kind']} {link['item']}"] = Place(file.name, line)
    return places
