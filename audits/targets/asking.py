"""Asking a system its questions: the plan of one item a question and repeat, and the asking itself."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence

from audits.contract import Answer, Item, ItemResult, Question, RagTarget, TargetError
from governance.shapes import ShapeError

MAX_QUESTIONS = 100_000
MAX_REPEATS = 20


def check_asking(max_questions: int, repeats: int, most_repeats: int = MAX_REPEATS) -> None:
    """Raise `ShapeError` for a number of questions (0: all) or repeats beyond what is taken."""
    if not 0 <= max_questions <= MAX_QUESTIONS:
        raise ShapeError("max_questions", f"must be from 0 (all) to {MAX_QUESTIONS}.")
    if not 1 <= repeats <= most_repeats:
        raise ShapeError("repeats", f"must be from 1 to {most_repeats}.")


def chosen(target: RagTarget, max_questions: int) -> Sequence[Question]:
    """The first `max_questions`, 0 for all. Raises `TargetError` where there are none, or for a file that does not fit."""
    questions = target.questions()
    if not questions:
        raise TargetError("unreadable", "there are no questions; give at least one.")
    return questions[:max_questions] if max_questions else questions


def planned(questions: Sequence[Question], repeats: int) -> Sequence[Item]:
    """One item a question and repeat. Raises `TargetError` where two of them would share an id."""
    items = [
        Item(_item_id(question.id, repeat), {"question": question.id, "repeat": repeat})
        for question in questions
        for repeat in range(1, repeats + 1)
    ]
    twice = next((one for one, count in Counter(item.id for item in items).items() if count > 1), None)
    if twice is not None:
        raise TargetError("wrong_shape", f"two repeats would share the id {twice!r}; give the questions shorter ids without '#'.")
    return items


def asked(target: RagTarget, items: Sequence[Item], seed: int) -> Iterator[tuple[Item, Question, Answer] | ItemResult]:
    """Each item with its question and answer, or unscored with its cause where no answer came; the others go on."""
    questions = {question.id: question for question in target.questions()}
    for item in items:
        question = questions.get(item.payload["question"])
        if question is None:
            yield ItemResult(item.id, "unscored", {"question": item.payload["question"]}, reason="question_gone")
            continue
        try:
            answer = target.ask(question, key=key_of(seed, item.id))
        except TargetError as error:
            words = {"question": question.text, "error": str(error)}
            yield ItemResult(item.id, "unscored", {"question": question.id, "answered": False}, words, error.cause)
        else:
            yield item, question, answer


def key_of(seed: int, item: str) -> str:
    """The key under which an item is asked, the same whenever it is asked again."""
    return hashlib.sha256(f"{seed}:{item}".encode("utf-8", "replace")).hexdigest()[:32]


def _item_id(question: str, repeat: int) -> str:
    return question if repeat == 1 else f"{question[:190]}#{repeat}"
