"""The verbs of lineage: state an edge, end it, ask for the graph, seal the graph."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import NotFound
from governance.book import to_plain
from governance.evidence import services as evidence
from governance.evidence.facts import Coverage, Facts
from governance.evidence.models import Entry
from governance.registry.models import AssetVersion, Component
from governance.shapes import ShapeError
from governance.trail import services as trail
from lineage.answer import Answer, EdgeLine, NodeLine
from lineage.graph import DIRECTIONS, Direction, Graph, Side, Walk
from lineage.models import Edge
from lineage.rules import PART_OF, arrow, check_edge
from lineage.section import blocks

DEPTH, MAX_DEPTH = 3, 50
NODES, MAX_NODES = 1_000, 10_000
KIND_VERSION = "1"


def state_edge(
    *, actor: Actor, source_id: UUID, target_id: UUID, kind: str, valid_from: datetime, now: datetime, note: str = ""
) -> tuple[Edge, bool]:
    """`source KIND target` from `valid_from` on. Returns the edge and whether it is new.

    An edge that already stands open is returned as it is, whatever its `valid_from`.

    Raises:
        ShapeError: unknown kind, ends that the kind does not join, one end twice, or a start
            inside the validity of an edge of the same three that has ended.
        NotFound: an end is not of the actor's organisation.
    """
    check_can(actor, "lineage:write")
    source, target = _version(actor.organisation, source_id), _version(actor.organisation, target_id)
    check_edge(kind, source.asset.kind, target.asset.kind)
    if source.pk == target.pk:
        raise ShapeError("target", "an edge joins two different versions.")
    same = Edge.objects.of(actor.organisation).filter(source=source, target=target, kind=kind)
    with transaction.atomic():
        _one_at_a_time(f"{source.pk} {kind} {target.pk}")
        standing: Edge | None = same.filter(valid_to=None).first()
        if standing is not None:
            return standing, False
        _check_apart(same.filter(valid_to__gt=valid_from).first())
        edge: Edge = Edge.objects.create(
            organisation_id=actor.organisation,
            source=source,
            target=target,
            kind=kind,
            valid_from=valid_from,
            stated_by=actor.name,
            stated_at=now,
            note=note,
        )
        detail = {"kind": kind, "source": str(source.pk), "target": str(target.pk)}
        trail.record(actor=actor, action="lineage.state", subject="edge", subject_id=edge.pk, detail=detail, now=now)
    return edge, True


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
    with transaction.atomic():
        if edges.filter(valid_to=None).update(valid_to=valid_to):
            detail = {"valid_to": valid_to.isoformat()}
            trail.record(actor=actor, action="lineage.end", subject="edge", subject_id=edge_id, detail=detail, now=now)
    edge.refresh_from_db()
    if edge.valid_to != valid_to:
        raise ShapeError("valid_to", f"the edge already ended at {edge.valid_to}.")
    return edge


def graph(
    *,
    organisation: UUID,
    version_id: UUID,
    as_of: datetime,
    direction: Direction = "both",
    depth: int = DEPTH,
    max_nodes: int = NODES,
) -> Answer:
    """The lineage of a version as of a moment; at most `depth` hops and `max_nodes` versions.

    Raises:
        ShapeError: a direction or cap out of range.
        NotFound: the version is not of this organisation.
    """
    _check_caps(direction, depth, max_nodes)
    _version(organisation, version_id)
    edges = [*_stated(organisation, as_of), *_components(organisation, as_of)]
    arrows = [arrow(edge.kind, edge.source, edge.target) for edge in edges]
    walk = Graph(arrows).walk(version_id, direction, depth, max_nodes)
    return Answer(
        version_id,
        direction,
        depth,
        max_nodes,
        as_of,
        _nodes(organisation, walk),
        tuple(edges[place] for place in walk.edges),
        walk.reach,
        walk.truncated_by,
    )


def seal_graph(*, actor: Actor, version_id: UUID, now: datetime) -> Entry:
    """Seal the version's whole graph as of `now`, up to the default node cap, as evidence `lineage`."""
    check_can(actor, "lineage:write")
    answer = graph(organisation=actor.organisation, version_id=version_id, as_of=now, depth=MAX_DEPTH)
    facts = _facts(answer)
    statement = {
        "facts": facts.to_plain(),
        "blocks": to_plain(blocks(facts)),
        "criteria": [],
        "verdicts": [],
        "pins": [{"role": node.kind, "id": str(node.version_id), "digest": node.digest} for node in answer.nodes],
        "provenance": {"actor": actor.name, "as_of": now.isoformat()},
    }
    return evidence.seal(actor=actor, kind="lineage", subject=str(version_id), statement=statement, now=now)


def _facts(answer: Answer) -> Facts:
    plain = answer.to_plain()
    missing = answer.reach + 1 - len(answer.nodes)
    return Facts(
        kind="lineage",
        kind_version=KIND_VERSION,
        parameters={name: plain[name] for name in ("direction", "depth", "max_nodes", "as_of")},
        seed=0,
        coverage=Coverage(answer.reach + 1, len(answer.nodes), (("over_the_cap", missing),) if missing else ()),
        measures=(),
        details={name: plain[name] for name in ("nodes", "edges", "counts", "truncated_by")},
    )


def _check_caps(direction: str, depth: int, max_nodes: int) -> None:
    if direction not in DIRECTIONS:
        raise ShapeError("direction", "is not one of the known values.", DIRECTIONS)
    if not 0 <= depth <= MAX_DEPTH:
        raise ShapeError("depth", f"must be from 0 to {MAX_DEPTH}.")
    if not 1 <= max_nodes <= MAX_NODES:
        raise ShapeError("max_nodes", f"must be from 1 to {MAX_NODES}.")


def _check_apart(ended: Edge | None) -> None:
    if ended is not None:
        raise ShapeError("valid_from", f"lies before the end of edge {ended.pk}, {ended.valid_to}.")


def _one_at_a_time(edge: str) -> None:
    # Versions are append-only: the application's role may not lock their rows.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [edge])


def _version(organisation: UUID, version_id: UUID) -> AssetVersion:
    rows = AssetVersion.objects.of(organisation)
    version: AssetVersion | None = rows.select_related("asset").filter(pk=version_id).first()
    if version is None:
        raise NotFound("version", version_id)
    return version


def _stated(organisation: UUID, as_of: datetime) -> Sequence[EdgeLine]:
    columns = ("id", "source_id", "target_id", "kind", "valid_from", "valid_to")
    return [EdgeLine(*row) for row in Edge.objects.of(organisation).valid_at(as_of).values_list(*columns)]


def _components(organisation: UUID, as_of: datetime) -> Sequence[EdgeLine]:
    rows = Component.objects.of(organisation).filter(system_version__created_at__lte=as_of)
    columns = ("component_version_id", "system_version_id", "system_version__created_at")
    distinct = rows.order_by(*columns).values_list(*columns).distinct()
    return [EdgeLine(None, part, whole, PART_OF, since, None) for part, whole, since in distinct]


def _nodes(organisation: UUID, walk: Walk[UUID]) -> tuple[NodeLine, ...]:
    ids = [one.node for one in walk.nodes]
    found = AssetVersion.objects.of(organisation).filter(pk__in=ids).select_related("asset").in_bulk()
    return tuple(_line(found[one.node], one.depth, one.side) for one in walk.nodes)


def _line(version: AssetVersion, depth: int, side: Side) -> NodeLine:
    asset = version.asset
    return NodeLine(version.pk, asset.pk, asset.name, asset.kind, version.number, version.digest, depth, side)
