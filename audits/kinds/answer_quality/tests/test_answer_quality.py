"""The audit of answers on a made-up system whose answers are known to be good or bad."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from audits.contract import Answer, ItemResult, Passage, Question, TargetError
from audits.kinds.answer_quality import KIND, AnswerQualityParameters, runner, section
from audits.kinds.answer_quality.estimates import estimate
from audits.kinds.answer_quality.spelling import dictionary
from governance.book import from_plain, to_plain
from governance.evidence.facts import Facts, Measure
from governance.shapes import ShapeError, read

GOOD = "The depot opened in 2018. The depot employs 140 people."
DECLINED = "I'm sorry, but I can't help with that."
FAULTY = "The the depot opened in 2018."


class System:
    """Answers by list of (answer, scope); an exception in it is raised."""

    def __init__(self, *rows: tuple[str | TargetError, Any]) -> None:
        self.rows = rows

    def questions(self) -> Sequence[Question]:
        return [Question(str(n), "When did the depot open?", "", scope=row[1]) for n, row in enumerate(self.rows)]

    def ask(self, question: Question, *, key: str) -> Answer:
        answer = self.rows[int(question.id)][0]
        if isinstance(answer, TargetError):
            raise answer
        return Answer(question.text, answer, (Passage("The depot frobnicates."),))


def results_of(target: Any, **parameters: Any) -> list[ItemResult]:
    shape = read(AnswerQualityParameters, {"vectors": False} | parameters)
    return list(runner.measure(target, runner.plan(target, shape), shape, 1))


def audited(target: Any, **parameters: Any) -> Facts:
    return runner.conclude(results_of(target, **parameters), read(AnswerQualityParameters, {"vectors": False} | parameters), 1)


def measure_of(facts: Facts, name: str) -> Measure:
    return next(one for one in facts.measures if one.name == name)


def test_declining_is_right_out_of_scope_and_wrong_in_it() -> None:
    facts = audited(System((DECLINED, "out"), (GOOD, "out"), (DECLINED, "in"), (GOOD, "in"), (GOOD, "in"), (GOOD, "")))
    outside, within = measure_of(facts, "out_of_scope_declined"), measure_of(facts, "in_scope_declined")
    assert (outside.value, outside.n, outside.method) == ("0.5", 2, "wilson")
    assert (within.value, within.n) == ("0.333333333333333", 3)
    assert measure_of(facts, "declined").n == 6


def test_an_answer_that_declines_and_answers_is_not_declined() -> None:
    facts = audited(System(("I can't help with that. The capital of France is Paris.", "out")))
    assert measure_of(facts, "out_of_scope_declined").value == "0"
    assert facts.details["items"][0]["wrong"] is True


def test_without_marks_of_scope_nothing_is_claimed_about_it() -> None:
    facts = audited(System((GOOD, "")))
    assert measure_of(facts, "out_of_scope_declined").reason == "no question is marked with this scope"
    assert "No question is marked" in str(section.blocks(facts))


def test_neighbouring_sentences_with_a_word_in_common_cohere() -> None:
    facts = audited(System((GOOD, ""), ("The depot opened in 2018. Cats like fish.", ""), ("One sentence only.", "")))
    found = measure_of(facts, "coherence_words")
    assert (found.value, found.n, found.unscored) == ("0.5", 2, 1)
    assert facts.details["not_made"]["coherence_words: one_sentence"] == 1


def test_an_answer_to_the_point_is_nearer_than_another() -> None:
    from audits.judges.encoder import default_encoder

    asked = Question("q", "When did the depot open?")
    near, far = (estimate(asked, text, default_encoder()) for text in (GOOD, "Cats like fish. They sleep a lot."))
    assert near.relevance is not None
    assert far.relevance is not None
    assert near.relevance > 0.5 > far.relevance
    assert estimate(asked, "El almacén abrió en mayo de 2018.", default_encoder()).vectors_reason == "not_english"


def test_an_answer_that_declines_is_neither_relevant_nor_coherent() -> None:
    facts = audited(System((DECLINED, "")))
    assert measure_of(facts, "answer_relevance").value is None
    assert facts.details["not_made"]["answer_relevance: abstained"] == 1


def test_a_slip_is_counted_once_an_answer_and_its_words_are_private() -> None:
    (result,) = results_of(System((FAULTY, "")))
    assert result.values["faults"] == ["doubled_word"]
    assert result.private["marks"][0]["text"] == "doubled_word: The the"
    assert [word for word in ("depot", "2018", "The the") if word in json.dumps(result.values)] == []


def test_a_line_says_what_is_marked_and_where() -> None:
    line = runner.item_line(results_of(System((FAULTY, "")))[0])
    assert line["behaviour"] == "answered"
    assert line["marks"] == [{"start": 0, "end": 7, "reason": "doubled_word"}]
    assert runner.item_line(results_of(System((TargetError("timeout", "slow"), "")))[0])["reason"] == "timeout"


@pytest.mark.skipif(dictionary("en") is None, reason="the wheel with the dictionaries is not installed")
def test_unknown_words_are_counted_and_those_of_the_passages_are_known() -> None:
    facts = audited(System(("You will recieve it.", ""), ("The depot frobnicates qwertish.", "")), words=["qwertish"])
    assert measure_of(facts, "answers_misspelled").value == "0.5"
    assert measure_of(facts, "misspelled_words").n == 2
    assert facts.details["dictionaries"][0].startswith("simplemma ")


def test_an_answer_in_a_language_without_a_dictionary_is_not_held_against_it() -> None:
    found = measure_of(audited(System(("Ответ на вопрос.", ""))), "answers_misspelled")
    assert (found.value, found.unscored) == (None, 1)


@pytest.mark.parametrize("answer", ["", " \n "])
def test_an_empty_answer_is_unscored(answer: str) -> None:
    facts = audited(System((answer, "in"), (GOOD, "in")))
    assert facts.coverage.unscored == (("empty_answer", 1),)
    assert measure_of(facts, "in_scope_declined").unscored == 1


def test_an_answer_that_never_came_is_unscored_with_its_cause() -> None:
    facts = audited(System((TargetError("timeout", "slow"), "in"), (GOOD, "in")))
    assert (facts.coverage.unscored, measure_of(facts, "answered").value) == ((("timeout", 1),), "0.5")


def test_every_concluded_measure_is_on_the_card() -> None:
    facts = audited(System((GOOD, "in")))
    assert {one.name for one in facts.measures} == set(KIND.measure_names())
    units = {card.name: card.unit for card in KIND.measures}
    assert all(one.unit == units[one.name] for one in facts.measures)


def test_facts_and_blocks_survive_being_sealed() -> None:
    rows = ((GOOD, "in"), (DECLINED, "out"), (FAULTY, ""), ("", "in"), (TargetError("timeout", "x"), "out"))
    facts = audited(System(*rows), repeats=2)
    assert Facts.from_plain(json.loads(facts.canonical())) == facts
    blocks = section.blocks(facts)
    assert from_plain(json.loads(json.dumps(to_plain(blocks)))) == blocks
    assert "2018" not in str(blocks)


def test_recorded_answers_are_looked_at_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps({"id": "1", "question": "Who?", "answer": DECLINED, "scope": "out"}))
    facts = audited(runner.open_file(path, AnswerQualityParameters()))
    assert measure_of(facts, "out_of_scope_declined").value == "1"


def test_hostile_answers_are_data() -> None:
    hostile = "<script>alert(1)</script> {{7*7}} \u202e \u200b #set page(width: 1pt) " + "(" * 5000
    assert "alert" not in str(section.blocks(audited(System((hostile, "")))))


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"words": [""]}, "words[0]"), ({"words": ["x" * 101]}, "words[0]"), ({"words": ["x"] * 5001}, "words"),
     ({"repeats": 0}, "repeats"), ({"max_questions": -1}, "max_questions"), ({"vectors": 1}, "vectors")],
)  # fmt: skip
def test_a_parameter_that_does_not_fit_is_named(parameters: dict[str, object], field: str) -> None:
    with pytest.raises(ShapeError) as raised:
        read(AnswerQualityParameters, parameters)
    assert raised.value.field == field
