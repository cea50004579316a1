"""From a judge's scores to chances that hold: Platt's curve, isotonic steps, and a threshold with a guarantee."""

import bisect
import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from audits.measures.estimates import LEVEL, upper_bound

Array = NDArray[np.float64]
Method = Literal["platt", "isotonic"]
ISOTONIC_FROM = 200  # labels: below, steps follow noise
FOLDS = 5
BINS = 10
PER_BIN = 10
EDGE = 1e-3  # scores nearer to 0 and 1 count as this near: a logit has no bounds
NEWTON_STEPS = 100
DIGITS = Context(prec=15)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A map from scores to chances, as decimal text, with what it did on labels it had not seen.

    platt: `coefs` (a, b) of chance = 1 / (1 + exp(-(a logit(score) + b))). isotonic: `knots` (score, chance), rising,
    read by straight lines between them and flat beyond. ece, brier: before and after, on held-out folds; NaN below two
    labels of a class.
    """

    method: Method
    coefs: tuple[str, ...]
    knots: tuple[tuple[str, str], ...]
    n: int
    ece_before: float
    ece_after: float
    brier_before: float
    brier_after: float


def fit(scores: Sequence[float], labels: Sequence[int], *, method: Literal["platt", "isotonic", "auto"] = "auto") -> Calibration:
    """Chance of label 1 (unsupported) given the score in [0, 1]. `auto`: isotonic from 200 labels on, else Platt.

    Figures are from five folds that hold both classes alike, dealt by SHA-256 of place, score and label.
    Sources: Platt (1999) with the targets and Newton steps of Lin, Lin and Weng, Machine Learning 68 (2007) 267-276, on
    the score's logit; pool adjacent violators of Ayer et al., Annals of Math. Statistics 26 (1955) 641-647.

    Raises:
        ValueError: for unequal lengths, a score outside [0, 1] (NaN too), or unless both labels 0 and 1 occur.
    """
    x, y = _checked(scores, labels)
    chosen: Method = method if method != "auto" else ("isotonic" if len(x) >= ISOTONIC_FROM else "platt")
    after = _held_out(x, y, chosen)
    coefs, knots = _curve(x, y, chosen)
    figures = (math.nan,) * 4
    if after is not None:
        figures = (ece(x, y), ece(after, y), brier(x, y), brier(after, y))
    return Calibration(
        chosen, tuple(map(_text, coefs)), tuple((_text(score), _text(chance)) for score, chance in knots), len(x), *figures
    )


def apply(calibration: Calibration, scores: Sequence[float]) -> tuple[float, ...]:
    """Calibrated chances in [0, 1], rising with the score, for scores in [0, 1]; NaN stays NaN."""
    coefs = tuple(map(float, calibration.coefs))
    knots = [(float(score), float(chance)) for score, chance in calibration.knots]
    return tuple(_read(np.asarray(scores, dtype=np.float64), coefs, knots).tolist())


def brier(chances: Sequence[float] | Array, labels: Sequence[int] | Array) -> float:
    """Mean of (chance - label)^2, in [0, 1]; 0 is certain and right, 0.25 what always saying 1/2 gives; NaN for none.

    Source: Brier, Monthly Weather Review 78 (1950) 1-3.
    """
    x, y = np.asarray(chances, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    return float(np.mean((x - y) ** 2)) if len(x) else math.nan


def ece(chances: Sequence[float] | Array, labels: Sequence[int] | Array) -> float:
    """Expected calibration error: sum over bins of (bin's share) |mean chance - mean label|, in [0, 1]; 0 is calibrated.

    Bins hold equally many by rank, ten or fewer so that each has at least ten; equal chances stay together. Small
    samples show more than 0 even for perfect chances. NaN for none.
    Source: Naeini, Cooper and Hauskrecht, AAAI 2015, with the equal-mass bins of Nixon et al., arXiv 1904.01685.
    """
    x, y = np.asarray(chances, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    if not len(x):
        return math.nan
    bins = max(1, min(BINS, len(x) // PER_BIN))
    edges = np.unique(np.quantile(x, np.arange(1, bins) / bins, method="higher"))
    place = np.searchsorted(edges, x, side="right")
    gaps = [abs(float(x[place == one].sum() - y[place == one].sum())) for one in np.unique(place)]
    return sum(gaps) / len(x)


def guaranteed_threshold(
    scores: Sequence[float],
    labels: Sequence[int],
    *,
    miss: float,
    level: float = LEVEL,
    of: Literal["unsupported", "answers"] = "unsupported",
) -> float | None:
    """The largest threshold t (flag score >= t) whose missed share is at most `miss`, with confidence `level`.

    Missed: unsupported answers below t, as a share of the unsupported ones (1 - sensitivity) or of all answers. For each t
    the one-sided upper bound of Clopper and Pearson is taken; as the missed share only grows with t, the largest t whose
    bound keeps `miss` holds with `level` without any correction for having looked at many. Thresholds are scores that
    occur. None when no threshold can promise it: 5 % at 95 % takes 59 labels without a miss. Labels must be drawn by
    equal chances. Source: Bates et al., J. ACM 68 (2021), article 43 (risk-controlling prediction sets).

    Raises:
        ValueError: for unequal lengths, a score outside [0, 1] (NaN too), a label but 0 and 1, or miss outside (0, 1).
    """
    if not 0 < miss < 1 or not 0 < level < 1:
        raise ValueError("miss and level lie between 0 and 1")
    _check(scores, labels)
    bad = sorted(score for score, label in zip(scores, labels, strict=True) if label)
    base = len(bad) if of == "unsupported" else len(scores)
    allowed = bisect.bisect_right(range(base + 1), miss, key=lambda count: upper_bound(count, base, 1 - level)) - 1
    if allowed < 0:
        return None
    if allowed >= len(bad):
        return max(scores)
    return bad[allowed]


def _checked(scores: Sequence[float], labels: Sequence[int]) -> tuple[Array, Array]:
    _check(scores, labels)
    if set(labels) != {0, 1}:
        raise ValueError("a calibration needs labels of both kinds")
    return np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=np.float64)


def _check(scores: Sequence[float], labels: Sequence[int]) -> None:
    if len(scores) != len(labels) or not all(0 <= score <= 1 for score in scores) or not set(labels) <= {0, 1}:
        raise ValueError("each score needs a label; scores are from 0 to 1, labels 0 or 1")


def _held_out(x: Array, y: Array, method: Method) -> Array | None:
    """The chance of each label from a curve that did not see it; None where a class is too small to be parted."""
    found = np.empty_like(x)
    fold = _folds(x, y)
    for one in range(FOLDS):
        here = fold == one
        if not here.any():
            continue
        if len(set(y[~here])) < 2:
            return None
        found[here] = _read(x[here], *_curve(x[~here], y[~here], method))
    return found


def _folds(x: Array, y: Array) -> NDArray[np.int64]:
    tickets = [
        hashlib.sha256(f"{place}:{score!r}:{label!r}".encode()).hexdigest()
        for place, (score, label) in enumerate(zip(x.tolist(), y.tolist(), strict=True))
    ]
    folds = np.empty(len(x), dtype=np.int64)
    for label in (0.0, 1.0):
        places = sorted(np.flatnonzero(y == label).tolist(), key=lambda place: tickets[place])
        folds[places] = np.arange(len(places)) % FOLDS
    return folds


def _curve(x: Array, y: Array, method: Method) -> tuple[tuple[float, ...], list[tuple[float, float]]]:
    return (_platt(x, y), []) if method == "platt" else ((), _isotonic(x, y))


def _read(x: Array, coefs: tuple[float, ...], knots: Sequence[tuple[float, float]]) -> Array:
    if coefs:
        return _sigmoid(coefs[0] * _logit(x) + coefs[1])
    return np.asarray(np.interp(x, [score for score, _ in knots], [chance for _, chance in knots]), dtype=np.float64)


def _platt(x: Array, y: Array) -> tuple[float, float]:
    """Newton's method with halved steps on the log-loss, whose targets stand a little inside 0 and 1."""
    positives = float(y.sum())
    negatives = len(y) - positives
    target = np.where(y > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    design = np.column_stack([_logit(x), np.ones_like(x)])
    found = np.array([0.0, math.log((positives + 1) / (negatives + 1))])
    loss = _loss(design @ found, target)
    for _ in range(NEWTON_STEPS):
        chance = _sigmoid(design @ found)
        gradient = design.T @ (chance - target)
        if np.abs(gradient).max() < 1e-9:
            break
        curvature = (design * (chance * (1 - chance))[:, None]).T @ design + 1e-12 * np.eye(2)
        step, length = np.linalg.solve(curvature, gradient), 1.0
        while length > 1e-10 and _loss(design @ (found - length * step), target) > loss:
            length /= 2
        found = found - length * step
        loss = _loss(design @ found, target)
    if found[0] < 0:  # a judge that is the wrong way round is told by its rates, not turned round
        return 0.0, math.log((positives + 1) / (negatives + 1))
    return float(found[0]), float(found[1])


def _isotonic(x: Array, y: Array) -> list[tuple[float, float]]:
    """Pooled blocks as (first score, mean) and (last score, mean)."""
    blocks: list[list[float]] = []  # first score, last score, sum, count
    for score in np.unique(x):
        here = y[x == score]
        blocks.append([float(score), float(score), float(here.sum()), float(len(here))])
        while len(blocks) > 1 and blocks[-2][2] * blocks[-1][3] >= blocks[-1][2] * blocks[-2][3]:
            last = blocks.pop()
            blocks[-1] = [blocks[-1][0], last[1], blocks[-1][2] + last[2], blocks[-1][3] + last[3]]
    return [(score, total / count) for low, high, total, count in blocks for score in sorted({low, high})]


def _logit(x: Array) -> Array:
    inside = np.clip(x, EDGE, 1 - EDGE)
    return np.asarray(np.log(inside / (1 - inside)), dtype=np.float64)


def _sigmoid(z: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(z / 2)), dtype=np.float64)


def _loss(z: Array, target: Array) -> float:
    return float(np.sum(np.logaddexp(0.0, z) - target * z))


def _text(value: float) -> str:
    return str(DIGITS.create_decimal_from_float(value))
