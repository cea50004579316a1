"""The verbs of lineage: name what stands outside, state edges, end one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import NotFound
from governance.shapes import ShapeError
from governance.trail import services as trail
from lineage import writing
from lineage.asking import graph as graph
from lineage.ends import Ends
from lineage.models import Edge
from lineage.names import Named, check_named, node_id
from lineage.sealing import seal_graph as seal_graph
from lineage.stated import End, Stated


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stating did: edges that are new, edges that stood open already, and the lineage version after it."""

    stated: int
    standing: int
    version: int


def nodes_for(*, actor: Actor, names: Iterable[Named], now: datetime) -> dict[Named, UUID]:
    """The node of each name; what was not named before is added. One statement, and nothing is read back.

    Raises:
        Forbidden: without `lineage:write`. ShapeError: a name that can be none.
    """
    check_can(actor, "lineage:write")
    found = {name: node_id(actor.organisation, name) for name in names}
    for name in found:
        check_named(name)
    with transaction.atomic():
        new = writing.keep_nodes(actor.organisation, {}, {key: name for name, key in found.items()}, now)
        if new:
            trail.record(actor=actor, action="lineage.name", subject="node", subject_id="", detail={"new": str(new)}, now=now)
    return found


def state_edges(*, actor: Actor, edges: Sequence[Stated], now: datetime) -> Outcome:
    """State any number of edges in one transaction: all or none. An edge that stands open already stays as it is.

    Raises, with the place of the edge, as `edges[17].kind`:
        Forbidden: without `lineage:write`.
        ShapeError: an end that is not there, an unknown kind, ends that the kind does not join, one end twice, or a start
            inside the validity of an edge of the same three that has ended.
    """
    check_can(actor, "lineage:write")
    if not edges:
        raise ShapeError("edges", "names no edge.")
    ends = Ends.of(actor.organisation, edges)
    rows = writing.rows_of(ends.join_all(edges))
    with transaction.atomic():
        version = writing.advance(actor.organisation)
        ends.keep(now)
        _check_apart(writing.overlapping(actor.organisation, rows), "edges[{}].valid_from")
        new = writing.keep_edges(actor.organisation, rows, version, actor.name, now)
        detail = {"stated": str(new), "standing": str(len(rows) - new)}
        trail.record(actor=actor, action="lineage.state_many", subject="lineage", subject_id=str(version), detail=detail, now=now)
    return Outcome(new, len(rows) - new, version)


def state_edge(
    *,
    actor: Actor,
    source_id: End,
    target_id: End,
    kind: str,
    valid_from: datetime,
    now: datetime,
    note: str = "",
    columns: Sequence[tuple[str, str]] = (),
) -> tuple[Edge, bool]:
    """`source KIND target` from `valid_from` on. Returns the edge and whether it is new.

    An edge that already stands open is returned as it is, whatever its `valid_from`. An end is the id of a version or of a
    node, or the name of something outside the registry.

    Raises:
        ShapeError: unknown kind, ends that the kind does not join, one end twice, or a start
            inside the validity of an edge of the same three that has ended.
        NotFound: an end is not of the actor's organisation.
    """
    check_can(actor, "lineage:write")
    stated = Stated(source_id, target_id, kind, valid_from, note, tuple(columns))
    ends = Ends.of(actor.organisation, [stated])
    row = writing.rows_of([ends.join(stated)])[0]
    same = Edge.objects.of(actor.organisation).filter(source_id=row.source, target_id=row.target, kind=kind)
    standing: Edge | None = same.filter(valid_to=None).first()
    if standing is not None:
        return standing, False
    with transaction.atomic():
        version = writing.advance(actor.organisation)
        ends.keep(now)
        _check_apart(writing.overlapping(actor.organisation, [row]), "valid_from")
        if writing.keep_edges(actor.organisation, [row], version, actor.name, now):
            detail = {"kind": kind, "source": str(row.source), "target": str(row.target)}
            trail.record(actor=actor, action="lineage.state", subject="edge", subject_id=row.id, detail=detail, now=now)
    edge: Edge = same.get(valid_to=None)
    return edge, edge.pk == row.id


def end_edge(*, actor: Actor, edge_id: UUID, valid_to: datetime, now: datetime) -> Edge:
    """Let an edge end at `valid_to`. Ending it again at the same moment changes nothing.

    Raises:
        ShapeError: the end is not after the start, or the edge already ended at another moment.
        NotFound: no such edge in the actor's organisation.
    """
    check_can(actor, "lineage:write")
    edges = Edge.objects.of(actor.organisation).filter(pk=edge_id)
    edge: Edge | None = edges.first()
    if edge is None:
        raise NotFound("edge", edge_id)
    if valid_to <= edge.valid_from:
        raise ShapeError("valid_to", f"must be after the edge's start, {edge.valid_from.isoformat()}.")
    if edge.valid_to is None:
        with transaction.atomic():
            version = writing.advance(actor.organisation)
            if edges.filter(valid_to=None).update(valid_to=valid_to, ended_in=version):
                detail = {"valid_to": valid_to.isoformat()}
                trail.record(actor=actor, action="lineage.end", subject="edge", subject_id=edge_id, detail=detail, now=now)
        edge.refresh_from_db()
    if edge.valid_to != valid_to:
        raise ShapeError("valid_to", f"the edge already ended at {edge.valid_to}.")
    return edge


def _check_apart(ended: tuple[int, UUID, datetime] | None, path: str) -> None:
    if ended is not None:
        place, edge, end = ended
        raise ShapeError(path.format(place), f"lies before the end of edge {edge}, {end}.")
