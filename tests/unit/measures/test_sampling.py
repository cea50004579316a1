from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.measures.sampling import stratified

scores = st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=120)


def names(count):
    return [f"answer-{place}" for place in range(count)]


@given(scores, st.integers(1, 150), st.integers(1, 6), st.integers(0, 9))
def test_what_is_drawn_is_in_the_list_once_with_its_chance(values, size, strata, seed):
    ids = names(len(values))
    drawn = stratified(ids, values, size=size, strata=strata, seed=seed)
    assert len({one.id for one in drawn}) == len(drawn) <= len(ids)
    assert min(size, len(ids)) <= len(drawn) <= size + 2 * (strata + 1)
    assert all(0 < one.inclusion <= 1 for one in drawn)
    assert sum(1 / one.inclusion for one in drawn) == pytest.approx(len(ids))  # weights stand for every answer


def test_the_draw_does_not_depend_on_the_order_of_the_list():
    values = [place / 50 for place in range(50)]
    there = stratified(names(50), values, size=12, seed=7)
    back = stratified(names(50)[::-1], values[::-1], size=12, seed=7)
    assert there == back
    assert there != stratified(names(50), values, size=12, seed=8)


def test_every_range_of_scores_is_drawn_from_in_proportion():
    drawn = stratified(names(400), [place / 400 for place in range(400)], size=100, seed=1)
    assert Counter(one.stratum for one in drawn) == {0: 25, 1: 25, 2: 25, 3: 25}
    assert {str(one.inclusion) for one in drawn} == {"0.25"}


def test_answers_without_a_score_are_a_stratum_of_their_own():
    drawn = stratified(names(40), [None] * 10 + [0.5] * 30, size=20, seed=1)
    assert Counter(one.stratum for one in drawn) == {-1: 5, 0: 15}


def test_a_share_of_the_sample_gets_a_second_reviewer():
    drawn = stratified(names(300), [0.1] * 300, size=51, second_share=0.2, seed=3)
    assert sum(one.second for one in drawn) == 11
    assert not any(one.second for one in stratified(names(9), [0.1] * 9, size=5, second_share=0, seed=3))


def test_each_answer_is_drawn_as_often_as_its_chance_says():
    hits = Counter(
        one.id for seed in range(600) for one in stratified(names(40), [0.2] * 13 + [0.8] * 27, size=10, strata=2, seed=seed)
    )
    expected = {
        one.id: float(one.inclusion)
        for seed in range(60)
        for one in stratified(names(40), [0.2] * 13 + [0.8] * 27, size=10, strata=2, seed=seed)
    }
    shares = np.array([hits[name] / 600 - expected[name] for name in names(40)])
    assert np.abs(shares).max() < 0.08  # 4.5 standard errors


@pytest.mark.parametrize("bad", [{"size": 0}, {"size": 3, "strata": 0}, {"size": 3, "second_share": 1.5}])
def test_impossible_samples_are_refused(bad):
    with pytest.raises(ValueError, match="at least 1"):
        stratified(names(5), [0.1] * 5, seed=1, **bad)


def test_ids_that_repeat_are_refused():
    with pytest.raises(ValueError, match="unique"):
        stratified(["a", "a"], [0.1, 0.2], size=1, seed=1)
