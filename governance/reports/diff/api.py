"""The REST door of the difference between two reports."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from governance.access.api import Query, acting, needs
from governance.access.schema import with_problems
from governance.reports.api import AsAsked
from governance.reports.diff import services

_FORMS: dict[Any, Any] = {(200, "application/json"): OpenApiTypes.OBJECT, (200, "text/html"): OpenApiTypes.STR}


class DifferenceQuery(Query):
    """How it is told."""

    form = serializers.ChoiceField(services.FORMS, required=False, default="json", help_text="json or html.")
    language = serializers.CharField(
        max_length=10,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of the html: en or es; without it the later report's.",
    )


class ReportDifference(APIView):
    """What changed from an earlier report to a later one."""

    permission_classes = (needs("reports:read"),)
    content_negotiation_class = AsAsked

    @extend_schema(
        operation_id="compare_reports",
        parameters=[
            OpenApiParameter("report_id", UUID, OpenApiParameter.PATH),
            OpenApiParameter("earlier_id", UUID, OpenApiParameter.PATH),
            DifferenceQuery,
        ],
        responses=with_problems(_FORMS, 400, 404),
    )
    def get(self, request: Request, report_id: UUID, earlier_id: UUID) -> HttpResponse:
        """States, figures beyond noise, evidence, criteria, versions and law between two reports of one system."""
        query = DifferenceQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        difference = services.difference_of(acting(request).organisation, report_id, earlier_id)
        printed = services.printed_difference(difference, asked["form"], asked["language"])
        headers = {
            "Content-Disposition": f'inline; filename="{printed.name}"',
            "Content-Security-Policy": printed.policy,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-cache",
        }
        return HttpResponse(printed.content, content_type=printed.content_type, headers=headers)
