"""The same breadth-first search, compiled by numba where it is installed: a worker has it, a slim web process does without.

Importing numba takes a third of a second and compiling longer, so nobody does it at import: `compiled` is called in a thread
of its own, and until it is done everybody walks in numpy.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from lineage.arrows import Arrows, Indices
from lineage.search import Search

LAYERS = 2  # the kernel takes exactly so many


@cache
def compiled() -> Search | None:
    """The compiled search, after its first call; None where numba is not installed."""
    try:
        import numba
    except ImportError:
        return None
    search = around(_jit(numba))
    search((), 0, 1)
    return search


def around(kernel: Callable[..., int]) -> Search:
    """A search by this kernel, `plain_kernel` or what became of it."""

    def search(ways: Sequence[Arrows], start: int, count: int) -> tuple[Indices, Indices]:
        places, hops = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
        base, extra = _padded(ways)
        # What is asked of every arrow is a byte: the marks of a big graph fit into the processor's own memory.
        reached = kernel(*base, *extra, start, places, hops, np.zeros(count, dtype=np.uint8))
        return places[:reached], hops[:reached]

    return search


def _jit(numba: Any) -> Callable[..., int]:
    try:
        found: Callable[..., int] = numba.njit(cache=True, nogil=True)(plain_kernel)
    except RuntimeError:  # no place where what was compiled could be kept
        found = numba.njit(nogil=True)(plain_kernel)
    return found


def _padded(ways: Sequence[Arrows]) -> list[tuple[Indices, Indices, Any]]:
    none = (np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.uint8))
    given = [(way.starts, way.heads, way.alive) for way in ways]
    return given + [none] * (LAYERS - len(given))


def plain_kernel(
    starts: Any, heads: Any, alive: Any, starts_2: Any, heads_2: Any, alive_2: Any, start: Any, places: Any, hops: Any, seen: Any
) -> int:
    """The search over plain arrays, two layers of them; fills `places` and `hops` and answers how many."""
    seen[start] = 1
    places[0] = start
    hops[0] = 0
    done, found = 0, 1
    while done < found:
        node = places[done]
        far = hops[done] + 1
        done += 1
        if node < starts.size - 1:
            for arrow in range(starts[node], starts[node + 1]):
                head = heads[arrow]
                if seen[head] == 0 and (alive.size == 0 or alive[arrow]):
                    seen[head] = 1
                    places[found] = head
                    hops[found] = far
                    found += 1
        if node < starts_2.size - 1:
            for arrow in range(starts_2[node], starts_2[node + 1]):
                head = heads_2[arrow]
                if seen[head] == 0 and (alive_2.size == 0 or alive_2[arrow]):
                    seen[head] = 1
                    places[found] = head
                    hops[found] = far
                    found += 1
    return found
