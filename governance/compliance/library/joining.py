"""Frameworks joined to one catalogue, and evidence for one item handed to the items it also speaks to. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from governance.compliance.library.checking import check_known, check_link, check_part, check_serves
from governance.compliance.library.entries import Catalogue, Duty, KindLinks, Link, Part, Place, Serves
from governance.compliance.verdict import Strength

EMPTY = Catalogue((), (), (), (), ())
_STRENGTHS: tuple[Strength, ...] = ("supporting", "partial", "direct")  # weakest first


def joined(base: Catalogue, part: Part) -> Catalogue:
    """The catalogue with one framework more. Raises `CatalogueError`."""
    check_part(base, part)
    gone = base.gone | part.gone
    links, serves = [one for one in part.links if one[1].item not in gone], _left(part.serves, gone)
    whole = replace(
        base,
        frameworks=(*base.frameworks, part.framework),
        duties=(*base.duties, *part.duties),
        dates=(*base.dates, *part.dates),
        kinds=tuple(_with_own(kind, links) for kind in base.kinds),
        sources=tuple(sorted({*base.sources, *part.sources})),
        serves=(*base.serves, *serves),
        gone=gone,
    )
    return replace(whole, kinds=tuple(_served(kind, serves, whole) for kind in whole.kinds))


def linked(base: Catalogue, kinds: Sequence[KindLinks], serves: Sequence[Serves], places: Mapping[str, Place]) -> Catalogue:
    """The catalogue with its kinds of evidence. Raises `CatalogueError`.

    places: "link KIND ITEM" and "serves NUMBER" -> where it stands.
    """
    items = {one.id: one for one in base.duties}
    kinds = [replace(kind, links=tuple(link for link in kind.links if link.item not in base.gone)) for kind in kinds]
    for kind in kinds:
        for link in kind.links:
            place = places[f"link {kind.kind} {link.item}"]
            check_known(place, kind.kind, "item", [link.item], items)
            check_link(place, kind.kind, link, items[link.item])
    for index, row in enumerate(serves):
        check_serves(places[f"serves {index}"], row, {*items, *base.gone}, {*items, *base.gone})
    whole = replace(base, serves=_left(serves, base.gone))
    return replace(whole, kinds=tuple(_served(kind, whole.serves, whole) for kind in kinds))


def _left(serves: Sequence[Serves], gone: Collection[str]) -> tuple[Serves, ...]:
    """The rows whose items are still there."""
    left = [replace(row, to=tuple(item for item in row.to if item not in gone)) for row in serves if row.item not in gone]
    return tuple(row for row in left if row.to)


def _with_own(kind: KindLinks, links: Sequence[tuple[str, Link]]) -> KindLinks:
    return replace(kind, links=(*kind.links, *(link for name, link in links if name == kind.kind)))


def _served(kind: KindLinks, serves: Sequence[Serves], catalogue: Catalogue) -> KindLinks:
    """The kind with what its evidence shows of items it is not linked to itself; one step, never from there on."""
    reached: dict[str, Link] = {}
    for row in serves:
        link = kind.link_to(row.item)
        if link is None or link.through:
            continue
        for item in row.to:
            if kind.link_to(item) is None:
                found = _handed_on(link, row, catalogue.duty(item))
                reached[item] = max(reached.get(item, found), found, key=lambda one: _STRENGTHS.index(one.strength))
    return replace(kind, links=(*kind.links, *reached.values())) if reached else kind


def _handed_on(link: Link, row: Serves, duty: Duty) -> Link:
    """No stronger than the link, than the row says, and than people allow."""
    limits = [link.strength, row.strength] + (["supporting"] if duty.assurance == "human" else [])
    return Link(duty.id, min(limits, key=_STRENGTHS.index), link.shows, through=row.item)
