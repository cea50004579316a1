"""REST doors of suites and of their runs."""

import json
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from audits.runs.api import WaitQuery, once, seconds_to_wait
from audits.runs.waiting import wait_until
from audits.suites import services
from audits.suites.answers import suite_run_plain
from audits.suites.bodies import (
    NewSuite,
    NewSuiteRun,
    NewSuiteVersion,
    SuiteOut,
    SuiteQuery,
    SuiteRunOut,
    SuiteRunQuery,
    SuiteVersionOut,
)
from audits.suites.lines import Whole, suite_runs, whole, wholes
from audits.suites.models import Suite, SuiteRun, SuiteVersion
from audits.suites.resolving import asked_of, system_named
from audits.suites.services import Entry
from governance.access.api import Body, acting, needs
from governance.access.schema import with_problems
from probanza.canonical import sha256_digest

TAG = ["suites"]
READ_WRITE = (needs("audits:read", write="audits:write"),)
_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The same key and body give the same suite run. With another body, or long after, it is refused (422).",
)


def queried(query: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What the address asks for. Raises `ValidationError`."""
    read = query(data=request.query_params.dict())
    read.is_valid(raise_exception=True)
    found: dict[str, Any] = read.validated_data
    return found


class SuiteList(ListAPIView[Suite]):
    """Suites of the organisation, newest first."""

    serializer_class = SuiteOut
    filter_backends = ()
    permission_classes = READ_WRITE
    queryset = Suite.objects.none()

    def get_queryset(self) -> QuerySet[Suite]:
        organisation = acting(self.request).organisation
        query = queried(SuiteQuery, self.request)
        found: QuerySet[Suite] = Suite.objects.of(organisation).prefetch_related("versions")
        if "system" in query:
            found = found.filter(system=system_named(organisation, query["system"]))
        return found.filter(name=query["name"]) if "name" in query else found

    @extend_schema(
        tags=TAG,
        operation_id="suites_list",
        parameters=[SuiteQuery],
        responses=with_problems({200: SuiteOut(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List suites, each with its newest version."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAG,
        operation_id="suites_create",
        request=NewSuite,
        responses=with_problems({201: SuiteOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Define a suite. Everything is checked now as it will be when it is run."""
        given = _read(NewSuite, request)
        version = services.define_suite(
            actor=acting(request),
            system_id=given["system"],
            name=given["name"],
            entries=_entries(given),
            note=given["note"],
            now=timezone.now(),
        )
        where = {"Location": reverse("audits:suite", args=[version.suite_id])}
        return Response(SuiteOut(version.suite).data, status.HTTP_201_CREATED, headers=where)


class SuiteDetail(APIView):
    """One suite."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=TAG, operation_id="suites_retrieve", responses=with_problems({200: SuiteOut}, 404))
    def get(self, request: Request, suite_id: UUID) -> Response:
        """A suite with its newest version."""
        return Response(SuiteOut(Suite.objects.one(acting(request).organisation, suite_id)).data)


class SuiteVersions(ListAPIView[SuiteVersion]):
    """The versions of one suite."""

    serializer_class = SuiteVersionOut
    filter_backends = ()
    permission_classes = READ_WRITE
    queryset = SuiteVersion.objects.none()

    def get_queryset(self) -> QuerySet[SuiteVersion]:
        suite: Suite = Suite.objects.one(acting(self.request).organisation, self.kwargs["suite_id"])
        found: QuerySet[SuiteVersion] = SuiteVersion.objects.of(suite.organisation_id).filter(suite=suite)
        return found

    @extend_schema(
        tags=TAG, operation_id="suite_versions_list", responses=with_problems({200: SuiteVersionOut(many=True)}, 400, 404)
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List versions, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAG,
        operation_id="suite_versions_create",
        request=NewSuiteVersion,
        responses=with_problems({200: SuiteVersionOut, 201: SuiteVersionOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request, suite_id: UUID) -> Response:
        """Add a version: 201 when it is new, 200 with the newest one when that says the same."""
        given = _read(NewSuiteVersion, request)
        version, new = services.add_suite_version(
            actor=acting(request), suite_id=suite_id, entries=_entries(given), note=given["note"], now=timezone.now()
        )
        return Response(SuiteVersionOut(version).data, status.HTTP_201_CREATED if new else status.HTTP_200_OK)


class SuiteRunList(ListAPIView[SuiteRun]):
    """Runs of suites, newest first."""

    serializer_class = SuiteRunOut
    filter_backends = ()
    permission_classes = READ_WRITE
    queryset = SuiteRun.objects.none()

    def get_queryset(self) -> QuerySet[SuiteRun]:
        organisation = acting(self.request).organisation
        query = queried(SuiteRunQuery, self.request)
        found = suite_runs(organisation)
        if "suite" in query:
            found = found.filter(suite_version__suite_id=query["suite"])
        if "system" in query:
            found = found.filter(suite_version__suite__system=system_named(organisation, query["system"]))
        return found.filter(system_version_id=query["system_version"]) if "system_version" in query else found

    @extend_schema(
        tags=TAG,
        operation_id="suite_runs_list",
        parameters=[SuiteRunQuery],
        responses=with_problems({200: SuiteRunOut(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List suite runs with how each stands."""
        page = self.paginate_queryset(self.get_queryset()) or []
        return self.get_paginated_response([suite_run_plain(one) for one in wholes(page)])

    @extend_schema(
        tags=TAG,
        operation_id="suite_runs_create",
        request=NewSuiteRun,
        parameters=[_KEY],
        responses=with_problems({202: SuiteRunOut}, 400, 413, 415, 422),
    )
    def post(self, request: Request) -> Response:
        """Run a suite: all its audits are queued, or none. Follow `Location`."""
        actor = acting(request)
        given = _read(NewSuiteRun, request)
        key = request.headers.get("Idempotency-Key", "")
        digest = sha256_digest(json.dumps(request.data, sort_keys=True).encode())
        asked = asked_of(actor.organisation, given, key=key, body_digest=digest)
        made = once(lambda: services.request_suite_run(actor=actor, asked=asked, now=timezone.now()))
        headers = {"Location": reverse("audits:suite_run", args=[made.pk]), "Retry-After": "1"}
        return _suite_run(actor.organisation, made.pk, status.HTTP_202_ACCEPTED, headers)


class SuiteRunDetail(APIView):
    """One run of a suite."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(
        tags=TAG,
        operation_id="suite_runs_retrieve",
        parameters=[WaitQuery],
        responses=with_problems({200: SuiteRunOut}, 400, 404),
    )
    def get(self, request: Request, suite_run_id: UUID) -> Response:
        """How a suite's run stands, audit by audit; with `wait` once it has ended."""
        seconds = seconds_to_wait(request)
        return _suite_run(acting(request).organisation, suite_run_id, status.HTTP_200_OK, {}, seconds)


class SuiteRunCancel(APIView):
    """Cancels a suite's run."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(tags=TAG, operation_id="suite_runs_cancel", request=None, responses=with_problems({202: SuiteRunOut}, 404))
    def post(self, request: Request, suite_run_id: UUID) -> Response:
        """Cancel every audit of it that has not ended; what is recorded stays."""
        services.cancel_suite_run(actor=acting(request), suite_run_id=suite_run_id, now=timezone.now())
        return _suite_run(acting(request).organisation, suite_run_id, status.HTTP_202_ACCEPTED, {})


def _suite_run(organisation: UUID, suite_run_id: UUID, code: int, headers: dict[str, str], seconds: int = 0) -> Response:
    found: Any = suite_runs(organisation)
    told = wait_until(look=lambda: whole(found.one(organisation, suite_run_id)), is_over=Whole.is_over, seconds=seconds)
    still = {} if told.is_over() else {"Retry-After": "1"}
    return Response(suite_run_plain(told), code, headers={**still, **headers})


def _read(body: type[Body], request: Request) -> dict[str, Any]:
    read = body(data=request.data)
    read.is_valid(raise_exception=True)
    found: dict[str, Any] = read.validated_data
    return found


def _entries(given: dict[str, Any]) -> list[Entry]:
    return [
        Entry(
            name=one["name"],
            kind=one["kind"],
            target=str(one["target"]),
            parameters=one["parameters"],
            criteria=tuple(map(str, one["criteria"])),
            seed=one["seed"],
        )
        for one in given["entries"]
    ]
