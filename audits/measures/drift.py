"""Have a judge's scores, or any figures, moved since they were looked at last?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BINS = 10
PER_BIN = 10
CELLS = 4_000_000  # of the table of paths; beyond it the limit law is as good


@dataclass(frozen=True, slots=True)
class Drift:
    """How far two samples are apart.

    psi: population stability index, 0 and more. ks: largest distance of the two distributions, 0 to 1; p: the chance of
    so much or more when both come from one; exact: whether p was counted out or taken from the limit law.
    """

    psi: float
    ks: float
    p: float
    exact: bool
    before: int
    now: int


def drift(before: Sequence[float], now: Sequence[float]) -> Drift:
    """Both measures of two samples of finite numbers; NaN where one of them is empty.

    Raises:
        ValueError: for NaN or infinite values.
    """
    x, y = np.asarray(before, dtype=np.float64), np.asarray(now, dtype=np.float64)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("drift is told of finite numbers")
    if not len(x) or not len(y):
        return Drift(math.nan, math.nan, math.nan, False, len(x), len(y))
    distance, ends = _distance(x, y)
    exact = len(x) * len(y) <= CELLS
    p = _counted(distance, ends, len(x), len(y)) if exact else _limit_law(distance, len(x), len(y))
    return Drift(psi(before, now), distance, p, exact, len(x), len(y))


def psi(before: Sequence[float], now: Sequence[float]) -> float:
    """Population stability index: sum over bins of (now - before) ln(now / before) of the bins' shares; 0 is no change.

    Bins are ranges that held about equally many before, ten or fewer so that each held about ten; equal values stay
    together, and a frequent one is a bin; half a unit is added to each bin, so that an empty one is no infinity. Usual
    reading: below 0.1 little, over 0.25 much; two samples of n and m from one distribution show about (bins - 1)
    (1/n + 1/m). NaN where one is empty.
    Source: Siddiqi, Credit Risk Scorecards (2006); its expected value: Yurdakul, Western Michigan University (2018).
    """
    x, y = np.asarray(before, dtype=np.float64), np.asarray(now, dtype=np.float64)
    if not len(x) or not len(y):
        return math.nan
    cuts = _cuts(x, max(2, min(BINS, len(x) // PER_BIN)))
    was, has = (np.bincount(np.searchsorted(cuts, one), minlength=len(cuts) + 1) + 0.5 for one in (x, y))
    was, has = was / was.sum(), has / has.sum()
    return float(((has - was) * np.log(has / was)).sum())


def _cuts(x: Array, bins: int) -> Array:
    """Between which values one bin ends and the next begins; a value as frequent as a bin has one of its own."""
    values, counts = np.unique(x, return_counts=True)
    if len(values) == 1:
        return np.array([np.nextafter(values[0], -np.inf), values[0]])
    full, held, ends = len(x) / bins, 0, []
    for place, count in enumerate(counts.tolist()[:-1]):
        held += count
        if held >= full or counts[place + 1] >= full:
            ends.append(place)
            held = 0
    return np.asarray([(values[place] + values[place + 1]) / 2 for place in ends], dtype=np.float64)


def _distance(x: Array, y: Array) -> tuple[float, NDArray[np.bool_]]:
    """The largest distance of the two step functions, and after which of the pooled values (sorted) a new value begins."""
    pooled = np.sort(np.concatenate([x, y]))
    values = np.unique(pooled)
    gaps = np.searchsorted(np.sort(x), values, side="right") / len(x) - np.searchsorted(np.sort(y), values, side="right") / len(y)
    return float(np.abs(gaps).max()), np.append(pooled[1:] != pooled[:-1], True)


def _counted(distance: float, ends: NDArray[np.bool_], n: int, m: int) -> float:
    """The share of all orders of the pooled values with a distance as large; steps count only where a tie has ended.

    A path through an n by m grid is an order; those that stay within the distance are counted, diagonal by diagonal, as
    chances. Source: Schroeer and Trenkler, Computational Statistics and Data Analysis 20 (1995) 185-202.
    """
    if distance <= 0:
        return 1.0
    inside = np.array([1.0])  # chance of being at i values of the first after none, and never outside yet
    for drawn in range(1, n + m + 1):
        first = np.arange(max(0, drawn - m), min(n, drawn) + 1)
        inside = _step(inside, first, drawn, n, m)
        if ends[drawn - 1]:
            apart = np.abs(first / n - (drawn - first) / m)
            inside = np.where(apart >= distance - 1e-12, 0.0, inside)
    return float(min(1.0, max(0.0, 1 - inside.sum())))


def _step(inside: Array, first: NDArray[np.int64], drawn: int, n: int, m: int) -> Array:
    """One more value drawn without replacement: it is the first sample's with the chance of what that has left."""
    start = max(0, drawn - 1 - m)
    padded = np.concatenate([[0.0], inside, [0.0]])
    here, left = n + m - drawn + 1, first - start
    of_first = padded[left] * (n - first + 1)  # came from first - 1
    of_second = padded[left + 1] * (m - (drawn - 1 - first))  # came from first
    return np.asarray((of_first + of_second) / here, dtype=np.float64)


def _limit_law(distance: float, n: int, m: int) -> float:
    """Kolmogorov's law with Stephens' correction, J. Royal Stat. Society B 32 (1970) 115-122."""
    size = math.sqrt(n * m / (n + m))
    scaled = (size + 0.12 + 0.11 / size) * distance
    if scaled < 0.2:
        return 1.0
    terms = (math.exp(-2 * (step * scaled) ** 2) * (1 if step % 2 else -1) for step in range(1, 101))
    return min(1.0, max(0.0, 2 * sum(terms)))
