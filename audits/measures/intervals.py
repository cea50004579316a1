"""Confidence intervals of shares, of their differences and ratios, and of means.

Counts may be fractions (weighted data brings effective counts). Every function has a form on
arrays (`*_bounds`, NaN where nothing can be said) and a form on one case that returns an
`Interval`, or None where the figure is not estimable: a base of 0 is never a share of 0.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]
LEVEL = 0.95
ROOT_STEPS = 60  # halvings of a bracket at most 80 wide: below the spacing of doubles


@dataclass(frozen=True, slots=True)
class Interval:
    """A value within [low, high]; `high` may be infinite for a ratio."""

    value: float
    low: float
    high: float
    method: str


def bonferroni(level: float, comparisons: int) -> float:
    """The level each of `comparisons` intervals needs so that all hold together at `level`."""
    return 1 - (1 - level) / max(1, comparisons)


def wilson_bounds(hits: ArrayLike, size: ArrayLike, level: float = LEVEL) -> tuple[Array, Array]:
    """Score interval of a share, in [0, 1]: the p with |k - np| <= z sqrt(np(1-p)).

    Source: Wilson, JASA 22 (1927) 209-212. NaN where size <= 0.
    """
    k, n = _arrays(hits, size)
    z2 = _z(level) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        centre = (share + z2 / (2 * n)) / (1 + z2 / n)
        half = np.sqrt(z2) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        low = np.where(k <= 0, 0.0, np.maximum(0.0, centre - half))
        high = np.where(k >= n, 1.0, np.minimum(1.0, centre + half))
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def wilson(hits: float, size: float, level: float = LEVEL) -> Interval | None:
    """`wilson_bounds` of one share; None at size 0."""
    return _one(hits / size, wilson_bounds(hits, size, level), "wilson") if size > 0 else None


def clopper_pearson(hits: float, size: float, level: float = LEVEL) -> Interval | None:
    """Exact binomial interval of a share, in [0, 1]; never covers less than `level`.

    low = Beta(a/2; k, n-k+1), high = Beta(1-a/2; k+1, n-k). Source: Clopper and Pearson, Biometrika 26 (1934) 404-413.
    None at size 0.
    """
    if size <= 0:
        return None
    tail = (1 - level) / 2
    low = 0.0 if hits <= 0 else float(special.betaincinv(hits, size - hits + 1, tail))
    high = 1.0 if hits >= size else float(special.betaincinv(hits + 1, size - hits, 1 - tail))
    return Interval(hits / size, low, high, "clopper_pearson")


def jeffreys(hits: float, size: float, level: float = LEVEL) -> Interval | None:
    """Equal-tailed interval of Beta(k + 1/2, n - k + 1/2), its ends moved to 0 at k = 0 and to 1 at k = n.

    Source: Brown, Cai and DasGupta, Statistical Science 16 (2001) 101-133. None at size 0.
    """
    if size <= 0:
        return None
    tail = (1 - level) / 2
    low = 0.0 if hits <= 0 else float(special.betaincinv(hits + 0.5, size - hits + 0.5, tail))
    high = 1.0 if hits >= size else float(special.betaincinv(hits + 0.5, size - hits + 0.5, 1 - tail))
    return Interval(hits / size, low, high, "jeffreys")


def newcombe_bounds(
    hits1: ArrayLike, size1: ArrayLike, hits2: ArrayLike, size2: ArrayLike, level: float = LEVEL
) -> tuple[Array, Array]:
    """Hybrid score interval of p1 - p2 of independent samples, in [-1, 1]; built from two Wilson intervals.

    Source: Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10. NaN where a size is 0.
    """
    k1, n1 = _arrays(hits1, size1)
    k2, n2 = _arrays(hits2, size2)
    low1, high1 = wilson_bounds(k1, n1, level)
    low2, high2 = wilson_bounds(k2, n2, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p1, p2 = k1 / n1, k2 / n2
    gap = p1 - p2
    return gap - np.hypot(p1 - low1, high2 - p2), gap + np.hypot(high1 - p1, p2 - low2)


def newcombe(hits1: float, size1: float, hits2: float, size2: float, level: float = LEVEL) -> Interval | None:
    """`newcombe_bounds` of one difference; None where a size is 0."""
    if size1 <= 0 or size2 <= 0:
        return None
    return _one(hits1 / size1 - hits2 / size2, newcombe_bounds(hits1, size1, hits2, size2, level), "newcombe")


def koopman_bounds(
    hits1: ArrayLike, size1: ArrayLike, hits2: ArrayLike, size2: ArrayLike, level: float = LEVEL
) -> tuple[Array, Array]:
    """Score interval of the ratio p1 / p2 of independent samples, in [0, inf]: the ratios that Pearson's test keeps.

    Zero counts need no correction: low is 0 at k1 = 0, high is infinite at k2 = 0.
    Source: Koopman, Biometrics 40 (1984) 513-517. NaN where a size is 0.
    """
    k1, n1, k2, n2 = np.broadcast_arrays(*_arrays(hits1, size1), *_arrays(hits2, size2))
    limit = _z(level) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.clip(np.log((k1 / n1) / (k2 / n2)), -40.0, 40.0)
    middle = np.where(np.isnan(middle), 0.0, middle)
    counts = (k1, n1, k2, n2)
    low = np.where(k1 <= 0, 0.0, np.exp(_crossing(counts, middle, np.full_like(middle, -40.0), limit)))
    high = np.where(k2 <= 0, np.inf, np.exp(_crossing(counts, middle, np.full_like(middle, 40.0), limit)))
    known = (n1 > 0) & (n2 > 0)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def koopman(hits1: float, size1: float, hits2: float, size2: float, level: float = LEVEL) -> Interval | None:
    """`koopman_bounds` of one ratio; None where a size or the second count is 0."""
    if size1 <= 0 or size2 <= 0 or hits2 <= 0:
        return None
    bounds = koopman_bounds(hits1, size1, hits2, size2, level)
    return _one((hits1 / size1) / (hits2 / size2), bounds, "koopman")


def mean_interval(count: int, total: Fraction, squares: Fraction, level: float = LEVEL) -> Interval | None:
    """Student's interval of a mean from its exact sums: m +- t(n-1) s / sqrt(n).

    None below two values. The variance is taken from exact sums, so nothing cancels.
    """
    if count < 2:
        return None
    mean = total / count
    variance = (squares - total * mean) / (count - 1)
    half = student(count - 1, level) * math.sqrt(max(0.0, float(variance)) / count)
    return Interval(float(mean), float(mean) - half, float(mean) + half, "student")


def student(freedom: int, level: float = LEVEL) -> float:
    """The two-sided quantile of Student's t."""
    return float(special.stdtrit(freedom, (1 + level) / 2))


def _one(value: float, bounds: tuple[Array, Array], method: str) -> Interval:
    return Interval(value, float(bounds[0]), float(bounds[1]), method)


def _arrays(hits: ArrayLike, size: ArrayLike) -> tuple[Array, Array]:
    return np.asarray(hits, dtype=np.float64), np.asarray(size, dtype=np.float64)


def _z(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)


def _crossing(counts: tuple[Array, ...], inside: Array, outside: Array, limit: float) -> Array:
    """Where the score statistic passes `limit` between log ratios `inside` (kept) and `outside` (refused)."""
    for _ in range(ROOT_STEPS):
        middle = (inside + outside) / 2
        kept = _score(counts, np.exp(middle)) <= limit
        inside, outside = np.where(kept, middle, inside), np.where(kept, outside, middle)
    return inside


def _score(counts: tuple[Array, ...], ratio: Array) -> Array:
    """Pearson's statistic of p1 = ratio * p2, at the constrained maximum likelihood."""
    k1, n1, k2, n2 = counts
    b = ratio * (n1 + k2) + k1 + n2
    p1 = 2 * ratio * (k1 + k2) / (b + np.sqrt(np.maximum(0.0, b * b - 4 * (n1 + n2) * ratio * (k1 + k2))))
    p2 = p1 / ratio
    return _term(k1, n1, np.minimum(p1, 1.0)) + _term(k2, n2, np.minimum(p2, 1.0))


def _term(k: Array, n: Array, p: Array) -> Array:
    gap, spread = (k - n * p) ** 2, n * p * (1 - p)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, gap / spread, np.where(gap > 1e-18 * n, np.inf, 0.0))
