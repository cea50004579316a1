from decimal import Decimal

import pytest

from audits.comparisons.figures import Side, TwoInstruments, concluded, pairs_of
from audits.comparisons.section import blocks
from audits.contract import MeasureCard, Unit
from audits.kinds.fidelity.pairs import unit
from governance.book import Notice, Text, from_plain, to_plain
from governance.evidence.facts import Facts

CARD = MeasureCard("bad", "Bad answers", "share", "lower", "bad / judged")


def side(values, judge="sha256:j", words=None, repeats=1):
    units = [Unit(name, {"bad": value}, judge) for name, value in values.items() for _ in range(repeats)]
    words = words or {name: f"What is {name}?" for name in values}
    return Side(units, words, dict(words))


def flags(count, of, start=0):
    return {f"q{place}": float(place - start < count) for place in range(start, start + of)}


def told(first, second, margin="0.05", looks="any"):
    return concluded(pairs_of(first, second, "bad"), CARD, Decimal(margin), looks)


def test_fewer_bad_answers_are_better_and_more_are_worse():
    many, few = side(flags(60, 100)), side(flags(20, 100))
    assert told(many, few).details["verdict"] == "better"
    assert told(few, many).details["verdict"] == "worse"


def test_two_runs_that_agree_are_inconclusive_until_they_exclude_what_matters():
    assert told(side(flags(3, 20)), side(flags(3, 20))).details["verdict"] == "inconclusive"
    assert told(side(flags(200, 400)), side(flags(200, 400)), looks="once").details["verdict"] == "no_difference_shown"


def test_repeats_of_one_question_are_one_pair():
    facts = told(side(flags(2, 10), repeats=3), side(flags(1, 10), repeats=5))
    assert {one.name: one.n for one in facts.measures} == {"first": 10, "second": 10, "difference": 10}
    assert facts.measures[2].value == "-0.1"


def test_what_cannot_be_paired_is_counted_by_its_reason():
    first = side({**flags(1, 4), "old": 1.0})
    second = side({**flags(1, 4), "new": 1.0})
    second.words["q1"] = "What is something else?"
    second.units[2] = Unit("q2", {}, "sha256:j")
    facts = told(first, second)
    assert dict(facts.coverage.unscored) == {"only_in_first": 1, "only_in_second": 1, "worded_otherwise": 1, "without_value": 1}
    assert (facts.coverage.planned, facts.coverage.scored) == (6, 2)


def test_erased_words_leave_the_question_its_id():
    erased = side(flags(1, 4), words={f"q{place}": "" for place in range(4)})
    assert told(side(flags(1, 4)), erased).coverage.scored == 4


def test_two_judges_are_not_compared():
    with pytest.raises(TwoInstruments):
        pairs_of(side(flags(1, 4)), side(flags(1, 4), judge="sha256:other"), "bad")


def test_its_facts_and_blocks_can_be_sealed_and_read_back():
    facts = told(side(flags(30, 60)), side(flags(10, 70)))
    assert Facts.from_plain(facts.to_plain()) == facts
    shown = blocks(facts, Text(CARD.title), ("<b>old</b>", "new"))
    assert from_plain(to_plain(shown)) == shown
    assert next(block for block in shown if isinstance(block, Notice)).state == "info"


def test_a_single_pair_has_no_interval_and_no_verdict():
    facts = told(side({"q": 0.25}), side({"q": 0.75}), looks="once")
    assert facts.details["verdict"] == "inconclusive"
    assert facts.measures[2].low is None
    assert blocks(facts, Text(CARD.title), ("a", "b"))


CLAIMS = [{"verdict": "supported"}, {"verdict": "unsupported"}, {"verdict": "unscored"}]


@pytest.mark.parametrize(
    ("outcome", "values", "expected"),
    [
        (
            "scored",
            {"answered": True, "verdict": "contradicted", "abstained": False, "claims": CLAIMS},
            {"answered": 1, "unscored": 0, "abstentions": 0, "unsupported_answers": 1, "supported_claims": 0.5},
        ),
        (
            "scored",
            {"answered": True, "verdict": "supported", "abstained": True},
            {"answered": 1, "unscored": 0, "abstentions": 1},
        ),
        ("unscored", {"answered": False}, {"answered": 0, "unscored": 1}),
        (
            "unscored",
            {"answered": True, "verdict": "unscored", "abstained": False},
            {"answered": 1, "unscored": 1, "abstentions": 0},
        ),
    ],
)
def test_an_answer_of_a_fidelity_audit_says_what_its_shares_count(outcome, values, expected):
    assert unit(outcome, {"question": "q1", **values}).values == expected


def test_an_item_without_a_question_says_nothing():
    assert unit("unscored", {}) is None
