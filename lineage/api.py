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
from governance.access.tenancy import TenantQuerySet
from governance.shapes import ShapeError
from lineage import asking, services
from lineage.graph import DIRECTIONS
from lineage.models import Edge, EdgeQuerySet, Node
from lineage.moments import Moment, moment_asked
from lineage.names import EXTERNAL
from lineage.rules import RULES
from lineage.stated import MOST_EDGES, read_edge, read_edges

_TAG = ["lineage"]


class EdgeSerializer(serializers.ModelSerializer[Edge]):
    """An edge as it was stated."""

    class Meta:
        model = Edge
        fields: ClassVar[tuple[str, ...]] = (
            "id", "source", "target", "kind", "valid_from", "valid_to", "stated_by", "stated_at", "note", "columns",
        )  # fmt: skip
        read_only_fields = fields


_END = f"An id, or an object of `kind` (one of {', '.join(EXTERNAL)}), `namespace` and `name`."


class NodeSerializer(serializers.ModelSerializer[Node]):
    """Something outside the registry."""

    class Meta:
        model = Node
        fields: ClassVar[tuple[str, ...]] = ("id", "kind", "namespace", "name", "named_at")
        read_only_fields = fields


class StateEdge(Body):
    """`source KIND target`; `valid_from` is now when left out. Told here, read by `stated`."""

    source = serializers.JSONField(help_text=_END)  # type: ignore[assignment]  # the name of the field, not DRF's own attribute
    target = serializers.JSONField(help_text=_END)
    kind = serializers.CharField(max_length=32, help_text=f"One of {', '.join(RULES)}.")
    valid_from = serializers.DateTimeField(required=False)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    columns = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2),
        required=False,
        help_text="Pairs of a column of the source and a column of the target.",
    )


class StateEdges(Body):
    """Many edges, all or none."""

    edges = StateEdge(many=True, help_text=f"1 to {MOST_EDGES} of them.")


class Stated(serializers.Serializer[Any]):
    """What stating many did."""

    stated = serializers.IntegerField(help_text="Edges that are new.")
    standing = serializers.IntegerField(help_text="Edges that stood open before, or were named twice.")
    version = serializers.IntegerField(help_text="The lineage version of the organisation from now on.")


class EndEdge(Body):
    """`valid_to` is now when left out."""

    valid_to = serializers.DateTimeField(required=False)


class GraphQuery(Query):
    """Which part of the graph, and as of when (now when left out): name one of the four at most."""

    direction = serializers.CharField(default="both", help_text=f"One of {', '.join(DIRECTIONS)}.")
    depth = serializers.IntegerField(default=asking.DEPTH, help_text=f"Hops, 0 to {asking.MAX_DEPTH}.")
    max_nodes = serializers.IntegerField(default=asking.NODES, help_text=f"1 to {asking.MAX_NODES}.")
    as_of = serializers.DateTimeField(required=False)
    as_of_evidence = serializers.UUIDField(required=False, help_text="As of when this evidence was sealed.")
    as_of_run = serializers.UUIDField(required=False, help_text="As of when this audit's result was sealed.")
    as_of_report = serializers.UUIDField(required=False, help_text="As of when this report was built.")
    cursor = serializers.CharField(required=False, help_text="The `cursor` of an answer: the nodes that follow, as of the same.")


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
        now = timezone.now()
        given = read_edge(request.data, now)
        edge, new = services.state_edge(
            actor=acting(request),
            source_id=given.source,
            target_id=given.target,
            kind=given.kind,
            valid_from=given.valid_from,
            note=given.note,
            columns=given.columns,
            now=now,
        )
        return Response(EdgeSerializer(edge).data, status.HTTP_201_CREATED if new else status.HTTP_200_OK)


class NodeList(ListAPIView[Node]):
    """What stands outside the registry and was named, newest first by cursor."""

    serializer_class = NodeSerializer
    permission_classes = (needs("lineage:read"),)
    queryset = Node.objects.none()
    filterset_fields = ("kind", "namespace", "name")

    def get_queryset(self) -> TenantQuerySet[Node]:
        nodes: TenantQuerySet[Node] = Node.objects.of(acting(self.request).organisation).filter(version=None)
        return nodes

    @extend_schema(
        tags=_TAG, operation_id="lineage_nodes_list", responses=with_problems({200: NodeSerializer(many=True)}, 400, 404)
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List data sets, jobs and runs outside the registry; `?kind=`, `?namespace=` and `?name=` find one."""
        return super().get(request, *args, **kwargs)


class EdgeBulk(APIView):
    """States many edges."""

    permission_classes = (needs("lineage:write"),)

    @extend_schema(tags=_TAG, request=StateEdges, responses=with_problems({200: Stated}, 400, 404, 413, 415))
    def post(self, request: Request) -> Response:
        """State up to 10,000 edges in one transaction: all of them, or none where one does not fit."""
        now = timezone.now()
        body = request.data
        if not isinstance(body, dict) or set(body) != {"edges"}:
            raise ShapeError("edges", "is required, and nothing beside it.")
        done = services.state_edges(actor=acting(request), edges=read_edges(body["edges"], now), now=now)
        return Response({"stated": done.stated, "standing": done.standing, "version": done.version})


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
        """Upstream is what the version (or a node outside the registry) stands on, downstream is what stands on it."""
        asked = _read(GraphQuery(data=request.query_params.dict()))
        organisation = acting(request).organisation
        moment = Moment(*(asked.pop(name, None) for name in ("as_of", "as_of_evidence", "as_of_run", "as_of_report")))
        as_of = moment_asked(organisation, moment, timezone.now())
        answer = services.graph(organisation=organisation, version_id=version_id, as_of=as_of, **asked)
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
