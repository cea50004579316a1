"""Is the second of two versions better, when both were asked the same? Paired, at one look or at any number of looks.

Values are shares or scores from 0 to 1, one a question and version; differences are second less first.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from audits.measures.estimates import LEVEL, Estimate, beta_cdf, normal_quantile, nothing, student_quantile, wilson_ends

Array = NDArray[np.float64]
Verdict = Literal["better", "worse", "no_difference_shown", "inconclusive"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
POWER = 0.8
RHO2 = 0.08  # makes the sequence narrowest near 100 pairs
FEW = 5  # differing pairs; with fewer of them a spread is no guide
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Paired:
    """Two versions over the same questions.

    once: the difference, for one look fixed beforehand. anytime: the same for any number of looks at a growing list.
    p: exact McNemar for 0/1 values, else of Student's test on the differences (of their signs where fewer than five
    pairs differ); one look. anytime_p: likewise for any
    number of looks. smallest_once, smallest_anytime: the true difference each would have shown with 80 % chance.
    first, second: means. only_first, only_second: pairs where that one is larger.
    """

    once: Estimate
    anytime: Estimate
    p: float
    anytime_p: float
    smallest_once: float
    smallest_anytime: float
    first: float
    second: float
    only_first: int
    only_second: int


def paired(first: Sequence[float], second: Sequence[float], *, level: float = LEVEL) -> Paired:
    """Both intervals and p values of mean(second) - mean(first), each pair about one question.

    NaN for no pairs. once: Tango's score interval where all values are 0 or 1, else Student's (two pairs or more; as wide
    as Tango's for pairs that agree where fewer than five differ). anytime: see `confidence_sequence`.

    Raises:
        ValueError: for unequal lengths or a value outside [0, 1].
    """
    x, y = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if x.shape != y.shape or not all(((side >= 0) & (side <= 1)).all() for side in (x, y)):
        raise ValueError("each question needs a value from 0 to 1 of both versions")
    gaps = y - x
    less, more = int((gaps < 0).sum()), int((gaps > 0).sum())
    counted = bool(np.isin(x, (0, 1)).all() and np.isin(y, (0, 1)).all())
    once = tango(less, more, len(x), level) if counted else _student(gaps, level)
    anytime, anytime_p = confidence_sequence(gaps.tolist(), level=level)
    means = (float(x.mean()), float(y.mean())) if len(x) else (math.nan, math.nan)
    return Paired(
        once,
        anytime,
        mcnemar(less, more) if counted else _student_p(gaps),
        anytime_p,
        smallest_seen(once, gaps.tolist()),
        smallest_seen(anytime, gaps.tolist()),
        *means,
        less,
        more,
    )


def mean_of(values: Sequence[float], *, level: float = LEVEL) -> Estimate:
    """The mean of values in [0, 1]: Wilson's interval where all are 0 or 1, else Student's; NaN for none."""
    x = np.asarray(values, dtype=np.float64)
    if not len(x):
        return nothing("wilson")
    if not np.isin(x, (0, 1)).all():
        one = _student(x, level)
        return Estimate(one.value, max(0.0, one.low), one.high, one.n, "student")
    low, high = wilson_ends(float(x.mean()), len(x), level)
    return Estimate(float(x.mean()), low, high, len(x), "wilson")


def verdict(difference: Estimate, better: Literal["higher", "lower"], margin: float) -> Verdict:
    """What an interval of second less first says of the second.

    better, worse: it lies on one side of 0. no_difference_shown: it holds 0 and nothing beyond the smallest difference
    that matters, `margin`. inconclusive: it holds 0 and more than that, or there is none.
    """
    low, high = (difference.low, difference.high) if better == "higher" else (-difference.high, -difference.low)
    if low > 0 or high < 0:
        return "better" if low > 0 else "worse"
    return "no_difference_shown" if -margin <= low and high <= margin else "inconclusive"


def mcnemar(less: int, more: int) -> float:
    """Two-sided exact p that pairs which differ fall to either side alike: twice the smaller binomial tail at 1/2, at most 1.

    Source: McNemar, Psychometrika 12 (1947) 153-157, in its exact form. 1 when no pair differs.
    """
    n = less + more
    logs = [
        math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2) for k in range(min(less, more) + 1)
    ]
    return min(1.0, 2 * math.fsum(map(math.exp, logs)))


def tango(less: int, more: int, n: int, level: float = LEVEL) -> Estimate:
    """Score interval of (more - less) / n, the difference of two paired shares, in [-1, 1]; NaN at n = 0.

    Source: Tango, Statistics in Medicine 17 (1998) 891-908. It has a width where no pair differs.
    """
    if n <= 0:
        return nothing("tango")
    value, limit = (more - less) / n, normal_quantile(level)
    low = _edge(less, more, n, -1.0, value, limit)
    return Estimate(value, low, _edge(less, more, n, 1.0, value, limit), n, "tango")


def confidence_sequence(gaps: Sequence[float], *, level: float = LEVEL) -> tuple[Estimate, float]:
    """An interval of the mean of values in [-1, 1] that holds at every look at once, and the p value that goes with it.

    However often one looks at the growing list, and for whatever reason one stops, the true mean is ever out with at most
    1 - level. The order of the list does not matter. NaN and 1 for none.
    Where all values are -1, 0 or 1 it is exact: a difference is out once the best chances that have it make the counts
    1 / (1 - level) times less likely than the Jeffreys mixture of all chances does (method of mixtures: Robbins, Annals of
    Math. Statistics 41 (1970) 1397-1409). Else it holds for many pairs (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas,
    Annals of Statistics 52 (2024) 2613-2640), and is as wide as the other for pairs that agree where fewer than five differ.

    Raises:
        ValueError: for a value outside [-1, 1].
    """
    x = np.asarray(gaps, dtype=np.float64)
    if not ((x >= -1) & (x <= 1)).all():
        raise ValueError("a difference is from -1 to 1")
    if not len(x):
        return nothing("mixture"), 1.0
    if np.isin(x, (-1, 0, 1)).all():
        return _mixture(int((x < 0).sum()), int((x > 0).sum()), len(x), level)
    return _asymptotic(x, level)


def smallest_seen(difference: Estimate, gaps: Sequence[float], *, power: float = POWER) -> float:
    """The true difference that an interval of this width would have set apart from 0 with the chance `power`.

    Half the interval's width + z(power) s / sqrt(n), s the spread of the differences; at most 1; NaN without an interval.
    """
    if math.isnan(difference.low) or len(gaps) < 2:
        return math.nan
    spread = float(np.std(gaps, ddof=1)) / math.sqrt(len(gaps))
    return min(1.0, (difference.high - difference.low) / 2 + normal_quantile(2 * power - 1) * spread)


def pairs_needed(effect: float, differing: float, *, level: float = LEVEL, power: float = POWER) -> int:
    """How many pairs set a difference of shares `effect` apart from 0 at one look, if a share `differing` of them differs.

    (z sqrt(d) + z' sqrt(d - e^2))^2 / e^2, rounded up. Source: Connor, Biometrics 43 (1987) 207-211.

    Raises:
        ValueError: unless 0 < |effect| <= differing <= 1.
    """
    if not 0 < abs(effect) <= differing <= 1:
        raise ValueError("an effect is not 0 and at most the share of pairs that differ")
    z, other = normal_quantile(level), normal_quantile(2 * power - 1)
    return math.ceil(((z * math.sqrt(differing) + other * math.sqrt(differing - effect**2)) / effect) ** 2)


def _edge(less: int, more: int, n: int, outside: float, inside: float, limit: float) -> float:
    """Where Tango's statistic passes `limit`, between the value and the end of the range."""
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if _kept(less, more, n, middle, limit) else (inside, middle)
    return inside


def _kept(less: int, more: int, n: int, gap: float, limit: float) -> bool:
    """Whether the score test at `limit` keeps a difference of `gap`."""
    q = _constrained(less, more, n, gap)
    spread = n * max(0.0, 2 * q + gap * (1 - gap))
    return abs(more - less - n * gap) <= limit * math.sqrt(spread) + 1e-12


def _constrained(less: int, more: int, n: int, gap: float) -> float:
    """The likeliest chance of `less` among those with a difference of `gap`."""
    b = (2 * n - more + less) * gap - less - more
    return (math.sqrt(max(0.0, b * b + 8 * n * less * gap * (1 - gap))) - b) / (4 * n)


def _student(gaps: Array, level: float) -> Estimate:
    n = len(gaps)
    if n < 2:
        return nothing("student_paired", n)
    mean = float(gaps.mean())
    half = student_quantile(n - 1, level) * float(gaps.std(ddof=1)) / math.sqrt(n)
    if int((gaps != 0).sum()) < FEW:
        half = max(half, tango(0, 0, n, level).high)
    return Estimate(mean, max(-1.0, mean - half), min(1.0, mean + half), n, "student_paired")


def _student_p(gaps: Array) -> float:
    """Two-sided; where fewer than five pairs differ, by their signs alone."""
    n, less, more = len(gaps), int((gaps < 0).sum()), int((gaps > 0).sum())
    spread = float(gaps.var(ddof=1)) if n > 1 else 0.0
    if less + more < FEW or spread <= 0:
        return mcnemar(less, more)
    squared = n * float(gaps.mean()) ** 2 / spread
    return beta_cdf((n - 1) / (n - 1 + squared), (n - 1) / 2, 0.5)


def _mixture(less: int, more: int, n: int, level: float) -> tuple[Estimate, float]:
    value, counts = (more - less) / n, (less, n - less - more, more)
    mixed = math.lgamma(1.5) - math.lgamma(1.5 + n) + sum(math.lgamma(0.5 + one) - math.lgamma(0.5) for one in counts)
    least = mixed + math.log(1 - level)
    ends = []
    for end in (-1.0, 1.0):
        inside, outside = value, end
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if _likelihood(less, more, n, middle) >= least else (inside, middle)
        ends.append(inside)
    p = math.exp(min(0.0, _likelihood(less, more, n, 0.0) - mixed))
    return Estimate(value, ends[0], ends[1], n, "mixture"), p


def _likelihood(less: int, more: int, n: int, gap: float) -> float:
    """The logarithm of the largest likelihood with a difference of `gap`."""
    q = min(max(_constrained(less, more, n, gap), 0.0, -gap), (1 - gap) / 2)
    parts = ((less, q), (more, q + gap), (n - less - more, 1 - 2 * q - gap))
    if any(count and chance <= 0 for count, chance in parts):
        return -math.inf
    return sum(count * math.log(chance) for count, chance in parts if count)


def _asymptotic(x: Array, level: float) -> tuple[Estimate, float]:
    n, mean = len(x), float(x.mean())
    spread = float(x.std(ddof=1)) if n > 1 else 1.0
    few = int((x != 0).sum()) < FEW
    half = spread * math.sqrt(2 * (n * RHO2 + 1) / (n * n * RHO2) * math.log(math.sqrt(n * RHO2 + 1) / (1 - level)))
    if few:
        half = max(half, _mixture(0, 0, n, level)[0].high)
    root = n * mean / spread if spread > 0 else 0.0
    p = math.sqrt(n * RHO2 + 1) * math.exp(-(root**2) * RHO2 / (2 * (n * RHO2 + 1)))
    return Estimate(mean, max(-1.0, mean - half), min(1.0, mean + half), n, "asymptotic_sequence"), 1.0 if few else min(1.0, p)
