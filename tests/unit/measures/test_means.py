"""Means over questions and their intervals."""

import numpy as np
import pytest

from audits.measures.intervals import wilson
from audits.measures.means import mean_of_questions, ratio_of_questions


def names(count: int) -> list[str]:
    return [str(number) for number in range(count)]


def test_values_of_nought_and_one_are_a_share() -> None:
    found, share = mean_of_questions([1.0, 0.0, 1.0], names(3), 1), wilson(2, 3)
    assert found is not None
    assert share is not None
    assert (found.low, found.high, found.method) == (share.low, share.high, "wilson")


def test_a_few_questions_get_the_careful_interval() -> None:
    found = mean_of_questions([0.5] * 4, names(4), 1)
    assert found is not None
    assert (found.value, found.method) == (0.5, "wilson_bounded")
    assert found.low < 0.2 < 0.8 < found.high


def test_asking_one_question_often_makes_it_no_surer() -> None:
    once, often = mean_of_questions([0.2, 0.8], ["a", "b"], 1), mean_of_questions([0.2, 0.8] * 50, ["a", "b"] * 50, 1)
    assert once is not None
    assert often is not None
    assert (often.low, often.high) == pytest.approx((once.low, once.high))


def test_the_same_seed_draws_the_same_interval() -> None:
    values = [number / 60 for number in range(60)]
    assert mean_of_questions(values, names(60), 7) == mean_of_questions(values, names(60), 7)
    assert mean_of_questions(values, names(60), 7) != mean_of_questions(values, names(60), 8)


@pytest.mark.parametrize("size", [10, 60])
def test_the_interval_covers_the_true_mean(size: int) -> None:
    """Reciprocal ranks of a good retriever, seeded: 300 samples, true mean 5/6."""
    rng = np.random.default_rng(11)
    covered = 0
    for seed in range(300):
        values = [float(value) for value in rng.choice([0, 1 / 2, 1], p=[1 / 12, 1 / 6, 3 / 4], size=size)]
        found = mean_of_questions(values, names(size), seed)
        assert found is not None
        covered += found.low <= 5 / 6 <= found.high
    assert covered / 300 >= 0.92


def test_nothing_has_no_mean() -> None:
    assert mean_of_questions([], [], 1) is None


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_value_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        mean_of_questions([value], ["a"], 1)


def test_words_of_one_answer_go_together() -> None:
    found = ratio_of_questions([1, 0], [100, 100], ["a", "b"], 1)
    assert found is not None
    assert (found.value, found.method) == (0.005, "wilson_bounded")
    assert found.high > 0.5


def test_many_answers_are_drawn_again_with_all_their_words() -> None:
    found = ratio_of_questions([number % 3 for number in range(90)], [10 + number % 7 for number in range(90)], names(90), 1)
    assert found is not None
    assert found.low < found.value == 90 / sum(10 + number % 7 for number in range(90)) < found.high


def test_answers_without_words_have_no_ratio() -> None:
    assert ratio_of_questions([0], [0], ["a"], 1) is None


def test_more_hits_than_units_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to the size"):
        ratio_of_questions([2], [1], ["a"], 1)
