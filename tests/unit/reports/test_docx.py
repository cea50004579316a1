"""The Word document of a report: its parts fit together, its words are words, its bytes are the same twice."""

import io
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.reports import docx
from governance.reports.docx.body import widths
from governance.reports.docx.words import WIDTH
from governance.reports.sealed import SealedReport
from tests.unit.reports.conftest import every_block, sealed_report

Make = Callable[..., SealedReport]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


def part(report: SealedReport, name: str = "word/document.xml") -> ET.Element:
    with ZipFile(io.BytesIO(docx.render(report))) as archive:
        return ET.fromstring(archive.read(name))


def words(tree: ET.Element) -> str:
    return "".join(one.text or "" for one in tree.iter(f"{W}t"))


def test_the_same_sealed_bytes_give_the_same_document(make: Make) -> None:
    assert docx.render(make(language="es")) == docx.render(make(language="es"))


def test_each_part_is_well_formed_and_named_in_the_types(make: Make) -> None:
    with ZipFile(io.BytesIO(docx.render(make()))) as archive:
        types = archive.read("[Content_Types].xml").decode()
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(archive.read(name))
            if name.startswith("word/") and name.endswith(".xml"):
                assert f'"/{name}"' in types


def test_each_relation_leads_to_a_part_that_is_there(make: Make) -> None:
    with ZipFile(io.BytesIO(docx.render(make()))) as archive:
        targets = re.findall('Target="([^"]+)"', archive.read("word/_rels/document.xml.rels").decode())
        assert {f"word/{target}" for target in targets} <= set(archive.namelist())
        embedded = set(re.findall('r:(?:embed|id)="([^"]+)"', archive.read("word/document.xml").decode()))
        assert embedded <= set(re.findall(' Id="([^"]+)"', archive.read("word/_rels/document.xml.rels").decode()))


def test_files_lie_uncompressed_with_fixed_times(make: Make) -> None:
    with ZipFile(io.BytesIO(docx.render(make()))) as archive:
        assert {one.compress_type for one in archive.infolist()} == {ZIP_STORED}
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_drawing_is_a_picture_with_alternative_text(make: Make) -> None:
    report = make()
    drawn = list(part(report).iter(f"{DRAWING}docPr"))
    with ZipFile(io.BytesIO(docx.render(report))) as archive:
        pictures = [archive.read(name) for name in archive.namelist() if name.endswith(".png")]
    assert len(drawn) == len(pictures) > 3
    assert all(one.startswith(b"\x89PNG") for one in pictures)
    assert any("Women are approved 11 points less often" in one.attrib["descr"] for one in drawn)


def test_the_language_is_set(make: Make) -> None:
    styles = part(make(language="es"), "word/styles.xml")
    assert [one.attrib[f"{W}val"] for one in styles.iter(f"{W}lang")] == ["es-ES"]


def test_headings_are_those_of_the_word_processor(make: Make) -> None:
    report = make()
    used = [one.attrib[f"{W}val"] for one in part(report).iter(f"{W}pStyle")]
    assert used.count("Heading1") == len(report.book.sections)
    assert {one.attrib[f"{W}styleId"] for one in part(report, "word/styles.xml").iter(f"{W}style")} >= set(used)


def test_each_table_repeats_its_head_and_has_cells_for_each_column(make: Make) -> None:
    for table in part(make()).iter(f"{W}tbl"):
        columns = len(list(table.iter(f"{W}gridCol")))
        assert {len(list(row.iter(f"{W}tc"))) for row in table.iter(f"{W}tr")} == {columns}


def test_states_are_words_and_what_was_not_assessed_has_a_border_of_its_own(make: Make) -> None:
    tree = part(make(kinds=()))
    assert "not assessed." in words(tree)
    assert "dashed" in {one.attrib[f"{W}val"] for border in tree.iter(f"{W}pBdr") for one in border}


def test_the_cover_says_first_that_nothing_was_assessed(make: Make) -> None:
    shown = words(part(make(kinds=())))
    assert shown.index("Nothing was assessed.") < shown.index("copy to work on") < shown.index("Contents")
    assert "it is not legal advice" in words(part(make()))


def test_it_says_that_it_is_a_copy_and_names_what_was_sealed(make: Make) -> None:
    report = make()
    assert "copy to work on" in words(part(report))
    assert report.digest in words(part(report, "word/footer.xml"))


def test_hostile_words_are_text(hostile: SealedReport) -> None:
    shown = words(part(hostile))
    assert "<script>alert(1)</script>" in shown
    assert "{{7*7}}" in shown
    assert "\u202e" not in shown


@settings(max_examples=25, deadline=None)
@given(found=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_words_make_a_document_that_reads(found: str) -> None:
    assert part(sealed_report(every_block(found))).tag == f"{W}document"


def test_the_columns_of_every_table_fill_the_page_and_none_vanishes(make: Make) -> None:
    for table in part(make()).iter(f"{W}tbl"):
        given = [int(one.attrib[f"{W}w"]) for one in table.iter(f"{W}gridCol")]
        assert sum(given) == WIDTH
        assert min(given) > 400


def test_a_column_of_states_is_wide_enough_for_the_longest(make: Make) -> None:
    cell = {"form": "chip", "shape": "x", "word": "criterion not met"}
    long = {"form": "text", "text": "word " * 40}
    columns = [{"title": "State", "figures": False}, {"title": "Duty", "figures": False}]
    assert widths({"columns": columns, "rows": [[cell, long]]})[0] > 19 * 100


def test_many_short_columns_fit_the_page() -> None:
    columns = [{"title": "a" * 20, "figures": True} for _ in range(12)]
    found = widths({"columns": columns, "rows": []})
    assert sum(found) == WIDTH
    assert min(found) > 400


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_word_of_the_list_is_in_a_document(language: str, make: Make) -> None:
    shown = words(part(make(language=language))).lower()
    assert not [word for word in ("compliant", "certified", "guaranteed", "no obligations", "garantizado") if word in shown]
