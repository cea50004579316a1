"""Figures as measures: what stands where, and why there is none."""

from decimal import Decimal
from fractions import Fraction

from audits.measures.told import amount, mean_share, projected, quantile, ratio, share


def test_a_share_over_nothing_says_so() -> None:
    found = share("x", 0, 0, unscored=3, reason="because")
    assert (found.value, found.n, found.unscored, found.reason) == (None, 0, 3, "because")


def test_a_mean_keeps_its_group_unit_and_n() -> None:
    found = mean_share("x", [("a", 1.0), ("b", Fraction(1, 2))], 1, unit="score", group=(("k", "5"),))
    assert (found.value, found.unit, found.n, found.group) == ("0.75", "score", 2, (("k", "5"),))


def test_a_ratio_counts_its_units() -> None:
    found = ratio("x", [("a", 1, 10), ("b", 0, 30)], 1)
    assert (found.value, found.n) == ("0.025", 40)


def test_an_amount_is_exact_and_its_low_end_not_below_nothing() -> None:
    found = amount("x", [Fraction(0), Fraction("0.3")], "EUR")
    assert (found.value, found.low, found.method) == ("0.15", "0", "student")
    assert amount("x", [Fraction("0.1")], "EUR").reason == "too few for an interval"
    assert amount("x", [], "EUR").reason == "the system does not tell it"


def test_a_percentile_without_enough_times_has_no_interval() -> None:
    found = quantile("x", [Decimal(3), Decimal(1)], 50, unscored=1)
    assert (found.value, found.low, found.reason, found.unscored) == ("1", None, "too few for an interval", 1)
    assert quantile("x", [], 50).value is None


def test_a_projection_moves_both_ends() -> None:
    each = amount("x", [Fraction(1), Fraction(2), Fraction(3)], "EUR")
    found = projected("y", each, lambda cost: 10 + 2 * cost)
    assert (found.name, found.value, found.method, found.n) == ("y", "14", "projection", 3)
    assert found.low is not None
    assert found.high is not None
    assert float(found.low) < 14 < float(found.high)
    assert projected("y", amount("x", [], "EUR"), lambda cost: cost).value is None
