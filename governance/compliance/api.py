"""The REST door of criteria."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from governance.access.api import Body, Pages, acting, needs
from governance.access.schema import with_problems
from governance.access.tenancy import as_uuid
from governance.compliance import services
from governance.compliance.criteria import LARGEST_N
from governance.compliance.models import Criterion
from governance.shapes import ShapeError


class NewCriterion(Body):
    """What freezes a criterion."""

    system = serializers.UUIDField(help_text="Id of the AI system.")
    kind = serializers.CharField(max_length=64)
    measure = serializers.CharField(max_length=200)
    group = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(allow_blank=True), min_length=2, max_length=2),
        default=list,
        help_text="Pairs of feature and value; empty for the whole.",
    )
    limit = serializers.CharField(max_length=40, help_text="Decimal text, such as 0.80.")
    direction = serializers.CharField(max_length=10, help_text="at_least or at_most.")
    min_n = serializers.IntegerField(default=1, min_value=1, max_value=LARGEST_N, help_text="Smallest n that may decide.")
    rationale = serializers.CharField(allow_blank=True, default="", max_length=4000)


class FrozenCriterion(serializers.ModelSerializer[Criterion]):
    """A frozen criterion."""

    system = serializers.UUIDField(source="system_id")
    group = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    limit = serializers.SerializerMethodField()

    class Meta:
        model = Criterion
        fields = (
            "id", "system", "kind", "measure", "group", "limit", "direction", "min_n", "rationale", "author", "frozen_at",
            "digest",
        )  # fmt: skip

    def get_limit(self, criterion: Criterion) -> str:
        """Decimal text."""
        return format(criterion.limit, "f")


class Criteria(generics.GenericAPIView[Criterion]):
    """The criteria of the organisation's systems."""

    permission_classes = (needs("audits:read", write="audits:write"),)
    serializer_class = FrozenCriterion
    queryset = Criterion.objects.none()

    @extend_schema(
        operation_id="list_criteria",
        parameters=[OpenApiParameter("system", UUID), OpenApiParameter("kind", str)],
        responses=with_problems({200: FrozenCriterion(many=True)}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        found = Criterion.objects.of(acting(request).organisation)
        if system := request.query_params.get("system"):
            found = found.filter(system_id=_id("system", system))
        if kind := request.query_params.get("kind"):
            found = found.filter(kind=kind.replace("\x00", ""))
        pages = Pages()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(FrozenCriterion(page, many=True).data)

    @extend_schema(
        operation_id="freeze_criterion",
        request=NewCriterion,
        responses=with_problems({201: FrozenCriterion}, 400, 404, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Freeze a criterion. It is never changed; freeze another one to say something else."""
        body = NewCriterion(data=request.data)
        body.is_valid(raise_exception=True)
        asked: dict[str, Any] = body.validated_data
        criterion = services.freeze_criterion(
            actor=acting(request),
            system_id=asked["system"],
            kind=asked["kind"],
            measure=asked["measure"],
            group=asked["group"],
            limit=asked["limit"],
            direction=asked["direction"],
            min_n=asked["min_n"],
            rationale=asked["rationale"],
            now=timezone.now(),
            known_measures=services.measures_of(asked["kind"]),
        )
        return Response(FrozenCriterion(criterion).data, status=201)


def _id(field: str, text: str) -> UUID:
    found = as_uuid(text)
    if found is None:
        raise ShapeError(field, "is no id.")
    return found


class OneCriterion(generics.GenericAPIView[Criterion]):
    """One criterion."""

    permission_classes = (needs("audits:read"),)
    serializer_class = FrozenCriterion
    queryset = Criterion.objects.none()

    @extend_schema(operation_id="retrieve_criterion", responses=with_problems({200: FrozenCriterion}, 404))
    def get(self, request: Request, criterion_id: UUID) -> Response:
        """The criterion as it was frozen."""
        return Response(FrozenCriterion(Criterion.objects.one(acting(request).organisation, criterion_id)).data)
