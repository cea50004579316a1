"""Documents beside statements, and the words of people."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compliance.statements.checking import check_document, check_due, check_expiry, check_words
from governance.shapes import ShapeError

PDF = b"%PDF-1.7\n..."
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", PDF), ("a.PDF", PDF), ("a.docx", b"PK\x03\x04.."), ("a.txt", "año".encode()), ("a.png", b"\x89PNG\r\n\x1a\n..")],
)
def test_a_document_is_taken_as_what_it_is(name: str, content: bytes) -> None:
    taken = check_document(name, content, 100)
    assert taken.content == content
    assert taken.digest.startswith("sha256:")


@pytest.mark.parametrize(
    ("name", "content", "field"),
    [
        ("a.pdf", b"", "document"),
        ("a.pdf", b"<script>", "document"),
        ("a.pdf", PDF + b"." * 200, "document"),
        ("a.txt", b"\xff\xfe", "document"),
        ("a.txt", b"a\x00b", "document"),
        ("a.exe", b"MZ", "document.name"),
        ("a.html", b"<script>", "document.name"),
        ("pdf", PDF, "document.name"),
        ("", PDF, "document.name"),
        ("a\u202efdp.pdf", PDF, "document.name"),
        ("a\x00.pdf", PDF, "document.name"),
        ("a" * 300 + ".pdf", PDF, "document.name"),
    ],
)
def test_a_document_that_does_not_fit_is_refused_by_field(name: str, content: bytes, field: str) -> None:
    with pytest.raises(ShapeError) as refused:
        check_document(name, content, 100)
    assert refused.value.field == field


def test_a_name_keeps_no_way_to_elsewhere() -> None:
    assert check_document("../../etc/x.pdf", PDF, 100).name == "x.pdf"
    assert check_document("C:\\x\\y.pdf", PDF, 100).name == "y.pdf"


@pytest.mark.parametrize("words", ["", "   ", "\u200b\u200d", "...", "a\x00b", "\ud800x", "x" * 4001])
def test_words_that_say_nothing_or_cannot_be_kept_are_refused(words: str) -> None:
    with pytest.raises(ShapeError, match="statement"):
        check_words("statement", words)


@given(st.text(max_size=300), st.binary(max_size=300))
def test_whatever_comes_as_a_document_is_taken_or_refused_by_field(name: str, content: bytes) -> None:
    fields = []
    try:
        assert check_document(name, content, 200).content == content
    except ShapeError as refused:
        fields.append(refused.field)
    assert set(fields) <= {"document", "document.name"}


def test_a_waiver_ends_within_a_year_and_not_today() -> None:
    assert check_expiry(TODAY + timedelta(days=1), TODAY)
    for day in (TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=367), date.max):
        with pytest.raises(ShapeError, match="expires_on"):
            check_expiry(day, TODAY)


def test_a_due_day_lies_ahead() -> None:
    assert check_due(None, TODAY) is None
    assert check_due(TODAY, TODAY) == TODAY
    for day in (TODAY - timedelta(days=1), date.max):
        with pytest.raises(ShapeError, match="due"):
            check_due(day, TODAY)
