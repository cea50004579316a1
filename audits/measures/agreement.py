"""Do two people, or a judge and a person, say the same?

Labels are small whole numbers: 1 unsupported, 0 supported, any other for further answers such as "can't tell".
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from audits.measures.estimates import LEVEL, Estimate, exact_share, nothing, wilson_ends


@dataclass(frozen=True, slots=True)
class Confusion:
    """Judge against people: who flagged what. `missed` are unsupported answers that the judge let pass."""

    caught: int
    missed: int
    false_alarms: int
    passed: int


@dataclass(frozen=True, slots=True)
class Rates:
    """How a judge does beside people; both intervals are exact (Clopper and Pearson)."""

    sensitivity: Estimate
    specificity: Estimate
    confusion: Confusion


def kappa(first: Sequence[int], second: Sequence[int], *, level: float = LEVEL) -> Estimate:
    """Cohen's kappa: agreement beyond chance, (po - pe) / (1 - pe), in [-1, 1].

    1: they always agree; 0: as often as chance would with the same habits; below 0: less often. Any number of classes.
    NaN for no labels, or when both use one and the same class throughout (pe = 1).
    The interval is Wilson's for po at the effective size po (1 - po) / ((1 - pe)^2 var(kappa)), put through the same
    formula; var(kappa) as in Fleiss, Cohen and Everitt, Psychological Bulletin 72 (1969) 323-327. Unlike the symmetric
    one it has a width where all agree. Source of kappa: Cohen, Educ. Psychol. Meas. 20 (1960) 37-46.

    Raises:
        ValueError: when the two are not equally long.
    """
    n = len(first)
    if n != len(second):
        raise ValueError("both must label the same units")
    if not n:
        return nothing("kappa_wilson")
    cells = {pair: count / n for pair, count in Counter(zip(first, second, strict=True)).items()}
    rows, columns = _margins(cells, 0), _margins(cells, 1)
    agreed = sum(share for (one, other), share in cells.items() if one == other)
    chance = sum(share * columns.get(label, 0.0) for label, share in rows.items())
    if chance >= 1:
        return nothing("kappa_wilson", n)
    value = (agreed - chance) / (1 - chance)
    spread = _large_sample_variance(cells, rows, columns, agreed, chance) / n * (1 - chance) ** 2
    size = agreed * (1 - agreed) / spread if spread > 1e-15 and 0 < agreed < 1 else float(n)
    low, high = ((end - chance) / (1 - chance) for end in wilson_ends(agreed, size, level))
    return Estimate(value, max(-1.0, low), min(1.0, high), n, "kappa_wilson")


def confusion(human: Sequence[int], judge: Sequence[int]) -> Confusion:
    """Counts of 0/1 labels, people's first.

    Raises:
        ValueError: when the two are not equally long or hold anything but 0 and 1.
    """
    if not set(human) | set(judge) <= {0, 1}:
        raise ValueError("labels are 0 (supported) or 1 (unsupported)")
    cells = Counter(zip(human, judge, strict=True))
    return Confusion(cells[1, 1], cells[1, 0], cells[0, 1], cells[0, 0])


def rates(human: Sequence[int], judge: Sequence[int], *, level: float = LEVEL) -> Rates:
    """Sensitivity caught / unsupported and specificity passed / supported, each in [0, 1], NaN without a base.

    They hold for the population the labels were drawn from by equal chances (`sampling.stratified` draws so).

    Raises:
        ValueError: as `confusion`.
    """
    found = confusion(human, judge)
    return Rates(
        exact_share(found.caught, found.caught + found.missed, level),
        exact_share(found.passed, found.passed + found.false_alarms, level),
        found,
    )


def _margins(cells: dict[tuple[int, int], float], side: int) -> dict[int, float]:
    found: dict[int, float] = {}
    for pair, share in cells.items():
        found[pair[side]] = found.get(pair[side], 0.0) + share
    return found


def _large_sample_variance(
    cells: dict[tuple[int, int], float], rows: dict[int, float], columns: dict[int, float], agreed: float, chance: float
) -> float:
    """The variance of kappa times n; 0 where all agree."""
    same = other = 0.0
    for (one, two), share in cells.items():
        if one == two:
            same += share * ((1 - chance) - (rows.get(one, 0.0) + columns.get(one, 0.0)) * (1 - agreed)) ** 2
        else:
            other += share * (columns.get(one, 0.0) + rows.get(two, 0.0)) ** 2
    rest = (agreed * chance - 2 * chance + agreed) ** 2
    return max(0.0, same + (1 - agreed) ** 2 * other - rest) / (1 - chance) ** 4 if not math.isclose(agreed, 1.0) else 0.0
