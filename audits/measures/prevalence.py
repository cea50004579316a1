"""How many answers are really unsupported, when a judge saw all of them and people a random part.

The target is the share among answers like these: the questions asked stand for more of their kind. So even labels on
every answer leave the interval of a sample of that size.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from audits.measures.estimates import LEVEL, Estimate, effective_share, normal_quantile, nothing

Array = NDArray[np.float64]
UNSEEN = 2  # labels against the judge that may have been missed: a judge without a fault among n labels isn't perfect
THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Labelled:
    """One answer that people looked at. judge: its score, 0 to 1; human: 1 unsupported, 0 supported.

    inclusion: its chance to be drawn. stratum: as `sampling.Drawn` has it; where strata differ they narrow the interval.
    """

    judge: float
    human: int
    inclusion: float
    stratum: int = 0


@dataclass(frozen=True, slots=True)
class Corrected:
    """The same share three ways, each in [0, 1].

    classical: from the labels alone. ppi: labels and scores together. rogan_gladen: the judge's own share, corrected by its
    rates; None where its rates do not allow it. tuning: the weight of the scores in ppi (0: they did not help).
    answers: how many were judged. spread: variance one label brings to ppi.
    """

    classical: Estimate
    ppi: Estimate
    rogan_gladen: Estimate | None
    tuning: float
    answers: int
    spread: float


def corrected(
    judged: Sequence[float], labelled: Sequence[Labelled], *, level: float = LEVEL, threshold: float = THRESHOLD
) -> Corrected:
    """The share of unsupported answers. `judged` holds the scores of all answers, the labelled ones among them.

    ppi = l mean(judged) + sum_h W_h mean_h(human - l judge), with l the weight that makes its variance smallest (power
    tuning) and W_h the strata's shares by 1 / inclusion. Variance: p (1 - p) / N + sum_h W_h^2 (1 - n_h / N_h) s_h^2 / n_h,
    that of a difference estimator in two phases, because the labelled answers are among the judged.
    Intervals are Wilson's at the effective size, so that they hold near 0 and 1 too. classical weighs labels by
    1 / inclusion. NaN without labels.
    Sources: Angelopoulos, Duchi and Zrnic, arXiv 2311.01453 (PPI++); Saerndal, Swensson and Wretman, Model Assisted Survey
    Sampling, section 9.7.

    Raises:
        ValueError: for a score or chance out of range, a label but 0 and 1, or fewer judged than labelled answers.
    """
    _check(judged, labelled)
    answers, n = len(judged), len(labelled)
    if not n:
        return Corrected(nothing("wilson_weighted"), nothing("ppi_plus_plus"), None, 0.0, answers, math.nan)
    y, f = np.array([float(one.human) for one in labelled]), np.array([one.judge for one in labelled])
    weights = np.array([1 / one.inclusion for one in labelled])
    weights = weights / weights.sum()
    strata = _strata(labelled)
    tuning = _tuning(y, f, weights, strata)
    value = tuning * float(np.mean(judged)) + float(weights @ (y - tuning * f))
    spread = max(_spread(y - tuning * f, weights, strata) * _fitted(n, len(strata), tuning), UNSEEN / n)
    return Corrected(
        _classical(y, weights, level),
        effective_share(value, _variance(value, spread, n, answers), n, "ppi_plus_plus", level),
        _rogan_gladen(np.asarray(judged, dtype=np.float64), y, f >= threshold, weights, threshold, level),
        tuning,
        answers,
        spread,
    )


def more_labels(found: Corrected, limit: float, *, level: float = LEVEL) -> int | None:
    """How many more labels would take the interval of `ppi` off `limit`, if the share stayed as it is now.

    0: it is off already. None: not even labels on every answer would settle it; more answers are needed.
    """
    have, value = found.ppi.n, found.ppi.value
    if math.isnan(value) or not have:
        return None

    def settled(labels: int) -> bool:
        variance = _variance(value, found.spread, labels, found.answers)
        one = effective_share(value, variance, labels, "", level)
        return one.high <= limit or one.low >= limit

    if settled(have):
        return 0
    if not settled(found.answers):
        return None
    low, high = have, found.answers
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if settled(middle) else (middle, high)
    return high - have


def _check(judged: Sequence[float], labelled: Sequence[Labelled]) -> None:
    scores = [*judged, *(one.judge for one in labelled)]
    if not all(0 <= score <= 1 for score in scores):
        raise ValueError("a judge's score is from 0 to 1")
    if not all(0 < one.inclusion <= 1 and one.human in {0, 1} for one in labelled):
        raise ValueError("a label is 0 or 1, and its chance to be drawn is above 0 and at most 1")
    if len(judged) < len(labelled):
        raise ValueError("the labelled answers are among the judged ones")


def _strata(labelled: Sequence[Labelled]) -> list[NDArray[np.int64]]:
    """Places of the labels by stratum; all in one where a stratum has a single label, which shows no spread."""
    strata = np.array([one.stratum for one in labelled])
    found = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    return found if all(len(places) > 1 for places in found) else [np.arange(len(labelled))]


def _tuning(y: Array, f: Array, weights: Array, strata: Sequence[NDArray[np.int64]]) -> float:
    """The slope of labels on scores within strata, weighted as the variance is; never below 0."""
    above = below = 0.0
    for places in strata:
        if len(places) > 1:
            share = float(weights[places].sum()) ** 2 / len(places)
            covariance = np.cov(y[places], f[places], aweights=weights[places])
            above, below = above + share * float(covariance[0, 1]), below + share * float(covariance[1, 1])
    return max(0.0, above / below) if below > 0 else 0.0


def _spread(rest: Array, weights: Array, strata: Sequence[NDArray[np.int64]]) -> float:
    """The variance of sum_h W_h mean_h(rest) times n, without the part that a finite number of answers spares."""
    total = 0.0
    for places in strata:
        here = weights[places]
        share = float(here.sum())
        mean = float(here @ rest[places]) / share
        size = len(places)
        total += float((here**2) @ (rest[places] - mean) ** 2) * size / max(1, size - 1)
    return total * len(rest)


def _fitted(n: int, strata: int, tuning: float) -> float:
    """What fitting the tuning on the same labels hides."""
    freedom = n - strata
    return freedom / (freedom - 1) if tuning > 0 and freedom > 1 else 1.0


def _variance(value: float, spread: float, labels: int, answers: int) -> float:
    inside = min(1.0, max(0.0, value))
    return inside * (1 - inside) / answers + spread * max(0.0, 1 / labels - 1 / answers)


def _classical(y: Array, weights: Array, level: float) -> Estimate:
    value = float(weights @ y)
    variance = float((weights**2) @ (y - value) ** 2)
    return effective_share(value, variance, len(y), "wilson_weighted", level)


def _rogan_gladen(
    judged: Array, y: Array, flagged: NDArray[np.bool_], weights: Array, threshold: float, level: float
) -> Estimate | None:
    """(q + Sp - 1) / (Se + Sp - 1), q the flagged share; None where the judge is no better than a coin (Rogan and Gladen 1978).

    Interval of Lang and Reiczigel, Preventive Veterinary Medicine 113 (2014) 13-22: Se and Sp with one, q with z^2 / 2
    hits and misses added.
    """
    bad, good = weights * (y == 1), weights * (y == 0)
    if not bad.any() or not good.any():
        return None
    sensitivity, specificity = float(bad[flagged].sum() / bad.sum()), float(good[~flagged].sum() / good.sum())
    share = float((judged >= threshold).mean())
    found = by_rates((share, len(judged)), (sensitivity, _kish(bad)), (specificity, _kish(good)), level=level)
    return None if found is None else replace(found, n=len(y))


def by_rates(
    share: tuple[float, float], sensitivity: tuple[float, float], specificity: tuple[float, float], *, level: float = LEVEL
) -> Estimate | None:
    """The share of unsupported answers where only the judge looked, corrected by rates that people's labels gave elsewhere.

    Each is (share in [0, 1], how many it rests on); `share` is what the judge flagged. None where the judge is no better than
    a coin. n: answers judged. Formula, interval and source as `_rogan_gladen`. It holds where the judge errs as often as it
    did on the labelled answers.
    """
    gain = sensitivity[0] + specificity[0] - 1
    ends = _lang_reiczigel(share, sensitivity, specificity, level) if gain > 0 else None
    if ends is None:
        return None
    inside = min(1.0, max(0.0, (share[0] + specificity[0] - 1) / gain))
    return Estimate(inside, min(inside, ends[0]), max(inside, ends[1]), round(share[1]), "lang_reiczigel")


def _lang_reiczigel(
    share: tuple[float, float], sensitivity: tuple[float, float], specificity: tuple[float, float], level: float
) -> tuple[float, float] | None:
    z = normal_quantile(level)
    n, n_se, n_sp = share[1] + z * z, sensitivity[1] + 2, specificity[1] + 2
    q = (share[0] * share[1] + z * z / 2) / n
    se, sp = (sensitivity[0] * sensitivity[1] + 1) / n_se, (specificity[0] * specificity[1] + 1) / n_sp
    gain = se + sp - 1
    if gain <= 0:
        return None
    middle = (q + sp - 1) / gain
    of_se, of_sp = se * (1 - se) / n_se, sp * (1 - sp) / n_sp
    shift = 2 * z * z * (middle * of_se - (1 - middle) * of_sp)
    half = z * math.sqrt(q * (1 - q) / n + middle**2 * of_se + (1 - middle) ** 2 * of_sp) / gain
    return min(1.0, max(0.0, middle + shift - half)), min(1.0, max(0.0, middle + shift + half))


def _kish(weights: Array) -> float:
    """How many equally weighted units tell as much. Source: Kish, Survey Sampling (1965), section 8.2."""
    return float(weights.sum() ** 2 / (weights**2).sum())
