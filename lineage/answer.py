"""What a question about lineage is answered with. Pure."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from lineage.graph import Direction, Side


@dataclass(frozen=True, slots=True)
class NodeLine:
    """One version of an answer. `depth` is its distance from the start in hops."""

    version_id: UUID
    asset_id: UUID
    asset: str
    kind: str
    number: int
    digest: str
    depth: int
    side: Side


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """One edge of an answer. `id` is None where the registry's components draw it."""

    id: UUID | None
    source: UUID
    target: UUID
    kind: str
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A part of the graph as of a moment, and what was left out of it.

    reach: versions that can be reached at any depth, whether shown or not; the start not counted.
    truncated_by: which caps left something out, of "depth", "nodes", "edges".
    """

    version_id: UUID
    direction: Direction
    depth: int
    max_nodes: int
    as_of: datetime
    nodes: tuple[NodeLine, ...]
    edges: tuple[EdgeLine, ...]
    reach: int
    truncated_by: tuple[str, ...]

    def counts(self) -> dict[str, dict[str, int]]:
        """Shown nodes and edges by kind."""
        return {
            "nodes": dict(sorted(Counter(node.kind for node in self.nodes).items())),
            "edges": dict(sorted(Counter(edge.kind for edge in self.edges).items())),
        }

    def to_plain(self) -> dict[str, Any]:
        """JSON-ready data without floats; moments as ISO 8601 text."""
        return {
            "version_id": str(self.version_id),
            "direction": self.direction,
            "depth": self.depth,
            "max_nodes": self.max_nodes,
            "as_of": self.as_of.isoformat(),
            "truncated": bool(self.truncated_by),
            "truncated_by": list(self.truncated_by),
            "reach": self.reach,
            "counts": self.counts(),
            "nodes": [_node_plain(node) for node in self.nodes],
            "edges": [_edge_plain(edge) for edge in self.edges],
        }


def _node_plain(node: NodeLine) -> dict[str, Any]:
    return {
        "version_id": str(node.version_id),
        "asset_id": str(node.asset_id),
        "asset": node.asset,
        "kind": node.kind,
        "number": node.number,
        "digest": node.digest,
        "depth": node.depth,
        "side": node.side,
    }


def _edge_plain(edge: EdgeLine) -> dict[str, Any]:
    return {
        "id": str(edge.id) if edge.id else None,
        "source": str(edge.source),
        "target": str(edge.target),
        "kind": edge.kind,
        "valid_from": edge.valid_from.isoformat(),
        "valid_to": edge.valid_to.isoformat() if edge.valid_to else None,
    }
