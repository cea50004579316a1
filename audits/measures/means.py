"""Means of figures in [0, 1] over questions, with an interval that whole questions are drawn again for. Pure."""

from collections.abc import Sequence

import numpy as np

from audits.measures.intervals import LEVEL, Interval, wilson

Table = np.ndarray[tuple[int, int], np.dtype[np.float64]]

DRAWS = 2000
FLAT = 1e-12
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
    coin = set(values) <= {0.0, 1.0} and len(set(questions)) == len(values)
    return _interval(_by_question(values, [1.0] * len(values), questions), seed, level, coin=coin)


def ratio_of_questions(
    hits: Sequence[int], sizes: Sequence[int], questions: Sequence[str], seed: int, level: float = LEVEL
) -> Interval | None:
    """Sum of hits / sum of sizes where hits and sizes come by answer: words of one answer go together.

    hits[i] of sizes[i] units of an answer to questions[i]. The interval is the one of `mean_of_questions`, whole questions
    drawn again. None where there is no unit. Raises `ValueError` where hits are not from 0 to the size.
    """
    if any(not 0 <= hit <= size for hit, size in zip(hits, sizes, strict=True)):
        raise ValueError("hits must be from 0 to the size")
    table = _by_question(hits, sizes, questions)
    table = table[table[:, 1] > 0]
    return _interval(table, seed, level, coin=bool((table[:, 1] == 1).all())) if len(table) else None


def _interval(table: Table, seed: int, level: float, *, coin: bool) -> Interval | None:
    """table: one row a question, the sum of its figures and their number. coin: one figure a question, each 0 or 1."""
    mean = float(table[:, 0].sum() / table[:, 1].sum())
    own = table[:, 0] / table[:, 1]
    if coin or len(table) < FEW or float(own.max() - own.min()) < FLAT:
        found = wilson(mean * len(table), len(table), level)
        return found and Interval(mean, found.low, found.high, "wilson" if coin else "wilson_bounded")
    draws = np.random.default_rng(seed).integers(0, len(table), size=(DRAWS, len(table)))
    sums = table[draws].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [(1 - level) / 2, (1 + level) / 2])
    return Interval(mean, float(low), float(high), "bootstrap_clusters")


def _by_question(figures: Sequence[float], sizes: Sequence[float], questions: Sequence[str]) -> Table:
    rows: dict[str, list[float]] = {}
    for figure, size, question in zip(figures, sizes, questions, strict=True):
        row = rows.setdefault(question, [0.0, 0.0])
        row[0], row[1] = row[0] + figure, row[1] + size
    return np.array(list(rows.values()), dtype=np.float64).reshape(-1, 2)
