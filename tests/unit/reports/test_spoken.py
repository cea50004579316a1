"""Words, figures and passages as they are read."""

import pytest

from governance.book import Book, Column, Heading, Number, Paragraph, Passage, Raw, Section, Span, Table, Text
from governance.charts import PRINT
from governance.reports.moments import iso_moment_words
from governance.reports.speak import filled, speaker
from governance.reports.spoken import Speaker, number_words, spoken_block, spoken_book


def say(text: Text) -> str:
    return filled(text.message, text, say)


PLAIN = Speaker(say, str, PRINT)


def test_a_figure_never_stands_alone() -> None:
    number = Number("0.71", "0.64", "0.77", 180, limit="0.80", direction="at_least")
    assert number_words(number, say) == "0.710 [0.640, 0.770] · n 180 · limit ≥ 0.80"


def test_what_is_not_estimable_is_no_zero() -> None:
    assert number_words(Number(None, None, None, 3), say) == "not estimable · n 3"


def test_an_estimate_without_interval_says_so() -> None:
    assert number_words(Number("0.5", None, None, 3), say) == "0.500 (no interval) · n 3"


@pytest.mark.parametrize(("message", "said"), [("100 %", "100 % (a: 1)"), ("%(b)s", "%(b)s (a: 1)"), ("%(a)d", "%(a)d (a: 1)")])
def test_a_message_whose_places_do_not_fit_is_still_told(message: str, said: str) -> None:
    assert say(Text(message, (("a", "1"),))) == said


def test_a_value_is_never_filled_a_second_time() -> None:
    assert say(Text("%(a)s", (("a", "%(a)s"),))) == "%(a)s"


def test_a_value_that_is_a_text_is_translated_and_one_that_is_words_is_not() -> None:
    of = "%(count)s of %(total)s"
    text = Text(of, (("count", Text("High risk")), ("total", "High risk")))
    assert speaker("es")(text) == "De alto riesgo de High risk"


def test_an_empty_message_is_not_the_catalogues_head() -> None:
    assert speaker("es")(Text("")) == ""


def test_overlapping_spans_mark_every_character_once() -> None:
    passage = Passage("abcdef", (Span(2, 9, Text("b")), Span(0, 3, Text("a")), Span(1, 2, Text("c"))))
    parts = spoken_block(passage, PLAIN)["parts"]
    assert [(part["text"], part["reason"]) for part in parts] == [("abc", "a"), ("def", "b")]


@pytest.mark.parametrize("rows", [((),), ((Raw("a"), Raw("b")),)])
def test_a_table_whose_rows_do_not_fit_its_columns_is_refused(rows: tuple[tuple[Raw, ...], ...]) -> None:
    with pytest.raises(ValueError, match="1 columns"):
        spoken_block(Table(Text("t"), (Column(Text("c")),), rows), PLAIN)


def test_an_outline_skips_no_level() -> None:
    section = Section("a", Text("A"), (Heading(Text("x"), 6), Heading(Text("y"), 1), Paragraph(Raw("z"))))
    spoken = spoken_book(Book(Text("T"), Raw(""), "en", "", (), (section,)), PLAIN)
    assert [block.get("level") for block in spoken["sections"][0]["blocks"]] == [3, 3, None]


def test_a_moment_is_told_in_words_and_anything_else_as_it_is() -> None:
    assert iso_moment_words("2026-11-22T15:05:00+01:00", "es") == "22 nov 2026, 14:05 UTC"
    assert iso_moment_words("soon", "en") == "soon"
    assert iso_moment_words("2026-11-22T15:05:00", "en") == "2026-11-22T15:05:00"
