"""Which answers people look at: a stratified random sample with known chances, the same wherever it is drawn again."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

LEAST = 2  # a stratum with one label says nothing about its spread
UNSCORED = -1  # the stratum of what the judge gave no score
DIGITS = Context(prec=15)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One chosen unit. stratum: 0 holds the lowest scores, -1 what has none. inclusion: its chance to be drawn, in (0, 1].

    second: whether a second reviewer labels it too.
    """

    id: str
    stratum: int
    inclusion: Decimal
    second: bool


def stratified(
    ids: Sequence[str],
    scores: Sequence[float | None],
    *,
    size: int,
    strata: int = 4,
    second_share: float = 0.2,
    seed: int,
) -> tuple[Drawn, ...]:
    """A sample of about `size` units, from each stratum in proportion to its share, in a random order.

    Strata are ranges of scores that hold equally many; equal scores are never parted; NaN counts as no score. Chances are
    (nearly) equal, so that plain counts of labels estimate sensitivity, specificity and agreement; `inclusion` corrects
    what rounding leaves. A stratum gives at least two units (all, if it has fewer), so the sample may exceed `size` by a
    few. `second_share` of the sample, rounded up, goes to two reviewers. The draw orders units by SHA-256 of seed and id:
    no order of `ids`, machine or library changes it. Source: Cochran, Sampling Techniques (3rd ed.), chapter 5.

    Raises:
        ValueError: for ids that repeat, lists of unequal length, size or strata below 1, or a share outside [0, 1].
    """
    if len(ids) != len(scores) or len(set(ids)) != len(ids):
        raise ValueError("each unit needs one id and one score, and ids are unique")
    if size < 1 or strata < 1 or not 0 <= second_share <= 1:
        raise ValueError("size and strata are at least 1, and second_share is from 0 to 1")
    pools = _strata(ids, scores, strata)
    counts = _allocated([len(pool) for pool in pools.values()], min(size, len(ids)))
    chosen: dict[str, tuple[int, Decimal]] = {}
    for (stratum, pool), count in zip(pools.items(), counts, strict=True):
        chance = DIGITS.divide(Decimal(count), Decimal(len(pool)))
        for unit in sorted(pool, key=lambda unit: _ticket(seed, "draw", unit))[:count]:
            chosen[unit] = stratum, chance
    seconds = set(sorted(chosen, key=lambda unit: _ticket(seed, "second", unit))[: math.ceil(second_share * len(chosen))])
    order = sorted(chosen, key=lambda unit: _ticket(seed, "order", unit))
    return tuple(Drawn(unit, *chosen[unit], unit in seconds) for unit in order)


def _strata(ids: Sequence[str], scores: Sequence[float | None], strata: int) -> dict[int, list[str]]:
    """Units by stratum, lowest scores first, none of them empty."""
    scored = sorted(score for score in scores if score is not None and not math.isnan(score))
    starts = sorted({scored[len(scored) * part // strata] for part in range(strata)}) if scored else []
    found: dict[int, list[str]] = {}
    for unit, score in zip(ids, scores, strict=True):
        unscored = score is None or math.isnan(score)
        place = UNSCORED if unscored or score is None else sum(score >= start for start in starts) - 1
        found.setdefault(place, []).append(unit)
    return dict(sorted(found.items()))


def _allocated(sizes: Sequence[int], wanted: int) -> list[int]:
    """Proportional shares by largest remainder, but at least `LEAST` of each."""
    whole = sum(sizes)
    counts = [wanted * size // whole for size in sizes]
    remainders = sorted(range(len(sizes)), key=lambda place: (-(wanted * sizes[place] % whole), place))
    for place in remainders[: wanted - sum(counts)]:
        counts[place] += 1
    return [max(count, min(size, LEAST)) for count, size in zip(counts, sizes, strict=True)]


def _ticket(seed: int, purpose: str, unit: str) -> bytes:
    return hashlib.sha256(f"{seed}:{purpose}:{unit}".encode("utf-8", "surrogatepass")).digest()
