"""Comparisons that hold a third feature still: Mantel-Haenszel over strata.

A gap between groups that is gone within every stratum of a control feature (Simpson's
paradox) shows here as an adjusted ratio of 1. A stratum without one of the two sides says
nothing and weighs nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from audits.measures.groups import Share
from audits.measures.intervals import LEVEL, Interval


@dataclass(frozen=True, slots=True)
class Stratum:
    """One group and its reference within one value of the control features."""

    one: Share
    reference: Share


def adjusted_ratio(strata: Sequence[Stratum], level: float = LEVEL) -> Interval | None:
    """Mantel-Haenszel ratio of two shares, in [0, inf): sum(a n0 / N) / sum(c n1 / N).

    The interval is exp(log ratio +- z se) with the variance of Greenland and Robins, Biometrics 41 (1985) 55-68:
    sum((n1 n0 (a + c) - a c N) / N^2) / (R S). None where numerator or denominator is 0.
    """
    above = below = spread = 0.0
    for stratum in strata:
        a, n1, c, n0 = stratum.one.hits, stratum.one.size, stratum.reference.hits, stratum.reference.size
        everyone = n1 + n0
        above += a * n0 / everyone
        below += c * n1 / everyone
        spread += (n1 * n0 * (a + c) - a * c * everyone) / everyone**2
    if above <= 0 or below <= 0:
        return None
    half = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(spread / (above * below))
    ratio = above / below
    return Interval(ratio, ratio * math.exp(-half), ratio * math.exp(half), "mantel_haenszel")


def adjusted_difference(strata: Sequence[Stratum], level: float = LEVEL) -> Interval | None:
    """Mantel-Haenszel difference of two shares, in [-1, 1]: sum(n1 n0 / N (p1 - p0)) / sum(n1 n0 / N).

    The variance is Sato's (Biometrics 45 (1989) 1323-1324), good for few large and for many small strata.
    None where no stratum has both sides.
    """
    weight = gap = p_part = q_part = 0.0
    for stratum in strata:
        a, n1, c, n0 = stratum.one.hits, stratum.one.size, stratum.reference.hits, stratum.reference.size
        everyone = n1 + n0
        weight += n1 * n0 / everyone
        gap += (a * n0 - c * n1) / everyone
        p_part += (n1**2 * c - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / everyone**2
        q_part += (a * (n0 - c) + c * (n1 - a)) / (2 * everyone)
    if weight <= 0:
        return None
    difference = gap / weight
    variance = max(0.0, (difference * p_part + q_part) / weight**2)
    half = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(variance)
    return Interval(difference, max(-1.0, difference - half), min(1.0, difference + half), "mantel_haenszel_sato")
