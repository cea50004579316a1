"""The walk over lineage: what a version stands on, and what stands on it.

Arrows run from the dependent to what it depends on, so following them leads *upstream* and
following them backwards leads *downstream*. A graph is two CSR halves (numpy); a walk is a
breadth-first search by whole frontiers with a visited set, so cycles end by themselves and a
depth of n means at most n hops. An answer is cut by depth, nodes and edges, and says so.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Direction = Literal["upstream", "downstream", "both"]
Side = Literal["start", "upstream", "downstream", "both"]
Node = TypeVar("Node", bound=Hashable)
Indices = NDArray[np.int64]

DIRECTIONS: tuple[Direction, ...] = ("upstream", "downstream", "both")
EDGES_PER_NODE = 10  # an answer of n nodes shows at most this many edges times n


@dataclass(frozen=True, slots=True)
class Csr:
    """Neighbours of node i are `heads[starts[i]:starts[i + 1]]`."""

    starts: Indices
    heads: Indices

    @classmethod
    def of(cls, count: int, tails: Indices, heads: Indices) -> "Csr":
        """Arrows tail -> head over `count` nodes."""
        order = np.argsort(tails, kind="stable")
        starts = np.zeros(count + 1, dtype=np.int64)
        np.cumsum(np.bincount(tails, minlength=count), out=starts[1:])
        return cls(starts, heads[order])

    def neighbours(self, frontier: Indices) -> Indices:
        """Heads of all arrows that leave the frontier, repeats included."""
        first = self.starts[frontier]
        counts = self.starts[frontier + 1] - first
        before = np.cumsum(counts) - counts
        places = np.repeat(first - before, counts) + np.arange(counts.sum())
        heads: Indices = self.heads[places]
        return heads

    def depths(self, start: int) -> Indices:
        """Least number of hops from `start` to each node; -1 where it cannot be reached."""
        depth = np.full(self.starts.size - 1, -1, dtype=np.int64)
        depth[start] = 0
        frontier = np.array([start], dtype=np.int64)
        level = 0
        while frontier.size:
            level += 1
            found = np.unique(self.neighbours(frontier))
            frontier = found[depth[found] < 0]
            depth[frontier] = level
        return depth


@dataclass(frozen=True, slots=True)
class Reached(Generic[Node]):
    """A node of an answer: how many hops away, and on which side of the start."""

    node: Node
    depth: int
    side: Side


@dataclass(frozen=True, slots=True)
class Walk(Generic[Node]):
    """What a walk found.

    nodes: the start first, then by depth, then in the order of the graph's nodes.
    edges: positions, in the arrows given to `Graph`, of arrows between two shown nodes.
    reach: nodes that can be reached at any depth, the start not counted.
    truncated_by: which caps left something out, of "depth", "nodes", "edges".
    """

    nodes: tuple[Reached[Node], ...]
    edges: tuple[int, ...]
    reach: int
    truncated_by: tuple[str, ...]

    @property
    def truncated(self) -> bool:
        """Whether anything that can be reached is not shown."""
        return bool(self.truncated_by)


class Graph(Generic[Node]):
    """Arrows `(dependent, dependency)`; parallel arrows and cycles are fine."""

    def __init__(self, arrows: Sequence[tuple[Node, Node]]) -> None:
        self._nodes: list[Node] = list(dict.fromkeys(node for arrow in arrows for node in arrow))
        self._index = {node: index for index, node in enumerate(self._nodes)}
        self._tails = np.fromiter((self._index[tail] for tail, _ in arrows), np.int64, len(arrows))
        self._heads = np.fromiter((self._index[head] for _, head in arrows), np.int64, len(arrows))
        self._up = Csr.of(len(self._nodes), self._tails, self._heads)
        self._down = Csr.of(len(self._nodes), self._heads, self._tails)

    def walk(self, start: Node, direction: Direction, max_depth: int, max_nodes: int) -> Walk[Node]:
        """Everything within `max_depth` hops of `start`, at most `max_nodes` nodes (start included).

        Raises:
            ValueError: `max_depth` below 0 or `max_nodes` below 1.
        """
        if max_depth < 0 or max_nodes < 1:
            raise ValueError("max_depth must be at least 0 and max_nodes at least 1")
        if start not in self._index:
            return Walk((Reached(start, 0, "start"),), (), 0, ())
        up, down = self._sides(self._index[start], direction)
        depth = _nearest(up, down)
        reached = np.flatnonzero(depth >= 0)
        within = reached[depth[reached] <= max_depth]
        shown = within[np.argsort(depth[within], kind="stable")][:max_nodes]
        edges = self._between(shown)
        cap = max_nodes * EDGES_PER_NODE
        cuts = {
            "depth": within.size < reached.size,
            "nodes": shown.size < within.size,
            "edges": edges.size > cap,
        }
        return Walk(
            tuple(Reached(self._nodes[i], int(depth[i]), _side(int(up[i]), int(down[i]))) for i in shown),
            tuple(int(edge) for edge in edges[:cap]),
            int(reached.size) - 1,
            tuple(name for name, cut in cuts.items() if cut),
        )

    def _sides(self, start: int, direction: Direction) -> tuple[Indices, Indices]:
        nowhere = np.full(len(self._nodes), -1, dtype=np.int64)
        nowhere[start] = 0
        up = nowhere if direction == "downstream" else self._up.depths(start)
        down = nowhere if direction == "upstream" else self._down.depths(start)
        return up, down

    def _between(self, shown: Indices) -> Indices:
        inside = np.zeros(len(self._nodes), dtype=bool)
        inside[shown] = True
        return np.flatnonzero(inside[self._tails] & inside[self._heads])


def _nearest(up: Indices, down: Indices) -> Indices:
    both = np.minimum(up, down)
    return np.where(up < 0, down, np.where(down < 0, up, both))


def _side(up: int, down: int) -> Side:
    if up == 0:
        return "start"
    if up > 0 and down > 0:
        return "both"
    return "upstream" if up > 0 else "downstream"
