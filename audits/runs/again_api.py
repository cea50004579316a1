"""REST doors that end an audit, go on with it, do it again, and list what it could not measure."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audits.runs import again, services
from audits.runs.api import KEY, AuditSerializer, accepted, once
from audits.runs.incomplete import incomplete_of
from governance.access.api import acting, needs
from governance.access.schema import with_problems

_TAG = ["audits"]
_PAGE = 25


class AuditCancel(APIView):
    """Cancels an audit."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(tags=_TAG, operation_id="audits_cancel", request=None, responses=with_problems({202: AuditSerializer}, 404))
    def post(self, request: Request, run_id: UUID) -> Response:
        """An audit that no worker is at ends at once, another after the item it is at; what is recorded stays."""
        run = services.cancel_run(actor=acting(request), run_id=run_id, now=timezone.now())
        return Response(AuditSerializer(run).data, status.HTTP_202_ACCEPTED)


class AuditRetry(APIView):
    """Goes on with an audit that ended early."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(
        tags=_TAG, operation_id="audits_retry", request=None, responses=with_problems({202: AuditSerializer}, 404, 409)
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        """Queue a failed or cancelled audit again. What is recorded stays; only the other items are measured."""
        return accepted(again.retry_run(actor=acting(request), run_id=run_id, now=timezone.now()))


class AuditReproduce(APIView):
    """Does an audit again from the start."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(
        tags=_TAG,
        operation_id="audits_reproduce",
        request=None,
        parameters=[KEY],
        responses=with_problems({202: AuditSerializer}, 400, 404, 422),
    )
    def post(self, request: Request, run_id: UUID) -> Response:
        """A new audit of the same system version and target, with the same parameters, seed and frozen criteria.

        Once both have succeeded, its `same_result` says whether every figure came out the same.
        """
        key = request.headers.get("Idempotency-Key", "")
        actor, now = acting(request), timezone.now()
        return accepted(once(lambda: again.reproduce_run(actor=actor, run_id=run_id, key=key, now=now)))


class IncompleteItem(serializers.Serializer[Any]):
    """A planned item without a score."""

    item = serializers.CharField()
    reason = serializers.CharField(help_text="`not_measured`, or the stable cause why it is unscored.")
    recorded = serializers.BooleanField(help_text="Recorded items are not measured again by a retry.")


class IncompletePage(serializers.Serializer[Any]):
    """A page of them."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True, help_text="Always null: these pages are turned forward only.")
    results = IncompleteItem(many=True)


class IncompleteQuery(serializers.Serializer[Any]):
    """Which page."""

    cursor = serializers.CharField(required=False, default="", max_length=100)
    size = serializers.IntegerField(required=False, default=_PAGE, min_value=1, max_value=200)


class AuditIncomplete(APIView):
    """What an audit could not measure, or has not measured yet."""

    permission_classes = (needs("audits:read"),)

    @extend_schema(
        tags=_TAG,
        operation_id="audits_incomplete",
        parameters=[IncompleteQuery],
        responses=with_problems({200: IncompletePage}, 400, 404),
    )
    def get(self, request: Request, run_id: UUID) -> Response:
        """List planned items without a score, in the order of the plan, with the reason."""
        query = IncompleteQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        organisation = acting(request).organisation
        found, following = incomplete_of(organisation=organisation, run_id=run_id, cursor=asked["cursor"], size=asked["size"])
        page = {"next": _address(request, following, asked["size"]), "previous": None, "results": found}
        return Response(IncompletePage(page).data)


def _address(request: Request, cursor: str, size: int) -> str | None:
    return request.build_absolute_uri(f"{request.path}?cursor={cursor}&size={size}") if cursor else None
