import json

import pytest

from audits.review.figures import Row, facts_of, found_in, more_labels
from audits.review.section import blocks
from governance.book import from_plain, to_plain
from governance.evidence.facts import Facts
from probanza.canonical import refuse_floats


def row(score, word, *said, inclusion=1.0, stratum=0):
    return Row(score, score >= 0.5, said or (word,), word, inclusion, stratum)


def found(rows, others=0):
    scores = [one.score for one in rows] + [0.1] * others
    return found_in(rows, scores, [score >= 0.5 for score in scores])


def told(facts):
    return {one.name: one for one in facts.measures}


PARAMETERS = {
    "judge": "Embedded judge 1", "judge_digest": "sha256:" + "a" * 64, "language": "en", "guideline": "G 1",
    "guideline_digest": "sha256:" + "b" * 64, "expires_at": "2027-01-01T00:00:00+00:00",
}  # fmt: skip


def facts(rows, looks=0):
    return facts_of(found(rows), PARAMETERS, {"reviewers": 2}, seed=1, looks=looks)


MIXED = [row(0.9, "unsupported")] * 8 + [row(0.8, "supported")] * 2 + [row(0.1, "supported")] * 18 + [row(0.2, "unsupported")] * 2


def test_labels_on_every_answer_give_the_share_that_people_found():
    measures = told(facts(MIXED))
    assert float(measures["unsupported_answers_corrected"].value) == pytest.approx(10 / 30)
    assert float(measures["judged_unsupported"].value) == pytest.approx(10 / 30)
    assert (measures["sensitivity"].value, measures["specificity"].value) == ("0.8", "0.9")


def test_answers_that_nobody_could_tell_are_counted_and_in_no_figure():
    one = facts([*MIXED, row(0.5, "cannot_tell")])
    assert (one.coverage.planned, one.coverage.scored, one.coverage.unscored) == (31, 30, (("cannot_tell", 1),))
    assert told(one)["kappa_judge"].n == 30


def test_a_stratum_whose_answers_could_not_all_be_told_keeps_its_weight():
    low = [row(0.1, "supported", inclusion=0.5, stratum=0)] * 10
    high = [row(0.9, "unsupported", inclusion=0.5, stratum=1)] * 5 + [row(0.9, "cannot_tell", inclusion=0.5, stratum=1)] * 5
    scores = [0.1] * 20 + [0.9] * 20
    one = found_in([*low, *high], scores, [score >= 0.5 for score in scores])
    assert one.corrected.classical.value == pytest.approx(0.5)


def test_without_a_second_reviewer_there_is_no_agreement_of_people_and_the_reason_is_told():
    measure = told(facts(MIXED))["kappa_people"]
    assert (measure.value, measure.reason) == (None, "no answer was labelled by two people")


def test_two_labels_of_an_answer_are_what_agreement_is_measured_by_not_the_settled_one():
    pairs = [row(0.9, "unsupported", "unsupported", "supported")] * 5 + [row(0.1, "supported", "supported", "supported")] * 5
    assert float(told(facts(pairs))["kappa_people"].value) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("word", ["supported", "unsupported", "cannot_tell"])
def test_labels_of_one_kind_only_calibrate_nothing_and_break_nothing(word):
    one = facts([row(0.9, word), row(0.1, word), row(0.4, word)])
    assert told(one)["ece_after"].value is None
    assert one.details["curve"] is None
    assert blocks(one)


def test_a_promise_needs_enough_labels():
    few, many = facts(MIXED), facts([row(0.9, "unsupported")] * 59 + [row(0.1, "supported")] * 20)
    assert told(few)["guaranteed_threshold"].value is None
    assert told(many)["guaranteed_threshold"].value == "0.9"


def test_what_would_settle_a_limit_is_nothing_where_the_interval_is_off_it():
    assert more_labels(found(MIXED), 0.9) == 0


def test_facts_and_blocks_can_be_sealed_and_read_back():
    one = facts(MIXED, looks=1)
    refuse_floats(one.to_plain(), "facts")
    assert Facts.from_plain(json.loads(one.canonical())) == one
    settle = [{"criterion": "c", "limit": "0.1", "direction": "at_most", "more": more} for more in (0, 7, None)]
    plain = to_plain(blocks(one, settle))
    refuse_floats(plain, "blocks")
    assert to_plain(from_plain(plain)) == plain


def test_a_second_look_is_told_among_the_limits():
    assert len(facts(MIXED, looks=1).limits) == len(facts(MIXED).limits) + 1
