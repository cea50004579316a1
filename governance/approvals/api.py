"""The REST door of approvals."""

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
from governance.approvals import services
from governance.approvals.models import Approval
from governance.approvals.subjects import SUBJECTS
from governance.shapes import ShapeError

TAG = ["approvals"]


class NewApproval(Body):
    """What is to be approved."""

    subject = serializers.CharField(max_length=20, help_text=f"One of {', '.join(SUBJECTS)}.")
    subject_id = serializers.UUIDField()
    digest = serializers.CharField(max_length=71, allow_blank=True, default="", help_text="Of the content you looked at.")
    note = serializers.CharField(max_length=services.LONGEST, allow_blank=True, default="")


class NewDecision(Body):
    """What somebody else than the requester decides."""

    decision = serializers.CharField(max_length=20, help_text=f"One of {', '.join(services.DECISIONS)}.")
    digest = serializers.CharField(max_length=71, help_text="Of the content you looked at.")
    reason = serializers.CharField(max_length=services.LONGEST, allow_blank=True, default="")


class ApprovalOut(serializers.ModelSerializer[Approval]):
    """A request for approval and what became of it. `state` is void once a newer content has followed."""

    state = serializers.SerializerMethodField()
    requested_by = serializers.CharField(source="requested_name", read_only=True)
    decided_by = serializers.CharField(source="decided_name", read_only=True)

    class Meta:
        model = Approval
        fields: ClassVar[tuple[str, ...]] = (
            "id", "subject", "subject_id", "system", "digest", "state", "note", "requested_by", "requested_at", "decision",
            "decided_by", "decided_at", "reason",
        )  # fmt: skip
        read_only_fields = fields

    def get_state(self, approval: Approval) -> str:
        """One of requested, approved, rejected, void."""
        return str(self.context["states"][approval.pk])


def _told(organisation: UUID, approvals: list[Approval]) -> list[Any]:
    context = {"states": services.states(organisation, approvals)}
    return list(ApprovalOut(approvals, many=True, context=context).data)


class Approvals(generics.GenericAPIView[Approval]):
    """Requests for approval."""

    permission_classes = (needs("registry:read"),)
    serializer_class = ApprovalOut
    queryset = Approval.objects.none()

    @extend_schema(
        tags=TAG,
        operation_id="list_approvals",
        parameters=[
            OpenApiParameter("subject", str, enum=SUBJECTS),
            OpenApiParameter("subject_id", UUID),
            OpenApiParameter("system", UUID),
            OpenApiParameter("open", bool, description="true: only those that nobody has decided."),
        ],
        responses=with_problems({200: ApprovalOut(many=True)}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Newest first."""
        organisation = acting(request).organisation
        pages = Pages()
        found = Approval.objects.of(organisation).filter(**_filters(request))
        page = list(pages.paginate_queryset(found, request, view=self) or [])
        return pages.get_paginated_response(_told(organisation, page))

    @extend_schema(
        tags=TAG,
        operation_id="request_approval",
        request=NewApproval,
        responses=with_problems({201: ApprovalOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Ask somebody else to approve a version or a criterion."""
        body = NewApproval(data=request.data)
        body.is_valid(raise_exception=True)
        actor = acting(request)
        approval = services.request_approval(actor=actor, now=timezone.now(), **body.validated_data)
        where = {"Location": reverse("approvals:approval", args=[approval.pk])}
        return Response(_told(actor.organisation, [approval])[0], status=201, headers=where)


def _filters(request: Request) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name in ("subject_id", "system"):
        if text := request.query_params.get(name):
            given[name] = as_uuid(text)
            if given[name] is None:
                raise ShapeError(name, "is no id.")
    if subject := request.query_params.get("subject"):
        if subject not in SUBJECTS:
            raise ShapeError("subject", "cannot be approved.", SUBJECTS)
        given["subject"] = subject
    if wished := request.query_params.get("open"):
        if wished not in {"true", "false"}:
            raise ShapeError("open", "is neither.", ("true", "false"))
        given["decided_at__isnull"] = wished == "true"
    return given


class OneApproval(APIView):
    """One request for approval."""

    permission_classes = (needs("registry:read"),)

    @extend_schema(tags=TAG, operation_id="retrieve_approval", responses=with_problems({200: ApprovalOut}, 404))
    def get(self, request: Request, approval_id: UUID) -> Response:
        """The request, and its decision if there is one."""
        organisation = acting(request).organisation
        return Response(_told(organisation, [Approval.objects.one(organisation, approval_id)])[0])


class Decision(APIView):
    """The decision of a request."""

    permission_classes = (needs("registry:read", write="approvals:decide"),)

    @extend_schema(
        tags=TAG,
        operation_id="decide_approval",
        request=NewDecision,
        responses=with_problems({200: ApprovalOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request, approval_id: UUID) -> Response:
        """Approve or reject, once. Whoever asked does not decide; neither does a token that no person answers for."""
        actor = acting(request)
        Approval.objects.one(actor.organisation, approval_id)  # what is not there is told before what does not fit
        body = NewDecision(data=request.data)
        body.is_valid(raise_exception=True)
        approval = services.decide(actor=actor, approval_id=approval_id, now=timezone.now(), **body.validated_data)
        return Response(_told(actor.organisation, [approval])[0])
