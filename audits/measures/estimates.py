"""Estimates with their intervals, from the standard library alone: pages may compute them too."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.95
HALVINGS = 60  # of an interval of length 1: below the spacing of doubles
FRACTION_STEPS = 10_000
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value within [low, high] from `n` units. All NaN where nothing can be said; `method` names the interval."""

    value: float
    low: float
    high: float
    n: int
    method: str


def nothing(method: str, n: int = 0) -> Estimate:
    """The estimate of what can't be estimated."""
    return Estimate(math.nan, math.nan, math.nan, n, method)


def normal_quantile(level: float) -> float:
    """The z with a share `level` of the normal distribution within +-z.

    Raises:
        ValueError: unless 0 < level < 1.
    """
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    return NormalDist().inv_cdf((1 + level) / 2)


def exact_share(hits: int, n: int, level: float = LEVEL) -> Estimate:
    """A share in [0, 1] with the exact binomial interval, which never covers less than `level`; NaN at n = 0.

    Source: Clopper and Pearson, Biometrika 26 (1934) 404-413.
    """
    if n <= 0:
        return nothing("clopper_pearson")
    tail = (1 - level) / 2
    return Estimate(hits / n, lower_bound(hits, n, tail), upper_bound(hits, n, tail), n, "clopper_pearson")


def lower_bound(hits: int, n: int, risk: float) -> float:
    """The p at which `hits` or more of `n` have the chance `risk`; 0 at no hits."""
    return 0.0 if hits <= 0 else _root(lambda p: beta_cdf(p, hits, n - hits + 1), risk)


def upper_bound(hits: int, n: int, risk: float) -> float:
    """The p at which `hits` or fewer of `n` have the chance `risk`; 1 at n hits. 0 of 59 give 0.05 at risk 0.05."""
    return 1.0 if hits >= n else _root(lambda p: beta_cdf(p, hits + 1, n - hits), 1 - risk)


def effective_share(value: float, variance: float, n: int, method: str, level: float = LEVEL) -> Estimate:
    """A share that is no plain count, in [0, 1], with Wilson's interval at the effective size value (1 - value) / variance.

    A symmetric interval covers too little near 0 and 1, and ends beyond them. Where value or variance says nothing
    (0 or 1, or no spread) the effective size is n. Source: Kott and Carr, J. Official Statistics 13 (1997) 379-385,
    with Wilson's interval in the place of Clopper's and Pearson's.
    """
    if n <= 0 or math.isnan(value):
        return nothing(method, n)
    inside = min(1.0, max(0.0, value))
    size = inside * (1 - inside) / variance if variance > 0 and 0 < inside < 1 else float(n)
    low, high = wilson_ends(inside, size, level)
    return Estimate(inside, low, high, n, method)


def wilson_ends(share: float, size: float, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of a share of `size` units, which may be a fraction. Source: JASA 22 (1927) 209-212."""
    z2 = normal_quantile(level) ** 2
    centre = (share * size + z2 / 2) / (size + z2)
    half = math.sqrt(z2 * (share * (1 - share) * size + z2 / 4)) / (size + z2)
    # Rounding may put an end on the wrong side of the share where the interval is as narrow as the last digit.
    low, high = min(share, max(0.0, centre - half)), max(share, min(1.0, centre + half))
    return (0.0 if share <= 0 else low), (1.0 if share >= 1 else high)


def student_quantile(freedom: int, level: float = LEVEL) -> float:
    """The t with a share `level` of Student's distribution within +-t: t^2 / (freedom + t^2) is a beta quantile.

    Raises:
        ValueError: unless freedom >= 1 and 0 < level < 1.
    """
    if freedom < 1 or not 0 < level < 1:
        raise ValueError("Student's distribution has at least one degree of freedom, a level lies between 0 and 1")
    rest = _root(lambda x: beta_cdf(x, freedom / 2, 0.5), 1 - level)  # freedom / (freedom + t^2): no digits are lost
    return math.sqrt(freedom * (1 - rest) / rest)


def beta_cdf(x: float, a: float, b: float) -> float:
    """The chance of at most `x` in the beta distribution, by its continued fraction (modified Lentz).

    Source: Lentz, Applied Optics 15 (1976) 668-671; DLMF 8.17.22.
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) - math.log(a))
    return front / _continued(x, a, b)


def _continued(x: float, a: float, b: float) -> float:
    above, below, found = 1.0, 0.0, 1.0
    for step in range(1, FRACTION_STEPS):
        term = _coefficient(x, a, b, step)
        below = 1 / _away(1 + term * below)
        above = _away(1 + term / above)
        found *= above * below
        if abs(above * below - 1) < 1e-15:
            break
    return found


def _coefficient(x: float, a: float, b: float, step: int) -> float:
    m = step // 2
    if step % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def _away(value: float) -> float:
    return value if abs(value) > TINY else TINY


def _root(rising: Callable[[float], float], wanted: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2
