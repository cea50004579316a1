import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from audits.measures.comparison import confidence_sequence, mcnemar, paired, pairs_needed, tango, verdict
from audits.measures.estimates import Estimate, student_quantile

shares = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=60)


def asked(random, n, first, less, more):
    """0/1 values of two versions: `less` and `more` are the chances that only one of them has a 1."""
    draw = random.random(n)
    one = np.where(draw < less, 1, np.where(draw < less + more, 0, (random.random(n) < first).astype(int)))
    other = np.where(draw < less, 0, np.where(draw < less + more, 1, one))
    return one.tolist(), other.tolist()


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_exact_binomial_test(less, more):
    assert mcnemar(less, more) == pytest.approx(stats.binomtest(less, less + more).pvalue if less + more else 1)


@pytest.mark.parametrize(("less", "more", "n"), [(1, 0, 44), (4, 9, 50), (12, 14, 50)])
def test_at_both_ends_of_tangos_interval_the_score_statistic_is_the_quantile(less, more, n):
    found = tango(less, more, n)
    for gap in (found.low, found.high):

        def loss(q, gap=gap):
            return -(less * math.log(q) + more * math.log(q + gap) + (n - less - more) * math.log(1 - 2 * q - gap))

        fitted = optimize.minimize_scalar(
            loss, bounds=(max(0, -gap) + 1e-9, (1 - gap) / 2 - 1e-9), method="bounded", options={"xatol": 1e-12}
        ).x
        statistic = (more - less - n * gap) / math.sqrt(n * (2 * fitted + gap - gap * gap))
        assert abs(statistic) == pytest.approx(1.959964, abs=1e-3)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 60))
def test_tango_turns_with_its_sides_and_stays_in_range(less, more, same):
    n = less + more + same
    if n:
        here, there = tango(less, more, n), tango(more, less, n)
        assert -1 <= here.low <= here.value <= here.high <= 1
        assert (here.low, here.high) == pytest.approx((-there.high, -there.low), abs=1e-9)


@pytest.mark.parametrize(("less", "more", "n"), [(0.1, 0.1, 50), (0.05, 0.15, 100), (0.0, 0.05, 100), (0.3, 0.1, 40)])
def test_the_interval_for_one_look_covers_the_difference(less, more, n):
    random = np.random.default_rng(1)
    covered = 0
    for _ in range(600):
        one, other, _ = random.multinomial(n, [less, more, 1 - less - more])
        found = tango(one, other, n)
        covered += found.low <= more - less <= found.high
    assert covered >= 0.93 * 600


@pytest.mark.parametrize(("less", "more"), [(0.1, 0.1), (0.05, 0.2)])
def test_looking_after_every_question_does_not_break_the_anytime_interval(less, more):
    random = np.random.default_rng(2)
    broken = broken_once = 0
    for _ in range(120):
        one, other = asked(random, 150, 0.5, less, more)
        gaps = [b - a for a, b in zip(one, other, strict=True)]
        looks = [confidence_sequence(gaps[:stop])[0] for stop in range(10, 151, 20)]
        broken += any(not look.low <= more - less <= look.high for look in looks)
        fixed = [
            tango(one_only, other_only, stop)
            for stop in range(10, 151, 5)
            for one_only, other_only in [(gaps[:stop].count(-1), gaps[:stop].count(1))]
        ]
        broken_once += any(not look.low <= more - less <= look.high for look in fixed)
    assert broken <= 0.09 * 120  # 5 % and two standard errors
    assert broken_once > 0.09 * 120  # what it is for: the other one does break when looked at again and again


def test_the_anytime_p_agrees_with_the_interval():
    for more in range(0, 40, 3):
        found, p = confidence_sequence([1.0] * more + [0.0] * 60 + [-1.0] * 3)
        assert (p <= 0.05) == (found.low > 0)


def test_the_order_of_the_questions_changes_nothing():
    gaps = [1.0] * 20 + [0.0] * 60 + [-1.0] * 3
    assert confidence_sequence(gaps) == confidence_sequence(gaps[::-1])


def test_scores_in_between_are_covered_at_every_look():
    random = np.random.default_rng(6)
    broken = 0
    for _ in range(200):
        gaps = np.clip(random.normal(0.05, 0.3, 200), -1, 1)
        looks = [confidence_sequence(gaps[:stop].tolist())[0] for stop in range(20, 201, 5)]
        broken += any(not look.low <= 0.05 <= look.high for look in looks)
    assert broken <= 0.08 * 200


def test_a_clear_difference_is_seen_at_any_look():
    found = paired([1] * 40 + [0] * 60, [0] * 100)
    assert verdict(found.anytime, "lower", 0.05) == "better"
    assert verdict(found.anytime, "higher", 0.05) == "worse"
    assert found.once.value == found.anytime.value == pytest.approx(-0.4)
    assert (found.only_first, found.only_second) == (40, 0)
    assert max(found.p, found.anytime_p) < 0.001


@settings(deadline=None)
@given(shares)
def test_scores_between_zero_and_one_are_compared_too(pairs):
    found = paired(*map(list, zip(*pairs, strict=True)))
    assert -1 <= found.anytime.low <= found.anytime.value <= found.anytime.high <= 1
    assert found.once.n == found.anytime.n == len(pairs)


def test_students_interval_and_p_are_the_ones_of_scipy():
    random = np.random.default_rng(3)
    one = random.random(30)
    other = np.clip(one + random.normal(0.05, 0.1, 30), 0, 1)
    found, theirs = paired(one.tolist(), other.tolist()), stats.ttest_rel(other, one)
    assert (found.once.low, found.once.high) == pytest.approx(tuple(theirs.confidence_interval()), abs=1e-9)
    assert found.p == pytest.approx(theirs.pvalue, abs=1e-9)
    assert student_quantile(7) == pytest.approx(stats.t.ppf(0.975, 7))


def test_pairs_that_all_agree_leave_what_their_number_leaves():
    few, many = paired([0, 1] * 10, [0, 1] * 10), paired([0, 1] * 500, [0, 1] * 500)
    assert verdict(few.once, "lower", 0.05) == "inconclusive"
    assert verdict(many.once, "lower", 0.05) == "no_difference_shown"
    assert few.smallest_once > 0.1 > many.smallest_once > 0
    assert paired([0.5] * 20, [0.5] * 20).once.high == pytest.approx(few.once.high)


def test_the_smallest_difference_it_could_have_seen_is_seen_as_often_as_said():
    random = np.random.default_rng(4)
    effect = paired(*asked(random, 200, 0.5, 0.08, 0.08)).smallest_once
    seen = 0
    for _ in range(400):
        found = paired_once(random, 200, 0.08 - effect / 2, 0.08 + effect / 2)
        seen += found.low > 0
    assert 0.7 <= seen / 400 <= 0.9


def paired_once(random, n, less, more):
    one, other, _ = random.multinomial(n, [less, more, 1 - less - more])
    return tango(one, other, n)


def test_pairs_needed_bring_the_power_they_promise():
    random = np.random.default_rng(5)
    n = pairs_needed(0.1, 0.2)
    seen = sum(paired_once(random, n, 0.05, 0.15).low > 0 for _ in range(400))
    assert 0.74 <= seen / 400 <= 0.88


def test_no_pairs_say_nothing():
    found = paired([], [])
    assert math.isnan(found.once.value)
    assert math.isnan(found.smallest_anytime)
    assert verdict(found.anytime, "lower", 0.05) == "inconclusive"
    assert paired([0.5], [0.7]).once.n == 1


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(0.01, 0.2, "worse"), (-0.2, -0.01, "better"), (-0.04, 0.05, "no_difference_shown"), (-0.04, 0.06, "inconclusive")],
)
def test_the_verdict_is_drawn_from_the_interval_alone(low, high, told):
    assert verdict(Estimate(0.0, low, high, 10, ""), "lower", 0.05) == told


@pytest.mark.parametrize(("first", "second"), [([0.1], [0.1, 0.2]), ([1.2], [0.1]), ([math.nan], [0.1])])
def test_values_that_do_not_pair_are_refused(first, second):
    with pytest.raises(ValueError, match="each question"):
        paired(first, second)


def test_an_effect_larger_than_what_differs_is_refused():
    with pytest.raises(ValueError, match="effect"):
        pairs_needed(0.3, 0.2)
    with pytest.raises(ValueError, match="difference"):
        confidence_sequence([2.0])
