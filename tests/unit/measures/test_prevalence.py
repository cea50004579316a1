import dataclasses
import math

import numpy as np
import pytest

from audits.measures.intervals import wilson
from audits.measures.prevalence import Labelled, corrected, more_labels
from audits.measures.sampling import stratified


def population(random, answers, share, apart):
    """Truth and scores of a judge whose two normal distributions lie `apart`."""
    truth = (random.random(answers) < share).astype(int)
    return truth, 1 / (1 + np.exp(1 - 2 * (random.normal(size=answers) + apart * truth)))


def labelled(truth, scores, size, seed):
    drawn = stratified([str(place) for place in range(len(truth))], scores.tolist(), size=size, seed=seed)
    return [Labelled(float(scores[int(one.id)]), int(truth[int(one.id)]), float(one.inclusion), one.stratum) for one in drawn]


@pytest.mark.parametrize(
    ("answers", "share", "apart"), [(200, 0.1, 1.4), (800, 0.2, 1.4), (800, 0.05, 1.0), (800, 0.5, 2.5), (400, 0.2, 9)]
)
def test_corrected_intervals_cover_the_truth(answers, share, apart):
    random = np.random.default_rng(3)
    covered = []
    for draw in range(250):
        truth, scores = population(random, answers, share, apart)
        found = corrected(scores.tolist(), labelled(truth, scores, 100, draw))
        rogan_gladen = found.rogan_gladen or found.classical
        covered.append([one.low <= share <= one.high for one in (found.classical, found.ppi, rogan_gladen)])
    assert np.mean(covered, axis=0).min() >= 0.92  # 0.95 less two standard errors


def test_unequal_chances_are_corrected_by_their_weights():
    random = np.random.default_rng(4)
    values = []
    for _ in range(300):
        truth, scores = population(random, 1000, 0.2, 1.5)
        chance = np.where(scores > 0.5, 0.3, 0.06)
        taken = random.random(1000) < chance
        marks = [Labelled(float(s), int(t), float(c)) for s, t, c in zip(scores[taken], truth[taken], chance[taken], strict=True)]
        found = corrected(scores.tolist(), marks)
        values.append([found.classical.value, found.ppi.value, found.ppi.low <= 0.2 <= found.ppi.high])
    classical, ppi, covered = np.mean(values, axis=0)
    assert (classical, ppi) == pytest.approx((0.2, 0.2), abs=0.01)
    assert covered >= 0.92


def test_a_judge_that_helps_narrows_the_interval_and_one_that_does_not_costs_little():
    random = np.random.default_rng(5)
    ratios = {0.0: [], 2.0: []}
    for apart, found in ratios.items():
        for draw in range(60):
            truth, scores = population(random, 1000, 0.2, apart)
            one = corrected(scores.tolist(), labelled(truth, scores, 100, draw))
            found.append((one.ppi.high - one.ppi.low) / (one.classical.high - one.classical.low))
    assert np.mean(ratios[2.0]) < 0.85
    assert np.mean(ratios[0.0]) < 1.02


def test_a_useless_judge_leaves_the_labels_their_plain_interval():
    marks = [Labelled(0.5, int(place < 20), 0.1) for place in range(100)]
    found = corrected([0.5] * 1000, marks)
    plain = wilson(20, 100)
    assert (found.classical.low, found.classical.high) == pytest.approx((plain.low, plain.high))
    assert found.tuning == 0
    assert found.rogan_gladen is None


def test_a_judge_twice_too_strict_is_put_right():
    random = np.random.default_rng(6)
    truth = (random.random(2000) < 0.2).astype(int)
    scores = np.where((truth == 1) | (random.random(2000) < 0.25), 0.9, 0.1)  # says 40 %
    found = corrected(scores.tolist(), labelled(truth, scores, 200, 1))
    for one in (found.ppi, found.rogan_gladen):
        assert one.low < 0.2 < one.high < 0.35


def test_no_labels_estimate_nothing():
    found = corrected([0.1, 0.2], [])
    assert math.isnan(found.ppi.value)
    assert more_labels(found, 0.1) is None


def test_more_labels_settle_what_lies_off_the_limit():
    random = np.random.default_rng(7)
    truth, scores = population(random, 5000, 0.2, 1.5)
    found = corrected(scores.tolist(), labelled(truth, scores, 100, 1))
    near = (found.ppi.value + found.ppi.low) / 2
    more = more_labels(found, near)
    assert 150 < more < 1500
    again = corrected(scores.tolist(), labelled(truth, scores, 100 + more, 1))
    assert again.ppi.high - again.ppi.low < 0.7 * (found.ppi.high - found.ppi.low)
    assert more_labels(found, found.ppi.low - 0.01) == 0


def test_a_share_on_the_limit_is_never_settled_by_labels():
    marks = [Labelled(0.5, int(place < 20), 0.1) for place in range(100)]
    assert more_labels(corrected([0.5] * 1000, marks), 0.2) is None


@pytest.mark.parametrize("bad", [{"judge": math.nan}, {"judge": 1.5}, {"human": 2}, {"inclusion": 0.0}, {"inclusion": 1.2}])
def test_what_is_no_label_is_refused(bad):
    with pytest.raises(ValueError, match=r"from 0|is 0 or 1"):
        corrected([0.5] * 3, [dataclasses.replace(Labelled(0.5, 1, 0.5), **bad)])


def test_the_labelled_answers_must_be_among_the_judged():
    with pytest.raises(ValueError, match="among"):
        corrected([0.5], [Labelled(0.5, 1, 1.0)] * 2)
