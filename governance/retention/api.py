"""The REST door of holds."""

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
from governance.retention import services
from governance.retention.models import Hold
from governance.shapes import ShapeError

TAG = ["retention"]


class NewHold(Body):
    """What is not to be erased, and why."""

    system = serializers.UUIDField(help_text="Id of the AI system.")
    reason = serializers.CharField(max_length=services.LONGEST)


class Releasing(Body):
    """Why it may be erased again."""

    reason = serializers.CharField(max_length=services.LONGEST)


class HoldOut(serializers.ModelSerializer[Hold]):
    """A hold. `cause` is `incident:<id>` where an incident placed it; it is released there. Null `released_at`: it stands."""

    placed_by = serializers.CharField(source="placed_name", read_only=True)
    released_by = serializers.CharField(source="released_name", read_only=True)

    class Meta:
        model = Hold
        fields: ClassVar[tuple[str, ...]] = (
            "id", "system", "cause", "reason", "placed_at", "placed_by", "released_at", "released_by", "released_because",
        )  # fmt: skip
        read_only_fields = fields


class Holds(generics.GenericAPIView[Hold]):
    """Holds of the organisation."""

    permission_classes = (needs("audits:read", write="audits:write"),)
    serializer_class = HoldOut
    queryset = Hold.objects.none()

    @extend_schema(
        tags=TAG,
        operation_id="list_holds",
        parameters=[OpenApiParameter("system", UUID), OpenApiParameter("standing", bool, description="true: only these.")],
        responses=with_problems({200: HoldOut(many=True)}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        pages = Pages()
        found = Hold.objects.of(acting(request).organisation).filter(**_filters(request))
        return pages.get_paginated_response(HoldOut(pages.paginate_queryset(found, request, view=self), many=True).data)

    @extend_schema(
        tags=TAG, operation_id="place_hold", request=NewHold, responses=with_problems({201: HoldOut}, 400, 404, 413, 415)
    )
    def post(self, request: Request) -> Response:
        """Keep every payload about a system from being erased until somebody releases it."""
        body = NewHold(data=request.data)
        body.is_valid(raise_exception=True)
        asked: dict[str, Any] = body.validated_data
        hold = services.place_hold(actor=acting(request), system_id=asked["system"], reason=asked["reason"], now=timezone.now())
        return Response(HoldOut(hold).data, status=201, headers={"Location": reverse("retention:hold", args=[hold.pk])})


def _filters(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if text := request.query_params.get("system"):
        given["system"] = as_uuid(text)
        if given["system"] is None:
            raise ShapeError("system", "is no id.")
    if wished := request.query_params.get("standing"):
        if wished not in {"true", "false"}:
            raise ShapeError("standing", "is neither.", ("true", "false"))
        given["released_at__isnull"] = wished == "true"
    return given


class OneHold(APIView):
    """One hold."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=TAG, operation_id="retrieve_hold", responses=with_problems({200: HoldOut}, 404))
    def get(self, request: Request, hold_id: UUID) -> Response:
        """The hold, and its release if there was one."""
        return Response(HoldOut(Hold.objects.one(acting(request).organisation, hold_id)).data)


class Release(APIView):
    """The release of a hold."""

    permission_classes = (needs("audits:read", write="approvals:decide"),)

    @extend_schema(
        tags=TAG,
        operation_id="release_hold",
        request=Releasing,
        responses=with_problems({200: HoldOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request, hold_id: UUID) -> Response:
        """Let things be erased again, once, with a reason."""
        actor = acting(request)
        Hold.objects.one(actor.organisation, hold_id)  # what is not there is told before what does not fit
        body = Releasing(data=request.data)
        body.is_valid(raise_exception=True)
        hold = services.release_hold(actor=actor, hold_id=hold_id, now=timezone.now(), **body.validated_data)
        return Response(HoldOut(hold).data)
