"""Words that a book names are put in, or told as erased; what leads nowhere stays named."""

import pytest

from governance.book import Book, Excerpt, Notice, Paragraph, Passage, Raw, Section, Span, Text, from_plain, to_plain
from governance.charts import PRINT
from governance.reports.spoken import Speaker, spoken_block
from governance.reports.wording import LONGEST, entries_named, worded

WORDS = {"q1": {"answer": "It opened in 1999.", "passages": [{"text": "It opened in 2018."}, {"text": None}]}}
WHY = Text("a date that no passage holds")


def book(*blocks: Excerpt) -> Book:
    return Book(
        Text("t"), Raw("s"), "en", "2026-11-22T00:00:00+00:00", (), (Section("a", Text("A"), (Paragraph(Raw("p")), *blocks)),)
    )


def excerpt(*path: str, item: str = "q1", entry: str = "e1", **more: int) -> Excerpt:
    return Excerpt(item, path, Text("Answer"), (Span(13, 17, WHY),), entry=entry, **more)


def put(block: Excerpt, words: object = WORDS) -> object:
    return worded(book(block), {"e1": words}).sections[0].blocks[1]  # type: ignore[dict-item]  # hostile content is meant


def test_words_are_put_in_with_their_marks() -> None:
    assert put(excerpt("answer")) == Passage("It opened in 1999.", (Span(13, 17, WHY),), Text("Answer"))


def test_a_stretch_of_them_moves_its_marks_along() -> None:
    assert put(excerpt("answer", start=10, end=17)) == Passage("in 1999", (Span(3, 7, WHY),), Text("Answer"))
    assert put(excerpt("answer", start=0, end=9)) == Passage("It opened", (), Text("Answer"))


def test_places_in_lists_are_numbers() -> None:
    found = put(excerpt("passages", "0", "text"))
    assert isinstance(found, Passage)
    assert found.words == "It opened in 2018."


@pytest.mark.parametrize(
    "path", [("question",), ("passages", "7", "text"), ("passages", "x"), ("passages", "1", "text"), ("answer", "0"), ()]
)
def test_a_path_that_leads_nowhere_leaves_the_name(path: tuple[str, ...]) -> None:
    block = excerpt(*path)
    assert put(block) == block


@pytest.mark.parametrize("words", [{}, {"q1": []}, {"q1": None}, {"q1": {"answer": 5}}])
def test_words_of_another_shape_are_no_words(words: object) -> None:
    assert isinstance(put(excerpt("answer"), words), Excerpt)


def test_erased_words_are_told_as_erased() -> None:
    found = put(excerpt("answer"), None)
    assert isinstance(found, Notice)
    assert found.state == "not_assessed"


def test_huge_words_are_cut() -> None:
    found = put(excerpt("answer"), {"q1": {"answer": "a" * 10 * LONGEST}})
    assert isinstance(found, Passage)
    assert len(found.words) == LONGEST


def test_a_book_names_each_piece_of_evidence_once_and_says_what_was_added() -> None:
    several = book(
        excerpt("answer"), excerpt("passages", "0", "text"), excerpt("answer", entry="e2"), excerpt("answer", entry="")
    )
    assert entries_named(several) == ("e1", "e2")
    assert len(worded(several, {}).status) == 1


def test_an_excerpt_is_sealed_and_spoken_without_words() -> None:
    block = excerpt("answer")
    assert from_plain(to_plain(block)) == block
    spoken = spoken_block(block, Speaker(lambda text: text.message, str, PRINT))
    assert spoken == {"form": "excerpt", "caption": "Answer", "reasons": "a date that no passage holds"}
