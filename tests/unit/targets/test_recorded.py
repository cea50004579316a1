"""Recorded answers, played back."""

import json
from pathlib import Path

import pytest

from audits.contract import Question, RagTarget, TargetError, TextsTarget, Usage
from audits.targets.recorded import RecordedAnswers

LINE = {"id": "q1", "question": "When?", "context": ["It opened in 2018."], "answer": "In 2018."}


def recorded(tmp_path: Path, *lines: object) -> RecordedAnswers:
    path = tmp_path / "answers.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return RecordedAnswers(path)


def test_an_answer_is_played_back_with_its_passages(tmp_path: Path) -> None:
    target = recorded(tmp_path, LINE)
    (question,) = target.questions()
    answer = target.ask(question, key="k")
    assert (answer.text, [passage.text for passage in answer.passages]) == ("In 2018.", ["It opened in 2018."])


def test_it_is_both_a_rag_and_a_heap_of_texts(tmp_path: Path) -> None:
    target = recorded(tmp_path, LINE)
    assert isinstance(target, RagTarget)
    assert isinstance(target, TextsTarget)
    assert [(text.id, text.text, text.origin) for text in target.texts()] == [("q1", "In 2018.", "answer")]


def test_usage_and_cost_are_kept_as_decimal_text(tmp_path: Path) -> None:
    target = recorded(tmp_path, LINE | {"latency_ms": 12, "prompt_tokens": 3, "cost": 0.1, "currency": "EUR"})
    answer = target.ask(target.questions()[0], key="k")
    assert answer.latency_ms == 12
    assert answer.usage == Usage(3, None, "0.1", "EUR")


def test_a_whole_number_is_an_id_and_more_fields_do_no_harm(tmp_path: Path) -> None:
    assert recorded(tmp_path, LINE | {"id": 7, "trace": [1]}).questions()[0].id == "7"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{not json", "line 2: is not a JSON object"),
        ('["list"]', "line 2: must be an object, not a list"),
        ({"id": "q2", "question": "x"}, "line 2, field 'answer': is required"),
        (LINE, "line 2, field 'id': 'q1' stands twice"),
        (LINE | {"id": ""}, "line 2, field 'id'"),
        (LINE | {"id": "q2", "context": [1]}, "line 2, field 'context.0': must be text, not a number"),
        (LINE | {"id": "q2", "context": {}}, "line 2, field 'context': must be a list of texts"),
        (LINE | {"id": "\ud800"}, "line 2, field 'id': has half of a surrogate pair or a NUL"),
        (LINE | {"id": "q\x00"}, "line 2, field 'id': has half of a surrogate pair or a NUL"),
        (LINE | {"id": "q2", "latency_ms": -1}, "line 2, field 'latency_ms'"),
        (LINE | {"id": "q2", "cost": "free"}, "line 2, field 'cost'"),
        (LINE | {"id": "x" * 201}, "line 2, field 'id': has 201 characters"),
    ],
)
def test_a_bad_line_is_named_with_its_field(tmp_path: Path, line: object, words: str) -> None:
    with pytest.raises(TargetError, match=r"answers\.jsonl") as raised:
        recorded(tmp_path, LINE, line).questions()
    assert words in str(raised.value)


def test_what_no_database_can_hold_is_read_as_in_a_live_answer(tmp_path: Path) -> None:
    target = recorded(tmp_path, LINE | {"answer": "a\x00b \ud800", "context": ["p\x00q"]})
    answer = target.ask(target.questions()[0], key="k")
    assert (answer.text, answer.passages[0].text) == ("a\ufffdb \ufffd", "p\ufffdq")


def test_broken_utf_8_names_line_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_bytes(json.dumps(LINE).encode() + b'\n{"id": "\xff"}')
    with pytest.raises(TargetError, match="line 2: byte 9 is not UTF-8") as raised:
        RecordedAnswers(path).questions()
    assert raised.value.cause == "unreadable"


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_bytes(content)
    with pytest.raises(TargetError, match="has no lines"):
        RecordedAnswers(path).questions()


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"gone\.jsonl: cannot be read"):
        RecordedAnswers(tmp_path / "gone.jsonl").questions()


def test_a_question_that_was_never_asked_has_no_answer(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="has no answer"):
        recorded(tmp_path, LINE).ask(Question("other", "?"), key="k")
