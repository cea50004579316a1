"""Graphs of plain numbers, for tests: node n has the id n."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np

from lineage.arrows import FOREVER, Edges, ids_of
from lineage.graph import Asked, Direction, Graph, Walk
from lineage.search import Search, search

Arrow = tuple[int, int]
FAR, MANY, NOW = 50, 10_000, 100


def edges_of(arrows: Sequence[Arrow], spans: Sequence[tuple[int, int]] = (), first: int = 1) -> Edges:
    """Edge i has the id `first + i` and holds in its span, or else for ever."""
    held = [*spans, *[(0, FOREVER)] * (len(arrows) - len(spans))]
    return Edges(
        ids_of([UUID(int=first + place) for place in range(len(arrows))]),
        np.zeros(len(arrows), dtype=np.int16),
        np.array([tail for tail, _ in arrows], dtype=np.int32),
        np.array([head for _, head in arrows], dtype=np.int32),
        np.array([since for since, _ in held], dtype=np.int64),
        np.array([until for _, until in held], dtype=np.int64),
    )


def graph_of(arrows: Sequence[Arrow], spans: Sequence[tuple[int, int]] = (), nodes: int = 0) -> Graph:
    count = max([nodes - 1, *(end for arrow in arrows for end in arrow)], default=0) + 1
    return Graph.of(ids_of([UUID(int=number) for number in range(count)]), edges_of(arrows, spans))


def place(graph: Graph, node: int) -> int:
    return int(graph.find(ids_of([UUID(int=node)]))[0])


def walk(
    graph: Graph,
    start: int,
    direction: Direction = "upstream",
    depth: int = FAR,
    nodes: int = MANY,
    moment: int = NOW,
    after: tuple[int, int] | None = None,
    find: Search = search,
) -> Walk:
    return graph.walk(place(graph, start), Asked(direction, depth, nodes, moment, after), find)


def numbers(graph: Graph, walked: Walk) -> list[int]:
    return [int.from_bytes(one.tobytes()) for one in graph.ids[walked.places]]


def depths(graph: Graph, walked: Walk) -> dict[int, int]:
    return dict(zip(numbers(graph, walked), walked.depths.tolist(), strict=True))


def arrows_in(graph: Graph, walked: Walk) -> list[Arrow]:
    ends = zip(graph.ids[walked.edges.tails], graph.ids[walked.edges.heads], strict=True)
    return sorted((int.from_bytes(tail.tobytes()), int.from_bytes(head.tobytes())) for tail, head in ends)
