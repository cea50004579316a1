import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from audits.measures.intervals import (
    bonferroni,
    clopper_pearson,
    jeffreys,
    koopman,
    koopman_bounds,
    mean_interval,
    newcombe,
    wilson,
    wilson_bounds,
)

counts = st.integers(1, 400).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size)))


@given(counts, st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_wilson_is_the_one_of_scipy(case, level):
    hits, size = case
    ours = wilson(hits, size, level)
    theirs = stats.binomtest(hits, size).proportion_ci(level, method="wilson")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(counts, st.sampled_from([0.9, 0.95, 0.99]))
def test_clopper_pearson_is_the_one_of_scipy(case, level):
    hits, size = case
    ours = clopper_pearson(hits, size, level)
    theirs = stats.binomtest(hits, size).proportion_ci(level, method="exact")
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-10)


@given(counts)
def test_every_interval_of_a_share_holds_its_value_and_stays_a_share(case):
    for interval in (wilson(*case), clopper_pearson(*case), jeffreys(*case)):
        assert 0 <= interval.low <= interval.value <= interval.high <= 1


@pytest.mark.parametrize(("size", "rate"), [(10, 0.02), (10, 0.5), (20, 0.1), (50, 0.02), (200, 0.1)])
def test_small_samples_are_covered_as_promised(size, rate):
    hits = np.arange(size + 1)
    low, high = wilson_bounds(hits, np.full(size + 1, size))
    weights = stats.binom.pmf(hits, size, rate)
    assert weights[(low <= rate) & (rate <= high)].sum() >= 0.92


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.4])
def test_clopper_pearson_never_covers_less_than_its_level(rate):
    covered = sum(
        stats.binom.pmf(hits, 30, rate) for hits in range(31) if (one := clopper_pearson(hits, 30)).low <= rate <= one.high
    )
    assert covered >= 0.95


def test_newcombe_gives_the_published_example():
    interval = newcombe(56, 70, 48, 80)
    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0524, 0.3339)


def test_koopman_gives_the_published_example():
    interval = koopman(36, 40, 16, 80)
    assert (round(interval.low, 2), round(interval.high, 2)) == (2.94, 7.15)


@given(counts, counts)
def test_koopman_keeps_a_ratio_of_one_exactly_where_pearsons_test_does(first, second):
    table = np.array([[first[0], first[1] - first[0]], [second[0], second[1] - second[0]]])
    if (table.sum(axis=0) == 0).any():
        return
    statistic = stats.chi2_contingency(table, correction=False).statistic
    low, high = koopman_bounds(*first, *second)
    if abs(statistic - stats.chi2.ppf(0.95, 1)) > 1e-6:
        assert bool(low <= 1 <= high) == bool(statistic < stats.chi2.ppf(0.95, 1))


@given(counts, counts)
def test_turning_a_ratio_around_turns_its_interval_around(first, second):
    if first[0] == 0 or second[0] == 0:
        return
    there, back = koopman(*first, *second), koopman(*second, *first)
    assert (there.low, there.high) == pytest.approx((1 / back.high, 1 / back.low), rel=1e-6)


def test_a_rate_of_nothing_is_not_estimable():
    assert wilson(0, 0) is None
    assert clopper_pearson(0, 0) is None
    assert jeffreys(0, 0) is None
    assert newcombe(1, 2, 0, 0) is None
    assert koopman(1, 2, 0, 5) is None
    assert all(math.isnan(bound) for bound in wilson_bounds(0, 0))


def test_a_ratio_without_hits_still_has_an_upper_end():
    interval = koopman(0, 40, 16, 80)
    assert interval.low == 0
    assert 0.2 < interval.high < 1


def test_the_mean_interval_is_students():
    values = [0.1, 0.4, 0.35, 0.8]
    exact = [Fraction(value) for value in values]
    interval = mean_interval(4, sum(exact), sum(value * value for value in exact))
    theirs = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert (interval.low, interval.high) == pytest.approx(theirs)
    assert mean_interval(1, Fraction(1), Fraction(1)) is None


def test_the_variance_of_large_numbers_does_not_cancel():
    exact = [Fraction(10**15), Fraction(10**15 + 1), Fraction(10**15 + 2)]
    interval = mean_interval(3, sum(exact), sum(value * value for value in exact))
    assert interval.high - interval.low == pytest.approx(2 * stats.t.ppf(0.975, 2) / math.sqrt(3), rel=0.1)


def test_bonferroni_shares_the_error_out():
    assert bonferroni(0.95, 5) == pytest.approx(0.99)
    assert bonferroni(0.95, 0) == 0.95
