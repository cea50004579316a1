"""The REST doors of incidents, and of the clocks of a system."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.actors import Actor
from governance.access.api import Pages, acting, needs
from governance.access.policies import can
from governance.access.schema import with_problems
from governance.access.tenancy import as_uuid
from governance.incidents import services
from governance.incidents.bodies import (
    ActOut,
    ClocksOut,
    Erasure,
    IncidentDetail,
    IncidentOut,
    NewAct,
    NewIncident,
    clocks_plain,
    incident_plain,
)
from governance.incidents.clocks import told_of
from governance.incidents.life import State, acts_in
from governance.incidents.models import Incident
from governance.incidents.wording import words_of
from governance.shapes import ShapeError

TAG = ["incidents"]
READ_WRITE = (needs("audits:read", write="audits:write"),)


class Incidents(generics.GenericAPIView[Incident]):
    """Serious incidents of the organisation."""

    permission_classes = READ_WRITE
    serializer_class = IncidentOut
    queryset = Incident.objects.none()

    @extend_schema(
        tags=TAG,
        operation_id="list_incidents",
        parameters=[OpenApiParameter("system", UUID), OpenApiParameter("state", str, enum=list(State))],
        responses=with_problems({200: IncidentOut(many=True)}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Newest first, each with its clock at this moment."""
        organisation, now, pages = acting(request).organisation, timezone.now(), Pages()
        found = Incident.objects.of(organisation).filter(**_filters(request))
        page = list(pages.paginate_queryset(found, request, view=self) or [])
        told = {one.id: one for one in told_of(organisation, page, now)}
        return pages.get_paginated_response([incident_plain(told[str(row.pk)], row.system_id) for row in page])

    @extend_schema(
        tags=TAG,
        operation_id="record_incident",
        request=NewIncident,
        responses=with_problems({201: IncidentDetail}, 400, 404, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Record a serious incident: its clock runs, the system's payloads are frozen, the record is sealed."""
        body = NewIncident(data=request.data)
        body.is_valid(raise_exception=True)
        asked: dict[str, Any] = {**body.validated_data, "system_id": body.validated_data["system"]}
        del asked["system"]
        actor = acting(request)
        incident = services.record_incident(actor=actor, now=timezone.now(), **asked)
        where = {"Location": reverse("incidents:incident", args=[incident.pk])}
        return Response(_detail(actor, incident), status=201, headers=where)


def _filters(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if text := request.query_params.get("system"):
        given["system"] = as_uuid(text)
        if given["system"] is None:
            raise ShapeError("system", "is no id.")
    if state := request.query_params.get("state"):
        if state not in list(State):
            raise ShapeError("state", "is none.", tuple(State))
        given["state"] = state
    return given


def _detail(actor: Actor, incident: Incident) -> dict[str, Any]:
    (told,) = told_of(actor.organisation, [incident], timezone.now())
    reads = can(actor, "audits:write")  # what people wrote may speak of persons
    return {
        **incident_plain(told, incident.system_id),
        "system_version": str(incident.system_version_id) if incident.system_version_id else None,
        "occurred_at": incident.occurred_at,
        "words": (words_of(incident) or None) if reads else None,
        "recorded_by": incident.recorded_by,
        "recorded_at": incident.recorded_at,
        "acts": ActOut(incident.acts.all(), many=True, context={"words": reads}).data,
        "can": list(acts_in(State(incident.state))),
    }


class OneIncident(APIView):
    """One serious incident."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=TAG, operation_id="retrieve_incident", responses=with_problems({200: IncidentDetail}, 404))
    def get(self, request: Request, incident_id: UUID) -> Response:
        """The incident, its clock and what was done."""
        actor = acting(request)
        return Response(_detail(actor, Incident.objects.one(actor.organisation, incident_id)))


class Acts(APIView):
    """What is done about an incident."""

    permission_classes = READ_WRITE

    @extend_schema(
        tags=TAG,
        operation_id="act_on_incident",
        request=NewAct,
        responses=with_problems({201: IncidentDetail}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request, incident_id: UUID) -> Response:
        """Assess the harm, record a report, judge, close, reopen, freeze, release or note."""
        actor = acting(request)
        Incident.objects.one(actor.organisation, incident_id)  # what is not there is told before what does not fit
        body = NewAct(data=request.data)
        body.is_valid(raise_exception=True)
        given: dict[str, Any] = dict(body.validated_data)
        act = given.pop("act")
        said = services.Said(**{**given, "effects": tuple(given.get("effects", ()))})
        row = services.act_on(actor=actor, incident_id=incident_id, act=act, said=said, now=timezone.now())
        return Response(_detail(actor, row.incident), status=201)


class Words(APIView):
    """What people wrote about an incident."""

    permission_classes = (needs("admin"),)

    @extend_schema(
        tags=TAG,
        operation_id="erase_incident_words",
        request=Erasure,
        responses=with_problems({200: IncidentDetail}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request, incident_id: UUID) -> Response:
        """Destroy them, with a reason; refused while a hold stands. Clock, acts and seals stay."""
        actor = acting(request)
        Incident.objects.one(actor.organisation, incident_id)
        body = Erasure(data=request.data)
        body.is_valid(raise_exception=True)
        reason: str = body.validated_data["reason"]
        services.erase_words(actor=actor, incident_id=incident_id, reason=reason, now=timezone.now())
        return Response(_detail(actor, Incident.objects.one(actor.organisation, incident_id)))


class ClocksOfSystem(APIView):
    """Everything of a system that runs."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=TAG, operation_id="clocks_of_system", responses=with_problems({200: ClocksOut}, 404))
    def get(self, request: Request, system_id: UUID) -> Response:
        """Its incidents, what is kept until when, and how its monitoring plan stands."""
        clocks = services.clocks_of(acting(request).organisation, system_id, timezone.now())
        return Response(clocks_plain(system_id, clocks))
