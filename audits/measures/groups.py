"""Group fairness from counts: what fairlearn computes from rows, with intervals that are valid.

All a binary decision audit needs is a 2 x 2 table a group (label x decision). The point values
are fairlearn's definitions. Its largest-minus-smallest figures cannot be read with a plain
bootstrap interval (a maximum over groups never reaches 0), so theirs are built here from all
pairs of groups, each at a Bonferroni level: together they hold at the stated level.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from audits.measures.intervals import (
    LEVEL,
    Array,
    Interval,
    bonferroni,
    koopman,
    koopman_bounds,
    newcombe,
    newcombe_bounds,
    wilson,
)


@dataclass(frozen=True, slots=True)
class Mass:
    """Rows, the sum of their weights and of their squared weights. Unweighted: all three are the number of rows."""

    rows: int = 0
    weight: Fraction | int = 0
    square: Fraction | int = 0

    @classmethod
    def of_rows(cls, rows: int) -> "Mass":
        return cls(rows, rows, rows)

    def __add__(self, other: "Mass") -> "Mass":
        return Mass(self.rows + other.rows, self.weight + other.weight, self.square + other.square)

    def __sub__(self, other: "Mass") -> "Mass":
        return Mass(self.rows - other.rows, self.weight - other.weight, self.square - other.square)


@dataclass(frozen=True, slots=True)
class Tally:
    """The cells of one group. Without a label all rows count as label 0: then only the selection rate has a meaning."""

    tn: Mass = Mass()
    fp: Mass = Mass()
    fn: Mass = Mass()
    tp: Mass = Mass()

    @classmethod
    def of_counts(cls, tn: int, fp: int, fn: int = 0, tp: int = 0) -> "Tally":
        return cls(*(Mass.of_rows(count) for count in (tn, fp, fn, tp)))

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.tn + other.tn, self.fp + other.fp, self.fn + other.fn, self.tp + other.tp)

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(self.tn - other.tn, self.fp - other.fp, self.fn - other.fn, self.tp - other.tp)

    @property
    def all(self) -> Mass:
        return self.tn + self.fp + self.fn + self.tp


@dataclass(frozen=True, slots=True)
class Rate:
    """A share: the cells of its numerator over the cells of its base."""

    hits: tuple[str, ...]
    base: tuple[str, ...]
    needs_label: bool = True


_ALL = ("tn", "fp", "fn", "tp")
RATES: Mapping[str, Rate] = {
    "selection_rate": Rate(("fp", "tp"), _ALL, needs_label=False),
    "base_rate": Rate(("fn", "tp"), _ALL),
    "true_positive_rate": Rate(("tp",), ("fn", "tp")),
    "false_positive_rate": Rate(("fp",), ("tn", "fp")),
    "false_negative_rate": Rate(("fn",), ("fn", "tp")),
    "accuracy": Rate(("tn", "tp"), _ALL),
    "precision": Rate(("tp",), ("fp", "tp")),
}


@dataclass(frozen=True, slots=True)
class Share:
    """A share with what its interval rests on.

    value: weighted numerator over weighted base, in [0, 1]. size: the effective sample size (sum w)^2 / sum w^2 of
    the base (Kish, Survey Sampling, 1965), which is the number of rows without weights. hits: value * size.
    rows, hit_rows: the rows behind base and numerator.
    """

    value: float
    hits: float
    size: float
    rows: int
    hit_rows: int

    def interval(self, level: float = LEVEL) -> Interval | None:
        """Wilson's, on the effective counts."""
        return wilson(self.hits, self.size, level)


def total(tallies: Iterable[Tally]) -> Tally:
    """All groups as one."""
    return sum(tallies, Tally())


def share(tally: Tally, rate: str) -> Share | None:
    """One of `RATES` for one group; None where its base is empty: not estimable, and never 0."""
    hits, base = (_mass(tally, cells) for cells in (RATES[rate].hits, RATES[rate].base))
    if base.weight <= 0:
        return None
    value = Fraction(hits.weight) / Fraction(base.weight)
    size = Fraction(base.weight) ** 2 / Fraction(base.square)
    return Share(float(value), float(value * size), float(size), base.rows, hits.rows)


def _mass(tally: Tally, cells: tuple[str, ...]) -> Mass:
    masses: list[Mass] = [getattr(tally, cell) for cell in cells]
    return sum(masses, Mass())


def difference_to(one: Share, reference: Share, level: float = LEVEL, comparisons: int = 1) -> Interval | None:
    """The group minus its reference, in [-1, 1], with Newcombe's interval at the Bonferroni level of `comparisons`."""
    return newcombe(one.hits, one.size, reference.hits, reference.size, bonferroni(level, comparisons))


def ratio_to(one: Share, reference: Share, level: float = LEVEL, comparisons: int = 1) -> Interval | None:
    """The group over its reference, in [0, inf), with Koopman's interval at that level; None where the reference rate is 0."""
    return koopman(one.hits, one.size, reference.hits, reference.size, bonferroni(level, comparisons))


def largest_difference(shares: Sequence[Share], level: float = LEVEL, families: int = 1) -> Interval | None:
    """Largest minus smallest over groups (fairlearn: `difference(method="between_groups")`), in [0, 1].

    The interval holds at `level` for the largest true difference: all pairs get Newcombe intervals at the Bonferroni
    level of families x pairs; low = max(0, largest lower end), high = largest upper end. None below two groups.
    """
    if len(shares) < 2:
        return None
    first, second = _pairs(shares)
    low, high = newcombe_bounds(*first, *second, _pair_level(shares, level, families))
    values = [one.value for one in shares]
    widest_low = float(np.max(np.maximum(low, -high)))
    widest_high = float(np.max(np.maximum(high, -low)))
    return Interval(max(values) - min(values), max(0.0, widest_low), min(1.0, widest_high), "newcombe_bonferroni_pairs")


def smallest_ratio(shares: Sequence[Share], level: float = LEVEL, families: int = 1) -> Interval | None:
    """Smallest over largest over groups (fairlearn: `ratio(method="between_groups")`), in [0, 1].

    The interval holds at `level` for the smallest true ratio, from Koopman intervals of all pairs as in
    `largest_difference`. None below two groups and where every group has rate 0.
    """
    values = [one.value for one in shares]
    if len(shares) < 2 or max(values) == 0:
        return None
    first, second = _pairs(shares)
    low, high = koopman_bounds(*first, *second, _pair_level(shares, level, families))
    with np.errstate(divide="ignore"):
        turned_low, turned_high = 1 / high, 1 / low  # the same pair read as second / first
    smallest_low = float(np.min(np.minimum(low, turned_low)))
    smallest_high = float(np.min(np.minimum(high, turned_high)))
    return Interval(min(values) / max(values), smallest_low, min(1.0, smallest_high), "koopman_bonferroni_pairs")


def equalized_odds_difference(tpr: Sequence[Share], fpr: Sequence[Share], level: float = LEVEL) -> Interval | None:
    """The larger of the two largest differences of TPR and FPR (fairlearn, `agg="worst_case"`), in [0, 1]."""
    parts = [largest_difference(shares, level, families=2) for shares in (tpr, fpr)]
    return _combined(parts, max, "newcombe_bonferroni_pairs")


def equalized_odds_ratio(tpr: Sequence[Share], fpr: Sequence[Share], level: float = LEVEL) -> Interval | None:
    """The smaller of the two smallest ratios of TPR and FPR (fairlearn, `agg="worst_case"`), in [0, 1]."""
    parts = [smallest_ratio(shares, level, families=2) for shares in (tpr, fpr)]
    return _combined(parts, min, "koopman_bonferroni_pairs")


def worst_ratio(pairs: Sequence[tuple[Share, Share]], level: float = LEVEL, comparisons: int | None = None) -> Interval | None:
    """The smallest ratio of a group to its reference, with an interval that holds for the smallest true one.

    pairs: (group, reference); pairs whose reference rate is 0 are left out. comparisons: how many of them are
    different ones (two groups, each against the other, are one); all, unless told. None when no pair is left.
    """
    ratios = [ratio_to(one, reference, level, comparisons or len(pairs)) for one, reference in pairs]
    known = [ratio for ratio in ratios if ratio is not None]
    if not known:
        return None
    lows, highs = [ratio.low for ratio in known], [ratio.high for ratio in known]
    return Interval(min(ratio.value for ratio in known), min(lows), min(highs), "koopman_bonferroni")


def _combined(parts: list[Interval | None], pick: Callable[[list[float]], float], method: str) -> Interval | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    value, low, high = (pick([float(getattr(part, end)) for part in known]) for end in ("value", "low", "high"))
    return Interval(value, low, high, method)


def _pairs(shares: Sequence[Share]) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    hits = np.array([one.hits for one in shares])
    sizes = np.array([one.size for one in shares])
    first, second = np.array(list(combinations(range(len(shares)), 2))).T
    return (hits[first], sizes[first]), (hits[second], sizes[second])


def _pair_level(shares: Sequence[Share], level: float, families: int) -> float:
    return bonferroni(level, families * len(shares) * (len(shares) - 1) // 2)
