"""The page of what changed between two reports of one system."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET

from governance.access.tenancy import as_uuid
from governance.charts import SCREEN
from governance.charts.svg import clean
from governance.portal.session import PortalRequest, signed_in
from governance.reports.diff import services
from governance.reports.printing import Printed
from governance.reports.services import report_of
from governance.reports.speak import speaker
from governance.reports.spoken import Speaker, spoken_book


@require_GET
@signed_in("reports:read")
def chosen(request: PortalRequest, report_id: UUID) -> HttpResponse:
    """The page of the two reports that were chosen; back to the report where none was. Raises `NotFound`."""
    report = report_of(request.actor.organisation, report_id)
    earlier = as_uuid(request.GET.get("earlier", ""))
    if earlier is None:
        return redirect("portal:report", report_id=report.pk)
    return redirect("portal:report_difference", report_id=report.pk, earlier_id=earlier)


@require_GET
@signed_in("reports:read")
def difference(request: PortalRequest, report_id: UUID, earlier_id: UUID) -> HttpResponse:
    """States, figures, evidence, criteria, versions and law: what differs, in the reader's language; `?form=` saves it."""
    language = translation.get_language() or "en"
    found = services.difference_of(request.actor.organisation, report_id, earlier_id)
    if "form" in request.GET:
        return _file(services.printed_difference(found, request.GET["form"], language))
    book = spoken_book(services.told_book(found, language), Speaker(speaker(language), clean, SCREEN))
    report, earlier = (report_of(request.actor.organisation, one) for one in (report_id, earlier_id))
    context = {"here": "reports", "report": report, "earlier": earlier, "version": report.system_version, "book": book}
    return render(request, "portal/report_difference.html", context)


def _file(printed: Printed) -> HttpResponse:
    headers = {
        "Content-Security-Policy": printed.policy,
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{printed.name}"',
    }
    return HttpResponse(printed.content, content_type=printed.content_type, headers=headers)
