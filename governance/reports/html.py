"""The page form: one standalone file without scripts and without a request to anywhere."""

import base64
import hashlib
from functools import cache

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from governance.book import Book, Text, gettext_noop
from governance.charts import SCREEN
from governance.charts.svg import clean
from governance.reports.moments import iso_moment_words
from governance.reports.sealed import SealedReport
from governance.reports.speak import speaker
from governance.reports.spoken import Plain, Speaker, spoken_book

CONTENT_TYPE = "text/html; charset=utf-8"
_LABELS = {
    "contents": gettext_noop("Contents"),
    "data": gettext_noop("Show data"),
    "provenance": gettext_noop("Provenance"),
    "sealed": gettext_noop("Sealed as"),
    "skip": gettext_noop("Skip to the result"),
    "issued": gettext_noop("Issued"),
}


def render(report: SealedReport) -> str:
    """The report as one HTML document, in the report's language."""
    return page(report.book, report.digest)


def page(book: Book, digest: str, label: str = _LABELS["sealed"]) -> str:
    """A book as one HTML document, in its own language. label: what the digest at its foot is, as a message id."""
    say = speaker(book.language)
    spoken = spoken_book(book, Speaker(say, clean, SCREEN))
    _trust_drawings(spoken)
    return render_to_string(
        "reports/book.html",
        {
            "book": spoken,
            "issued": iso_moment_words(book.issued_at, book.language),
            "digest": digest,
            "labels": {name: say(Text(message)) for name, message in {**_LABELS, "sealed": label}.items()},
            "style": mark_safe(style()),  # noqa: S308 - our own file
            "policy": policy(),
        },
    )


@cache
def style() -> str:
    """The style sheet that stands in the page."""
    return render_to_string("reports/book.css")


@cache
def policy() -> str:
    """The Content-Security-Policy of the page: nothing but its own style sheet, known by its hash."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"


def _trust_drawings(spoken: Plain) -> None:
    for section in spoken["sections"]:
        for block in section["blocks"]:
            if block["form"] == "chart":
                block["svg"] = mark_safe(block["svg"])  # noqa: S308 - `governance.charts` escapes what it is given
