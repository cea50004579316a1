"""The walk over lineage: what a node stands on, and what stands on it, as of a moment.

Arrows run from the dependent to what it depends on, so following them leads *upstream* and
following them backwards leads *downstream*. A graph is a big layer of arrows and, over it, a small
one of what was stated since; each is two CSR halves (numpy). A walk is a breadth-first search with
a visited set, so cycles end by themselves and a depth of n means at most n hops. An answer is cut
by depth, nodes and edges, and says so; what a cut of nodes left out follows on the next page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lineage.arrows import Arrows, Edges, Ids, Indices, Keys, Layer, Moments, keys_of
from lineage.search import Search, search

Direction = Literal["upstream", "downstream", "both"]
Side = Literal["start", "upstream", "downstream", "both"]

DIRECTIONS: tuple[Direction, ...] = ("upstream", "downstream", "both")
EDGES_PER_NODE = 2  # an answer of n nodes shows at most this many edges times n
HOPS_TOLD = 50  # of how many hops an answer tells how many nodes are that far away


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk found, at most a page of it.

    places: the nodes shown, the nearest first and at one depth by key; on the first page the start is the first.
    depths: hops of each. sides: on which side of the start each is.
    edges: arrows between a node shown and another that is shown here or on a page before.
    between: how many of those there are, shown or not.
    reach: nodes that can be reached at any depth, the start not counted; by_depth: of these, how many at 1, 2, ... hops.
    within: of these, how many within the depth asked for.
    truncated_by: which caps left something out, of "depth", "nodes", "edges".
    last: depth and key of the last node shown where more follow, to go on after.
    """

    places: Indices
    depths: Indices
    sides: tuple[Side, ...]
    edges: Edges
    between: int
    reach: int
    by_depth: tuple[int, ...]
    within: int
    truncated_by: tuple[str, ...]
    last: tuple[int, int] | None

    @property
    def truncated(self) -> bool:
        """Whether anything that can be reached is not shown."""
        return bool(self.truncated_by)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a graph.

    moment: microseconds since 2000-01-01 UTC, as the edges count. after: `Walk.last` of the page before.
    """

    direction: Direction
    max_depth: int
    max_nodes: int
    moment: int
    after: tuple[int, int] | None = None

    def check(self) -> None:
        """Raises `ValueError` for `max_depth` below 0 or `max_nodes` below 1."""
        if self.max_depth < 0 or self.max_nodes < 1:
            raise ValueError("max_depth must be at least 0 and max_nodes at least 1")


@dataclass(frozen=True, slots=True)
class _Reached:
    """All that can be reached, the start first, by depth.

    up, down: where both sides were asked for, the hops upstream and downstream of every node, -1 where it cannot be reached.
    """

    places: Indices
    depths: Indices
    up: Indices | None = None
    down: Indices | None = None


class Graph:
    """Nodes by place, and the arrows between them. The first `layers[0].count` places are sorted by key."""

    def __init__(self, ids: Ids, keys: Keys, layers: Sequence[Layer]) -> None:
        self.ids = ids
        self.keys = keys
        self.layers = tuple(layers)

    @classmethod
    def of(cls, ids: Ids, edges: Edges) -> "Graph":
        """Of nodes by their ids, in the order in which `edges` names them."""
        keys = keys_of(ids)
        order = np.argsort(keys)
        place = np.empty(order.size, dtype=np.int32)
        place[order] = np.arange(order.size, dtype=np.int32)
        return cls(ids[order], keys[order], (Layer.of(order.size, edges.renamed(place)),))

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it holds."""
        return int(self.ids.nbytes + self.keys.nbytes + sum(layer.nbytes for layer in self.layers))

    def find(self, ids: Ids) -> Indices:
        """The place of each id; -1 where the graph does not know it."""
        keys, settled = keys_of(ids), self.layers[0].count
        found = self._settled(ids, keys, settled)
        if settled < self.keys.size:
            for one in np.flatnonzero(found < 0):
                same = settled + np.flatnonzero(self.keys[settled:] == keys[one])
                found[one] = next((place for place in same if self.ids[place] == ids[one]), -1)
        return found

    def walk(self, start: int, asked: Asked, find: Search = search) -> Walk:
        """What can be reached from the node at `start`, cut as asked. Raises `ValueError` for caps that mean nothing."""
        asked.check()
        up, down = self._ways(asked.moment)
        reached = self._reach(start, asked.direction, up, down, find)
        within = int(np.searchsorted(reached.depths, asked.max_depth, side="right"))
        places, depths = reached.places[:within], reached.depths[:within]
        before, earlier = places[:0], depths[:0]
        if asked.after is not None:
            fresh = self._follows(places, depths, *asked.after)
            before, earlier, places, depths = places[~fresh], depths[~fresh], places[fresh], depths[fresh]
        shown, hops = self._first(places, depths, asked.max_nodes)
        edges = self._between(shown, before, up, down)
        above, below = self._hops(reached, asked.direction, np.concatenate((before, shown)), np.concatenate((earlier, hops)))
        most = asked.max_nodes * EDGES_PER_NODE
        cuts = {"depth": within < reached.places.size, "nodes": shown.size < places.size, "edges": len(edges) > most}
        return Walk(
            places=shown,
            depths=hops,
            sides=tuple(map(_side, above[shown].tolist(), below[shown].tolist())),
            edges=edges.cut(most, edges.ties(above, below)),
            between=len(edges),
            reach=int(reached.places.size) - 1,
            by_depth=_by_depth(reached.depths),
            within=within - 1,
            truncated_by=tuple(name for name, cut in cuts.items() if cut),
            last=(int(hops[-1]), int(self.keys[shown[-1]])) if shown.size < places.size else None,
        )

    def grown(self, ids: Ids, edges: Edges) -> "Graph":
        """With new nodes after those that there are, and a second layer of `edges` in place of the one before."""
        all_ids = np.concatenate((self.ids, ids))
        base = self.layers[0]
        return Graph(all_ids, np.concatenate((self.keys, keys_of(ids))), (base, Layer.of(all_ids.size, edges)))

    def ended(self, ids: Ids, tails: Indices, until: Moments) -> "Graph":
        """Where the edges of these ids, which leave the nodes at `tails`, end at `until`. Unknown ones are passed over."""
        layers = list(self.layers)
        for number, layer in enumerate(layers):
            rows = np.array([layer.row_of(one, int(tail)) for one, tail in zip(ids, tails, strict=True)], dtype=np.int64)
            if (rows >= 0).any():
                layers[number] = layer.ending(rows[rows >= 0], until[rows >= 0])
        return Graph(self.ids, self.keys, layers)

    def settled(self) -> "Graph":
        """The same graph in one layer."""
        return Graph.of(self.ids, Edges.join([layer.edges for layer in self.layers]))

    def _settled(self, ids: Ids, keys: Keys, settled: int) -> Indices:
        if not settled:
            return np.full(ids.size, -1, dtype=np.int32)
        place = np.minimum(np.searchsorted(self.keys[:settled], keys), settled - 1)
        known = self.ids[place] == ids
        return np.where(known, place, -1).astype(np.int32)

    def _ways(self, moment: int) -> tuple[tuple[Arrows, ...], tuple[Arrows, ...]]:
        ways = [layer.at(moment) for layer in self.layers]
        return tuple(up for up, _ in ways), tuple(down for _, down in ways)

    def _reach(
        self, start: int, direction: Direction, up: tuple[Arrows, ...], down: tuple[Arrows, ...], find: Search
    ) -> _Reached:
        count = self.keys.size
        if direction != "both":
            return _Reached(*find(up if direction == "upstream" else down, start, count))
        above, below = (self._marked(*find(way, start, count)) for way in (up, down))
        places = np.flatnonzero((above >= 0) | (below >= 0)).astype(np.int32)
        depths = _nearest(above[places], below[places])
        order = np.argsort(depths, kind="stable")
        return _Reached(places[order], depths[order], above, below)

    def _hops(self, reached: _Reached, direction: Direction, nodes: Indices, hops: Indices) -> tuple[Indices, Indices]:
        """Of every node its hops upstream and downstream of the start, right for `nodes`, whose `hops` are known."""
        if reached.up is not None and reached.down is not None:
            return reached.up, reached.down
        one, other = self._marked(nodes, hops), self._marked(reached.places[:1], reached.depths[:1])
        return (one, other) if direction == "upstream" else (other, one)

    def _marked(self, places: Indices, hops: Indices) -> Indices:
        marked = np.full(self.keys.size, -1, dtype=np.int32)
        marked[places] = hops
        return marked

    def _follows(self, places: Indices, depths: Indices, depth: int, key: int) -> NDArray[np.bool_]:
        """Which nodes come behind the one at this depth with this key."""
        fresh: NDArray[np.bool_] = (depths > depth) | ((depths == depth) & (self.keys[places] > np.uint64(key)))
        return fresh

    def _first(self, places: Indices, depths: Indices, most: int) -> tuple[Indices, Indices]:
        """The first `most` by depth and key; `depths` ascends."""
        if places.size > most:
            last = depths[most - 1]
            sure, until = np.searchsorted(depths, (last, last + 1))
            edge = places[sure:until]
            nearest = np.argpartition(self.keys[edge], most - sure - 1)[: most - sure]
            places, depths = np.concatenate((places[:sure], edge[nearest])), depths[:most]
        order = np.lexsort((self.keys[places], depths))
        return places[order], depths[order]

    def _between(self, shown: Indices, before: Indices, up: tuple[Arrows, ...], down: tuple[Arrows, ...]) -> Edges:
        """Arrows from a node shown to one shown or shown before, and arrows from one shown before to one shown."""
        inside = np.zeros(self.keys.size, dtype=np.bool_)
        inside[before] = True
        back = down if before.size else ()
        earlier = [layer.edges.take(way.leading(shown, inside)) for layer, way in zip(self.layers, back, strict=False)]
        inside[shown] = True
        here = [layer.edges.take(way.leading(shown, inside)) for layer, way in zip(self.layers, up, strict=True)]
        return Edges.join([*here, *earlier])


def _by_depth(depths: Indices) -> tuple[int, ...]:
    """How many at 1, 2, ... hops; `depths` ascends."""
    last = min(int(depths[-1]), HOPS_TOLD)
    return tuple(np.diff(np.searchsorted(depths, np.arange(1, last + 2))).tolist())


def _nearest(up: Indices, down: Indices) -> Indices:
    both = np.minimum(up, down)
    return np.where(up < 0, down, np.where(down < 0, up, both))


def _side(up: int, down: int) -> Side:
    if up == 0:
        return "start"
    if up > 0 and down > 0:
        return "both"
    return "upstream" if up > 0 else "downstream"
