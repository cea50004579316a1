"""What a report may never say, looked for in every form and both languages."""

import html as markup
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from governance.book import to_plain
from governance.reports import docx, html, machine, pdf
from governance.reports.build import book_of
from governance.reports.sealed import SealedReport, read_sealed
from governance.reports.snapshot import Snapshot
from probanza.canonical import canonical_bytes

# "conformity", "compliance with" and "certificate" are words of the law; what is forbidden is that anybody or anything has it.
FORBIDDEN = re.compile(
    r"\b(compliant|certified|guarantee[ds]?|no obligations|fully complies|passed the law"
    r"|conforme con (?:la ley|el reglamento)|certificad[oa] (?:como|por probanza)|garantizad[oa]s?|garantizamos"
    r"|sin obligaciones)\b",
    re.IGNORECASE,
)


def _page(report: SealedReport, _folder: Path) -> str:
    return markup.unescape(re.sub(r"<[^>]+>", " ", html.render(report)))


def _data(report: SealedReport, _folder: Path) -> str:
    return machine.render(report).decode()


def _paper(report: SealedReport, folder: Path) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not installed")
    (folder / "report.pdf").write_bytes(pdf.render(report))
    done = subprocess.run([tool, folder / "report.pdf", "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def _document(report: SealedReport, _folder: Path) -> str:
    with ZipFile(io.BytesIO(docx.render(report))) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
    told = [one for part in parts for one in re.findall(r'(?:descr|tblCaption w:val)="([^"]*)"', part)]
    return markup.unescape(" ".join([*(re.sub(r"<[^>]+>", " ", part) for part in parts), *told]))


@pytest.mark.parametrize("read", [_page, _data, _paper, _document])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("empty", [False, True])
def test_no_form_says_that_the_law_is_complied_with(
    make_whole: Callable[..., Snapshot],
    make_snapshot: Callable[..., Snapshot],
    tmp_path: Path,
    read: Callable[[SealedReport, Path], str],
    language: str,
    empty: bool,
) -> None:
    made = make_snapshot(language=language, kinds=()) if empty else make_whole(language)
    words = read(read_sealed(canonical_bytes({"book": to_plain(book_of(made))})), tmp_path)
    assert len(words) > 10_000
    assert FORBIDDEN.findall(words) == []


@pytest.mark.parametrize("words", ["It is compliant.", "CERTIFIED by us", "garantizado", "there are no obligations"])
def test_the_forbidden_words_are_found_where_they_stand(words: str) -> None:
    assert FORBIDDEN.search(words)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_result_fits_on_one_page_of_paper(make_whole: Callable[..., Snapshot], tmp_path: Path, language: str) -> None:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not installed")
    report = read_sealed(canonical_bytes({"book": to_plain(book_of(make_whole(language)))}))
    (tmp_path / "report.pdf").write_bytes(pdf.render(report))
    pages = subprocess.run([tool, tmp_path / "report.pdf", "-"], capture_output=True, check=True).stdout.decode().split("\f")
    first = next(place for place, page in enumerate(pages) if "\n1 · " in page and place > 1)
    assert "\n2 · " in pages[first + 1]
