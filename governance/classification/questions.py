"""The questionnaire, and what an answer to it may be. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from governance.shapes import ShapeError, read
from governance.words import Words
from probanza.canonical import digest_of

FILE: Final = Path(__file__).parent / "questionnaire.yaml"
UNKNOWN: Final = "unknown"
NONE: Final = "none"
MOST_CHOICES: Final = 64

Answers = Mapping[str, Any]  # question id -> an option's id, a list of them, or an ISO date


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    words: Words


@dataclass(frozen=True, slots=True)
class Block:
    """Questions that are asked together."""

    id: str
    title: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ref: where the law asks it.

    default: what a file that leaves it out is taken to say. gate, closed_by: it is only asked where the gate's answer is
    another than these; empty for one that is always asked.
    """

    id: str
    block: str
    type: Literal["date", "single", "multi"]
    ref: str
    text: Words
    help: Words | None = None
    options: tuple[Option, ...] = ()
    default: tuple[str, ...] = ()
    gate: str = ""
    closed_by: tuple[str, ...] = ()

    def option_ids(self) -> tuple[str, ...]:
        """Ids of the options, in the order in which they are shown."""
        return tuple(one.id for one in self.options)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All questions in their order. digest: of the file's content, so that a confirmation says which text was answered."""

    law: str
    checked_on: str
    blocks: tuple[Block, ...]
    questions: tuple[Question, ...]
    digest: str

    def of(self, question: str) -> Question:
        """The question of this id. Raises `ShapeError` with the ids that there are."""
        found = next((one for one in self.questions if one.id == question), None)
        if found is None:
            raise ShapeError(question[:80], "is no question.", tuple(one.id for one in self.questions))
        return found

    def of_block(self, block: str) -> tuple[Question, ...]:
        """The questions of one block."""
        return tuple(one for one in self.questions if one.block == block)


@cache
def questionnaire() -> Questionnaire:
    """The questionnaire that ships with this version."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    usual = content["usual"]
    rows = [{**row, "options": row.get("options", usual if row["type"] == "single" else [])} for row in content["questions"]]
    return Questionnaire(
        law=content["meta"]["law"],
        checked_on=content["meta"]["checked_on"],
        blocks=tuple(read(Block, row, row["id"]) for row in content["blocks"]),
        questions=tuple(read(Question, row, row["id"]) for row in rows),
        digest=digest_of(content),
    )


def check_answers(given: object) -> dict[str, Any]:
    """Answers in their canonical form: of each question an option's id, a sorted list of ids, or an ISO date.

    true and false are yes and no, as YAML reads them; an empty list is no answer.

    Raises:
        ShapeError: naming the question that is unknown, or whose answer is none of its own.
    """
    if not isinstance(given, Mapping):
        raise ShapeError("answers", "must be an object of questions and answers.")
    asked = questionnaire()
    found: dict[str, Any] = {}
    for name, answer in given.items():
        question = asked.of(name if isinstance(name, str) else repr(name))
        if answer is None:
            raise ShapeError(question.id, "has no answer; leave the question out, or answer `unknown`.", question.option_ids())
        if answer not in ([], ()):
            found[question.id] = check_answer(question, answer)
    return {one.id: found[one.id] for one in asked.questions if one.id in found}


def check_answer(question: Question, answer: object) -> Any:
    """One answer in its canonical form. Raises `ShapeError` naming the question."""
    if question.type == "date":
        return _date(question, answer)
    if question.type == "single":
        return _chosen(question, answer)
    return _several(question, answer)


def with_unknown(answers: Answers) -> dict[str, Any]:
    """The answers, and `unknown` for every question that was left out."""
    missing = {one.id: _unknown(one) for one in questionnaire().questions if one.id not in answers and one.type != "date"}
    return {**missing, **answers}


def is_asked(question: Question, answers: Answers) -> bool:
    """Whether the question still is one: its gate is open, or not answered yet."""
    if not question.gate or question.gate not in answers:
        return True
    given = answers[question.gate]
    return not set(given if isinstance(given, list) else [given]) <= set(question.closed_by)


def _unknown(question: Question) -> Any:
    return [UNKNOWN] if question.type == "multi" else UNKNOWN


def _date(question: Question, answer: object) -> str:
    if isinstance(answer, date) and not isinstance(answer, datetime):
        return answer.isoformat()
    try:
        if isinstance(answer, str) and len(answer) == len("2026-12-02"):
            return date.fromisoformat(answer).isoformat()
    except ValueError:
        pass
    raise ShapeError(question.id, "must be a day such as 2026-12-02.")


def _chosen(question: Question, answer: object) -> str:
    text = {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else answer
    if isinstance(text, int):
        text = str(text) if abs(text) < 10 else ""  # YAML reads the point 2 as a number
    allowed = question.option_ids()
    if not isinstance(text, str) or text not in allowed:
        raise ShapeError(question.id, "is answered with none of its options.", allowed)
    return text


def _several(question: Question, answer: object) -> list[str]:
    if not isinstance(answer, list | tuple):
        raise ShapeError(question.id, "must be a list of options.", question.option_ids())
    if len(answer) > MOST_CHOICES:
        raise ShapeError(question.id, f"has {len(answer)} entries; at most {MOST_CHOICES} are allowed.")
    chosen = [_chosen(question, one) for one in answer]
    if NONE in chosen and set(chosen) != {NONE}:
        raise ShapeError(question.id, "says `none` beside another answer; say one of the two.")
    return [one for one in question.option_ids() if one in chosen]
