"""The REST door of reports."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from governance.access.api import Body, Pages, Query, acting, needs
from governance.access.schema import with_problems
from governance.access.tenancy import as_uuid
from governance.reports import services
from governance.reports.forms import BY_NAME
from governance.reports.models import Report
from governance.shapes import ShapeError


class NewReport(Body):
    """What builds a report."""

    system_version = serializers.UUIDField(help_text="Id of a version of an AI system.")
    language = serializers.CharField(max_length=10, default="en", help_text="en or es.")


class BuiltReport(serializers.ModelSerializer[Report]):
    """A report and where its forms are."""

    system_version = serializers.UUIDField(source="system_version_id")
    evidence = serializers.UUIDField(source="entry_id")
    digest = serializers.CharField(source="entry.digest")
    forms = serializers.SerializerMethodField()

    class Meta:
        model = Report
        fields = ("id", "system_version", "language", "evidence", "digest", "created_by", "created_at", "forms")

    def get_forms(self, report: Report) -> dict[str, str]:
        """Form -> address."""
        return {form: reverse("report_form", args=[report.id, form]) for form in services.FORMS}


class Reports(generics.GenericAPIView[Report]):
    """The reports of the organisation."""

    permission_classes = (needs("reports:read", write="reports:write"),)
    serializer_class = BuiltReport
    queryset = Report.objects.none()

    @extend_schema(
        operation_id="list_reports",
        parameters=[OpenApiParameter("system_version", UUID)],
        responses=with_problems({200: BuiltReport(many=True)}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        found = Report.objects.of(acting(request).organisation).select_related("entry")
        if sought := request.query_params.get("system_version"):
            version = as_uuid(sought)
            if version is None:
                raise ShapeError("system_version", "is no id.")
            found = found.filter(system_version_id=version)
        pages = Pages()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(BuiltReport(page, many=True).data)

    @extend_schema(
        operation_id="build_report",
        request=NewReport,
        responses=with_problems({201: BuiltReport}, 400, 404, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Build and seal a report of what stands now."""
        body = NewReport(data=request.data)
        body.is_valid(raise_exception=True)
        asked: dict[str, Any] = body.validated_data
        report = services.build(
            actor=acting(request),
            system_version_id=asked["system_version"],
            language=asked["language"],
            now=timezone.now(),
        )
        location = reverse("report", args=[report.id])
        return Response(BuiltReport(report).data, status=201, headers={"Location": location})


class OneReport(generics.GenericAPIView[Report]):
    """One report."""

    permission_classes = (needs("reports:read"),)
    serializer_class = BuiltReport
    queryset = Report.objects.none()

    @extend_schema(operation_id="retrieve_report", responses=with_problems({200: BuiltReport}, 404))
    def get(self, request: Request, report_id: UUID) -> Response:
        """What it is about and where its forms are."""
        return Response(BuiltReport(services.report_of(acting(request).organisation, report_id)).data)


class AsAsked(BaseContentNegotiation):
    """The address says which form is wanted, whatever the Accept header says."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        """There is no body."""
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Used for problems only; a form is answered as it is."""
        first = next(iter(renderers))
        return first, first.media_type


_OWN = (".html", ".pdf", ".json")
_FORMS: dict[Any, Any] = {
    (200, "text/html"): OpenApiTypes.STR,
    (200, "application/pdf"): OpenApiTypes.BINARY,
    (200, "application/json"): OpenApiTypes.OBJECT,
    **{(200, form.content_type.partition(";")[0]): OpenApiTypes.BINARY for form in BY_NAME.values() if form.ending not in _OWN},
}


class PrintQuery(Query):
    """How it is printed."""

    words = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Print the words of the worst answers, as far as they are kept; html, pdf and docx only.",
    )


class ReportForm(generics.GenericAPIView[Report]):
    """One form of a report."""

    permission_classes = (needs("reports:read"),)
    content_negotiation_class = AsAsked
    serializer_class = BuiltReport
    queryset = Report.objects.none()

    @extend_schema(
        operation_id="print_report",
        parameters=[OpenApiParameter("form", str, OpenApiParameter.PATH, enum=services.FORMS), PrintQuery],
        responses=with_problems(_FORMS, 400, 404),
    )
    def get(self, request: Request, report_id: UUID, form: str) -> HttpResponse:
        """The report in a form, from sealed bytes alone; with `words`, which need evidence:read, answers too."""
        query = PrintQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        actor = acting(request)
        report = services.report_of(actor.organisation, report_id)
        if query.validated_data["words"]:
            return answer(services.printed_with_words(report, form, actor=actor, now=timezone.now()), report, fixed=False)
        return answer(services.printed(report, form), report)


def answer(printed: services.Printed, report: Report, *, fixed: bool = True) -> HttpResponse:
    """A printed form as a response that no browser runs anything of. fixed: it will never be printed otherwise."""
    kept = {"Cache-Control": "private, no-cache", "ETag": f'"{report.entry.digest}"'} if fixed else {"Cache-Control": "no-store"}
    return HttpResponse(
        printed.content,
        content_type=printed.content_type,
        headers={
            "Content-Disposition": f'inline; filename="{printed.name}"',
            "Content-Security-Policy": printed.policy,
            "X-Content-Type-Options": "nosniff",
            **kept,
        },
    )
