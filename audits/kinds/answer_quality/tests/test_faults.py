"""Slips that a rule can tell, and text that only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.kinds.answer_quality.faults import FAULTS, faults


def marked(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(fault.name, text[fault.start : fault.end]) for fault in faults(text, language)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is in the the depot.", ("doubled_word", "the the")),
        ("It is open , always.", ("space_before_mark", " ,")),
        ("It opened in May.Then it closed.", ("no_space_after_mark", "May.Then")),
        ("Bring forms,receipts and time.", ("no_space_after_mark", "forms,receipts")),
        ("It is open (on Monday.", ("unbalanced", "(")),
        ("It is open on Monday).", ("unbalanced", ")")),
        ("This is a apple.", ("article", "a apple")),
        ("This is an depot.", ("article", "an depot")),
        ("The depot opened in 2018 and was then", ("cut_off", "n")),
    ],
)
def test_a_slip_is_marked_where_it_stands(text: str, found: tuple[str, str]) -> None:
    assert marked(text) == [found]


def test_a_spanish_question_needs_both_of_its_marks() -> None:
    assert marked("Cuándo abre el almacén?", "es") == [("opening_mark_missing", "?")]
    assert marked("¿Cuándo abre? ¡Mañana!", "es") == []
    assert marked("Cuándo abre el almacén?", "en") == []


@pytest.mark.parametrize(
    "text",
    [
        "They had had enough, and that that is so is very very clear.",
        "A unit, a user, a European and a one-off; an hour, an honest heir.",
        "See https://example.org/a,b or mail a.b@example.org; version 1.2,3 costs 1,240.50.",
        "a) first\nb) second\n1) third",
        "Steps:\n- open the door of the depot with the key\n- close the door of the depot again",
        "Run `f(x` first. ```\ncode (\n```\nThen go.",
        "It works :-) and that is fine.",
        "Call 555 0100",
        "",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert marked(text) == []


@given(st.text(max_size=300), st.sampled_from(["en", "es", ""]))
def test_whatever_is_written_places_lie_inside(text: str, language: str) -> None:
    for fault in faults(text, language):
        assert 0 <= fault.start < fault.end <= len(text)
        assert fault.name in FAULTS
