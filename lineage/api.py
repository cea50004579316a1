"""REST doors of lineage."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.api import needs
from governance.shapes import ShapeError
from lineage import services
from lineage.models import Edge, EdgeQuerySet
from lineage.rules import RULES

_TAG = ["lineage"]


class EdgeSerializer(serializers.ModelSerializer[Edge]):
    """An edge as it was stated."""

    class Meta:
        model = Edge
        fields: ClassVar[tuple[str, ...]] = (
            "id", "source", "target", "kind", "valid_from", "valid_to", "stated_by", "stated_at", "note",
        )  # fmt: skip
        read_only_fields = fields


class StateEdge(serializers.Serializer[Any]):
    """`source KIND target`; `valid_from` is now when left out."""

    source = serializers.UUIDField()
    target = serializers.UUIDField()
    kind = serializers.CharField(max_length=32, help_text=f"One of {', '.join(RULES)}.")
    valid_from = serializers.DateTimeField(required=False)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class EndEdge(serializers.Serializer[Any]):
    """`valid_to` is now when left out."""

    valid_to = serializers.DateTimeField(required=False)


class SealedGraph(serializers.Serializer[Any]):
    """The evidence entry that holds the graph."""

    evidence = serializers.UUIDField()
    version_id = serializers.UUIDField()


class EdgeList(ListAPIView[Edge]):
    """Edges of the organisation, newest first by cursor; `POST` states one."""

    serializer_class = EdgeSerializer

    def get_permissions(self) -> list[Any]:
        return [needs("lineage:write" if self.request.method == "POST" else "lineage:read")()]

    def get_queryset(self) -> EdgeQuerySet:
        return Edge.objects.of(self.request.user.actor.organisation)

    @extend_schema(tags=_TAG, operation_id="lineage_edges_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List edges, ended ones too."""
        return super().get(request, *args, **kwargs)

    @extend_schema(tags=_TAG, request=StateEdge, responses={201: EdgeSerializer, 200: EdgeSerializer})
    def post(self, request: Request) -> Response:
        """State an edge: 201 when it is new, 200 with the standing one when it was stated before."""
        given = _read(StateEdge, request)
        now = timezone.now()
        edge, new = services.state_edge(
            actor=request.user.actor,
            source_id=given["source"],
            target_id=given["target"],
            kind=given["kind"],
            valid_from=given.get("valid_from", now),
            note=given["note"],
            now=now,
        )
        return Response(EdgeSerializer(edge).data, status.HTTP_201_CREATED if new else status.HTTP_200_OK)


class EdgeEnd(APIView):
    """Ends an edge."""

    permission_classes = (needs("lineage:write"),)

    @extend_schema(tags=_TAG, request=EndEdge, responses=EdgeSerializer)
    def post(self, request: Request, edge_id: UUID) -> Response:
        """Let an edge end; it stays in the graph as of earlier moments."""
        given = _read(EndEdge, request)
        now = timezone.now()
        edge = services.end_edge(actor=request.user.actor, edge_id=edge_id, valid_to=given.get("valid_to", now), now=now)
        return Response(EdgeSerializer(edge).data)


class VersionGraph(APIView):
    """The graph around one version."""

    permission_classes = (needs("lineage:read"),)

    @extend_schema(
        tags=_TAG,
        parameters=[
            OpenApiParameter("direction", enum=["upstream", "downstream", "both"], default="both"),
            OpenApiParameter("depth", OpenApiTypes.INT, description="Hops, 0 to 50.", default=services.DEPTH),
            OpenApiParameter("max_nodes", OpenApiTypes.INT, description="1 to 10000.", default=services.NODES),
            OpenApiParameter("as_of", OpenApiTypes.DATETIME, description="A moment; now when left out."),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, version_id: UUID) -> Response:
        """Upstream is what the version stands on, downstream is what stands on it."""
        asked = request.query_params
        answer = services.graph(
            organisation=request.user.actor.organisation,
            version_id=version_id,
            direction=asked.get("direction", "both"),
            depth=_whole(asked.get("depth"), "depth", services.DEPTH),
            max_nodes=_whole(asked.get("max_nodes"), "max_nodes", services.NODES),
            as_of=_moment(asked.get("as_of")),
        )
        return Response(answer.to_plain())


class VersionSeal(APIView):
    """Seals the graph around one version."""

    permission_classes = (needs("lineage:write"),)

    @extend_schema(tags=_TAG, request=None, responses={201: SealedGraph})
    def post(self, request: Request, version_id: UUID) -> Response:
        """Seal the version's graph as of now as evidence of kind `lineage`."""
        entry = services.seal_graph(actor=request.user.actor, version_id=version_id, now=timezone.now())
        return Response({"evidence": entry.pk, "version_id": version_id}, status.HTTP_201_CREATED)


def _read(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    if isinstance(request.data, dict):
        for name in request.data:
            if name not in shape().fields:
                raise ShapeError(str(name), "unknown field.", tuple(shape().fields))
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _whole(text: str | None, field: str, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise ShapeError(field, "must be a whole number.")
    return int(text)


def _moment(text: str | None) -> datetime:
    if text is None:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise ShapeError("as_of", "must be a moment like 2026-11-22T14:05:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
