import dataclasses
import math

import numpy as np
import pytest

from audits.measures.intervals import wilson
from audits.measures.prevalence import Labelled, by_rates, corrected, more_labels
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


@pytest.mark.parametrize(
    ("seed", "labels", "others", "point", "low", "high"),
    [
        (1, 40, 200, 0.328644449619672, 0.206746434842712, 0.450542464396632),
        (2, 100, 900, 0.319745691111111, 0.254006291902625, 0.38548509031966),
        (3, 100, 5000, 0.2936294268, 0.223076438756884, 0.364181744843117),
    ],
)
def test_it_says_what_ppi_python_says(seed, labels, others, point, low, high):
    # ppi_mean_pointestimate and ppi_mean_ci of ppi-python 0.2.3; its tuning and its interval are others of the same kind
    random = np.random.default_rng(seed)
    truth = (random.random(labels + others) < 0.3).astype(int)
    scores = np.round(1 / (1 + np.exp(-random.normal(size=labels + others) - 1.5 * truth + 1)), 6)
    marks = [Labelled(float(score), int(label), 0.5) for score, label in zip(scores[:labels], truth[:labels], strict=True)]
    found = corrected(scores.tolist(), marks).ppi
    assert found.value == pytest.approx(point, abs=0.1 * (high - low))
    assert found.high - found.low == pytest.approx(high - low, rel=0.1)


def test_rates_of_one_audit_correct_the_share_of_another() -> None:
    found = by_rates((0.31, 100), (0.8, 60), (0.9, 140))
    assert found is not None
    assert (found.value, found.n) == (pytest.approx(0.3), 100)
    assert found.low < 0.3 < found.high


def test_surer_rates_narrow_the_corrected_share() -> None:
    few, many = by_rates((0.3, 1000), (0.8, 20), (0.9, 40)), by_rates((0.3, 1000), (0.8, 2000), (0.9, 4000))
    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize("rates", [((0.5, 50), (0.5, 50)), ((0.2, 50), (0.7, 50))])
def test_a_judge_no_better_than_a_coin_corrects_nothing(rates: tuple[tuple[float, float], tuple[float, float]]) -> None:
    assert by_rates((0.3, 100), *rates) is None
