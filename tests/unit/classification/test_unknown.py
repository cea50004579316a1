"""What nobody knows never makes an outcome milder."""

from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from governance.classification.classify import classify, from_plain, to_plain
from governance.classification.outcome import DIMENSIONS, UNDETERMINED, short
from governance.classification.questions import Question, questionnaire
from governance.classification.truth import every, no, some
from tests.unit.classification.dates import DATES

MILDEST_FIRST = ("out_of_scope", "minimal", "transparency", "not_high_risk_derogated", "high_risk_sectoral", "high_risk")
ASKED = [one for one in questionnaire().questions if one.type != "date"]
TRUTHS = (True, False, None)


def severity(tier: str) -> int:
    return MILDEST_FIRST.index(tier) if tier in MILDEST_FIRST else 7 if tier == "prohibited" else 6


def known(question: Question) -> st.SearchStrategy[Any]:
    options = [one for one in question.option_ids() if one != "unknown"]
    if question.type == "single":
        return st.sampled_from(options)
    several = [one for one in options if one != "none"]
    alone = [["none"]] if "none" in options else []
    return st.sampled_from([*alone, *[[one] for one in several]]) | st.lists(st.sampled_from(several), min_size=1, unique=True)


complete = st.fixed_dictionaries({one.id: known(one) for one in ASKED} | {"as_of": st.dates().map(str)})
some_answers = st.fixed_dictionaries({}, optional={one.id: known(one) for one in ASKED})
anything = complete | some_answers.filter(bool)


def unknown(question: Question) -> Any:
    return ["unknown"] if question.type == "multi" else "unknown"


@given(anything, st.sampled_from(ASKED))
def test_an_answer_turned_into_unknown_never_makes_the_tier_milder(answers: dict[str, Any], question: Question) -> None:
    before = classify(answers, DATES).tier
    after = classify({**answers, question.id: unknown(question)}, DATES).tier
    assert after == UNDETERMINED or before == UNDETERMINED or severity(after) >= severity(before)


@given(complete, st.sampled_from(ASKED), st.data())
def test_what_is_certain_stays_whatever_the_unknown_turns_out_to_be(
    answers: dict[str, Any], question: Question, data: st.DataObject
) -> None:
    open_one = classify({**answers, question.id: unknown(question)}, DATES)
    closed = classify({**answers, question.id: data.draw(known(question))}, DATES)
    if not open_one.of("scope").determined or closed.tier == "out_of_scope":
        return
    for name in DIMENSIONS[:-1]:
        assert set(open_one.of(name).values) <= set(closed.of(name).values), name
        if open_one.of(name).determined:
            assert open_one.of(name).values == closed.of(name).values, name
    assert open_one.tier in {UNDETERMINED, closed.tier}


@given(complete)
def test_complete_answers_leave_nothing_undetermined_but_a_contradiction(answers: dict[str, Any]) -> None:
    found = classify(answers, DATES)
    contradiction = answers["h1_role"] == "neither" and answers["h1_failure_endangers"] == "yes"
    assert contradiction or (found.tier != UNDETERMINED and not found.unknown)


@given(anything, st.lists(st.sampled_from(ASKED), unique=True))
def test_an_outcome_is_deterministic_plain_and_traced(answers: dict[str, Any], open_ones: list[Question]) -> None:
    asked = {**answers, **{one.id: unknown(one) for one in open_ones}}
    found = classify(asked, DATES)
    assert found == classify(dict(reversed(asked.items())), DATES)
    assert from_plain(to_plain(found)) == found
    assert [one.id for one in found.dimensions] == list(DIMENSIONS)
    assert all(one.trace for one in found.dimensions)
    assert all(step.article and step.because.en and step.because.es for one in found.dimensions for step in one.trace)


@given(anything, st.lists(st.sampled_from(ASKED), unique=True, min_size=1))
def test_what_is_undetermined_names_its_questions(answers: dict[str, Any], open_ones: list[Question]) -> None:
    asked = {**answers, **{one.id: unknown(one) for one in open_ones}}
    found = classify(asked, DATES)
    contradiction = asked.get("h1_role") == "neither" and asked.get("h1_failure_endangers") == "yes"
    assert found.tier != UNDETERMINED or found.unknown or contradiction


def test_nothing_answered_is_undetermined_in_every_dimension() -> None:
    found = classify({}, DATES)
    assert found.tier == UNDETERMINED
    assert {name for name, value in short(found).items() if value != UNDETERMINED} == set()


def test_every_question_unknown_is_never_minimal() -> None:
    for question in ASKED:
        assert classify({question.id: unknown(question), "r_roles": ["distributes"]}, DATES).tier in {"minimal", UNDETERMINED}
    assert classify({one.id: unknown(one) for one in ASKED}, DATES).tier == UNDETERMINED


def test_the_logic_of_three_values_is_that_of_all_possible_worlds() -> None:
    for truths in product(TRUTHS, repeat=3):
        worlds = [
            [(True, False)[pick] if one is None else one for one, pick in zip(truths, picks, strict=True)]
            for picks in product((0, 1), repeat=3)
        ]
        assert every(*truths) == _agreed({all(world) for world in worlds})
        assert some(*truths) == _agreed({any(world) for world in worlds})
    assert [no(one) for one in TRUTHS] == [False, True, None]


def _agreed(answers: set[bool]) -> bool | None:
    return answers.pop() if len(answers) == 1 else None


def test_a_day_or_an_empty_list_alone_answers_nothing() -> None:
    assert classify({"as_of": "2026-11-22"}, DATES).tier == UNDETERMINED
    assert classify({"as_of": "2026-11-22", "r_roles": []}, DATES).tier == UNDETERMINED
