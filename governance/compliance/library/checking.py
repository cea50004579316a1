"""One framework held against those that are there: new ids, known references, no link stronger than people allow. Pure."""

from collections.abc import Collection, Iterable

from governance.compliance.library.entries import Catalogue, CatalogueError, Duty, Link, Part, Place, Serves

_NOWHERE = Place("catalogue", 0)
_SHOWN = 12  # known names that an error tells


def check_part(base: Catalogue, part: Part) -> None:
    """Whether a framework may join these. Raises `CatalogueError` naming file, line and item."""
    _check_new(base, part)
    groups = {group.id for group in part.framework.groups}
    clocks = {"", *(one.id for one in base.dates), *(one.id for one in part.dates)}
    sources = {key for key, _ in (*base.sources, *part.sources)}
    for duty in part.duties:
        place = part.places[f"duty {duty.id}"]
        check_known(place, duty.id, "group", [duty.group], groups)
        check_known(place, duty.id, "clock", [duty.clock], clocks)
        check_known(place, duty.id, "source", duty.source, sources)
    for one in part.dates:
        check_known(part.places[f"date {one.id}"], one.id, "source", one.source, sources)
    _check_its_links(base, part)


def check_link(place: Place, kind: str, link: Link, duty: Duty) -> None:
    """Raises `CatalogueError` where a run would show what only people can."""
    if duty.assurance == "human" and link.strength != "supporting":
        problem = "only people show this duty: the strength must be supporting"
        raise CatalogueError(place.file, f"{kind} -> {link.item}", problem, place.line)


def check_known(place: Place, item: str, field: str, values: Iterable[str], known: Collection[str]) -> None:
    """Raises `CatalogueError` for the first of `values` that is not known."""
    for value in values:
        if value not in known:
            some = sorted(one for one in known if one)
            told = ", ".join(some[:_SHOWN]) + (f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else "")
            problem = f"{field} {value!r} is not known; known: {told or 'none'}"
            raise CatalogueError(place.file, item, problem, place.line)


def check_serves(place: Place, row: Serves, known: Collection[str], targets: Collection[str]) -> None:
    """Raises `CatalogueError` where evidence would be handed from or to an item that is not there."""
    check_known(place, row.item, "item", [row.item], known)
    check_known(place, row.item, "to", row.to, targets)
    if len(set(row.to)) != len(row.to):
        raise CatalogueError(place.file, row.item, "to: names an item twice", place.line)


def _check_its_links(base: Catalogue, part: Part) -> None:
    """What its own file links: kinds that are known, and nobody's items but its own."""
    mine = {one.id: one for one in part.duties}
    kinds = {one.kind for one in base.kinds}
    for kind, link in part.links:
        place = part.places[f"link {kind} {link.item}"]
        check_known(place, link.item, "kind", [kind], kinds)
        check_known(place, link.item, "item", [link.item], {*mine, *part.gone})
        if link.item in mine:
            check_link(place, kind, link, mine[link.item])
    targets = {*mine, *part.gone}
    known = {*targets, *base.gone, *(one.id for one in base.duties)}
    for index, row in enumerate(part.serves):
        check_serves(part.places[f"serves {index}"], row, known, targets)


def _check_new(base: Catalogue, part: Part) -> None:
    taken = {f"framework {one.id}" for one in base.frameworks}
    taken |= {f"group {group.id}" for one in base.frameworks for group in one.groups}
    taken |= {f"duty {one.id}" for one in base.duties} | {f"date {one.id}" for one in base.dates}
    for label, place in part.places.items():
        if label in taken:
            what, name = label.split(" ", 1)
            raise CatalogueError(place.file, name, f"is the id of a {what} of another framework; choose another", place.line)
    known = dict(base.sources)
    for key, words in part.sources:
        if known.get(key, words) != words:
            place = part.places.get(f"framework {part.framework.id}", _NOWHERE)
            raise CatalogueError(
                place.file, f"source {key}", "means something else in another framework; choose another", place.line
            )
