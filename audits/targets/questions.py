"""Question files: JSONL, one `{id, question, context?, lang?}` a line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from audits.contract import Question, TargetError
from audits.targets.paths import clean_text
from governance.shapes import ShapeError, read

MAX_QUESTIONS = 10_000
MAX_FILE = 64 * 1024 * 1024  # bytes
MAX_QUESTION = 20_000  # characters
MAX_CONTEXT = 200  # passages a question
MAX_ID = 200  # characters


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """One line. `context`: passages to be put into the prompt; `lang`: an ISO 639 code."""

    id: str
    question: str
    context: tuple[str, ...] = ()
    lang: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.id) <= MAX_ID:
            raise ShapeError("id", f"must have 1 to {MAX_ID} characters.")
        if not self.question.strip() or len(self.question) > MAX_QUESTION:
            raise ShapeError("question", f"must have 1 to {MAX_QUESTION} characters that are not all white space.")
        if len(self.context) > MAX_CONTEXT:
            raise ShapeError("context", f"must have at most {MAX_CONTEXT} passages.")
        if len(self.lang) > 20:
            raise ShapeError("lang", "must be a language code like `es`.")
        for name in ("id", "question", "lang"):
            _check_storable(name, getattr(self, name))
        for index, passage in enumerate(self.context):
            _check_storable(f"context.{index}", passage)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions in the order of the file, and the passages that belong to them by question id."""

    questions: tuple[Question, ...]
    contexts: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_questions(path: Path) -> QuestionSet:
    """All questions of a file.

    Raises:
        TargetError: `unreadable` or `wrong_shape`, naming line and field; nothing is skipped but blank lines.
    """
    first_seen: dict[str, int] = {}
    lines: list[QuestionLine] = []
    for number, text in _texts(path):
        line = _line(number, text)
        if line.id in first_seen:
            raise _wrong(number, "id", f"{line.id!r} stands already in line {first_seen[line.id]}; ids must be unique.")
        first_seen[line.id] = number
        lines.append(line)
        if len(lines) > MAX_QUESTIONS:
            raise _wrong(number, "", f"the file has more than {MAX_QUESTIONS} questions; split it.")
    if not lines:
        raise TargetError("wrong_shape", "questions: the file has no questions; write one JSON object a line.")
    return QuestionSet(
        tuple(Question(line.id, line.question, line.lang) for line in lines),
        {line.id: line.context for line in lines if line.context},
    )


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    if path.stat().st_size > MAX_FILE:
        raise TargetError("too_large", f"questions: the file is larger than {MAX_FILE} bytes; split it.")
    with path.open("rb") as stream:
        for number, content in enumerate(stream, start=1):
            try:
                text = content.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                message = f"questions, line {number}: byte {error.start + 1} is not UTF-8; save the file as UTF-8."
                raise TargetError("unreadable", message) from None
            if text.strip():
                yield number, text


def _line(number: int, text: str) -> QuestionLine:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise TargetError("unreadable", f"questions, line {number}: is not a JSON object on one line.") from None
    try:
        return read(QuestionLine, value)
    except ShapeError as error:
        allowed = f" Allowed: {', '.join(error.allowed)}." if error.allowed else ""
        raise _wrong(number, error.field, f"{error.problem}{allowed}") from None


def _check_storable(name: str, words: str) -> None:
    if clean_text(words) != words:
        raise ShapeError(name, "has half of a surrogate pair or a NUL, which is no text.")


def _wrong(number: int, name: str, problem: str) -> TargetError:
    place = f", field {clean_text(name)[:80]!r}" if name else ""
    return TargetError("wrong_shape", f"questions, line {number}{place}: {problem}")
