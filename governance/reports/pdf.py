"""The paper form: PDF/A-3a and PDF/UA-1 in one file, with the sealed bytes attached.

Attached are the report's own sealed bytes (`report.json`) and those of the evidence it stands on (`evidence.jsonl`, one
statement a line; canonical JSON has no line breaks of its own). The words of a report reach typst as data
(`sys.inputs`) and are put as text: nothing in them is ever evaluated. Same sealed bytes, same PDF bytes.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst
from django.conf import settings

from governance.book import Text, gettext_noop
from governance.charts import PRINT
from governance.reports.glyphs import FOLDER, Glyphs
from governance.reports.moments import iso_moment_words
from governance.reports.sealed import SealedReport
from governance.reports.speak import speaker
from governance.reports.spoken import Plain, Speaker, spoken_book

if TYPE_CHECKING:
    from typst import PDFStandard  # lives in the stub only

CONTENT_TYPE = "application/pdf"
STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]
NAMED_MISSING = 20
SHORT_COLUMN = 20
LINE, GAP = 104, 2  # characters of a table's size across a page, and around a column

_LABELS = {
    "contents": gettext_noop("Contents"),
    "provenance": gettext_noop("Provenance"),
    "sealed": gettext_noop("Sealed as"),
    "issued": gettext_noop("Issued"),
    "draft": gettext_noop("Draft"),
    "page": gettext_noop("Page"),
    "of": gettext_noop("of"),
    "attachment": gettext_noop("The sealed statement of this report as canonical JSON"),
    "statements": gettext_noop("The sealed statements this report stands on, one canonical JSON object a line"),
    "marked": gettext_noop("marked"),
}


def render(report: SealedReport) -> bytes:
    """The report as PDF. Takes a second or two for some ten pages."""
    glyphs = Glyphs()
    say = speaker(report.book.language)
    write = Speaker(say, glyphs.write, PRINT)
    spoken = spoken_book(report.book, write)
    for section in spoken["sections"]:
        for block in section["blocks"]:
            _measure(block)
    given = {
        "book": spoken,
        "issued": write.write(iso_moment_words(report.book.issued_at, report.book.language)),
        "digest": report.digest,
        "labels": {name: write.told(Text(message)) for name, message in _LABELS.items()},
        "missing": _missing(glyphs, write),
        "body": report.body.decode(),
        "evidence": "".join(f"{one.decode()}\n" for one in report.evidence),
    }
    return _compile(given, datetime.fromisoformat(report.book.issued_at))


def _compile(given: dict[str, Any], issued: datetime) -> bytes:
    inputs = {"report": json.dumps(given, ensure_ascii=False)}
    printed = typst.compile(
        _template(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=STANDARDS,
        timestamp=issued,
    )
    if not isinstance(printed, bytes):
        raise TypeError("typst gave no PDF")
    return printed


@cache
def _template() -> bytes:
    path: Path = settings.BASE_DIR / "templates" / "reports" / "book.typ"
    return path.read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])


def _missing(glyphs: Glyphs, write: Speaker) -> str:
    """How many different characters had no glyph, and which; empty when all could be printed."""
    if not glyphs.missing:
        return ""
    points = sorted(glyphs.missing)
    named = ", ".join(f"U+{ord(point):04X}" for point in points[:NAMED_MISSING])
    message = gettext_noop(
        "%(count)s different characters could not be printed and stand as their code points: %(points)s. The HTML and JSON "
        "forms hold them as they are."
    )
    more = "" if len(points) <= NAMED_MISSING else ", \N{HORIZONTAL ELLIPSIS}"
    return write.told(Text(message, (("count", str(len(points))), ("points", named + more))))


def _measure(block: Plain) -> None:
    """Gives the columns of a table their widths: short ones as wide as they need, the others by what they hold.

    `width`: a share, 0 for as wide as needed; `least`: the width in characters of a column whose share would break a word.
    """
    if block["form"] != "table":
        return
    held = [[column["title"], *(_shown(row[at]) for row in block["rows"])] for at, column in enumerate(block["columns"])]
    wide = {at: min(max(longest, 20), 90) for at, texts in enumerate(held) if (longest := max(map(len, texts))) > SHORT_COLUMN}
    free = LINE - sum(max(*map(len, texts), _chip(block, at)) + GAP for at, texts in enumerate(held) if at not in wide)
    words = {at: max(len(one) for text in held[at] for one in text.split()) for at in wide}
    least = _least(wide, {at: word for at, word in words.items() if word <= SHORT_COLUMN}, free)
    for at, column in enumerate(block["columns"]):
        column["width"], column["least"] = wide.get(at, 0), least.get(at, 0)


def _least(wide: dict[int, int], words: dict[int, int], free: int) -> dict[int, int]:
    """The columns whose share of the free characters would break their longest word; what they take makes other shares less."""
    found: dict[int, int] = {}
    while True:
        rest = free - sum(word + GAP for word in found.values())
        shares = sum(share for at, share in wide.items() if at not in found)
        tight = {at: word for at, word in words.items() if at not in found and rest * wide[at] // shares < word + GAP}
        if not tight:
            return found
        found |= tight


def _chip(block: Plain, at: int) -> int:
    """The widest chip of a column, which is never broken."""
    return max((len(row[at]["word"]) + 3 for row in block["rows"] if row[at]["form"] == "chip"), default=0)


def _shown(cell: Plain) -> str:
    return str(cell.get("text", ""))  # of a chip nothing: its column is as wide as it needs
