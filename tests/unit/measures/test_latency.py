"""Percentiles by nearest rank and the order statistics around them."""

from decimal import Decimal

import numpy as np
import pytest
from scipy.stats import binom

from audits.measures.latency import percentile


def times(count: int) -> list[Decimal]:
    return [Decimal(number) for number in range(1, count + 1)]


@pytest.mark.parametrize(("percent", "needed"), [(50, 6), (95, 72), (99, 368)])
def test_an_interval_needs_enough_times(percent: int, needed: int) -> None:
    few, enough = percentile(times(needed - 1), percent), percentile(times(needed), percent)
    assert few is not None
    assert enough is not None
    assert (few.low, few.high) == (None, None)
    assert enough.low is not None
    assert enough.low <= enough.value <= (enough.high or 0)


def test_nearest_rank_takes_one_of_the_times() -> None:
    found = percentile([Decimal("0.4"), Decimal("12.5"), Decimal(3)], 50)
    assert found is not None
    assert (found.value, found.n) == (Decimal(3), 3)


@pytest.mark.parametrize(("size", "percent"), [(100, 50), (100, 95), (400, 99)])
def test_the_ranks_hold_their_promise(size: int, percent: int) -> None:
    found = percentile(times(size), percent)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    share = percent / 100
    assert binom.cdf(int(found.low) - 1, size, share) <= 0.025 < binom.cdf(int(found.low), size, share)
    assert binom.sf(int(found.high) - 1, size, share) <= 0.025 < binom.sf(int(found.high) - 2, size, share)


def test_it_covers_the_true_percentile() -> None:
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        found = percentile([Decimal(repr(float(value))) for value in rng.lognormal(size=120)], 95)
        assert found is not None
        covered += float(found.low or 0) <= np.exp(1.6448536) <= float(found.high or 0)
    assert covered / 400 >= 0.94


def test_no_times_have_no_percentile() -> None:
    assert percentile([], 50) is None


@pytest.mark.parametrize("percent", [0, 100])
def test_a_percentile_that_is_none_is_refused(percent: int) -> None:
    with pytest.raises(ValueError, match="1 to 99"):
        percentile(times(3), percent)
