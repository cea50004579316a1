"""The REST door of what people say about duties."""

import base64
import binascii
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.api import Body, Pages, Query, acting, needs
from governance.access.schema import with_problems
from governance.compliance.catalogues import catalogue_of
from governance.compliance.statements import services
from governance.compliance.statements.checking import (
    LONGEST_NAME,
    LONGEST_REFERENCE,
    LONGEST_ROLE,
    LONGEST_WORDS,
    MOST_CITES,
    TYPES,
)
from governance.compliance.statements.downloads import handed_out
from governance.compliance.statements.models import Assignment, Statement
from governance.compliance.statements.signing import is_signed, signature_text
from governance.compliance.verdict import STATEMENT_STATES
from governance.evidence.services import PayloadErased
from governance.shapes import ShapeError

TAG = ["compliance"]


class Gone(exceptions.APIException):
    """The document was erased."""

    status_code = 410


class NewDocument(Body):
    """A document beside a statement."""

    name = serializers.CharField(max_length=LONGEST_NAME, help_text=f"A file name; its type is one of {', '.join(TYPES)}.")
    content = serializers.CharField(help_text="The bytes in base64.", trim_whitespace=False)


class NewStatement(Body):
    """What a person states about one duty of one system version."""

    system_version = serializers.UUIDField()
    duty = serializers.CharField(max_length=100, help_text="Id of a duty, such as Art.9(5).")
    state = serializers.CharField(max_length=30, help_text=f"One of {', '.join(STATEMENT_STATES)}.")
    statement = serializers.CharField(max_length=LONGEST_WORDS, help_text="In your own words; sealed under your name.")
    role = serializers.CharField(
        max_length=LONGEST_ROLE, allow_blank=True, default="", help_text="What you are, as in 'Head of risk'."
    )
    document = NewDocument(required=False, help_text="Required to attest.")
    cites = serializers.ListField(
        child=serializers.CharField(max_length=36), default=list, max_length=MOST_CITES, help_text="Evidence a decision rests on."
    )
    reference = serializers.CharField(
        max_length=LONGEST_REFERENCE, allow_blank=True, default="", help_text="Required with not_applicable: what says so."
    )


class StatementOut(serializers.ModelSerializer[Statement]):
    """A sealed statement. `evidence` is its sealed form, `signature` the organisation's over it."""

    system = serializers.UUIDField(source="system_id")
    system_version = serializers.UUIDField(source="version_id")
    statement = serializers.CharField(source="words")
    evidence = serializers.UUIDField(source="entry_id")
    digest = serializers.CharField(source="entry.digest")
    signature = serializers.SerializerMethodField()
    signature_verified = serializers.SerializerMethodField()
    withdrawn = serializers.SerializerMethodField()

    class Meta:
        model = Statement
        fields: ClassVar[tuple[str, ...]] = (
            "id", "system", "system_version", "duty", "state", "statement", "reference", "person", "role", "made_at",
            "document_name", "document_type", "document_digest", "document_size", "cites", "evidence", "digest", "signature",
            "signature_verified", "withdrawn",
        )  # fmt: skip
        read_only_fields = fields

    def get_signature(self, row: Statement) -> str:
        """`key id:base64`."""
        return signature_text(row.key_id, bytes(row.signature))

    def get_signature_verified(self, row: Statement) -> bool:
        """Whether the signature over the sealed bytes is the organisation's, tried now."""
        return is_signed(row.organisation_id, row.entry, row.key_id, bytes(row.signature))

    def get_withdrawn(self, row: Statement) -> dict[str, str] | None:
        """Who took it back, when and why; null while it stands."""
        gone = getattr(row, "withdrawal", None)
        return {"by": gone.person, "at": gone.made_at.isoformat(), "reason": gone.reason} if gone else None


class Wanted(Query):
    """Which of them."""

    system = serializers.UUIDField(required=False)
    duty = serializers.CharField(max_length=100, required=False)
    cursor = serializers.CharField(required=False)
    size = serializers.CharField(required=False)


def wanted(request: Request) -> dict[str, Any]:
    """The filters of an address. Raises `ShapeError` for a name that nobody reads."""
    asked = Wanted(data=request.query_params.dict())
    asked.is_valid(raise_exception=True)
    names = {"system": "system_id", "duty": "duty"}
    return {names[name]: value for name, value in asked.validated_data.items() if name in names}


class Statements(generics.GenericAPIView[Statement]):
    """What people stated."""

    permission_classes = (needs("evidence:read", write="audits:write"),)
    serializer_class = StatementOut
    queryset = Statement.objects.none()

    @extend_schema(
        tags=TAG,
        operation_id="list_statements",
        parameters=[OpenApiParameter("system", UUID), OpenApiParameter("duty", str)],
        responses=with_problems({200: StatementOut(many=True)}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Newest first, those that were withdrawn too."""
        found = Statement.objects.of(acting(request).organisation).filter(**wanted(request)).select_related("entry", "withdrawal")
        pages = Pages()
        return pages.get_paginated_response(StatementOut(pages.paginate_queryset(found, request, view=self), many=True).data)

    @extend_schema(
        tags=TAG,
        operation_id="state_duty",
        request=NewStatement,
        responses=with_problems({201: StatementOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Attest a duty with a document, decide that evidence fulfils it, or say why it does not apply. Sealed and signed."""
        body = NewStatement(data=request.data)
        body.is_valid(raise_exception=True)
        given: dict[str, Any] = body.validated_data
        actor = acting(request)
        document = given.get("document")
        asked = services.Asked(
            system_version=given["system_version"],
            duty=given["duty"],
            state=given["state"],
            words=given["statement"],
            role=given["role"],
            document=(document["name"], _bytes(document["content"])) if document else None,
            cites=given["cites"],
            reference=given["reference"],
        )
        made = services.state_duty(actor=actor, asked=asked, catalogue=catalogue_of(actor.organisation), now=timezone.now())
        where = {"Location": reverse("statement", args=[made.pk])}
        return Response(StatementOut(made).data, status=201, headers=where)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ShapeError("document.content", "is no base64.") from None


def _one(request: Request, statement_id: UUID) -> Statement:
    rows = Statement.objects.select_related("entry", "withdrawal")
    found: Statement = rows.one(acting(request).organisation, statement_id)
    return found


class OneStatement(APIView):
    """One statement."""

    permission_classes = (needs("evidence:read"),)

    @extend_schema(tags=TAG, operation_id="retrieve_statement", responses=with_problems({200: StatementOut}, 404))
    def get(self, request: Request, statement_id: UUID) -> Response:
        """The statement as it was made; its signature is tried anew."""
        return Response(StatementOut(_one(request, statement_id)).data)


class StatementDocument(APIView):
    """The document of a statement."""

    permission_classes = (needs("evidence:read"),)

    @extend_schema(
        tags=TAG,
        operation_id="retrieve_statement_document",
        responses=with_problems({(200, "application/octet-stream"): OpenApiTypes.BINARY}, 404),  # type: ignore[dict-item]  # media types
    )
    def get(self, request: Request, statement_id: UUID) -> HttpResponse:
        """The bytes as they were handed in; the reading is written to the trail."""
        try:
            row, content = services.document_of(actor=acting(request), statement_id=statement_id, now=timezone.now())
        except PayloadErased as error:
            raise Gone(str(error)) from error
        return handed_out(row, content)


class Reason(Body):
    """Why."""

    reason = serializers.CharField(max_length=LONGEST_WORDS)


class WithdrawStatement(APIView):
    """Taking a statement back."""

    permission_classes = (needs("audits:write"),)

    @extend_schema(
        tags=TAG,
        operation_id="withdraw_statement",
        request=Reason,
        responses=with_problems({200: StatementOut}, 400, 404, 409, 413, 415),
    )
    def post(self, request: Request, statement_id: UUID) -> Response:
        """Take a statement back. It stays readable and counts no more."""
        _one(request, statement_id)  # what is not there is told before what does not fit
        body = Reason(data=request.data)
        body.is_valid(raise_exception=True)
        services.withdraw(actor=acting(request), statement_id=statement_id, now=timezone.now(), **body.validated_data)
        return Response(StatementOut(_one(request, statement_id)).data)


class NewAssignment(Body):
    """Who sees to a duty. An empty owner takes it from everybody."""

    system = serializers.UUIDField()
    duty = serializers.CharField(max_length=100)
    owner = serializers.CharField(max_length=LONGEST_NAME, allow_blank=True)
    due = serializers.DateField(required=False, allow_null=True, default=None)


class AssignmentOut(serializers.ModelSerializer[Assignment]):
    """Who sees to a duty, by when, and who said so."""

    system = serializers.UUIDField(source="system_id")

    class Meta:
        model = Assignment
        fields: ClassVar[tuple[str, ...]] = ("id", "system", "duty", "owner", "due", "made_by", "made_at")
        read_only_fields = fields


class Assignments(generics.GenericAPIView[Assignment]):
    """Who sees to which duty."""

    permission_classes = (needs("evidence:read", write="audits:write"),)
    serializer_class = AssignmentOut
    queryset = Assignment.objects.none()

    @extend_schema(
        tags=TAG,
        operation_id="list_assignments",
        parameters=[OpenApiParameter("system", UUID), OpenApiParameter("duty", str)],
        responses=with_problems({200: AssignmentOut(many=True)}, 400, 404),
    )
    def get(self, request: Request) -> Response:
        """Newest first; of each system and duty the newest counts."""
        found = Assignment.objects.of(acting(request).organisation).filter(**wanted(request))
        pages = Pages()
        return pages.get_paginated_response(AssignmentOut(pages.paginate_queryset(found, request, view=self), many=True).data)

    @extend_schema(
        tags=TAG,
        operation_id="assign_duty",
        request=NewAssignment,
        responses=with_problems({201: AssignmentOut}, 400, 404, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Say who sees to a duty of a system, and by when."""
        body = NewAssignment(data=request.data)
        body.is_valid(raise_exception=True)
        given: dict[str, Any] = body.validated_data
        actor = acting(request)
        made = services.assign(
            actor=actor,
            system_id=given["system"],
            duty=given["duty"],
            owner=given["owner"],
            due=given["due"],
            catalogue=catalogue_of(actor.organisation),
            now=timezone.now(),
        )
        return Response(AssignmentOut(made).data, status=201)
