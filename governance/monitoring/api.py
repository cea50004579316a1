"""The REST door of post-market monitoring plans. How a plan stands is told by the clocks of its system."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.api import Body, Pages, acting, needs
from governance.access.schema import with_problems
from governance.access.tenancy import as_uuid
from governance.compliance.services import measures_by_kind
from governance.monitoring import services
from governance.monitoring.models import Plan
from governance.monitoring.plan import LONGEST_NOTE, MOST_DAYS
from governance.shapes import ShapeError

TAG = ["monitoring"]


class NewLine(Body):
    """One thing to look at again and again."""

    kind = serializers.CharField(max_length=64, help_text="An audit kind.")
    measure = serializers.CharField(max_length=200, allow_blank=True, default="", help_text="Empty: whatever the audit measures.")
    every_days = serializers.IntegerField(help_text=f"1 to {MOST_DAYS}.")


class NewPlan(Body):
    """The next version of a plan."""

    system = serializers.UUIDField(help_text="Id of the AI system.")
    lines = NewLine(many=True)
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, default="")


class PlanOut(serializers.ModelSerializer[Plan]):
    """One version of a plan, for good."""

    lines = NewLine(many=True)
    evidence = serializers.UUIDField(source="evidence_id")

    class Meta:
        model = Plan
        fields: ClassVar[tuple[str, ...]] = ("id", "system", "number", "lines", "note", "digest", "evidence", "set_by", "set_at")
        read_only_fields = fields


class Plans(generics.GenericAPIView[Plan]):
    """Monitoring plans of the organisation's systems."""

    permission_classes = (needs("audits:read", write="audits:write"),)
    serializer_class = PlanOut
    queryset = Plan.objects.none()

    @extend_schema(
        tags=TAG,
        operation_id="list_monitoring_plans",
        parameters=[OpenApiParameter("system", UUID)],
        responses=with_problems({200: PlanOut(many=True)}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Every version, newest first."""
        found = Plan.objects.of(acting(request).organisation)
        if text := request.query_params.get("system"):
            system = as_uuid(text)
            if system is None:
                raise ShapeError("system", "is no id.")
            found = found.filter(system=system)
        pages = Pages()
        return pages.get_paginated_response(PlanOut(pages.paginate_queryset(found, request, view=self), many=True).data)

    @extend_schema(
        tags=TAG,
        operation_id="set_monitoring_plan",
        request=NewPlan,
        responses=with_problems({200: PlanOut, 201: PlanOut}, 400, 404, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Set a plan: 201 for a new version, which is sealed; 200 with the newest one where that says the same."""
        body = NewPlan(data=request.data)
        body.is_valid(raise_exception=True)
        asked: dict[str, Any] = body.validated_data
        now = timezone.now()
        plan = services.set_plan(
            actor=acting(request),
            system_id=asked["system"],
            lines=[dict(one) for one in asked["lines"]],
            note=asked["note"],
            known_measures=measures_by_kind(),
            now=now,
        )
        where = {"Location": reverse("monitoring:plan", args=[plan.pk])}
        return Response(PlanOut(plan).data, status=201 if plan.set_at == now else 200, headers=where)


class OnePlan(APIView):
    """One version of a plan."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=TAG, operation_id="retrieve_monitoring_plan", responses=with_problems({200: PlanOut}, 404))
    def get(self, request: Request, plan_id: UUID) -> Response:
        """The plan as it was set."""
        return Response(PlanOut(Plan.objects.one(acting(request).organisation, plan_id)).data)
