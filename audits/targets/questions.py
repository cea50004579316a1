"""Question files: JSONL, one `{id, question, context?, lang?, gold?, gold_texts?, scope?}` a line; see `truth.py`."""

from dataclasses import dataclass, field
from pathlib import Path

from audits.contract import Question, TargetError
from audits.targets.jsonlines import Line, read_lines
from audits.targets.paths import clean_text
from audits.targets.truth import Truth, normal, told
from governance.shapes import ShapeError, read

MAX_QUESTIONS = 10_000
MAX_QUESTION = 20_000  # characters
MAX_CONTEXT = 200  # passages a question
MAX_ID = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine(Truth):
    """One line. `context`: passages to be put into the prompt; `lang`: an ISO 639 code."""

    id: str
    question: str
    context: tuple[str, ...] = ()
    lang: str = ""

    def __post_init__(self) -> None:
        Truth.__post_init__(self)
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

    def asked(self) -> Question:
        """The question without its passages."""
        return Question(self.id, self.question, self.lang, self.relevant(), self.gold_texts, self.scope)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions in the order of the file, and the passages that belong to them by question id."""

    questions: tuple[Question, ...]
    contexts: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_questions(path: Path) -> QuestionSet:
    """All questions of a file.

    Raises:
        TargetError: `unreadable`, `wrong_shape` or `too_large`, naming line and field; only blank lines are skipped.
    """
    lines: dict[str, QuestionLine] = {}
    for line in read_lines(path):
        found = question_of(line)
        if found.id in lines:
            raise line.wrong("id", f"{found.id!r} stands twice; ids must be unique.")
        lines[found.id] = found
        if len(lines) > MAX_QUESTIONS:
            raise TargetError("too_large", f"{path.name}: has more than {MAX_QUESTIONS} questions; split it.")
    return QuestionSet(
        tuple(line.asked() for line in lines.values()),
        {line.id: line.context for line in lines.values() if line.context},
    )


def question_of(line: Line) -> QuestionLine:
    """One line of a question file. Raises `TargetError` naming line and field."""
    try:
        return read(QuestionLine, normal(line))
    except ShapeError as error:
        raise line.wrong(error.field, told(error)) from None


def _check_storable(name: str, words: str) -> None:
    if clean_text(words) != words:
        raise ShapeError(name, "has half of a surrogate pair or a NUL, which is no text.")
