"""Shares and medians of feedback with their intervals. Pure, from the standard library alone: pages compute them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from audits.measures.estimates import LEVEL, normal_quantile, wilson_ends

EXACT = 1000  # up to so many values the ranks are worked out exactly


@dataclass(frozen=True, slots=True)
class Figure:
    """A value within [low, high]; all None where nothing was observed, the ends None where n is too small for them."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    method: str


def share(hits: int, n: int, level: float = LEVEL) -> Figure:
    """Hits / n in [0, 1] with Wilson's interval; 1 means that every observed one is a hit. None at n = 0."""
    if n <= 0:
        return Figure(None, None, None, 0, "wilson")
    low, high = wilson_ends(hits / n, n, level)
    return Figure(hits / n, low, high, n, "wilson")


def median_places(n: int, level: float = LEVEL) -> tuple[int, tuple[int, int] | None]:
    """Places (from 0) of the lower median of n ordered values and of the two that enclose the median at `level`.

    The enclosing ones are the order statistics l and n + 1 - l with P(B < l) <= (1 - level) / 2, B binomial(n, 1/2); above
    1,000 values B is taken as normal. None below 6 values at 95 %. Source: David and Nagaraja, Order Statistics, 2003, 7.1.
    """
    middle = (n - 1) // 2
    rank = _rank(n, (1 - level) / 2) if n <= EXACT else math.floor((n - normal_quantile(level) * math.sqrt(n)) / 2)
    return middle, (rank - 1, n - rank) if rank >= 1 else None


def median(ordered: Sequence[int]) -> Figure:
    """The lower median of ordered values with the two values that enclose it."""
    if not ordered:
        return Figure(None, None, None, 0, "order_statistics")
    middle, ends = median_places(len(ordered))
    low, high = (float(ordered[ends[0]]), float(ordered[ends[1]])) if ends else (None, None)
    return Figure(float(ordered[middle]), low, high, len(ordered), "order_statistics")


def _rank(n: int, tail: float) -> int:
    """The largest l with P(B < l) <= tail; 0 where there is none."""
    allowed, below, rank = tail * 2**n if n < EXACT else math.floor(tail * 10**15) * 2**n // 10**15, 0, 0
    while True:
        below += math.comb(n, rank)
        if below > allowed or rank >= n:
            return rank
        rank += 1
