"""The REST door of the states of duties."""

from datetime import date
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.api import Query, acting, needs
from governance.access.schema import with_problems
from governance.book import Text
from governance.compliance import services
from governance.compliance.assessment import Assessment, DutyResult, Stated, Waived
from governance.compliance.verdict import ITEM_STATES
from governance.registry.services import system_version
from governance.shapes import ShapeError


class Asked(Query):
    """Which duties."""

    system_version = serializers.UUIDField()
    framework = serializers.CharField(max_length=100, required=False)
    state = serializers.CharField(max_length=30, required=False)


class DutyOut(serializers.Serializer[Any]):
    """One duty with its state and everything that speaks to it. A waiver changes no state."""

    duty = serializers.CharField()
    framework = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField(help_text=f"One of {', '.join(ITEM_STATES)}.")
    applies = serializers.DictField(help_text="answer, reason, reference, by and at, by the confirmed classification.")
    evidence = serializers.ListField(child=serializers.DictField())
    statements = serializers.ListField(child=serializers.DictField())
    waivers = serializers.ListField(child=serializers.DictField())
    owner = serializers.CharField(allow_blank=True)
    due = serializers.DateField(allow_null=True)


class DutiesOut(serializers.Serializer[Any]):
    """The states of a system version's duties. `counts` are of all that were asked for, not assessed first."""

    system_version = serializers.UUIDField()
    counts = serializers.DictField(child=serializers.IntegerField())
    duties = DutyOut(many=True)


class Duties(APIView):
    """The duties of one system version."""

    permission_classes = (needs("evidence:read"),)

    @extend_schema(
        tags=["compliance"],
        operation_id="list_duties",
        parameters=[
            OpenApiParameter("system_version", str, required=True),
            OpenApiParameter("framework", str),
            OpenApiParameter("state", str, enum=ITEM_STATES),
        ],
        responses=with_problems({200: DutiesOut}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Every duty with its state as it is now, computed from sealed evidence, criteria and statements."""
        asked = Asked(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        given: dict[str, Any] = asked.validated_data
        organisation = acting(request).organisation
        version = system_version(organisation, given["system_version"])
        found = services.outlook(organisation=organisation, system_version=version, now=timezone.now())
        if framework := given.get("framework"):
            found = _of_framework(found, framework)
        state = given.get("state", "")
        if state and state not in ITEM_STATES:
            raise ShapeError("state", "is none of a duty.", ITEM_STATES)
        told = [duty_plain(result) for result in found.results if state in {"", result.state}]
        return Response({"system_version": version.pk, "counts": dict(found.counts()), "duties": told})


def _of_framework(found: Assessment, framework: str) -> Assessment:
    known = tuple(one.id for one in found.catalogue.frameworks)
    if framework not in known:
        raise ShapeError("framework", "is none of the catalogue.", known)
    return found.of_framework(framework)


def duty_plain(result: DutyResult) -> dict[str, Any]:
    """A duty's result as JSON-ready data."""
    applies = result.applies
    return {
        "duty": result.duty.id,
        "framework": result.duty.framework,
        "title": result.duty.title.en,
        "state": result.state,
        "applies": {
            "answer": applies.answer,
            "reason": _words(applies.reason),
            "reference": applies.reference,
            "by": applies.by,
            "at": applies.at,
        },
        "evidence": [
            {
                "id": one.evidence.id,
                "kind": one.evidence.kind,
                "digest": one.evidence.digest,
                "strength": one.strength,
                "state": one.state,
                "changed": list(one.evidence.changed),
                "superseded": one.superseded,
            }
            for one in result.findings
        ],
        "statements": [_statement(one) for one in result.statements],
        "waivers": [_waiver(one) for one in result.waivers],
        "owner": result.assignment.owner if result.assignment else "",
        "due": _day(result.assignment.due) if result.assignment else None,
    }


def _statement(one: Stated) -> dict[str, Any]:
    names = (
        "id", "state", "statement", "person", "role", "at", "reference", "document_name", "document_digest", "evidence_id",
        "digest", "signature", "contradicted",
    )  # fmt: skip
    return {**{name: getattr(one, name) for name in names}, "cites": list(one.cites), "changed": list(one.changed)}


def _waiver(one: Waived) -> dict[str, Any]:
    names = ("id", "reason", "by", "second", "active", "evidence_id", "digest")
    return {**{name: getattr(one, name) for name in names}, "expires_on": _day(one.expires_on)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _words(text: Text | None) -> str:
    """A text in English, with its values in their places."""
    if text is None:
        return ""
    return text.message % {name: _words(value) if isinstance(value, Text) else value for name, value in text.values}
