"""The questionnaire, and what it refuses."""

import datetime
import sys
from subprocess import run
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.classification.questions import check_answers, is_asked, questionnaire, with_unknown
from governance.classification.rules import rules
from governance.shapes import ShapeError
from tests.unit.classification.dates import DATES

FORBIDDEN = ("compliant", "certified", "guaranteed", "no obligations", "conforme con", "certificado", "garantizado")


def test_the_questionnaire_asks_44_questions_in_8_blocks() -> None:
    assert len(questionnaire().questions) == 44
    assert [one.id for one in questionnaire().blocks] == list(dict.fromkeys(one.block for one in questionnaire().questions))


def test_every_question_and_option_speaks_both_languages() -> None:
    said = [one.text for one in questionnaire().questions] + [one.help for one in questionnaire().questions if one.help]
    assert all(words.en and words.es and words.en != words.es for words in said)
    assert all(option.words.en and option.words.es for one in questionnaire().questions for option in one.options)


def test_every_question_has_the_answer_unknown_but_the_day() -> None:
    assert [one.id for one in questionnaire().questions if "unknown" not in one.option_ids()] == ["as_of"]


def test_defaults_and_gates_are_options_that_exist() -> None:
    for one in questionnaire().questions:
        assert set(one.default) <= set(one.option_ids())
        assert not one.gate or set(one.closed_by) <= set(questionnaire().of(one.gate).option_ids())


def test_no_word_promises_what_nobody_can_promise() -> None:
    words = [words for _, words in rules().values()] + [one.text for one in questionnaire().questions]
    assert not [one for one in words for bad in FORBIDDEN if bad in one.en.lower() or bad in one.es.lower()]


def test_answers_are_brought_into_one_form() -> None:
    given = {"h3_points": [2, "1a"], "p_ncii": True, "as_of": datetime.date(2026, 12, 2), "r_roles": []}
    assert check_answers(given) == {"as_of": "2026-12-02", "p_ncii": "yes", "h3_points": ["1a", "2"]}


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"p_ncii": "maybe"}, "p_ncii", "none of its options"),
        ({"p_ncii": None}, "p_ncii", "no answer"),
        ({"p_ncii": 1.5}, "p_ncii", "none of its options"),
        ({"p_ncii": {"a": 1}}, "p_ncii", "none of its options"),
        ({"p_ncii": ["yes"]}, "p_ncii", "none of its options"),
        ({"p_nothing": "yes"}, "p_nothing", "is no question"),
        ({7: "yes"}, "7", "is no question"),
        ({"h3_points": "4a"}, "h3_points", "must be a list"),
        ({"h3_points": ["4z"]}, "h3_points", "none of its options"),
        ({"h3_points": ["4a"] * 65}, "h3_points", "at most 64"),
        ({"h3_points": ["none", "4a"]}, "h3_points", "say one of the two"),
        ({"h3_points": [10**400]}, "h3_points", "none of its options"),
        ({"as_of": "tomorrow"}, "as_of", "such as 2026-12-02"),
        ({"as_of": "2026-02-30"}, "as_of", "such as 2026-12-02"),
        ({"as_of": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)}, "as_of", "such as 2026-12-02"),
        (["p_ncii"], "answers", "must be an object"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_its_question(answers: Any, field: str, words: str) -> None:
    with pytest.raises(ShapeError, match=words) as refused:
        check_answers(answers)
    assert refused.value.field == field


HOSTILE = st.text() | st.floats() | st.none() | st.lists(st.text() | st.integers())


@given(st.dictionaries(st.sampled_from([one.id for one in questionnaire().questions]), HOSTILE, min_size=1))
def test_hostile_answers_are_read_or_refused_by_name(answers: dict[str, Any]) -> None:
    outcome = _read(answers)
    assert outcome in answers if isinstance(outcome, str) else check_answers(outcome) == outcome


def _read(answers: dict[str, Any]) -> dict[str, Any] | str:
    try:
        return check_answers(answers)
    except ShapeError as refused:
        return refused.field


def test_what_was_left_out_counts_as_unknown_where_a_page_asks() -> None:
    filled = with_unknown({"p_ncii": "no"})
    assert filled["p_ncii"] == "no"
    assert filled["h3_points"] == ["unknown"]
    assert len(filled) == 43


def test_a_question_behind_a_closed_gate_is_not_asked() -> None:
    question = questionnaire().of("h1_role")
    assert is_asked(question, {})
    assert is_asked(question, {"h1_annex": "unknown"})
    assert not is_asked(question, {"h1_annex": "none"})
    assert not is_asked(questionnaire().of("h3_profiling"), {"h3_points": ["none"]})


def test_the_rules_know_no_django() -> None:
    code = "import sys, governance.classification.classify; sys.exit('django' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_dates_of_the_cases_are_those_of_the_catalogue() -> None:
    from governance.compliance.dates import legal_dates

    assert {name: legal_dates()[name] for name in DATES} == DATES
