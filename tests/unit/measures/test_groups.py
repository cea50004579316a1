from fractions import Fraction

import fairlearn.metrics as fairlearn
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, precision_score

from audits.measures.groups import (
    RATES,
    Mass,
    Share,
    Tally,
    difference_to,
    equalized_odds_difference,
    equalized_odds_ratio,
    largest_difference,
    ratio_to,
    share,
    smallest_ratio,
    total,
    worst_ratio,
)

cells = st.tuples(*[st.integers(1, 25)] * 4)
tables = st.lists(cells, min_size=2, max_size=4)
ORACLES = {
    "selection_rate": fairlearn.selection_rate,
    "true_positive_rate": fairlearn.true_positive_rate,
    "false_positive_rate": fairlearn.false_positive_rate,
    "false_negative_rate": fairlearn.false_negative_rate,
    "accuracy": accuracy_score,
    "precision": precision_score,
}


def rows_of(table):
    """The rows behind tables of (tn, fp, fn, tp)."""
    label, decision, group = [], [], []
    for index, (tn, fp, fn, tp) in enumerate(table):
        label += [0] * (tn + fp) + [1] * (fn + tp)
        decision += [0] * tn + [1] * fp + [0] * fn + [1] * tp
        group += [index] * (tn + fp + fn + tp)
    return np.array(label), np.array(decision), np.array(group)


def shares_of(table, rate):
    return [share(Tally.of_counts(*one), rate) for one in table]


@settings(deadline=None, max_examples=40)
@given(tables)
def test_every_rate_of_every_group_is_fairlearns(table):
    label, decision, group = rows_of(table)
    theirs = fairlearn.MetricFrame(metrics=ORACLES, y_true=label, y_pred=decision, sensitive_features=group).by_group
    for rate in ORACLES:
        ours = [one.value for one in shares_of(table, rate)]
        assert ours == pytest.approx(list(theirs[rate]), abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(tables)
def test_figures_across_groups_are_fairlearns(table):
    label, decision, group = rows_of(table)
    given_ = {"y_true": label, "y_pred": decision, "sensitive_features": group}
    selected, tpr, fpr = (shares_of(table, name) for name in ("selection_rate", "true_positive_rate", "false_positive_rate"))
    ours = [
        largest_difference(selected),
        smallest_ratio(selected),
        largest_difference(tpr),
        equalized_odds_difference(tpr, fpr),
        equalized_odds_ratio(tpr, fpr),
    ]
    theirs = [
        fairlearn.demographic_parity_difference(**given_),
        fairlearn.demographic_parity_ratio(**given_),
        fairlearn.equal_opportunity_difference(**given_),
        fairlearn.equalized_odds_difference(**given_),
        fairlearn.equalized_odds_ratio(**given_),
    ]
    assert [one.value for one in ours] == pytest.approx(theirs, abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(tables)
def test_intervals_across_groups_hold_their_values(table):
    selected = shares_of(table, "selection_rate")
    for interval in (largest_difference(selected), smallest_ratio(selected)):
        assert 0 <= interval.low <= interval.value + 1e-9
        assert interval.value - 1e-9 <= interval.high <= 1


def test_weighted_rates_are_fairlearns():
    random = np.random.default_rng(3)
    decision, weights = random.integers(0, 2, 200), random.random(200)
    masses = [
        Mass(int(here.sum()), sum(map(Fraction, weights[here])), sum(Fraction(one) ** 2 for one in weights[here]))
        for here in (decision == 0, decision == 1)
    ]
    ours = share(Tally(*masses), "selection_rate")
    assert ours.value == pytest.approx(fairlearn.selection_rate(decision, decision, sample_weight=weights), abs=1e-12)
    assert ours.size == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert ours.rows == 200


def test_a_group_without_positives_has_no_true_positive_rate():
    tally = Tally.of_counts(tn=5, fp=2)
    assert share(tally, "true_positive_rate") is None
    assert share(tally, "selection_rate").value == pytest.approx(2 / 7)
    assert all(share(Tally(), rate) is None for rate in RATES)


def test_one_group_alone_is_not_compared():
    alone = shares_of([(5, 5, 5, 5)], "selection_rate")
    assert largest_difference(alone) is None
    assert smallest_ratio(alone) is None


def test_a_ratio_of_zeros_is_not_estimable():
    nothing = shares_of([(5, 0, 5, 0), (7, 0, 3, 0)], "selection_rate")
    assert smallest_ratio(nothing) is None
    assert ratio_to(*nothing) is None
    assert equalized_odds_ratio(nothing, nothing) is None
    assert difference_to(*nothing).value == 0


def test_the_worst_ratio_leaves_out_what_has_no_reference():
    some, none = Share(0.5, 5, 10, 10, 5), Share(0.0, 0, 10, 10, 0)
    assert worst_ratio([(some, none)]) is None
    assert worst_ratio([(some, none), (some, some)]).value == 1


def test_more_comparisons_make_wider_intervals():
    one, other = shares_of([(50, 50, 0, 0), (70, 30, 0, 0)], "selection_rate")
    alone, among_many = difference_to(one, other), difference_to(one, other, comparisons=10)
    assert among_many.low < alone.low < alone.high < among_many.high


def test_all_groups_together_are_the_sum_of_their_cells():
    assert total([Tally.of_counts(1, 2, 3, 4), Tally.of_counts(5, 6, 7, 8)]) == Tally.of_counts(6, 8, 10, 12)


@pytest.mark.parametrize("rows", [100, 1000])
def test_fair_decisions_are_rarely_called_unfair(rows):
    """20 groups, equal rates, 400 audits: the figure across all groups may accuse in 5 % of them."""
    random = np.random.default_rng(11)
    accused = 0
    for _ in range(400):
        hits = random.binomial(rows, 0.3, size=20)
        shares = [Share(hit / rows, float(hit), float(rows), rows, int(hit)) for hit in hits]
        accused += largest_difference(shares).low > 0
    assert accused / 400 <= 0.06


def test_a_gap_of_ten_points_is_found():
    random = np.random.default_rng(12)
    found = 0
    for _ in range(200):
        hits = [random.binomial(500, rate) for rate in (0.3, 0.4)]
        found += largest_difference([Share(hit / 500, float(hit), 500.0, 500, int(hit)) for hit in hits]).low > 0
    assert found / 200 >= 0.8
