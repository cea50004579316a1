"""Question files: what is read, and how a bad line is named."""

import json
from pathlib import Path

import pytest

from audits.contract import Question, TargetError
from audits.targets import questions
from audits.targets.questions import read_questions


def write(folder: Path, *lines: object, raw: bytes | None = None) -> Path:
    path = folder / "questions.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_bytes(text.encode() if raw is None else raw)
    return path


def test_questions_keep_their_order_language_and_context(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": "b", "question": "¿Qué?", "lang": "es"}, "", {"id": "a", "question": "x", "context": ["p"]})
    found = read_questions(path)
    assert found.questions == (Question("b", "¿Qué?", "es"), Question("a", "x"))
    assert found.contexts == {"a": ("p",)}


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    path = write(tmp_path, raw=b'\xef\xbb\xbf{"id": "1", "question": "x"}\r\n{"id": "2", "question": "y"}\r\n')
    assert [question.id for question in read_questions(path).questions] == ["1", "2"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"question": "x"}, r"line 2, field 'id': is required"),
        ({"id": "x"}, r"line 2, field 'question': is required"),
        (
            {"id": "x", "question": "x", "answer": "y"},
            r"field 'answer': unknown field\. Allowed: context, gold, gold_texts, id",
        ),
        ({"id": "x", "question": " \n"}, "field 'question': must have 1 to"),
        ({"id": "x", "question": "x" * 20_001}, "field 'question'"),
        ({"id": 7, "question": "x"}, "field 'id': must be text, not a number"),
        ({"id": "", "question": "x"}, "field 'id'"),
        ({"id": "x", "question": "a\x00b"}, "field 'question': must not contain a NUL"),
        ('{"id": "x", "question": "\\ud800"}', "field 'question': has half of a surrogate pair"),
        ({"id": "x", "question": "x", "context": "p"}, "field 'context'"),
        ({"id": "x", "question": "x", "context": ["p"] * 201}, "field 'context'"),
        ('{"id": "x", "question": "x", "context": ["\\udfff"]}', "field 'context.0'"),
        ({"id": "first", "question": "x"}, "field 'id': 'first' stands twice"),
        (["x"], "line 2: must be an object, not a list"),
        ("not json", "line 2: is not a JSON object"),
        ("[" * 100_000, "line 2: is not a JSON object"),
    ],
)
def test_a_bad_line_is_named_with_its_field(tmp_path: Path, line: object, words: str) -> None:
    path = write(tmp_path, {"id": "first", "question": "x"}, line)
    with pytest.raises(TargetError, match=words):
        read_questions(path)


def test_broken_utf8_is_named_with_line_and_byte(tmp_path: Path) -> None:
    path = write(tmp_path, raw=b'{"id": "1", "question": "x"}\n{"id": "\xff"}\n')
    with pytest.raises(TargetError, match="line 2: byte 9 is not UTF-8") as caught:
        read_questions(path)
    assert caught.value.cause == "unreadable"


@pytest.mark.parametrize("content", [b"", b"\n\n  \n"])
def test_a_file_without_questions_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(TargetError, match="no lines"):
        read_questions(write(tmp_path, raw=content))


def test_more_questions_than_the_limit_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MAX_QUESTIONS", 2)
    path = write(tmp_path, *({"id": str(number), "question": "x"} for number in range(3)))
    with pytest.raises(TargetError, match="more than 2 questions"):
        read_questions(path)
