"""Questions to the graph: from a snapshot where one stands, else from the database under a cap."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from governance.access.tenancy import NotFound
from governance.registry.models import AssetVersion
from governance.shapes import ShapeError
from lineage import snapshots
from lineage.answer import Answer, EdgeLine, NodeLine
from lineage.arrows import Edges, ids_of
from lineage.gathering import gather
from lineage.graph import DIRECTIONS, Asked, Direction, Graph, Side, Walk
from lineage.loading import KINDS, WITH_COLUMNS, moment_of, when_of
from lineage.models import Edge, Node
from lineage.rules import BACKWARDS

DEPTH, MAX_DEPTH = 3, 1_000_000
NODES, MAX_NODES = 1_000, 10_000
_CURSOR = re.compile(r"(-?[0-9]{1,18})\.([0-9]{1,7})\.([0-9]{1,20})", re.ASCII)

_Line = Callable[[int, Side], NodeLine]


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
    start = _lines(organisation, [version_id]).get(version_id)
    if start is None:
        raise NotFound("version", version_id)
    known, version, exact = _graph(organisation, version_id, direction, as_of)
    place = int(known.find(ids_of([version_id]))[0])
    if place < 0:
        alone = (start(0, "start"),)
        return Answer(version_id, direction, depth, max_nodes, as_of, version, alone, (), 0, (), 0, 0, exact, (), None)
    walk = known.walk(place, asked, snapshots.best_search())
    nodes = _nodes(organisation, known, walk)
    return Answer(
        node_id=version_id,
        direction=direction,
        depth=depth,
        max_nodes=max_nodes,
        as_of=as_of,
        version=version,
        nodes=nodes,
        edges=_edges(organisation, known, walk.edges),
        reach=walk.reach,
        reach_by_depth=walk.by_depth,
        within=walk.within,
        between=walk.between,
        exact=exact,
        truncated_by=walk.truncated_by if exact else _capped(walk),
        cursor=f"{moment}.{walk.last[0]}.{walk.last[1]}" if walk.last else None,
    )


def _graph(organisation: UUID, start: UUID, direction: Direction, as_of: datetime) -> tuple[Graph, int, bool]:
    """A graph that holds what is asked for, its lineage version, and whether all that can be reached is in it."""
    snapshot, version = snapshots.held.current(organisation)
    if snapshot is not None:
        return snapshot.graph, version, True
    gathered = gather(organisation, start, direction, as_of, version)
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


def _nodes(organisation: UUID, known: Graph, walk: Walk) -> tuple[NodeLine, ...]:
    ids = [UUID(bytes=one) for one in known.ids[walk.places].tolist()]
    lines = _lines(organisation, ids)
    shown = zip(ids, walk.depths.tolist(), walk.sides, strict=True)
    return tuple(lines[one](depth, side) for one, depth, side in shown)


def _lines(organisation: UUID, ids: Sequence[UUID]) -> dict[UUID, _Line]:
    """How each node is told, once its depth and side are known."""
    columns = ("pk", "asset_id", "asset__name", "asset__kind", "number", "digest")
    versions = AssetVersion.objects.of(organisation).filter(pk__any_of=list(ids)).order_by().values_list(*columns)
    found: dict[UUID, _Line] = {row[0]: _of_version(*row) for row in versions}
    rest = [one for one in ids if one not in found]
    if rest:
        outside = Node.objects.of(organisation).filter(pk__any_of=rest).order_by()
        found |= {row[0]: _of_name(*row) for row in outside.values_list("pk", "kind", "namespace", "name")}
    return found


def _of_version(key: UUID, asset: UUID, name: str, kind: str, number: int, digest: str) -> _Line:
    return lambda depth, side: NodeLine(key, key, asset, name, kind, number, digest, "", depth, side)


def _of_name(key: UUID, kind: str, namespace: str, name: str) -> _Line:
    return lambda depth, side: NodeLine(key, None, None, name, kind, None, None, namespace, depth, side)


def _edges(organisation: UUID, known: Graph, edges: Edges) -> tuple[EdgeLine, ...]:
    columns = _columns(organisation, edges)
    ends = {place: UUID(bytes=known.ids[place].tobytes()) for place in {*edges.tails.tolist(), *edges.heads.tolist()}}
    rows = zip(
        edges.ids.tolist(), edges.kinds.tolist(), edges.tails.tolist(), edges.heads.tolist(), edges.since.tolist(),
        edges.until.tolist(), strict=True,
    )  # fmt: skip
    lines = []
    for raw, code, tail, head, since, until in rows:
        kind = KINDS[code % WITH_COLUMNS]
        source, target = (head, tail) if kind in BACKWARDS else (tail, head)
        key = UUID(bytes=raw) if any(raw) else None
        start = when_of(since)
        assert start is not None  # noqa: S101 - no edge begins at the end of time
        lines.append(EdgeLine(key, ends[source], ends[target], kind, start, when_of(until), columns.get(key, ())))
    return tuple(lines)


def _columns(organisation: UUID, edges: Edges) -> dict[UUID | None, tuple[tuple[str, str], ...]]:
    told = [UUID(bytes=raw) for raw in edges.ids[edges.kinds >= WITH_COLUMNS].tolist()]
    if not told:
        return {}
    rows = Edge.objects.of(organisation).filter(pk__any_of=told).order_by().values_list("pk", "columns")
    return {key: tuple((one, other) for one, other in pairs or ()) for key, pairs in rows}
