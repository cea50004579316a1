"""What a question about lineage is answered with. Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lineage.graph import Direction, Side


@dataclass(frozen=True, slots=True)
class NodeLine:
    """One node of an answer. `depth` is its distance from the start in hops. Ids are texts, as an answer has thousands.

    asset, number, digest: of a version its asset's name, its number and its digest; of what stands outside the registry its
    name, None and None. version_id, asset_id: None for the latter. namespace: empty for the former.
    """

    id: str
    version_id: str | None
    asset_id: str | None
    asset: str
    kind: str
    number: int | None
    digest: str | None
    namespace: str
    depth: int
    side: Side

    @property
    def title(self) -> str:
        """As pages and reports call it."""
        return self.asset if self.number is None else f"{self.asset} · {self.number}"


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """One edge of an answer. `id` is None where the registry's components draw it.

    columns: pairs of a column of the source and one of the target, where somebody named any.
    """

    id: str | None
    source: str
    target: str
    kind: str
    valid_from: datetime
    valid_to: datetime | None
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A part of the graph as of a moment, and what was left out of it.

    version: the lineage version that was read. reach: nodes that can be reached at any depth, whether shown or not, the start
    not counted; reach_by_depth: of these, how many at 1, 2, ... hops, up to 50. exact: False where the database was asked no
    further than a cap, so that there are at least so many. between: edges between the nodes shown, shown or not.
    truncated_by: which caps left something out, of "depth", "nodes", "edges". cursor: asks for the nodes that follow.
    """

    node_id: UUID
    direction: Direction
    depth: int
    max_nodes: int
    as_of: datetime
    version: int
    nodes: tuple[NodeLine, ...]
    edges: tuple[EdgeLine, ...]
    reach: int
    reach_by_depth: tuple[int, ...]
    within: int
    between: int
    exact: bool
    truncated_by: tuple[str, ...]
    cursor: str | None

    def counts(self) -> dict[str, dict[str, int]]:
        """Shown nodes and edges by kind."""
        return {
            "nodes": dict(sorted(Counter(node.kind for node in self.nodes).items())),
            "edges": dict(sorted(Counter(edge.kind for edge in self.edges).items())),
        }

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready data without floats; moments as ISO 8601 text."""
        return {
            "node_id": str(self.node_id),
            "version_id": str(self.node_id),
            "direction": self.direction,
            "depth": self.depth,
            "max_nodes": self.max_nodes,
            "as_of": self.as_of.isoformat(),
            "version": self.version,
            "truncated": bool(self.truncated_by),
            "truncated_by": list(self.truncated_by),
            "reach": self.reach,
            "reach_by_depth": list(self.reach_by_depth),
            "within_depth": self.within,
            "exact": self.exact,
            "edges_between": self.between,
            "cursor": self.cursor,
            "counts": self.counts(),
            "nodes": [_node_plain(node) for node in self.nodes],
            "edges": _edges_plain(self.edges),
        }


def _node_plain(node: NodeLine) -> dict[str, Any]:
    return {
        "id": node.id,
        "version_id": node.version_id,
        "asset_id": node.asset_id,
        "asset": node.asset,
        "kind": node.kind,
        "number": node.number,
        "digest": node.digest,
        "namespace": node.namespace,
        "depth": node.depth,
        "side": node.side,
    }


def _edges_plain(edges: tuple[EdgeLine, ...]) -> list[dict[str, Any]]:
    moments = {moment: moment.isoformat() for edge in edges for moment in (edge.valid_from, edge.valid_to) if moment}
    return [
        {
            "id": edge.id,
            "source": edge.source,
            "target": edge.target,
            "kind": edge.kind,
            "valid_from": moments[edge.valid_from],
            "valid_to": moments[edge.valid_to] if edge.valid_to else None,
            "columns": edge.columns,
        }
        for edge in edges
    ]
