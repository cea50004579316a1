"""The REST door of a report's bundle."""

from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request

from governance.access.actors import Actor
from governance.access.api import acting, needs
from governance.access.schema import with_problems
from governance.evidence.api import NotYet
from governance.evidence.services import NothingToExport, NotSequenced
from governance.reports import services
from governance.reports.api import AsAsked, BuiltReport
from governance.reports.bundling import bundle_name, bundle_report
from governance.reports.models import Report

_FILE: dict[Any, Any] = {(200, "application/zip"): OpenApiTypes.BINARY}


class ReportBundle(generics.GenericAPIView[Report]):
    """A report with its evidence in one file."""

    permission_classes = (needs("reports:read"),)
    content_negotiation_class = AsAsked
    serializer_class = BuiltReport
    queryset = Report.objects.none()

    @extend_schema(operation_id="bundle_report", responses=with_problems(_FILE, 403, 404, 409))
    def get(self, request: Request, report_id: UUID) -> FileResponse:
        """Every form of the report, the sealed statements it rests on, their proofs and a signed manifest, as one ZIP file.

        `probanza verify` or the single file `verify_bundle.py` checks it offline. Needs evidence:read too.
        """
        actor = acting(request)
        try:
            return bundle_file(actor, services.report_of(actor.organisation, report_id))
        except (NotSequenced, NothingToExport) as error:
            raise NotYet(str(error)) from error


def bundle_file(actor: Actor, report: Report) -> FileResponse:
    """The bundle as a download. Raises what `bundle_report` raises."""
    target = TemporaryFile()  # noqa: SIM115 - the response closes it once it was sent
    try:
        bundle_report(actor=actor, report=report, target=target, now=timezone.now())
    except BaseException:
        target.close()
        raise
    target.seek(0)
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(target, as_attachment=True, filename=bundle_name(report), content_type="application/zip", headers=headers)
