import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from audits.measures.calibration import apply, brier, ece, fit, guaranteed_threshold

units = st.floats(0, 1, allow_subnormal=False)


def judged(seed, size, share=0.3):
    """An overconfident judge: its scores are too far out."""
    random = np.random.default_rng(seed)
    truth = (random.random(size) < share).astype(int)
    return (1 / (1 + np.exp(-3 * (random.normal(size=size) + 1.2 * truth)))).tolist(), truth.tolist()


@pytest.mark.parametrize(("method", "size"), [("platt", 150), ("isotonic", 400), ("auto", 100)])
def test_calibration_lowers_error_on_labels_it_has_not_seen(method, size):
    found = fit(*judged(1, size), method=method)
    assert found.n == size
    assert found.brier_after < found.brier_before
    assert found.ece_after < found.ece_before


def test_auto_takes_steps_only_with_enough_labels():
    assert fit(*judged(2, 199)).method == "platt"
    assert fit(*judged(2, 200)).method == "isotonic"


def test_isotonic_is_the_one_of_sklearn():
    scores, labels = judged(3, 300)
    theirs = IsotonicRegression(out_of_bounds="clip").fit(scores, labels)
    probes = np.linspace(0, 1, 101)
    assert apply(fit(scores, labels, method="isotonic"), probes.tolist()) == pytest.approx(theirs.predict(probes), abs=1e-9)


def test_platt_is_an_unpenalised_logistic_regression_for_many_labels():
    scores, labels = judged(4, 20000)
    logits = np.log(np.clip(scores, 1e-3, 1 - 1e-3) / (1 - np.clip(scores, 1e-3, 1 - 1e-3)))[:, None]
    theirs = LogisticRegression(C=1e9, tol=1e-10).fit(logits, labels).predict_proba(logits)[:, 1]
    assert np.abs(np.array(apply(fit(scores, labels, method="platt"), scores)) - theirs).max() < 1e-3


@given(st.lists(st.tuples(units, st.integers(0, 1)), min_size=2, max_size=60), st.sampled_from(["platt", "isotonic"]))
def test_chances_are_chances_and_rise_with_the_score(pairs, method):
    scores, labels = map(list, zip(*pairs, strict=True))
    if len(set(labels)) == 2:
        chances = apply(fit(scores, labels, method=method), sorted(scores))
        assert all(0 <= chance <= 1 for chance in chances)
        assert all(later >= earlier - 1e-12 for earlier, later in itertools.pairwise(chances))


def test_classes_parted_cleanly_do_not_run_away():
    found = fit([0.1] * 20 + [0.9] * 20, [0] * 20 + [1] * 20, method="platt")
    low, high = apply(found, [0.1, 0.9])
    assert 0 < low < 0.1
    assert 0.9 < high < 1


def test_a_judge_the_wrong_way_round_is_not_turned_round():
    chances = apply(fit([0.9] * 20 + [0.1] * 20, [0] * 20 + [1] * 20, method="platt"), [0.1, 0.9])
    assert chances[0] == chances[1] == pytest.approx(0.5)


def test_a_single_label_of_a_class_has_no_held_out_figures():
    found = fit([0.2, 0.4, 0.9], [0, 0, 1])
    assert math.isnan(found.brier_after)


def test_brier_and_ece_know_their_ends():
    assert brier([0, 1], [0, 1]) == 0
    assert brier([0.5, 0.5], [0, 1]) == 0.25
    assert ece([0.25] * 40, [1] * 10 + [0] * 30) == pytest.approx(0)
    assert ece([1.0] * 40, [0] * 40) == pytest.approx(1)
    assert math.isnan(ece([], []))


def test_a_promise_of_five_percent_takes_fifty_nine_labels_without_a_miss():
    assert guaranteed_threshold([0.8] * 59, [1] * 59, miss=0.05) == 0.8
    assert guaranteed_threshold([0.8] * 58, [1] * 58, miss=0.05) is None


def test_a_share_of_all_answers_counts_the_clean_ones_too():
    scores, labels = [0.1] * 59 + [0.9] * 5, [0] * 59 + [1] * 5
    assert guaranteed_threshold(scores, labels, miss=0.05) is None
    assert guaranteed_threshold(scores, labels, miss=0.05, of="answers") == 0.9


@pytest.mark.parametrize("of", ["unsupported", "answers"])
def test_the_promised_miss_rate_is_kept(of):
    random = np.random.default_rng(9)
    broken = given_ones = 0
    for _ in range(400):
        truth = random.random(200) < 0.5
        scores = np.clip(random.normal(0.35 + 0.3 * truth, 0.12), 0, 1)
        threshold = guaranteed_threshold(scores.tolist(), truth.astype(int).tolist(), miss=0.1, of=of)
        if threshold is not None:
            given_ones += 1
            missed = 0.5 * (1 + math.erf((threshold - 0.65) / 0.12 / math.sqrt(2)))
            broken += (missed if of == "unsupported" else missed / 2) > 0.1
    assert given_ones > 350
    assert broken <= 0.075 * 400  # 5 % and two standard errors


@pytest.mark.parametrize(
    ("scores", "labels"), [([math.nan, 0.5], [0, 1]), ([0.5], [0, 1]), ([0.5, 0.6], [0, 0]), ([2.0, 0.5], [0, 1])]
)
def test_what_cannot_be_calibrated_is_refused(scores, labels):
    with pytest.raises(ValueError, match="label"):
        fit(scores, labels)


def test_a_miss_rate_of_nothing_is_refused():
    with pytest.raises(ValueError, match="between"):
        guaranteed_threshold([0.5], [1], miss=0)
