"""Shares and medians of feedback, held against the measures that audits use."""

from math import comb

import pytest

from audits.feedback.figures import median, median_places, share
from audits.measures.intervals import wilson


@pytest.mark.parametrize(("hits", "n"), [(0, 1), (1, 1), (3, 7), (50, 100), (0, 2000), (999, 1000)])
def test_a_share_has_the_interval_of_the_audits(hits: int, n: int) -> None:
    ours, theirs = share(hits, n), wilson(hits, n)
    assert theirs is not None
    assert (ours.value, ours.n) == (hits / n, n)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_nothing_observed_is_no_share_and_no_median() -> None:
    assert (share(0, 0).value, share(0, 0).low) == (None, None)
    assert median([]).value is None


@pytest.mark.parametrize("n", [6, 9, 17, 100, 999, 1000])
def test_the_places_around_a_median_leave_out_no_more_than_they_may(n: int) -> None:
    _middle, ends = median_places(n)
    assert ends is not None
    low, high = ends
    assert low + high == n - 1

    def outside(rank: int) -> float:
        return sum(comb(n, below) for below in range(rank)) / 2**n

    assert outside(low + 1) <= 0.025 < outside(low + 2)


def test_few_values_have_a_median_without_an_interval() -> None:
    found = median([1, 2, 3, 4, 100])
    assert (found.value, found.low, found.high, found.n) == (3.0, None, None, 5)


def test_many_values_take_the_normal_way_and_come_out_alike() -> None:
    exact, near = median_places(1000)[1], median_places(1002)[1]
    assert exact is not None
    assert near is not None
    assert abs(exact[0] - near[0]) <= 1


def test_a_median_lies_between_its_ends() -> None:
    found = median(list(range(0, 500, 5)))
    assert (found.low, found.value, found.high) == (195.0, 245.0, 300.0)
