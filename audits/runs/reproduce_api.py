"""The REST door that tells what scoring an audit anew gave."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audits.runs.reproduced import KIND
from audits.runs.services import run_of
from governance.access.api import acting, needs
from governance.access.schema import with_problems
from governance.evidence.models import Entry


class Rescored(serializers.Serializer[Any]):
    """One scoring anew of an audit's recorded answers."""

    id = serializers.UUIDField(help_text="Of the evidence of kind `reproduction` that it is sealed as.")
    digest = serializers.CharField()
    sealed_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=("match", "drift", "partial"), source="reproduction.outcome")
    reproduction = serializers.DictField(help_text="Items, figures, scorers and code, then and now.")

    def to_representation(self, instance: Entry) -> dict[str, Any]:
        """Out of the sealed statement."""
        told = instance.statement()["reproduction"]
        shown = {"id": str(instance.id), "digest": instance.digest, "sealed_at": instance.sealed_at.isoformat()}
        return {**shown, "outcome": told["outcome"], "reproduction": told}


class AuditReproductions(APIView):
    """What scoring an audit anew gave."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=["audits"], operation_id="audits_reproductions", responses=with_problems({200: Rescored(many=True)}, 404))
    def get(self, request: Request, run_id: UUID) -> Response:
        """List how the recorded answers were scored when they were scored anew (`manage.py reproduce`), newest first."""
        run = run_of(acting(request).organisation, run_id)
        entries = (
            Entry.objects.of(run.organisation_id).filter(kind=KIND, subject=str(run.evidence_id)).order_by("-sealed_at", "-id")
        )
        return Response(Rescored(entries[:20], many=True).data)
