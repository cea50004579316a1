"""Means of figures in [0, 1] over questions, with an interval that whole questions are drawn again for. Pure."""

from collections.abc import Sequence

import numpy as np

from audits.measures.intervals import LEVEL, Interval, wilson

DRAWS = 2000
FEW = 50  # questions; below them, drawing again covers too little where values are skewed


def mean_of_questions(values: Sequence[float], questions: Sequence[str], seed: int, level: float = LEVEL) -> Interval | None:
    """The mean of `values`, each in [0, 1], with an interval that holds though values of one question go together.

    The percentile bootstrap over questions (Efron and Tibshirani, 1993, ch. 13; 2,000 draws; mean = sum of a draw's values /
    their number). Below 50 questions, or where all questions have the same mean, Wilson's interval of that mean with one
    unit a question (`wilson_bounded`): no figure in [0, 1] spreads more than a coin with its mean, so it is the careful
    side. Where every value is 0 or 1 and every question was asked once this is a share, and the interval is Wilson's.

    None without values. Raises `ValueError` for a value outside [0, 1] or sequences of different lengths.
    """
    if not values:
        return None
    if not all(0 <= value <= 1 for value in values):
        raise ValueError("values must lie in [0, 1]")
    table = _by_question(values, questions)
    mean = sum(values) / len(values)
    own = table[:, 0] / table[:, 1]
    coin = set(values) <= {0.0, 1.0} and bool((table[:, 1] == 1).all())
    if coin or len(table) < FEW or float(own.max() - own.min()) < 1e-12:
        found = wilson(mean * len(table), len(table), level)
        return found and Interval(mean, found.low, found.high, "wilson" if coin else "wilson_bounded")
    draws = np.random.default_rng(seed).integers(0, len(table), size=(DRAWS, len(table)))
    sums = table[draws].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean, float(low), float(high), "bootstrap_clusters")


def _by_question(values: Sequence[float], questions: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """One row a question: the sum of its values and their number."""
    rows: dict[str, list[float]] = {}
    for value, question in zip(values, questions, strict=True):
        row = rows.setdefault(question, [0.0, 0.0])
        row[0], row[1] = row[0] + value, row[1] + 1
    return np.array(list(rows.values()), dtype=np.float64).reshape(-1, 2)
