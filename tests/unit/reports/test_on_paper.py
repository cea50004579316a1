"""The pages of the PDF: no word lies on another or in the margin, and what is copied from them is what was sealed."""

import re
import shutil
import subprocess
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from governance.book import to_plain
from governance.reports import pdf
from governance.reports.build import book_of
from governance.reports.sealed import read_sealed
from governance.reports.snapshot import Snapshot
from probanza.canonical import canonical_bytes
from tests.unit.reports.conftest import DIGEST, HOSTILE

Box = tuple[float, float, float, float]
PAPER, MARGIN = 595.2, 54.0  # A4 and a bit less than 20 mm, in points
WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def read(snapshot: Snapshot, folder: Path, *options: str) -> str:
    (folder / "report.pdf").write_bytes(pdf.render(read_sealed(canonical_bytes({"book": to_plain(book_of(snapshot))}))))
    done = subprocess.run(["pdftotext", *options, folder / "report.pdf", "-"], capture_output=True, check=True)
    return done.stdout.decode(errors="replace")  # the tool does not escape what the title of a document may hold


def over(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 1 and down > 4


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("words", ["", HOSTILE])
def test_no_word_lies_on_another_or_in_the_margin(
    make_whole: Callable[..., Snapshot], tmp_path: Path, language: str, words: str
) -> None:
    snapshot = make_whole(language, words)
    for page in read(snapshot, tmp_path, "-bbox").split("<page ")[2:]:  # a long name may fill lines of the cover's title
        found = [(tuple(map(float, one[:4])), one[4]) for one in WORD.findall(page)]
        assert [word for box, word in found if box[0] < MARGIN or box[2] > PAPER - MARGIN] == []
        assert [(first, second) for (box, first), (other, second) in combinations(found, 2) if over(box, other)] == []


def test_a_digest_can_be_copied(make_whole: Callable[..., Snapshot], tmp_path: Path) -> None:
    words = read(make_whole(), tmp_path)
    assert "\u200b" not in words
    assert DIGEST in words
