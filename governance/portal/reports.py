"""The pages of reports: the list, one report with its forms, and the order to build one."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.tenancy import as_uuid
from governance.portal.session import PortalRequest, signed_in
from governance.reports import services
from governance.reports.diff.services import earlier_reports
from governance.reports.models import Report

PAGE = 50
FORMS = {
    "people": (("pdf", "PDF"), ("docx", "Word"), ("html", "HTML"), ("json", "JSON")),
    "tools": (("csv", "CSV"), ("cyclonedx", "CycloneDX"), ("oscal", "OSCAL"), ("model-card", _("model card"))),
}
MOST_EARLIER = 20


@require_GET
@signed_in("reports:read")
def reports(request: PortalRequest) -> HttpResponse:
    """All reports, newest first."""
    rows: QuerySet[Report] = Report.objects.of(request.actor.organisation).select_related("system_version__asset").order_by("-id")
    before = as_uuid(request.GET.get("before", ""))
    page = list((rows.filter(id__lt=before) if before else rows)[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    return render(request, "portal/reports.html", {"here": "reports", "reports": page[:PAGE], "more": more})


@require_GET
@signed_in("reports:read")
def report(request: PortalRequest, report_id: UUID) -> HttpResponse:
    """One report: its HTML form in a frame, and its other forms to take away."""
    found = services.report_of(request.actor.organisation, report_id)
    forms = {who: [(form, gettext(name)) for form, name in names] for who, names in FORMS.items()}
    earlier = earlier_reports(found)[:MOST_EARLIER]
    context = {"here": "reports", "report": found, "version": found.system_version, "forms": forms, "earlier": earlier}
    return render(request, "portal/report.html", context)


@require_GET
@signed_in("reports:read")
def form(request: PortalRequest, report_id: UUID, form: str) -> HttpResponse:
    """A report as a file; its HTML is shown, the others are saved."""
    found = services.report_of(request.actor.organisation, report_id)
    if "words" in request.GET:
        printed = services.printed_with_words(found, form, actor=request.actor, now=timezone.now())
    else:
        printed = services.printed(found, form)
    response = HttpResponse(printed.content, content_type=printed.content_type)
    response.headers["Content-Security-Policy"] = printed.policy
    response.headers["Cache-Control"] = "private, no-store"  # it may hold words that are erased tomorrow
    shown = form == "html" and "save" not in request.GET
    response.headers["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{printed.name}"'
    return response


@require_POST
@signed_in("reports:write")
def build(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """Build a report of a system version as it stands now, in the reader's language."""
    built = services.build(
        actor=request.actor, system_version_id=version_id, language=translation.get_language() or "en", now=timezone.now()
    )
    return redirect("portal:report", report_id=built.pk)
