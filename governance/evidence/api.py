"""REST doors of the ledger: read what is sealed, its proof, the signed heads and, on the record, private payloads."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.api import Body, JSONBody, acting, needs
from governance.access.problems import MEDIA_TYPE, Problem
from governance.access.schema import with_problems
from governance.evidence import services
from governance.evidence.models import Entry, Head
from governance.keys.services import public_keys

TAG = ["evidence"]
READ = (needs("evidence:read"),)
GONE = {(410, MEDIA_TYPE): OpenApiResponse(Problem, "The payload was erased; `detail` says when, by whom and why.")}


class NotYet(exceptions.APIException):
    """The entry waits for its place in the ledger."""

    status_code = status.HTTP_409_CONFLICT
    problem_type = "not-yet"
    wait = 2  # seconds, told as Retry-After


class Gone(exceptions.APIException):
    """The payload was erased."""

    status_code = status.HTTP_410_GONE


class EntryOut(serializers.ModelSerializer[Entry]):
    """One sealed statement, without its body. `seq` is its place in the ledger, null for the seconds before it has one."""

    seq = serializers.SerializerMethodField()
    digest = serializers.CharField(read_only=True, help_text="`sha256:` and the RFC 6962 leaf hash of the sealed bytes.")
    payload = serializers.SerializerMethodField(help_text="none, kept or erased")

    class Meta:
        model = Entry
        fields: ClassVar[tuple[str, ...]] = ("id", "kind", "subject", "run_id", "sealed_at", "digest", "seq", "payload")
        read_only_fields = fields

    def get_seq(self, entry: Entry) -> int | None:
        """The entry's place, None while it waits."""
        leaf = getattr(entry, "leaf", None)
        return None if leaf is None else int(leaf.seq)

    def get_payload(self, entry: Entry) -> str:
        """Whether private words lie beside it."""
        kept = getattr(entry, "payload", None)
        if kept is None:
            return "none"
        return "kept" if kept.erased_at is None else "erased"


class SuccessorOut(serializers.Serializer[Any]):
    """The version that succeeded a pinned one."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()


class StalePinOut(serializers.Serializer[Any]):
    """A version the evidence rests on that has a successor in use."""

    role = serializers.CharField()
    id = serializers.UUIDField()
    digest = serializers.CharField()
    successor = SuccessorOut()


class EntryDetail(EntryOut):
    """One sealed statement with its body and the pins that are out of date."""

    statement = serializers.DictField(read_only=True, help_text="The sealed body as JSON.")
    stale = StalePinOut(many=True, read_only=True)

    class Meta(EntryOut.Meta):
        fields: ClassVar[tuple[str, ...]] = (*EntryOut.Meta.fields, "statement", "stale")
        read_only_fields = fields

    def to_representation(self, instance: Entry) -> dict[str, Any]:
        """The columns, the body as it was sealed, and what is stale now."""
        shown = EntryOut(instance).data
        return {**shown, "statement": instance.statement(), "stale": services.stale(instance)}


class HeadOut(serializers.Serializer[Any]):
    """A signed head: the signature covers the canonical JSON of all fields but `signature` and `public_key`."""

    schema = serializers.CharField()
    organisation = serializers.UUIDField()
    size = serializers.IntegerField()
    root = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the property
    previous = serializers.CharField()
    at = serializers.CharField()
    key_id = serializers.CharField()
    signature = serializers.CharField()
    public_key = serializers.CharField(help_text="Ed25519, raw, hexadecimal. Compare its fingerprint another way.")

    def to_representation(self, instance: Head) -> dict[str, Any]:
        """The signed fields as they were signed."""
        public = self.context["public_keys"].get(instance.key_id, b"")
        return {**services.head_plain(instance), "public_key": public.hex()}


class SignedHeadOut(HeadOut):
    """A signed head inside a proof; the public key stands beside it."""

    public_key = None  # type: ignore[assignment]  # DRF's way to drop an inherited field


class ProofOut(serializers.Serializer[Any]):
    """RFC 6962 inclusion proof; hashes in hexadecimal, from the leaf's sibling up."""

    entry = serializers.UUIDField()
    leaf_index = serializers.IntegerField()
    leaf_hash = serializers.CharField()
    tree_size = serializers.IntegerField()
    hashes = serializers.ListField(child=serializers.CharField())
    head = SignedHeadOut()
    public_key = serializers.CharField()


class Erasure(Body):
    """Why the private payload is destroyed."""

    reason = serializers.CharField(max_length=2000)


class EvidenceList(ListAPIView[Entry]):
    """Everything sealed."""

    serializer_class = EntryOut
    permission_classes = READ
    queryset = Entry.objects.none()
    filterset_fields = ("kind", "subject", "run_id")

    def get_queryset(self) -> QuerySet[Entry]:
        entries = Entry.objects.of(acting(self.request).organisation).select_related("leaf", "payload")
        light: QuerySet[Entry] = entries.defer("body", "payload__ciphertext")
        return light

    @extend_schema(
        tags=TAG,
        operation_id="evidence_list",
        parameters=[OpenApiParameter(name, str) for name in filterset_fields],
        responses=with_problems({200: EntryOut(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List sealed statements, newest first."""
        return super().get(request, *args, **kwargs)


class HeadList(ListAPIView[Head]):
    """The signed heads."""

    serializer_class = HeadOut
    permission_classes = READ
    queryset = Head.objects.none()

    def get_queryset(self) -> QuerySet[Head]:
        heads: QuerySet[Head] = Head.objects.of(acting(self.request).organisation)
        return heads

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        request: Request | None = context.get("request")
        known = public_keys(acting(request).organisation) if request is not None else {}
        return {**context, "public_keys": known}

    @extend_schema(tags=TAG, operation_id="evidence_heads", responses=with_problems({200: HeadOut(many=True)}, 400, 404))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List signed heads, newest first. Keep one elsewhere: it shows later that nothing was cut off."""
        return super().get(request, *args, **kwargs)


class EvidenceView(APIView):
    """One sealed statement."""

    permission_classes = READ

    @extend_schema(tags=TAG, operation_id="evidence_retrieve", responses=with_problems({200: EntryDetail}, 404))
    def get(self, request: Request, entry_id: UUID) -> Response:
        """Read a sealed statement."""
        return Response(EntryDetail(services.entry_of(acting(request).organisation, entry_id)).data)


class ProofView(APIView):
    """The proof of one statement."""

    permission_classes = READ

    @extend_schema(tags=TAG, operation_id="evidence_proof", responses=with_problems({200: ProofOut}, 404, 409))
    def get(self, request: Request, entry_id: UUID) -> Response:
        """Prove that a statement stands under the newest signed head."""
        entry = services.entry_of(acting(request).organisation, entry_id)
        try:
            return Response(services.prove(entry))
        except services.NotSequenced as error:
            raise NotYet(str(error)) from error


class PayloadView(APIView):
    """The private words beside one statement."""

    permission_classes = READ

    @extend_schema(
        tags=TAG,
        operation_id="evidence_payload",
        responses=with_problems({(200, "application/octet-stream"): OpenApiTypes.BINARY}, 404) | GONE,  # type: ignore[dict-item]
    )
    def get(self, request: Request, entry_id: UUID) -> HttpResponse:
        """Read the private payload as it was sealed; the reading is written to the trail."""
        actor = acting(request)
        entry = services.entry_of(actor.organisation, entry_id)
        try:
            plain = services.read_payload(actor=actor, entry=entry, now=timezone.now())
        except services.PayloadErased as error:
            raise Gone(str(error)) from error
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{entry.id}.payload"'}
        return HttpResponse(plain, content_type="application/octet-stream", headers=headers)


class ErasureView(APIView):
    """Destroying the private words beside one statement."""

    permission_classes = (needs("admin"),)
    parser_classes = (JSONBody,)

    @extend_schema(
        tags=TAG,
        operation_id="evidence_erase",
        request=Erasure,
        responses=with_problems({200: EntryOut}, 400, 404, 409, 413, 415) | GONE,
    )
    def post(self, request: Request, entry_id: UUID) -> Response:
        """Destroy the private payload, unless a hold stands. Statement and proof stay; who erased it and why stays readable."""
        body = Erasure(data=request.data)
        body.is_valid(raise_exception=True)
        actor = acting(request)
        entry = services.entry_of(actor.organisation, entry_id)
        reason: str = body.validated_data["reason"]
        try:
            services.erase_payload(actor=actor, entry=entry, reason=reason, now=timezone.now())
        except services.PayloadErased as error:
            raise Gone(str(error)) from error
        return Response(EntryOut(services.entry_of(actor.organisation, entry_id)).data)
