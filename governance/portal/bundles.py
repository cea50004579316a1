"""A report with its evidence as one file, from its page."""

from typing import cast
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from governance.evidence.services import NothingToExport, NotSequenced
from governance.portal.session import PortalRequest, problem, signed_in
from governance.reports import services
from governance.reports.bundle_api import bundle_file


@require_GET
@signed_in("reports:read")
def bundle(request: PortalRequest, report_id: UUID) -> HttpResponse:
    """The report's bundle as a download; for the seconds before the report has its place in the ledger, a word about it."""
    report = services.report_of(request.actor.organisation, report_id)
    try:
        return cast(HttpResponse, bundle_file(request.actor, report))  # a stream, which Django does not count among them
    except (NotSequenced, NothingToExport) as error:
        return problem(request, 409, str(error))
