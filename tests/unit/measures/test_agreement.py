import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from audits.measures.agreement import kappa, rates

labels = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=80)


@given(labels)
def test_kappa_is_the_one_of_sklearn(pairs):
    first, second = zip(*pairs, strict=True)
    if len({*first, *second}) > 1:
        found = kappa(first, second)
        assert found.value == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)
        assert -1 <= found.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.high <= 1


def test_full_agreement_of_twenty_units_is_not_yet_certainty():
    found = kappa([0] * 14 + [1] * 6, [0] * 14 + [1] * 6)
    assert (found.value, found.high, found.n) == (1.0, 1.0, 20)
    assert 0.5 < found.low < 0.85


def test_habits_that_agree_by_chance_alone_give_zero():
    assert kappa([0, 0, 1, 1], [0, 1, 0, 1]).value == pytest.approx(0)


def test_one_class_throughout_says_nothing_about_agreement():
    assert math.isnan(kappa([0, 0, 0], [0, 0, 0]).value)
    assert math.isnan(kappa([], []).value)


def test_labels_of_different_units_are_refused():
    with pytest.raises(ValueError, match="same units"):
        kappa([0, 1], [0])


@pytest.mark.parametrize(("true", "n"), [(0.4, 40), (0.4, 100), (0.7, 40), (0.9, 60)])
def test_the_interval_of_kappa_covers_the_true_one(true, n):
    random = np.random.default_rng(5)
    base = 0.3
    same = true + (1 - true) * (1 - 2 * base * (1 - base))
    both_one, both_zero = base - (1 - same) / 2, 1 - base - (1 - same) / 2
    cells = np.array([both_zero, both_one, (1 - same) / 2, (1 - same) / 2])
    covered = 0
    for _ in range(800):
        zero, one, left, right = random.multinomial(n, cells)
        found = kappa([0] * zero + [1] * one + [0] * left + [1] * right, [0] * zero + [1] * one + [1] * left + [0] * right)
        covered += found.low <= true <= found.high
    assert covered >= 0.92 * 800  # 0.95 less what 40 units and 800 draws cost


def test_a_judges_rates_are_counts_with_exact_intervals():
    human, judge = [1] * 10 + [0] * 30, [1] * 8 + [0] * 2 + [0] * 27 + [1] * 3
    found = rates(human, judge)
    assert (found.sensitivity.value, found.specificity.value) == (0.8, 0.9)
    assert (found.sensitivity.n, found.specificity.n) == (10, 30)
    assert found.sensitivity.method == "clopper_pearson"
    assert (found.confusion.caught, found.confusion.missed, found.confusion.false_alarms, found.confusion.passed) == (8, 2, 3, 27)


def test_a_rate_without_a_base_is_not_a_rate_of_zero():
    assert math.isnan(rates([0, 0], [0, 1]).sensitivity.value)


def test_rates_take_zeros_and_ones_only():
    with pytest.raises(ValueError, match="0"):
        rates([2], [1])
