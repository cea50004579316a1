"""The REST door that lists the audit kinds."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audits.catalogue import kinds
from governance.access.api import needs
from governance.access.schema import with_problems


class MeasureAnswer(serializers.Serializer[Any]):
    """A measure that a criterion may name."""

    name = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField()
    better = serializers.CharField()
    formula = serializers.CharField()


class KindAnswer(serializers.Serializer[Any]):
    """An audit kind."""

    name = serializers.CharField()
    title = serializers.CharField()
    version = serializers.CharField()
    needs = serializers.CharField()
    measures = MeasureAnswer(many=True)


class AuditKinds(APIView):
    """The audit kinds of this installation."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(tags=["audits"], operation_id="audit_kinds", responses=with_problems({200: KindAnswer(many=True)}))
    def get(self, request: Request) -> Response:
        """List kinds and their measures."""
        return Response(KindAnswer(list(kinds().values()), many=True).data)
