"""Breadth-first search in numpy: always there, and what the compiled one is held against. Pure."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lineage.arrows import Arrows, Indices

# (arrows of each layer, start, number of nodes) -> the nodes that are reached, by hops, and the hops of each
Search = Callable[[Sequence[Arrows], int, int], tuple[Indices, Indices]]
Marks = NDArray[np.bool_]

FEW = 32  # arrows of one hop below which a loop is faster than whole arrays


def search(ways: Sequence[Arrows], start: int, count: int) -> tuple[Indices, Indices]:
    """Those of `count` nodes that can be reached from `start`, and the least number of hops to each."""
    seen = np.zeros(count, dtype=np.bool_)
    turn = np.empty(count, dtype=np.int32)
    seen[start] = True
    frontier = np.array([start], dtype=np.int32)
    levels = []
    while frontier.size:
        levels.append(frontier)
        frontier = _few(ways, frontier, seen) if _is_few(ways, frontier) else _many(ways, frontier, seen, turn)
    hops = np.repeat(np.arange(len(levels), dtype=np.int32), [level.size for level in levels])
    return np.concatenate(levels), hops


def _is_few(ways: Sequence[Arrows], frontier: Indices) -> bool:
    return frontier.size < FEW and sum(_degree(way, frontier) for way in ways) < FEW


def _degree(way: Arrows, frontier: Indices) -> int:
    last = way.starts.size - 1
    return sum(int(way.starts[node + 1] - way.starts[node]) for node in frontier.tolist() if node < last)


def _few(ways: Sequence[Arrows], frontier: Indices, seen: Marks) -> Indices:
    found = []
    for node in frontier.tolist():
        for way in ways:
            for head in _heads(way, node):
                if not seen[head]:
                    seen[head] = True
                    found.append(head)
    return np.array(found, dtype=np.int32)


def _heads(way: Arrows, node: int) -> list[int]:
    if node >= way.starts.size - 1:
        return []
    span = slice(int(way.starts[node]), int(way.starts[node + 1]))
    heads: list[int] = (way.heads[span][way.alive[span].view(np.bool_)] if way.alive.size else way.heads[span]).tolist()
    return heads


def _many(ways: Sequence[Arrows], frontier: Indices, seen: Marks, turn: Indices) -> Indices:
    heads = np.concatenate([way.heads[way.leaving(frontier)] for way in ways])
    heads = heads[~seen[heads]]
    seen[heads] = True
    # Of several arrows to one node the last to write stays: each node once, without sorting.
    turns = np.arange(heads.size, dtype=np.int32)
    turn[heads] = turns
    once: Indices = heads[turn[heads] == turns]
    return once
