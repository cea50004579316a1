"""Planning and asking the questions of a system."""

from collections.abc import Sequence

import pytest

from audits.contract import Answer, Item, ItemResult, Question, TargetError
from audits.targets.asking import asked, check_asking, chosen, planned
from governance.shapes import ShapeError


class System:
    """Answers with the question; `bad` fails."""

    def __init__(self, *ids: str) -> None:
        self.ids = ids
        self.keys: list[str] = []

    def questions(self) -> Sequence[Question]:
        return [Question(name, f"{name}?") for name in self.ids]

    def ask(self, question: Question, *, key: str) -> Answer:
        self.keys.append(key)
        if question.id == "bad":
            raise TargetError("timeout", "took too long")
        return Answer(question.text, question.text)


def test_repeats_and_the_limit_make_the_plan() -> None:
    assert [item.id for item in planned(chosen(System("a", "b", "c"), 2), 2)] == ["a", "a#2", "b", "b#2"]


def test_repeats_that_would_share_an_id_are_refused() -> None:
    with pytest.raises(TargetError, match="'a#2'"):
        planned(System("a", "a#2").questions(), 2)


def test_no_questions_are_refused() -> None:
    with pytest.raises(TargetError, match="no questions"):
        chosen(System(), 0)


def test_an_answer_that_never_came_is_unscored_and_the_others_go_on() -> None:
    target = System("bad", "a")
    first, second = asked(target, planned(target.questions(), 1), 1)
    assert isinstance(first, ItemResult)
    assert (first.outcome, first.reason, first.values["answered"]) == ("unscored", "timeout", False)
    assert not isinstance(second, ItemResult)
    assert second[2].text == "a?"


def test_a_question_that_is_gone_is_unscored() -> None:
    (found,) = asked(System("a"), [Item("b", {"question": "b", "repeat": 1})], 1)
    assert isinstance(found, ItemResult)
    assert found.reason == "question_gone"


def test_each_item_has_a_key_of_its_own_that_depends_on_the_seed() -> None:
    one, again, other = System("a", "b"), System("a", "b"), System("a", "b")
    for target, seed in ((one, 1), (again, 1), (other, 2)):
        list(asked(target, planned(target.questions(), 2), seed))
    assert one.keys == again.keys
    assert len(set(one.keys + other.keys)) == 8


@pytest.mark.parametrize(
    ("questions", "repeats", "field"),
    [(-1, 1, "max_questions"), (100_001, 1, "max_questions"), (0, 0, "repeats"), (0, 21, "repeats")],
)
def test_how_much_is_asked_has_bounds(questions: int, repeats: int, field: str) -> None:
    with pytest.raises(ShapeError) as raised:
        check_asking(questions, repeats)
    assert raised.value.field == field
