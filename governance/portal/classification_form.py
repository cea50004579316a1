"""One block of the questionnaire as a form: what is asked, what was answered, what does not fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from governance.classification.naming import article_words
from governance.classification.questions import Answers, Question, check_answer, is_asked, questionnaire
from governance.shapes import ShapeError

FIRST = "meta"


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the questions that are asked have an answer.

    first_open: the block of the first that has none; empty where all have.
    """

    answered: int
    asked: int
    first_open: str


def progress(answers: Answers, block: str = "") -> Progress:
    """Of one block, or of all."""
    questions = [one for one in questionnaire().questions if block in {"", one.block} and is_asked(one, answers)]
    open_ones = [one for one in questions if one.id not in answers]
    return Progress(len(questions) - len(open_ones), len(questions), open_ones[0].block if open_ones else "")


def tabs(answers: Answers, language: str) -> list[dict[str, Any]]:
    """The blocks, each with its progress."""
    blocks = questionnaire().blocks
    return [{"id": one.id, "title": one.title.of(language), "progress": progress(answers, one.id)} for one in blocks]


def after(block: str) -> str:
    """The block that follows; empty after the last."""
    ids = [one.id for one in questionnaire().blocks]
    return "" if block == ids[-1] else ids[ids.index(block) + 1]


def fields(block: str, answers: Answers, language: str, problems: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions of a block that are asked, with what was chosen."""
    asked = [one for one in questionnaire().of_block(block) if is_asked(one, answers)]
    return [_field(one, answers, language, problems.get(one.id, "")) for one in asked]


def given(posted: QueryDict) -> dict[str, Any]:
    """What the form says: an answer for each question that it asked, None where there is none."""
    found: dict[str, Any] = {}
    for name in posted.getlist("asked"):
        question = questionnaire().of(name)
        chosen = [one for one in posted.getlist(name) if one]
        found[name] = None if not chosen else chosen if question.type == "multi" else chosen[0]
    return found


def problems_of(answers: Mapping[str, Any]) -> dict[str, str]:
    """Question -> what is wrong with its answer."""
    found: dict[str, str] = {}
    for name, answer in answers.items():
        try:
            if answer is not None:
                check_answer(questionnaire().of(name), answer)
        except ShapeError:
            found[name] = _words(questionnaire().of(name))
    return found


def _words(question: Question) -> str:
    """What a form can get wrong, by the type of the question."""
    if question.type == "date":
        return _("Write a day such as 2026-12-02.")
    if question.type == "multi":
        return _("Tick “none” or something else, not both.")
    return _("Choose one of the answers.")


def newly_asked(block: str, before: Answers, now: Answers) -> bool:
    """Whether an answer opened questions of the same block that nobody has seen yet."""
    opened = [one for one in questionnaire().of_block(block) if is_asked(one, now) and not is_asked(one, before)]
    return any(one.id not in now for one in opened)


def _field(question: Question, answers: Answers, language: str, problem: str) -> dict[str, Any]:
    answer = answers.get(question.id)
    chosen = answer if isinstance(answer, list) else [answer]
    return {
        "id": question.id,
        "type": question.type,
        "ref": article_words(question.ref, language),
        "text": question.text.of(language),
        "help": question.help.of(language) if question.help else "",
        "value": answer if question.type == "date" else "",
        "options": [{"id": one.id, "words": one.words.of(language), "chosen": one.id in chosen} for one in question.options],
        "problem": problem,
    }
