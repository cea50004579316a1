"""The difference between two reports of one system, from their sealed bytes and those of their evidence alone."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from governance.book import Book, gettext_noop
from governance.reports import html
from governance.reports.diff.compare import Difference, compare
from governance.reports.diff.plain import plain
from governance.reports.diff.sections import book_of
from governance.reports.models import Report
from governance.reports.printing import Printed, sealed_of
from governance.reports.services import report_of
from governance.reports.told import told
from governance.shapes import ShapeError
from probanza.canonical import canonical_bytes

FORMS = ("json", "html")
_FROM = gettext_noop("Computed from the reports sealed as")


def difference_of(organisation: UUID, report_id: UUID | str, earlier_id: UUID | str) -> Difference:
    """What changed from an earlier report to a later one.

    Raises `NotFound`; `ShapeError` naming `earlier` where it is about another system, is the same report or is not older.
    """
    later, earlier = report_of(organisation, report_id), report_of(organisation, earlier_id)
    if earlier.system_version.asset_id != later.system_version.asset_id:
        raise ShapeError("earlier", "is a report on another system; give an earlier report on the same one.")
    if (earlier.created_at, earlier.id) >= (later.created_at, later.id):
        raise ShapeError("earlier", "is not older than the report; swap the two.")
    return compare(told(sealed_of(earlier)), told(sealed_of(later)))


def earlier_reports(report: Report) -> "QuerySet[Report]":
    """Older reports on the same system, newest first."""
    found: QuerySet[Report] = Report.objects.of(report.organisation_id).select_related("system_version__asset", "entry")
    about = found.filter(system_version__asset_id=report.system_version.asset_id, id__lt=report.id)
    return about.order_by("-id")


def told_book(difference: Difference, language: str = "") -> Book:
    """The difference as a book; in the later report's language where none is given. Raises `ShapeError` for another."""
    known = tuple(code for code, _ in settings.LANGUAGES)
    if language and language not in known:
        raise ShapeError("language", "is none that a report can have.", known)
    return book_of(difference, language or difference.after.language)


def printed_difference(difference: Difference, form: str, language: str = "") -> Printed:
    """The difference as `json` (canonical bytes) or as one standalone `html` page.

    Raises `ShapeError` for another form or language.
    """
    name = f"difference-{difference.before.report}-{difference.after.report}.{form}"
    book = told_book(difference, language)
    if form == "json":
        return Printed(canonical_bytes(plain(difference)), "application/json", name, _NOTHING)
    if form != "html":
        raise ShapeError("form", "is none that a difference can have.", FORMS)
    digests = f"{difference.before.digest}, {difference.after.digest}"
    content = html.page(book, digests, _FROM)
    return Printed(content.encode(), html.CONTENT_TYPE, name, f"sandbox; {html.policy()}; frame-ancestors 'self'")


_NOTHING = "sandbox; default-src 'none'; frame-ancestors 'self'"
