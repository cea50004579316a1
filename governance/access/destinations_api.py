"""REST doors of allowed destinations."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access import destinations
from governance.access.api import Body, acting, needs
from governance.access.destinations_rows import APPROVED, REFUSED, STATES, WITHDRAWN, Destination
from governance.access.schema import with_problems

TAG = ["access"]


class DestinationBody(serializers.ModelSerializer[Destination]):
    """A place that outbound calls of the organisation may go to once it is approved."""

    class Meta:
        model = Destination
        fields: ClassVar[tuple[str, ...]] = (
            "id", "place", "reason", "state", "asked_by", "asked_at", "decided_by", "decided_at",
        )  # fmt: skip
        read_only_fields = fields


class NewDestination(Body):
    """What is asked for."""

    place = serializers.CharField(
        max_length=260, help_text="A host, `.example.org` for all hosts below it, or a private network such as 10.20.0.0/16."
    )
    reason = serializers.CharField(max_length=destinations.MOST_REASON, allow_blank=True, default="")


class Destinations(ListAPIView[Destination]):
    """The organisation's destinations."""

    queryset = Destination.objects.none()
    serializer_class = DestinationBody
    permission_classes = (needs("audits:read", write="audits:write"),)

    def get_queryset(self) -> QuerySet[Destination]:
        state = self.request.query_params.get("state", "")
        return destinations.destinations_of(acting(self.request).organisation, state)

    @extend_schema(
        tags=TAG,
        operation_id="destinations_list",
        parameters=[OpenApiParameter("state", str, enum=STATES)],
        responses=with_problems({200: DestinationBody(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the places that were asked for, with what was decided."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAG,
        operation_id="destinations_ask",
        request=NewDestination,
        responses=with_problems({201: DestinationBody}, 400, 409, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Ask for a place. Nothing is called there before an admin approves it."""
        body = NewDestination(data=request.data)
        body.is_valid(raise_exception=True)
        row = destinations.ask(actor=acting(request), now=timezone.now(), **body.validated_data)
        return Response(DestinationBody(row).data, status.HTTP_201_CREATED)


class OneDestination(APIView):
    """One destination."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=TAG, operation_id="destinations_retrieve", responses=with_problems({200: DestinationBody}, 404))
    def get(self, request: Request, destination_id: UUID) -> Response:
        """A place and what was decided about it."""
        return Response(DestinationBody(Destination.objects.one(acting(request).organisation, destination_id)).data)


class _Decision(APIView):
    permission_classes = (needs("admin"),)
    state: ClassVar[str]

    def decided(self, request: Request, destination_id: UUID) -> Response:
        row = destinations.decide(actor=acting(request), destination_id=destination_id, state=self.state, now=timezone.now())
        return Response(DestinationBody(row).data)


_ANSWERS = with_problems({200: DestinationBody}, 404, 409)


class Approve(_Decision):
    """Approve a place."""

    state = APPROVED

    @extend_schema(tags=TAG, operation_id="destinations_approve", request=None, responses=_ANSWERS)
    def post(self, request: Request, destination_id: UUID) -> Response:
        """Approve what is asked for; needs the scope admin."""
        return self.decided(request, destination_id)


class Refuse(_Decision):
    """Refuse a place."""

    state = REFUSED

    @extend_schema(tags=TAG, operation_id="destinations_refuse", request=None, responses=_ANSWERS)
    def post(self, request: Request, destination_id: UUID) -> Response:
        """Refuse what is asked for; needs the scope admin."""
        return self.decided(request, destination_id)


class Withdraw(_Decision):
    """Withdraw an approval."""

    state = WITHDRAWN

    @extend_schema(tags=TAG, operation_id="destinations_withdraw", request=None, responses=_ANSWERS)
    def post(self, request: Request, destination_id: UUID) -> Response:
        """Withdraw an approval; no further call goes there. Needs the scope admin."""
        return self.decided(request, destination_id)
