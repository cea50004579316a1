"""The comparison of measures with limits, and of evidence with duties."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compliance.verdict import (
    ITEM_STATES,
    VERDICT_STATES,
    Limit,
    Signal,
    Statement,
    find,
    item_state,
    judge,
    why_insufficient,
)
from governance.evidence.facts import Measure


def measured(low: str | None, high: str | None, value: str | None = "0.8", **more: Any) -> Measure:
    given = {"n": 100, "method": "wilson", **more}
    return Measure(name="supported", value=value, low=low, high=high, **given)


def at_least(limit: str, **more: Any) -> Limit:
    return Limit("supported", Decimal(limit), "at_least", **more)


def at_most(limit: str) -> Limit:
    return Limit("supported", Decimal(limit), "at_most")


def test_an_interval_wholly_above_a_lower_limit_is_met() -> None:
    assert judge(measured("0.81", "0.9"), at_least("0.8")) == "met"


def test_an_interval_that_begins_on_the_limit_is_met() -> None:
    assert judge(measured("0.80", "0.9"), at_least("0.8")) == "met"


def test_an_interval_that_ends_on_a_lower_limit_is_inconclusive() -> None:
    assert judge(measured("0.7", "0.8"), at_least("0.8")) == "inconclusive"


def test_an_interval_across_the_limit_is_inconclusive() -> None:
    assert judge(measured("0.7", "0.9"), at_least("0.8")) == "inconclusive"


def test_an_interval_wholly_below_a_lower_limit_is_not_met() -> None:
    assert judge(measured("0.6", "0.7"), at_least("0.8")) == "not_met"


def test_an_upper_limit_reads_the_interval_the_other_way() -> None:
    assert judge(measured("0.6", "0.7"), at_most("0.7")) == "met"
    assert judge(measured("0.8", "0.9"), at_most("0.7")) == "not_met"


def test_an_exact_count_decides_at_its_limit() -> None:
    exact = measured("0", "0", "0", method="exact", unit="count")
    assert judge(exact, at_most("0")) == "met"


def test_a_point_estimate_without_an_interval_decides_nothing() -> None:
    assert judge(measured(None, None, "1"), at_least("0.8")) == "insufficient"
    assert judge(measured("0.9", None, "1"), at_least("0.8")) == "insufficient"


@pytest.mark.parametrize("value", [None, "NaN", "Infinity", "abc", ""])
def test_a_value_that_is_no_number_is_insufficient(value: str | None) -> None:
    assert judge(measured("0.9", "1", value), at_least("0.8")) == "insufficient"


def test_a_missing_measure_is_insufficient_and_says_why() -> None:
    reason = why_insufficient(None, at_least("0.8"))
    assert judge(None, at_least("0.8")) == "insufficient"
    assert reason is not None
    assert "did not conclude" in reason.message


def test_an_n_below_the_minimum_is_insufficient_and_names_both() -> None:
    reason = why_insufficient(measured("0.9", "1", n=9), at_least("0.8", min_n=30))
    assert reason is not None
    assert dict(reason.values) == {"n": "9", "least": "30"}


def test_an_interval_that_ends_before_it_begins_is_insufficient() -> None:
    assert judge(measured("0.9", "0.1"), at_least("0.8")) == "insufficient"


def test_a_criterion_finds_its_measure_by_group_in_any_order() -> None:
    wanted = measured("0", "1", group=(("sex", "F"), ("age", "60+")))
    limit = at_least("0.8", group=(("age", "60+"), ("sex", "F")))
    assert find([measured("0", "1"), wanted], limit) is wanted
    assert find([measured("0", "1")], limit) is None


numbers = st.decimals(min_value=-1000, max_value=1000, places=4)


@given(numbers, numbers, numbers, numbers)
def test_raising_a_lower_limit_never_makes_a_verdict_better(a: Decimal, b: Decimal, c: Decimal, d: Decimal) -> None:
    (low, high), (easy, hard) = sorted((a, b)), sorted((c, d))
    one = measured(str(low), str(high), str(low))
    order = {"not_met": 0, "inconclusive": 1, "met": 2}
    assert order[judge(one, at_least(str(hard)))] <= order[judge(one, at_least(str(easy)))]


@given(numbers, numbers, numbers)
def test_at_least_and_at_most_mirror_each_other(a: Decimal, b: Decimal, limit: Decimal) -> None:
    low, high = sorted((a, b))
    here = judge(measured(str(low), str(high), str(low)), at_least(str(limit)))
    there = judge(measured(str(-high), str(-low), str(-low)), at_most(str(-limit)))
    assert here == there


@given(st.text(), st.text(), st.text(), numbers)
def test_any_words_in_a_measure_still_give_one_of_the_four_verdicts(value: str, low: str, high: str, limit: Decimal) -> None:
    assert judge(measured(low, high, value), at_least(str(limit))) in VERDICT_STATES


def test_a_duty_without_evidence_is_not_assessed() -> None:
    assert item_state("mixed", []) == "not_assessed"


def test_a_run_without_a_criterion_says_so() -> None:
    assert item_state("mixed", [Signal("e", "direct")]) == "no_criterion"


def test_supporting_evidence_alone_leaves_a_duty_not_assessed() -> None:
    assert item_state("mixed", [Signal("e", "supporting", ("met",))]) == "not_assessed"


def test_a_duty_that_only_people_show_ignores_every_run() -> None:
    assert item_state("human", [Signal("e", "direct", ("met",))]) == "not_assessed"
    assert item_state("human", [Signal("e", "direct", ("not_met",))], [Statement("attested")]) == "attested"


def test_a_later_pass_hides_no_failure() -> None:
    signals = [Signal("1", "direct", ("not_met",)), Signal("2", "direct", ("met",))]
    assert item_state("mixed", signals) == "criterion_not_met"


def test_of_several_criteria_the_worst_wins() -> None:
    assert item_state("mixed", [Signal("1", "direct", ("met", "inconclusive"))]) == "inconclusive"


def test_evidence_about_something_that_changed_is_stale_whatever_it_said() -> None:
    assert item_state("mixed", [Signal("1", "direct", ("met",), stale=True)]) == "stale"


def test_an_attestation_against_a_measurement_is_contradicted() -> None:
    assert item_state("mixed", [Signal("1", "direct", ("not_met",))], [Statement("attested")]) == "contradicted"


def test_only_a_decision_that_cites_more_than_support_fulfils() -> None:
    decision = Statement("fulfilled_by_decision", ("1",))
    assert item_state("mixed", [Signal("1", "direct", ("met",))], [decision]) == "fulfilled_by_decision"
    assert item_state("mixed", [Signal("1", "supporting", ("met",))], [decision]) == "attested"


def test_a_decision_that_cites_nothing_is_an_attestation() -> None:
    assert item_state("human", [], [Statement("fulfilled_by_decision")]) == "attested"


signals = st.lists(
    st.builds(
        Signal,
        st.text(max_size=3),
        st.sampled_from(("direct", "partial", "supporting")),
        st.lists(st.sampled_from(VERDICT_STATES), max_size=3).map(tuple),
        st.booleans(),
    )
)


@given(st.sampled_from(("auto", "mixed")), signals)
def test_no_evidence_ever_fulfils_a_duty_without_a_person(assurance: Any, found: list[Signal]) -> None:
    state = item_state(assurance, found)
    assert state in ITEM_STATES
    assert state not in {"fulfilled_by_decision", "attested", "not_applicable"}


@given(signals, signals)
def test_a_failure_stays_a_failure_whatever_is_added(found: list[Signal], more: list[Signal]) -> None:
    if item_state("mixed", found) == "criterion_not_met":
        assert item_state("mixed", found + more) == "criterion_not_met"


def test_a_duty_may_be_told_not_to_apply() -> None:
    assert item_state("mixed", [Signal("1", "direct", ("not_met",))], [Statement("not_applicable")]) == "not_applicable"


def test_a_decision_over_stale_evidence_is_stale() -> None:
    decision = Statement("fulfilled_by_decision", ("1",))
    assert item_state("mixed", [Signal("1", "direct", ("met",), stale=True)], [decision]) == "stale"
