"""The REST door of waivers: asked for and put before a second person in one step."""

from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.api import Body, Pages, Query, acting, needs
from governance.access.schema import with_problems
from governance.approvals import services
from governance.compliance.statements.models import Waiver
from governance.compliance.statements.reading import waived_of
from governance.compliance.statements.waiving import end_waiver

TAG = ["compliance"]


class NewWaiver(Body):
    """What somebody asks to be excused from, until when and why."""

    system_version = serializers.UUIDField()
    duty = serializers.CharField(max_length=100)
    reason = serializers.CharField(max_length=4000)
    expires_on = serializers.DateField(help_text="The last day, at most 366 days ahead.")


class WaiverOut(serializers.ModelSerializer[Waiver]):
    """A waiver. It changes no state: it is told beside it, with its last day. `state`: waiting, active, expired or ended."""

    system = serializers.UUIDField(source="system_id")
    system_version = serializers.UUIDField(source="version_id")
    evidence = serializers.UUIDField(source="entry_id", allow_null=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = Waiver
        fields: ClassVar[tuple[str, ...]] = (
            "id", "system", "system_version", "duty", "reason", "expires_on", "state", "person", "asked_at", "digest", "second",
            "agreed_at", "evidence", "ended_by", "ended_at", "ended_because",
        )  # fmt: skip
        read_only_fields = fields

    def get_state(self, row: Waiver) -> str:
        """One of waiting, active, expired, ended."""
        if row.ended_at:
            return "ended"
        if waived_of(row, timezone.now()).active:
            return "active"
        return "waiting" if row.expires_on >= timezone.now().date() else "expired"


class Wanted(Query):
    """Which of them."""

    system = serializers.UUIDField(required=False)
    duty = serializers.CharField(max_length=100, required=False)
    cursor = serializers.CharField(required=False)
    size = serializers.CharField(required=False)


class Waivers(generics.GenericAPIView[Waiver]):
    """The waivers of the organisation."""

    permission_classes = (needs("evidence:read", write="audits:write"),)
    serializer_class = WaiverOut
    queryset = Waiver.objects.none()

    @extend_schema(
        tags=TAG,
        operation_id="list_waivers",
        parameters=[OpenApiParameter("system", UUID), OpenApiParameter("duty", str)],
        responses=with_problems({200: WaiverOut(many=True)}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Newest first, those that ended too."""
        asked = Wanted(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        names = {"system": "system_id", "duty": "duty"}
        given = {names[name]: value for name, value in asked.validated_data.items() if name in names}
        found = Waiver.objects.of(acting(request).organisation).filter(**given).select_related("entry")
        pages = Pages()
        return pages.get_paginated_response(WaiverOut(pages.paginate_queryset(found, request, view=self), many=True).data)

    @extend_schema(
        tags=TAG,
        operation_id="ask_waiver",
        request=NewWaiver,
        responses=with_problems({201: WaiverOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Ask that a duty be waived until a day. It begins when somebody else approves it."""
        body = NewWaiver(data=request.data)
        body.is_valid(raise_exception=True)
        given: dict[str, Any] = body.validated_data
        made = services.ask_waiver(
            actor=acting(request),
            version_id=given["system_version"],
            duty=given["duty"],
            reason=given["reason"],
            expires_on=given["expires_on"],
            now=timezone.now(),
        )
        where = {"Location": reverse("approvals:waiver", args=[made.pk])}
        return Response(WaiverOut(made).data, status=201, headers=where)


class OneWaiver(APIView):
    """One waiver."""

    permission_classes = (needs("evidence:read"),)

    @extend_schema(tags=TAG, operation_id="retrieve_waiver", responses=with_problems({200: WaiverOut}, 404))
    def get(self, request: Request, waiver_id: UUID) -> Response:
        """The waiver as it stands."""
        return Response(WaiverOut(Waiver.objects.one(acting(request).organisation, waiver_id)).data)


class Ending(Body):
    """Why."""

    reason = serializers.CharField(max_length=4000)


class EndWaiver(APIView):
    """Ending a waiver."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(
        tags=TAG, operation_id="end_waiver", request=Ending, responses=with_problems({200: WaiverOut}, 400, 404, 409, 413, 415)
    )
    def post(self, request: Request, waiver_id: UUID) -> Response:
        """End a waiver before its day, or take back what was asked for."""
        Waiver.objects.one(acting(request).organisation, waiver_id)
        body = Ending(data=request.data)
        body.is_valid(raise_exception=True)
        made = end_waiver(actor=acting(request), waiver_id=waiver_id, now=timezone.now(), **body.validated_data)
        return Response(WaiverOut(made).data)
