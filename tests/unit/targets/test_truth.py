"""What people say of a question, in question files and in recorded answers alike."""

import json
from pathlib import Path
from typing import Any

import pytest

from audits.contract import Question, TargetError
from audits.targets.questions import read_questions
from audits.targets.recorded import RecordedAnswers


def asked(folder: Path, **fields: Any) -> Question:
    path = folder / "questions.jsonl"
    path.write_text(json.dumps({"id": "1", "question": "x", **fields}), encoding="utf-8")
    return read_questions(path).questions[0]


def recorded(folder: Path, **fields: Any) -> RecordedAnswers:
    path = folder / "answers.jsonl"
    path.write_text(json.dumps({"id": "1", "question": "x", "answer": "y", **fields}), encoding="utf-8")
    return RecordedAnswers(path)


def test_gold_passages_are_ids_or_ids_with_grades(tmp_path: Path) -> None:
    assert asked(tmp_path, gold=["a", 7]).gold == (("a", 1), ("7", 1))
    assert asked(tmp_path, gold={"a": 3, "b": 0}).gold == (("a", 3),)


def test_an_excerpt_stands_for_a_passage_without_a_name(tmp_path: Path) -> None:
    assert asked(tmp_path, gold_texts=["opened in 2018"]).gold_texts == ("opened in 2018",)


def test_a_question_may_be_one_that_is_not_to_be_answered(tmp_path: Path) -> None:
    assert asked(tmp_path, scope="out").scope == "out"


def test_recorded_answers_say_the_same(tmp_path: Path) -> None:
    (question,) = recorded(tmp_path, gold=["a"], scope="in").questions()
    assert (question.gold, question.scope) == ((("a", 1),), "in")


def test_what_is_null_was_not_said(tmp_path: Path) -> None:
    assert recorded(tmp_path, gold=None, gold_texts=None, scope=None).questions() == (Question("1", "x"),)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"gold": ["a", "a"]}, "field 'gold': names a passage twice"),
        ({"gold": [True]}, r"field 'gold\.0': must be the id of a passage, not true/false"),
        ({"gold": "a"}, "field 'gold': must be an object"),
        ({"gold": {"a": -1}}, "field 'gold': must give grades from 0"),
        ({"gold": {"a": 31}}, "field 'gold': must give grades from 0"),
        ({"gold": {"a": 1.5}}, r"field 'gold\.a': must be a whole number"),
        ({"gold": {"": 1}}, "field 'gold': must name passages by ids"),
        ({"gold": ["a\ud800"]}, "field 'gold': must name passages by ids"),
        ({"gold": ["a"], "gold_texts": ["b"]}, "field 'gold_texts': must be left out"),
        ({"gold_texts": [" "]}, r"field 'gold_texts\.0': must have 1 to"),
        ({"gold_texts": ["\udfff"]}, r"field 'gold_texts\.0': has half of a surrogate"),
        ({"scope": "maybe"}, r"field 'scope': is not one of the known values\. Allowed: , in, out"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(tmp_path: Path, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(TargetError, match=f"line 1, {words}"):
        asked(tmp_path, **fields)
    with pytest.raises(TargetError, match=f"line 1, {words}"):
        recorded(tmp_path, **fields).questions()


def test_recorded_passages_may_carry_ids_and_scores(tmp_path: Path) -> None:
    target = recorded(tmp_path, context=[{"text": "p\x00", "id": 4, "score": 0.5, "more": 1}, "q"])
    passages = target.ask(target.questions()[0], key="k").passages
    assert [(one.text, one.id, one.score) for one in passages] == [("p\ufffd", "4", "0.5"), ("q", "", None)]


def test_recorded_stages_and_model_are_kept(tmp_path: Path) -> None:
    target = recorded(tmp_path, stages={"retrieval": 4.5, "generation": 80}, model="m-1")
    answer = target.ask(target.questions()[0], key="k")
    assert (answer.stages, answer.usage.model) == ((("retrieval", "4.5"), ("generation", "80")), "m-1")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"context": [{"id": "a"}]}, r"field 'context\.0': must be text or an object with its `text`"),
        ({"context": ["a", {"text": "b", "id": []}]}, r"field 'context\.1': id: a list stands there"),
        ({"context": [{"text": "b", "score": "much"}]}, r"field 'context\.0': score: text stands there that is no number"),
        ({"stages": [1]}, "field 'stages': an object of at most 20"),
        ({"stages": {"a": -1}}, "field 'stages'.*a time of at least 0"),
        ({"stages": {"a": None}}, "field 'stages'.*a time of at least 0"),
        ({"stages": {"": 1}}, "field 'stages': a stage's name"),
        ({"stages": {str(number): 1 for number in range(21)}}, "field 'stages': an object of at most 20"),
    ],
)
def test_parts_of_an_answer_that_do_not_fit_are_named(tmp_path: Path, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(TargetError, match=f"line 1, {words}"):
        recorded(tmp_path, **fields).questions()
