import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from audits.measures import drift as module
from audits.measures.drift import drift, psi

values = st.lists(st.integers(0, 10_000).map(lambda place: place / 7), min_size=1, max_size=40, unique=True)


@given(values, st.integers(1, 39))
def test_without_ties_the_chance_is_the_one_of_scipy(pooled, cut):
    if cut < len(pooled):
        found, theirs = drift(pooled[:cut], pooled[cut:]), stats.ks_2samp(pooled[:cut], pooled[cut:], method="exact")
        assert (found.ks, found.p) == pytest.approx((theirs.statistic, theirs.pvalue), abs=1e-9)


def test_with_ties_the_chance_is_that_of_all_orders():
    before, now = [0.0, 0.0, 0.5, 0.5, 1.0], [0.5, 1.0, 1.0, 1.0]
    theirs = stats.permutation_test(
        (before, now), lambda x, y: stats.ks_2samp(x, y, method="asymp").statistic, n_resamples=np.inf, alternative="greater"
    )
    assert drift(before, now).p == pytest.approx(theirs.pvalue, abs=1e-9)


def test_large_samples_take_the_limit_law(monkeypatch):
    random = np.random.default_rng(1)
    before, now = random.random(300).tolist(), (random.random(400) * 1.1).tolist()
    exact = drift(before, now)
    monkeypatch.setattr(module, "CELLS", 0)
    limit = drift(before, now)
    assert (exact.exact, limit.exact) == (True, False)
    assert limit.p == pytest.approx(exact.p, rel=0.15)


def test_two_samples_of_one_distribution_are_rarely_called_apart():
    random = np.random.default_rng(2)
    called = sum(drift(random.random(60).tolist(), random.random(80).tolist()).p <= 0.05 for _ in range(300))
    assert called <= 0.08 * 300


def test_the_same_scores_have_not_moved():
    scores = [place / 100 for place in range(100)]
    found = drift(scores, scores)
    assert (found.psi, found.ks, found.p) == (0, 0, 1)


def test_scores_that_moved_by_half_their_range_show_in_both():
    found = drift([place / 100 for place in range(100)], [0.5 + place / 200 for place in range(100)])
    assert found.psi > 0.25
    assert found.ks == pytest.approx(0.5)
    assert found.p < 1e-6


def test_psi_is_its_formula_on_bins_of_equal_size():
    was, has = np.array([10.5, 10.5]) / 21, np.array([5.5, 15.5]) / 21
    assert psi([0.0] * 10 + [1.0] * 10, [0.0] * 5 + [1.0] * 15) == pytest.approx(float(((has - was) * np.log(has / was)).sum()))


def test_nothing_to_compare_is_not_no_change():
    assert math.isnan(drift([], [0.5]).psi)


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        drift([math.nan], [0.5])


@pytest.mark.parametrize(("was", "has"), [([0.1] * 95 + [0.9] * 5, [0.1] * 40 + [0.9] * 60), ([0.5] * 50, [0.7] * 50)])
def test_scores_of_few_values_move_from_one_to_the_other(was, has):
    assert psi(was, has) > 0.25
    assert psi(has, was) > 0.25
    assert psi(was, was) == 0
