"""Questions to the graph: from a snapshot where one stands, else from the database under a cap."""

import re
from datetime import datetime
from uuid import UUID

from governance.access.tenancy import NotFound
from governance.shapes import ShapeError
from lineage import snapshots, telling
from lineage.answer import Answer
from lineage.arrows import ids_of
from lineage.gathering import gather
from lineage.graph import DIRECTIONS, Asked, Direction, Graph, Walk
from lineage.loading import moment_of, when_of

DEPTH, MAX_DEPTH = 3, 1_000_000
NODES, MAX_NODES = 1_000, 10_000
_CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,7})\.([0-9]{1,20})", re.ASCII)


def graph(
    *,
    organisation: UUID,
    version_id: UUID,
    as_of: datetime,
    direction: Direction = "both",
    depth: int = DEPTH,
    max_nodes: int = NODES,
    cursor: str = "",
) -> Answer:
    """The lineage of a version, or of another node, as of a moment; at most `depth` hops and `max_nodes` nodes.

    cursor: `Answer.cursor` of the page before; the moment is then that page's, whatever `as_of` says.

    Raises:
        ShapeError: a direction, cap or cursor out of range.
        NotFound: the node is not of this organisation.
    """
    _check_caps(direction, depth, max_nodes)
    moment, after = _after(cursor) if cursor else (moment_of(as_of), None)
    asked = Asked(direction, depth, max_nodes, moment, after)
    as_of = when_of(moment) or as_of
    start = telling.lines(organisation, [str(version_id)]).get(str(version_id))
    if start is None:
        raise NotFound("version", version_id)
    most = 1 + (MAX_NODES if cursor else max_nodes)  # where the database is asked: one more tells that there are more
    known, version, exact = _graph(organisation, version_id, direction, as_of, most)
    place = int(known.find(ids_of([version_id]))[0])
    if place < 0:
        alone = (start.line(0, "start"),)
        return Answer(version_id, direction, depth, max_nodes, as_of, version, alone, (), 0, (), 0, 0, exact, (), None)
    walk = known.walk(place, asked, snapshots.best_search())
    return Answer(
        node_id=version_id,
        direction=direction,
        depth=depth,
        max_nodes=max_nodes,
        as_of=as_of,
        version=version,
        nodes=telling.nodes(organisation, known, walk),
        edges=telling.edges(organisation, known, walk.edges),
        reach=walk.reach,
        reach_by_depth=walk.by_depth,
        within=walk.within,
        between=walk.between,
        exact=exact,
        truncated_by=walk.truncated_by if exact else _capped(walk),
        cursor=f"{moment}.{walk.last[0]}.{walk.last[1]}" if walk.last else None,
    )


def _graph(organisation: UUID, start: UUID, direction: Direction, as_of: datetime, most: int) -> tuple[Graph, int, bool]:
    """A graph that holds what is asked for, its lineage version, and whether all that can be reached is in it."""
    snapshot, version = snapshots.held.current(organisation)
    if snapshot is not None:
        return snapshot.graph, version, True
    gathered = gather(organisation, start, direction, as_of, version, most)
    return gathered.graph, version, gathered.whole


def _capped(walk: Walk) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*walk.truncated_by, "nodes")))


def _after(cursor: str) -> tuple[int, tuple[int, int]]:
    found = _CURSOR.fullmatch(cursor)
    if found is None or int(found[3]) >= 1 << 64 or not _is_moment(int(found[1])):
        raise ShapeError("cursor", "is none that a page gave out.")
    return int(found[1]), (int(found[2]), int(found[3]))


def _is_moment(moment: int) -> bool:
    try:
        return when_of(moment) is not None
    except OverflowError:
        return False


def _check_caps(direction: str, depth: int, max_nodes: int) -> None:
    if direction not in DIRECTIONS:
        raise ShapeError("direction", "is not one of the known values.", DIRECTIONS)
    if not 0 <= depth <= MAX_DEPTH:
        raise ShapeError("depth", f"must be from 0 to {MAX_DEPTH}.")
    if not 1 <= max_nodes <= MAX_NODES:
        raise ShapeError("max_nodes", f"must be from 1 to {MAX_NODES}.")
