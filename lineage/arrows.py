"""Edges as columns and arrows as CSR halves, in numpy. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int32]
Keys = NDArray[np.uint64]
Ids = NDArray[np.void]  # 16 bytes each
Moments = NDArray[np.int64]  # microseconds since 2000-01-01 UTC

ID = np.dtype("V16")
FOREVER = np.iinfo(np.int64).max
EVER = np.zeros(0, dtype=np.uint8)  # instead of one mark an arrow, where every arrow holds
_MIX = np.uint64(0x9E3779B97F4A7C15)


def keys_of(ids: Ids) -> Keys:
    """A number of 64 bits for each id. Two ids may share one: whoever finds by it looks at the id too."""
    halves = np.ascontiguousarray(ids).view("<u8").reshape(-1, 2)
    keys: Keys = (halves[:, 0] * _MIX) ^ halves[:, 1]
    return keys


def ids_of(uuids: Sequence[UUID]) -> Ids:
    """UUIDs as 16 bytes each."""
    return np.frombuffer(b"".join(uuid.bytes for uuid in uuids), dtype=ID)


@dataclass(frozen=True, slots=True)
class Edges:
    """Columns of edges, one row each. tails depend on heads; both are places of nodes.

    ids: of the stated edge, zeros where the registry's components draw it. kinds: codes of their reader.
    since, until: from when to when it holds, the end not included.
    """

    ids: Ids
    kinds: NDArray[np.int16]
    tails: Indices
    heads: Indices
    since: Moments
    until: Moments

    def __len__(self) -> int:
        return int(self.tails.size)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the columns hold."""
        return sum(getattr(self, one.name).nbytes for one in fields(self))

    @classmethod
    def none(cls) -> "Edges":
        """No edges."""
        place, moment = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64)
        return cls(np.zeros(0, dtype=ID), np.zeros(0, dtype=np.int16), place, place, moment, moment)

    @classmethod
    def join(cls, parts: Sequence["Edges"]) -> "Edges":
        """All rows of all parts."""
        return cls(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(cls)))

    def take(self, places: NDArray[np.integer]) -> "Edges":
        """These rows."""
        return Edges(*(getattr(self, one.name)[places] for one in fields(self)))

    def renamed(self, place: Indices) -> "Edges":
        """The same edges where node i stands at `place[i]`."""
        return Edges(self.ids, self.kinds, place[self.tails], place[self.heads], self.since, self.until)

    def ties(self, up: Indices, down: Indices) -> NDArray[np.int64]:
        """Rows that tie nodes to the start: of each node, one arrow of a shortest way to it, where there is one.

        up, down: hops of every node of the graph upstream and downstream of the start, -1 where it cannot be reached.
        """
        above, below = up[self.tails], down[self.heads]
        to_head = (above >= 0) & (up[self.heads] == above + 1) & _nearer(above + 1, below)
        to_tail = (below >= 0) & (down[self.tails] == below + 1) & _nearer(below + 1, above)
        return np.union1d(_first_each(self.heads, to_head), _first_each(self.tails, to_tail))

    def cut(self, most: int, first: NDArray[np.int64]) -> "Edges":
        """At most so many rows, these first."""
        rest = np.ones(len(self), dtype=np.bool_)
        rest[first] = False
        return self.take(np.concatenate((first, np.flatnonzero(rest)))[:most])


@dataclass(frozen=True, slots=True)
class Arrows:
    """Neighbours of node i are `heads[starts[i]:starts[i + 1]]`; a node past the last start has none.

    rows: of each arrow, its row among the layer's edges. alive: whether it holds, or `EVER`.
    """

    starts: Indices
    heads: Indices
    rows: Indices
    alive: NDArray[np.uint8] = field(default_factory=lambda: EVER)

    @classmethod
    def of(cls, count: int, tails: Indices, heads: Indices) -> "Arrows":
        """Arrows tail -> head over `count` nodes, rows in their order."""
        packed = tails.astype(np.int64) << 32 | np.arange(tails.size)
        packed.sort()  # several times faster than a stable argsort
        rows = (packed & 0xFFFFFFFF).astype(np.int32)
        starts = np.zeros(count + 1, dtype=np.int32)
        np.cumsum(np.bincount(tails, minlength=count), out=starts[1:])
        return cls(starts, heads[rows], rows)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it holds."""
        return int(self.starts.nbytes + self.heads.nbytes + self.rows.nbytes)

    def leaving(self, nodes: Indices) -> NDArray[np.int64]:
        """Places, among all arrows, of those that leave `nodes` and hold."""
        known = nodes[nodes < self.starts.size - 1]
        first = self.starts[known].astype(np.int64)
        counts = self.starts[known + 1] - first
        before = np.cumsum(counts) - counts
        places = np.repeat(first - before, counts) + np.arange(counts.sum())
        return places[self.alive[places].view(np.bool_)] if self.alive.size else places

    def leading(self, nodes: Indices, inside: NDArray[np.bool_]) -> Indices:
        """Rows of the arrows that leave `nodes`, hold, and lead inside."""
        places = self.leaving(nodes)
        return self.rows[places[inside[self.heads[places]]]]


@dataclass(frozen=True, slots=True)
class Layer:
    """Edges over the first `count` nodes, and their arrows both ways. From begun on and before ends all of them hold."""

    count: int
    edges: Edges
    up: Arrows
    down: Arrows
    begun: int
    ends: int

    @classmethod
    def of(cls, count: int, edges: Edges) -> "Layer":
        """A layer of these edges."""
        up, down = Arrows.of(count, edges.tails, edges.heads), Arrows.of(count, edges.heads, edges.tails)
        return cls(count, edges, up, down, int(edges.since.max(initial=-FOREVER)), int(edges.until.min(initial=FOREVER)))

    @property
    def nbytes(self) -> int:
        """Bytes of memory that it holds."""
        return self.edges.nbytes + self.up.nbytes + self.down.nbytes

    def at(self, moment: int) -> tuple[Arrows, Arrows]:
        """Its arrows as of a moment, upstream and downstream."""
        if self.begun <= moment < self.ends:
            return self.up, self.down
        holds = ((self.edges.since <= moment) & (self.edges.until > moment)).view(np.uint8)
        return _living(self.up, holds), _living(self.down, holds)

    def row_of(self, edge: np.void, tail: int) -> int:
        """The row of the edge with this id, which leaves the node at `tail`; -1 where it is not of this layer."""
        if not 0 <= tail < self.count:
            return -1
        rows = self.up.rows[self.up.starts[tail] : self.up.starts[tail + 1]]
        same = rows[self.edges.ids[rows] == edge]
        return int(same[0]) if same.size else -1

    def ending(self, rows: NDArray[np.integer], until: Moments) -> "Layer":
        """The same layer where these rows end at these moments."""
        ends = self.edges.until.copy()
        ends[rows] = until
        edges = self.edges
        ended = Edges(edges.ids, edges.kinds, edges.tails, edges.heads, edges.since, ends)
        return Layer(self.count, ended, self.up, self.down, self.begun, min(self.ends, int(until.min())))


def _nearer(hops: Indices, other: Indices) -> NDArray[np.bool_]:
    return (other < 0) | (hops <= other)


def _first_each(nodes: Indices, which: NDArray[np.bool_]) -> NDArray[np.int64]:
    rows = np.flatnonzero(which)
    _, first = np.unique(nodes[rows], return_index=True)
    return rows[first]


def _living(arrows: Arrows, holds: NDArray[np.uint8]) -> Arrows:
    return Arrows(arrows.starts, arrows.heads, arrows.rows, holds[arrows.rows])
