"""REST doors of notices: endpoints and deliveries."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.actors import Actor
from governance.access.api import acting, needs
from governance.access.models import Membership
from governance.access.schema import with_problems
from governance.access.services import member_called
from governance.access.tenancy import NotFound, as_uuid
from governance.notices import endpoints, services
from governance.notices.bodies import ChangedEndpoint, DeliveryBody, EndpointBody, NewEndpoint, SecretEndpoint, checked
from governance.notices.events import EVENTS
from governance.notices.models import MAIL, STATES, Delivery, Endpoint
from governance.shapes import ShapeError

TAG = ["notices"]
ADMIN = (needs("admin"),)
_UNSTORED = {"Cache-Control": "no-store"}


class Endpoints(ListAPIView[Endpoint]):
    """The organisation's endpoints."""

    queryset = Endpoint.objects.none()
    serializer_class = EndpointBody
    permission_classes = ADMIN

    def get_queryset(self) -> QuerySet[Endpoint]:
        return endpoints.endpoints_of(acting(self.request).organisation)

    @extend_schema(tags=TAG, operation_id="endpoints_list", responses=with_problems({200: EndpointBody(many=True)}, 400, 404))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List who wants which notices."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAG,
        operation_id="endpoints_create",
        request=NewEndpoint,
        responses=with_problems({201: SecretEndpoint}, 400, 409, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Add a webhook or a member who is written to. The webhook's secret is in this answer and nowhere else."""
        asked = checked(NewEndpoint(data=request.data))
        row, secret = _added(acting(request), asked)
        return Response({**EndpointBody(row).data, "secret": secret}, status.HTTP_201_CREATED, headers=_UNSTORED)


class OneEndpoint(APIView):
    """One endpoint."""

    permission_classes = ADMIN

    @extend_schema(tags=TAG, operation_id="endpoints_retrieve", responses=with_problems({200: EndpointBody}, 404))
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        """An endpoint and how its deliveries go."""
        return Response(EndpointBody(endpoints.endpoint_of(acting(request).organisation, endpoint_id)).data)

    @extend_schema(
        tags=TAG,
        operation_id="endpoints_change",
        request=ChangedEndpoint,
        responses=with_problems({200: EndpointBody}, 400, 404, 413, 415),
    )
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        """Change name, events or address."""
        changes = checked(ChangedEndpoint(data=request.data))
        row = endpoints.change(actor=acting(request), endpoint_id=endpoint_id, changes=changes, now=timezone.now())
        return Response(EndpointBody(row).data)

    @extend_schema(tags=TAG, operation_id="endpoints_remove", request=None, responses=with_problems({204: None}, 404))
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        """Forget an endpoint and the list of its deliveries."""
        endpoints.remove(actor=acting(request), endpoint_id=endpoint_id, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class Rotate(APIView):
    """A new secret."""

    permission_classes = ADMIN

    @extend_schema(
        tags=TAG, operation_id="endpoints_rotate", request=None, responses=with_problems({200: SecretEndpoint}, 404, 409)
    )
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Make a new secret, shown in this answer only. For 24 hours messages are signed with the old one too."""
        row, secret = endpoints.rotate(actor=acting(request), endpoint_id=endpoint_id, now=timezone.now())
        return Response({**EndpointBody(row).data, "secret": secret}, headers=_UNSTORED)


class _Switch(APIView):
    permission_classes = ADMIN
    on: ClassVar[bool]

    def switched(self, request: Request, endpoint_id: UUID) -> Response:
        row = endpoints.switch(actor=acting(request), endpoint_id=endpoint_id, on=self.on, now=timezone.now())
        return Response(EndpointBody(row).data)


class Enable(_Switch):
    """Switch an endpoint on."""

    on = True

    @extend_schema(tags=TAG, operation_id="endpoints_enable", request=None, responses=with_problems({200: EndpointBody}, 404))
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Switch on; deliveries that wait go out at once."""
        return self.switched(request, endpoint_id)


class Disable(_Switch):
    """Switch an endpoint off."""

    on = False

    @extend_schema(tags=TAG, operation_id="endpoints_disable", request=None, responses=with_problems({200: EndpointBody}, 404))
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Switch off; deliveries that wait stay, and nothing new is kept for it."""
        return self.switched(request, endpoint_id)


class Test(APIView):
    """A test."""

    permission_classes = ADMIN

    @extend_schema(tags=TAG, operation_id="endpoints_test", request=None, responses=with_problems({202: DeliveryBody}, 404, 409))
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Send `test.ping`; read the delivery that is answered to see how it went."""
        delivery = services.ping(actor=acting(request), endpoint_id=endpoint_id, now=timezone.now())
        return Response(DeliveryBody(delivery).data, status.HTTP_202_ACCEPTED)


class Deliveries(ListAPIView[Delivery]):
    """The organisation's deliveries."""

    queryset = Delivery.objects.none()
    serializer_class = DeliveryBody
    permission_classes = ADMIN

    def get_queryset(self) -> QuerySet[Delivery]:
        asked = self.request.query_params
        endpoint = asked.get("endpoint", "")
        chosen = as_uuid(endpoint)
        if endpoint and chosen is None:
            raise ShapeError("endpoint", _("is no id."))
        return services.deliveries_of(
            acting(self.request).organisation, endpoint=chosen, state=asked.get("state", ""), event=asked.get("event", "")
        )

    @extend_schema(
        tags=TAG,
        operation_id="deliveries_list",
        parameters=[
            OpenApiParameter("endpoint", UUID),
            OpenApiParameter("state", str, enum=STATES),
            OpenApiParameter("event", str, enum=tuple(EVENTS)),
        ],
        responses=with_problems({200: DeliveryBody(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List deliveries of the last 30 days, newest first."""
        return super().get(request, *args, **kwargs)


class OneDelivery(APIView):
    """One delivery."""

    permission_classes = ADMIN

    @extend_schema(tags=TAG, operation_id="deliveries_retrieve", responses=with_problems({200: DeliveryBody}, 404))
    def get(self, request: Request, delivery_id: UUID) -> Response:
        """How a delivery goes."""
        organisation = acting(request).organisation
        return Response(DeliveryBody(Delivery.objects.select_related("notice").one(organisation, delivery_id)).data)


class Redeliver(APIView):
    """The same notice once more."""

    permission_classes = ADMIN

    @extend_schema(
        tags=TAG, operation_id="deliveries_redeliver", request=None, responses=with_problems({202: DeliveryBody}, 404, 409)
    )
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Send the same notice to the same endpoint again, under the same `webhook-id`."""
        delivery = services.redeliver(actor=acting(request), delivery_id=delivery_id, now=timezone.now())
        return Response(DeliveryBody(delivery).data, status.HTTP_202_ACCEPTED)


def _added(actor: Actor, asked: dict[str, Any]) -> tuple[Endpoint, str]:
    common = {"actor": actor, "events": asked["events"], "name": asked["name"], "now": timezone.now()}
    if asked["channel"] != MAIL:
        if asked["member"]:
            raise ShapeError("member", _("belongs to mail only."))
        return endpoints.add_webhook(url=asked["url"], **common)
    if asked["url"]:
        raise ShapeError("url", _("belongs to webhooks only."))
    return endpoints.add_mail(member=_member(actor, asked["member"]), language=asked["language"], **common), ""


def _member(actor: Actor, email: str) -> Membership:
    try:
        return member_called(actor.organisation, email)
    except NotFound:
        raise ShapeError("member", _("must be the e-mail address of a member of the organisation.")) from None
