"""REST doors of lineage."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.api import Body, Query, acting, needs
from governance.access.schema import with_problems
from lineage import services
from lineage.graph import DIRECTIONS
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


class StateEdge(Body):
    """`source KIND target`; `valid_from` is now when left out."""

    source = serializers.UUIDField()  # type: ignore[assignment]  # the name of the field, not DRF's own attribute
    target = serializers.UUIDField()
    kind = serializers.CharField(max_length=32, help_text=f"One of {', '.join(RULES)}.")
    valid_from = serializers.DateTimeField(required=False)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class EndEdge(Body):
    """`valid_to` is now when left out."""

    valid_to = serializers.DateTimeField(required=False)


class GraphQuery(Query):
    """Which part of the graph, and as of when (now when left out)."""

    direction = serializers.CharField(default="both", help_text=f"One of {', '.join(DIRECTIONS)}.")
    depth = serializers.IntegerField(default=services.DEPTH, help_text=f"Hops, 0 to {services.MAX_DEPTH}.")
    max_nodes = serializers.IntegerField(default=services.NODES, help_text=f"1 to {services.MAX_NODES}.")
    as_of = serializers.DateTimeField(required=False)


class SealedGraph(serializers.Serializer[Any]):
    """The evidence entry that holds the graph."""

    evidence = serializers.UUIDField()
    version_id = serializers.UUIDField()


class EdgeList(ListAPIView[Edge]):
    """Edges of the organisation, newest first by cursor; `POST` states one."""

    serializer_class = EdgeSerializer
    permission_classes = (needs("lineage:read", write="lineage:write"),)
    queryset = Edge.objects.none()

    def get_queryset(self) -> EdgeQuerySet:
        return Edge.objects.of(acting(self.request).organisation)

    @extend_schema(
        tags=_TAG, operation_id="lineage_edges_list", responses=with_problems({200: EdgeSerializer(many=True)}, 400, 404)
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List edges, ended ones too."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=_TAG,
        request=StateEdge,
        responses=with_problems({201: EdgeSerializer, 200: EdgeSerializer}, 400, 404, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """State an edge: 201 when it is new, 200 with the standing one when it was stated before."""
        given = _read(StateEdge(data=request.data))
        now = timezone.now()
        edge, new = services.state_edge(
            actor=acting(request),
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

    @extend_schema(tags=_TAG, request=EndEdge, responses=with_problems({200: EdgeSerializer}, 400, 404, 413, 415))
    def post(self, request: Request, edge_id: UUID) -> Response:
        """Let an edge end; it stays in the graph as of earlier moments."""
        given = _read(EndEdge(data=request.data))
        now = timezone.now()
        edge = services.end_edge(actor=acting(request), edge_id=edge_id, valid_to=given.get("valid_to", now), now=now)
        return Response(EdgeSerializer(edge).data)


class VersionGraph(APIView):
    """The graph around one version."""

    permission_classes = (needs("lineage:read"),)

    @extend_schema(tags=_TAG, parameters=[GraphQuery], responses=with_problems({200: OpenApiTypes.OBJECT}, 400, 404))
    def get(self, request: Request, version_id: UUID) -> Response:
        """Upstream is what the version stands on, downstream is what stands on it."""
        asked = _read(GraphQuery(data=request.query_params.dict()))
        asked.setdefault("as_of", timezone.now())
        answer = services.graph(organisation=acting(request).organisation, version_id=version_id, **asked)
        return Response(answer.to_plain())


class VersionSeal(APIView):
    """Seals the graph around one version."""

    permission_classes = (needs("lineage:write"),)

    @extend_schema(tags=_TAG, request=None, responses=with_problems({201: SealedGraph}, 400, 404))
    def post(self, request: Request, version_id: UUID) -> Response:
        """Seal the version's graph as of now as evidence of kind `lineage`."""
        entry = services.seal_graph(actor=acting(request), version_id=version_id, now=timezone.now())
        return Response({"evidence": entry.pk, "version_id": version_id}, status.HTTP_201_CREATED)


def _read(body: Body) -> dict[str, Any]:
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)
