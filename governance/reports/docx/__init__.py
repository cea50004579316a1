"""The form to work on: a Word document (Office Open XML). Same sealed bytes, same bytes.

It can be edited, so it says on its cover that it is a copy; what was sealed is the JSON form. Headings, tables and lists are
those of the word processor, states are words, each drawing is a picture with alternative text, the language is set.
"""

from datetime import UTC, datetime

from governance.book import Text, gettext_noop
from governance.charts import PRINT
from governance.charts.svg import clean
from governance.reports.docx import package
from governance.reports.docx.body import Labels, body, drawings
from governance.reports.docx.pictures import pictures, size
from governance.reports.docx.words import MARGIN, PAGE, field, paragraph, run
from governance.reports.moments import iso_moment_words
from governance.reports.sealed import SealedReport
from governance.reports.speak import speaker
from governance.reports.spoken import Speaker, spoken_book
from governance.reports.stored import stored

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LABELS = {
    "contents": gettext_noop("Contents"),
    "provenance": gettext_noop("Provenance"),
    "sealed": gettext_noop("Sealed as"),
    "issued": gettext_noop("Issued"),
    "draft": gettext_noop("Draft"),
    "page": gettext_noop("Page"),
    "of": gettext_noop("of"),
    "copy": gettext_noop(
        "This file is a copy to work on: its words can be changed by anybody. What was sealed is the JSON form of this report; "
        "hold this copy against it where it matters."
    ),
}


def render(report: SealedReport) -> bytes:
    """The report as DOCX, in its own language."""
    language = report.book.language
    voice = Speaker(speaker(language), clean, PRINT)
    labels = Labels(**{name: voice.told(Text(message)) for name, message in _LABELS.items()})
    book = spoken_book(report.book, voice)
    drawn = pictures(drawings(book))
    inner = body(book, labels, iso_moment_words(report.book.issued_at, language), [size(one) for one in drawn])
    parts = {
        "[Content_Types].xml": package.types(),
        "_rels/.rels": package.relations(),
        "docProps/core.xml": package.core(book["title"], report.digest, language, _issued(report)),
        "word/document.xml": _part("document", f"<w:body>{inner}{_page()}</w:body>"),
        "word/_rels/document.xml.rels": package.document_relations(len(drawn)),
        "word/styles.xml": package.styles(language),
        "word/numbering.xml": package.numbering(),
        "word/settings.xml": package.document_settings(language),
        "word/header.xml": _part("hdr", paragraph(run(f"{book['title']} \N{MIDDLE DOT} {labels.draft}"), "Header")),
        "word/footer.xml": _part("ftr", _footer(report.digest, labels)),
    }
    written = {name: text.encode() for name, text in parts.items()}
    return stored(written | {f"word/media/drawing{number}.png": one for number, one in enumerate(drawn, 1)})


def _part(tag: str, inner: str) -> str:
    return f"{package.HEAD}<w:{tag} {package.NAMESPACES}>{inner}</w:{tag}>"


def _page() -> str:
    side = f'w:top="{MARGIN + 110}" w:right="{MARGIN}" w:bottom="{MARGIN + 110}" w:left="{MARGIN}"'
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="header"/><w:footerReference w:type="default" r:id="footer"/>'
        f'<w:footerReference w:type="first" r:id="footer"/><w:pgSz w:w="{PAGE[0]}" w:h="{PAGE[1]}"/>'
        f'<w:pgMar {side} w:header="560" w:footer="560" w:gutter="0"/><w:titlePg/></w:sectPr>'
    )


def _footer(digest: str, labels: Labels) -> str:
    pages = f"{run(f'{labels.page} ')}{field('PAGE')}{run(f' {labels.of} ')}{field('NUMPAGES')}"
    return paragraph(run(f"{labels.sealed} ") + run(digest, "Digest"), "Footer") + paragraph(pages, "Footer")


def _issued(report: SealedReport) -> str:
    moment = datetime.fromisoformat(report.book.issued_at)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
