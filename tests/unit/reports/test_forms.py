"""The three forms of a report, each a function of its sealed bytes."""

import hashlib
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.reports import html, machine, pdf
from governance.reports.chips import LOOKS, look_of
from governance.reports.glyphs import FOLDER, Glyphs, covered
from governance.reports.sealed import NotAReport, SealedReport, read_sealed

Make = Callable[..., SealedReport]


class Page(HTMLParser):
    """Tags, addresses and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.inline: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "action"}]
        self.inline += [name for name, _ in attrs if name == "style" or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_hostile_words_are_text_on_the_page(hostile: SealedReport) -> None:
    page = Page(html.render(hostile))
    assert "script" not in page.tags
    assert page.inline == []
    assert "{{7*7}}" in page.words
    assert '#panic("x")' in page.words


def test_a_page_asks_nothing_of_anybody(make: Make) -> None:
    page = Page(html.render(make()))
    assert all(address.startswith("#") for address in page.addresses)
    assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
    assert "url(" not in html.style()
    assert "@import" not in html.style()


def test_the_page_allows_only_its_own_style(make: Make) -> None:
    text = html.render(make())
    inside = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert inside
    assert inside.group(1) == html.style()
    assert "unsafe" not in html.policy()


def test_every_section_is_linked_from_the_contents(make: Make) -> None:
    page = Page(html.render(make()))
    assert {f"#{section.anchor}" for section in make().book.sections} <= set(page.addresses)


def test_drawings_on_the_page_are_well_formed(hostile: SealedReport) -> None:
    drawings = re.findall(r"<svg.*?</svg>", html.render(hostile), re.DOTALL)
    assert [ET.fromstring(drawing).tag for drawing in drawings] == ["{http://www.w3.org/2000/svg}svg"] * 2


def test_the_same_bytes_give_the_same_forms(make: Make) -> None:
    one, again = make(language="es"), make(language="es")
    assert pdf.render(one) == pdf.render(again)
    assert html.render(one) == html.render(again)


def test_the_pdf_says_what_standards_it_keeps(make: Make) -> None:
    with pikepdf.open(io.BytesIO(pdf.render(make(language="es")))) as document:
        with document.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "A"
            assert metadata["pdfuaid:part"] == "1"
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "es"
        assert "/OutputIntents" in document.Root


def test_the_pdf_carries_the_sealed_bytes(make: Make) -> None:
    report = make()
    with pikepdf.open(io.BytesIO(pdf.render(report))) as document:
        attached = document.attachments["report.json"].get_file().read_bytes()
    assert attached == report.body == machine.render(report)


def test_hostile_words_print_as_text(hostile: SealedReport) -> None:
    assert pdf.render(hostile).startswith(b"%PDF-")


def test_an_empty_report_prints(make: Make) -> None:
    assert pdf.render(make(kinds=())).startswith(b"%PDF-")


@settings(max_examples=25, deadline=None)
@given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_words_print_in_every_form(words: str) -> None:
    report = read_sealed(_sealed(words))
    assert pdf.render(report).startswith(b"%PDF-")
    assert html.render(report).startswith("<!doctype html>")


def _sealed(words: str) -> bytes:
    block = {"is": "Paragraph", "text": {"is": "Raw", "words": words}}
    chart = {
        "is": "BarChart",
        "title": {"is": "Text", "message": "%(w)s", "values": [["w", words]]},
        "measure": {"is": "Text", "message": words, "values": []},
        "rows": [{"is": "BarRow", "label": {"is": "Raw", "words": words}, "count": 3}],
    }
    title = {"is": "Text", "message": "Title", "values": []}
    section = {"is": "Section", "anchor": "a", "title": title, "blocks": [block, chart], "sources": []}
    book = {
        "is": "Book",
        "title": title,
        "subtitle": {"is": "Raw", "words": words},
        "language": "en",
        "issued_at": "2026-11-22T14:05:00+00:00",
        "status": [],
        "sections": [section],
    }
    return json.dumps({"book": book}).encode()


def test_the_machine_form_is_known_by_the_ledgers_digest(make: Make) -> None:
    report = make()
    assert report.digest == f"sha256:{hashlib.sha256(bytes(1) + machine.render(report)).hexdigest()}"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"book": 1}', b'{"book": {"is": "Raw", "words": "x"}}', b"\xff"])
def test_bytes_that_are_no_report_are_refused(body: bytes) -> None:
    with pytest.raises(NotAReport):
        read_sealed(body)


def test_a_character_without_glyph_prints_as_its_code_point_and_is_counted() -> None:
    glyphs = Glyphs()
    assert glyphs.write("a中b中") == "aU+4E2DbU+4E2D"
    assert glyphs.missing == {"中": 2}


def test_direction_overrides_are_made_visible() -> None:
    assert Glyphs().write("a\u202eb") == "aU+202Eb"


def test_every_sign_of_a_state_has_a_glyph() -> None:
    assert all(ord(sign) in covered() for look in LOOKS.values() for sign in look.shape)


def test_a_state_nobody_knows_shows_as_itself() -> None:
    assert look_of("superb").word == "superb"


def test_the_fonts_are_the_ones_that_were_checked() -> None:
    listed = {line.split()[1]: line.split()[0] for line in (FOLDER / "SHA256SUMS").read_text().splitlines()}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in Path(FOLDER).glob("*.ttf")}
    assert found == listed


def test_other_evidence_than_the_report_names_is_not_taken_along(hostile: SealedReport) -> None:
    with pytest.raises(NotAReport, match="not the evidence"):
        read_sealed(hostile.body, [b"{}"])


def _figures(node: pikepdf.Object) -> list[pikepdf.Object]:
    """All figures in a part of the structure tree."""
    if not isinstance(node, pikepdf.Dictionary):
        return []
    children = node.get("/K")
    below = list(children) if isinstance(children, pikepdf.Array) else [children]
    own = [node] if node.get("/S") == "/Figure" else []
    return own + [found for child in below if child is not None for found in _figures(child)]


def test_every_drawing_on_paper_has_an_alternative_text(make: Make) -> None:
    report = make(language="es")
    drawings = [block for section in report.book.sections for block in section.blocks if type(block).__name__.endswith("Chart")]
    with pikepdf.open(io.BytesIO(pdf.render(report))) as document:
        told = [str(figure.get("/Alt", "")) for figure in _figures(document.Root.StructTreeRoot)]
    assert len(told) == len(drawings)
    assert all(len(words) > 20 for words in told)
