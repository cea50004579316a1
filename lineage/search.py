"""Breadth-first search in numpy: always there, and what the compiled one is held against. Pure."""

from collections.abc import Callable, Sequence

import numpy as np

from lineage.arrows import Arrows, Indices

# (arrows of each layer, start, number of nodes) -> hops of every node (-1: not reached), and those reached in order of hops
Search = Callable[[Sequence[Arrows], int, int], tuple[Indices, Indices]]

FEW = 32  # arrows of one hop below which a loop is faster than whole arrays


def search(ways: Sequence[Arrows], start: int, count: int) -> tuple[Indices, Indices]:
    """Least number of hops from `start` to each of `count` nodes, and the reached ones by hops."""
    depth = np.full(count, -1, dtype=np.int32)
    seen = np.empty(count, dtype=np.int32)
    depth[start] = 0
    frontier = np.array([start], dtype=np.int32)
    levels = [frontier]
    while frontier.size:
        frontier = (
            _few(ways, frontier, depth, len(levels))
            if _is_few(ways, frontier)
            else _many(ways, frontier, depth, seen, len(levels))
        )
        levels.append(frontier)
    return depth, np.concatenate(levels)


def _is_few(ways: Sequence[Arrows], frontier: Indices) -> bool:
    return frontier.size < FEW and sum(_degree(way, frontier) for way in ways) < FEW


def _degree(way: Arrows, frontier: Indices) -> int:
    last = way.starts.size - 1
    return sum(int(way.starts[node + 1] - way.starts[node]) for node in frontier.tolist() if node < last)


def _few(ways: Sequence[Arrows], frontier: Indices, depth: Indices, level: int) -> Indices:
    found = []
    for node in frontier.tolist():
        for way in ways:
            if node < way.starts.size - 1:
                first, last = int(way.starts[node]), int(way.starts[node + 1])
                for place in range(first, last):
                    head = int(way.heads[place])
                    if depth[head] < 0 and (not way.alive.size or way.alive[place]):
                        depth[head] = level
                        found.append(head)
    return np.array(found, dtype=np.int32)


def _many(ways: Sequence[Arrows], frontier: Indices, depth: Indices, seen: Indices, level: int) -> Indices:
    heads = np.concatenate([way.heads[way.leaving(frontier)] for way in ways])
    heads = heads[depth[heads] < 0]
    depth[heads] = level
    # Of several arrows to one node the last to write stays: each node once, without sorting.
    turns = np.arange(heads.size, dtype=np.int32)
    seen[heads] = turns
    once: Indices = heads[seen[heads] == turns]
    return once
