"""Answers recorded earlier: asked again they say the same, and they can be looked through as texts.

JSONL, one object a line: `{id, question, context: [text or {text, id, score}], answer}` and, where known, `lang`,
`latency_ms`, `stages` (`{name: milliseconds}`), `prompt_tokens`, `completion_tokens`, `model`, `cost` (decimal text) with
`currency`, and what people say of the question (`truth.py`). Ids are unique.
Other fields are left alone, because logs carry more than an audit needs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from audits.contract import Answer, Passage, Question, SourceText, TargetError, Usage
from audits.targets.jsonlines import Line, read_lines
from audits.targets.paths import clean_text
from audits.targets.reading import MAX_NAME, decimal, identifier, stages
from audits.targets.truth import truth_of
from governance.evidence.facts import decimal_text

MAX_ANSWERS = 100_000


@dataclass(frozen=True, slots=True)
class Record:
    question: Question
    answer: Answer


class RecordedAnswers:
    """A `RagTarget` and a `TextsTarget` over one file. The file is read at first use, whole.

    judge_means: what whoever opens the target may lend to a judge; see `audits.judges.llm.JudgeMeans`.
    """

    judge_means: object = None

    def __init__(self, path: Path) -> None:
        self.path = path

    def questions(self) -> Sequence[Question]:
        """In the order of the file. Raises `TargetError`, naming line and field."""
        return tuple(record.question for record in self._records.values())

    def ask(self, question: Question, *, key: str) -> Answer:
        """The recorded answer. Raises `TargetError` for a question that is not in the file."""
        record = self._records.get(question.id)
        if record is None:
            raise TargetError("wrong_shape", f"{self.path.name}: has no answer to the question {question.id[:80]!r}.")
        return record.answer

    def texts(self) -> Iterator[SourceText]:
        """The answers as texts to look through."""
        for record in self._records.values():
            yield SourceText(record.question.id, record.answer.text, record.question.language, "answer")

    @cached_property
    def _records(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for line in read_lines(self.path):
            record = record_of(line)
            if record.question.id in found:
                raise line.wrong("id", f"{record.question.id!r} stands twice; ids must be unique.")
            found[record.question.id] = record
            if len(found) > MAX_ANSWERS:
                raise TargetError("too_large", f"{self.path.name}: has more than {MAX_ANSWERS} answers; split it.")
        return found


def record_of(line: Line) -> Record:
    """One line of recorded answers. Raises `TargetError` naming line and field."""
    truth = truth_of(line)
    question = Question(
        line.id(),
        line.text("question", default=""),
        line.text("lang", default="", longest=20),
        truth.relevant(),
        truth.gold_texts,
        truth.scope,
    )
    usage = Usage(
        line.count("prompt_tokens"),
        line.count("completion_tokens"),
        _cost(line),
        line.text("currency", default="", longest=3) or None,
        line.text("model", default="", longest=MAX_NAME),
    )
    words = line.text("answer")
    return Record(question, Answer(question.text, words, _passages(line), line.count("latency_ms"), usage, _stages(line)))


def _passages(line: Line) -> tuple[Passage, ...]:
    found = line.fields.get("context")
    if not isinstance(found, list) or not any(isinstance(entry, dict) for entry in found):
        return tuple(Passage(text) for text in line.texts("context"))
    return tuple(_passage(line, f"context.{index}", entry) for index, entry in enumerate(found))


def _passage(line: Line, place: str, entry: object) -> Passage:
    if isinstance(entry, str):
        return Passage(clean_text(entry))
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise line.wrong(place, "must be text or an object with its `text`.")
    try:
        return Passage(clean_text(entry["text"]), identifier(entry.get("id"), "id"), decimal(entry.get("score"), "score"))
    except TargetError as error:
        raise line.wrong(place, str(error)) from None


def _stages(line: Line) -> tuple[tuple[str, str], ...]:
    try:
        return stages(line.fields.get("stages"), "stages")
    except TargetError as error:
        raise line.wrong("stages", str(error).removeprefix("stages: ")) from None


def _cost(line: Line) -> str | None:
    value = line.fields.get("cost")
    if value is None:
        return None
    try:
        cost = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        cost = Decimal("NaN")
    if not cost.is_finite() or cost < 0:
        raise line.wrong("cost", "must be a number of at least 0.")
    return decimal_text(cost)
