"""REST doors of the registry."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from governance.access.api import Body, JSONBody, acting, needs
from governance.access.schema import with_problems
from governance.registry import services
from governance.registry.models import Asset, AssetVersion, Component
from governance.registry.queries import newest_versions, with_components
from governance.registry.specs import SPECS
from governance.registry.stages import STAGES

TAG = ["registry"]
READ_WRITE = (needs("registry:read", write="registry:write"),)


class AssetOut(serializers.ModelSerializer[Asset]):
    """An asset as it is registered."""

    class Meta:
        model = Asset
        fields: ClassVar[tuple[str, ...]] = ("id", "kind", "name", "slug", "owner", "stage", "created_at")
        read_only_fields = fields

    def to_representation(self, asset: Asset) -> dict[str, Any]:
        # By hand, here and below: the fields document the answer, and building them for every request takes long.
        return {name: getattr(asset, name) for name in AssetOut.Meta.fields} | {"id": str(asset.pk)}


class ComponentOut(serializers.ModelSerializer[Component]):
    """One part of a version, with the digest that the whole is pinned to."""

    version = serializers.UUIDField(source="component_version_id", read_only=True)
    asset = serializers.UUIDField(source="component_version.asset_id", read_only=True)
    kind = serializers.CharField(source="component_version.asset.kind", read_only=True)
    name = serializers.CharField(source="component_version.asset.name", read_only=True)
    number = serializers.IntegerField(source="component_version.number", read_only=True)
    digest = serializers.CharField(source="component_version.digest", read_only=True)

    class Meta:
        model = Component
        fields: ClassVar[tuple[str, ...]] = ("role", "version", "asset", "kind", "name", "number", "digest")
        read_only_fields = fields

    def to_representation(self, component: Component) -> dict[str, Any]:
        part = component.component_version
        named = {"role": component.role, "version": str(part.pk), "asset": str(part.asset_id), "kind": part.asset.kind}
        return {**named, "name": part.asset.name, "number": part.number, "digest": part.digest}


class VersionOut(serializers.ModelSerializer[AssetVersion]):
    """One version of an asset, for good."""

    kind = serializers.CharField(source="asset.kind", read_only=True)
    spec = serializers.DictField(
        read_only=True, help_text="The shape of the asset's kind; of fields that came later only those that are not empty."
    )
    components = ComponentOut(many=True, read_only=True)

    class Meta:
        model = AssetVersion
        fields: ClassVar[tuple[str, ...]] = (
            "id", "asset", "kind", "number", "digest", "spec", "components", "note", "created_by", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def to_representation(self, version: AssetVersion) -> dict[str, Any]:
        return {
            "id": str(version.pk),
            "asset": str(version.asset_id),
            "kind": version.asset.kind,
            "number": version.number,
            "digest": version.digest,
            "spec": version.spec,
            "components": ComponentOut(version.components.all(), many=True).data,
            "note": version.note,
            "created_by": version.created_by,
            "created_at": version.created_at,
        }


class SystemOut(AssetOut):
    """An AI system with its newest version; null before the first."""

    newest_version = serializers.SerializerMethodField()

    class Meta(AssetOut.Meta):
        fields: ClassVar[tuple[str, ...]] = (*AssetOut.Meta.fields, "newest_version")
        read_only_fields = fields

    @extend_schema_field(VersionOut(allow_null=True))
    def get_newest_version(self, asset: Asset) -> Any:
        """The version with the highest number."""
        version = self.context["newest"].get(asset.pk)
        return None if version is None else VersionOut(version).data

    def to_representation(self, asset: Asset) -> dict[str, Any]:
        return {**super().to_representation(asset), "newest_version": self.get_newest_version(asset)}


class NewAsset(Body):
    """What is registered. The slug is made from the name where none is given."""

    kind = serializers.CharField(max_length=40, help_text=f"One of {', '.join(SPECS)}.")
    name = serializers.CharField(max_length=200)
    owner = serializers.CharField(max_length=200, help_text="Who answers for it.")
    slug = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")


class StageChange(Body):
    """Where the asset stands in its life."""

    stage = serializers.CharField(max_length=40, help_text=f"One of {', '.join(STAGES)}.")


class NewComponent(Body):
    """One part: the role it plays and the version that plays it."""

    role = serializers.CharField(max_length=60)
    version = serializers.UUIDField()


class NewVersion(Body):
    """The next state of an asset. `spec` has the shape of the asset's kind; unknown fields are refused by name."""

    spec = serializers.DictField()
    components = NewComponent(many=True, required=False, default=())
    note = serializers.CharField(max_length=services.LONGEST_NOTE, required=False, allow_blank=True, default="")


class AssetList(ListAPIView[Asset]):
    """All assets of the organisation."""

    serializer_class = AssetOut
    permission_classes = READ_WRITE
    parser_classes = (JSONBody,)
    queryset = Asset.objects.none()
    filterset_fields = ("kind", "stage", "slug")

    def get_queryset(self) -> QuerySet[Asset]:
        assets: QuerySet[Asset] = Asset.objects.of(acting(self.request).organisation)
        return assets

    @extend_schema(
        tags=TAG,
        operation_id="assets_list",
        parameters=[OpenApiParameter(name, str) for name in filterset_fields],
        responses=with_problems({200: AssetOut(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List assets, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAG,
        operation_id="assets_create",
        request=NewAsset,
        responses=with_problems({201: AssetOut}, 400, 409, 413, 415),
    )
    def post(self, request: Request) -> Response:
        """Register an asset. It has no content until its first version."""
        body = NewAsset(data=request.data)
        body.is_valid(raise_exception=True)
        asset = services.register_asset(actor=acting(request), now=timezone.now(), **body.validated_data)
        where = {"Location": reverse("registry:asset", args=[asset.id])}
        return Response(AssetOut(asset).data, status=status.HTTP_201_CREATED, headers=where)


class AssetView(APIView):
    """One asset."""

    permission_classes = READ_WRITE
    parser_classes = (JSONBody,)

    @extend_schema(tags=TAG, operation_id="assets_retrieve", responses=with_problems({200: AssetOut}, 404))
    def get(self, request: Request, asset_id: UUID) -> Response:
        """Read an asset."""
        return Response(AssetOut(Asset.objects.one(acting(request).organisation, asset_id)).data)

    @extend_schema(
        tags=TAG,
        operation_id="assets_stage",
        request=StageChange,
        responses=with_problems({200: AssetOut}, 400, 404, 413, 415),
    )
    def patch(self, request: Request, asset_id: UUID) -> Response:
        """Move an asset to another stage of its life."""
        body = StageChange(data=request.data)
        body.is_valid(raise_exception=True)
        stage: str = body.validated_data["stage"]
        asset = services.change_stage(actor=acting(request), asset_id=asset_id, stage=stage, now=timezone.now())
        return Response(AssetOut(asset).data)


class VersionList(ListAPIView[AssetVersion]):
    """Versions of all assets."""

    serializer_class = VersionOut
    permission_classes = READ_WRITE
    queryset = AssetVersion.objects.none()

    def get_queryset(self) -> QuerySet[AssetVersion]:
        return with_components(AssetVersion.objects.of(acting(self.request).organisation))

    @extend_schema(tags=TAG, operation_id="versions_list", responses=with_problems({200: VersionOut(many=True)}, 400, 404))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List versions of every asset, newest first."""
        return super().get(request, *args, **kwargs)


class VersionsOfAsset(ListAPIView[AssetVersion]):
    """Versions of one asset."""

    serializer_class = VersionOut
    permission_classes = READ_WRITE
    parser_classes = (JSONBody,)
    queryset = AssetVersion.objects.none()

    def get_queryset(self) -> QuerySet[AssetVersion]:
        organisation = acting(self.request).organisation
        asset = Asset.objects.one(organisation, self.kwargs["asset_id"])
        return with_components(AssetVersion.objects.of(organisation).filter(asset=asset))

    @extend_schema(tags=TAG, operation_id="asset_versions_list", responses=with_problems({200: VersionOut(many=True)}, 400, 404))
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List versions of an asset, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAG,
        operation_id="asset_versions_create",
        request=NewVersion,
        responses=with_problems({200: VersionOut, 201: VersionOut}, 400, 404, 413, 415),
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        """Add a version: 201 when it is new, 200 with the newest one when that has the same content."""
        body = NewVersion(data=request.data)
        body.is_valid(raise_exception=True)
        given, now = body.validated_data, timezone.now()
        version = services.add_version(
            actor=acting(request),
            asset_id=asset_id,
            spec=given["spec"],
            components=[(part["role"], part["version"]) for part in given["components"]],
            note=given["note"],
            now=now,
        )
        # The service returns an older version when it has the same content.
        made = status.HTTP_201_CREATED if version.created_at == now else status.HTTP_200_OK
        where = {"Location": reverse("registry:version", args=[version.id])}
        return Response(VersionOut(version).data, status=made, headers=where)


class VersionView(APIView):
    """One version."""

    permission_classes = READ_WRITE

    @extend_schema(tags=TAG, operation_id="versions_retrieve", responses=with_problems({200: VersionOut}, 404))
    def get(self, request: Request, version_id: UUID) -> Response:
        """Read a version with its components."""
        versions: Any = with_components(AssetVersion.objects.all())
        return Response(VersionOut(versions.one(acting(request).organisation, version_id)).data)


class SystemList(ListAPIView[Asset]):
    """AI systems with their newest versions."""

    serializer_class = SystemOut
    permission_classes = (needs("registry:read"),)
    queryset = Asset.objects.none()
    filterset_fields = ("stage", "slug")

    def get_queryset(self) -> QuerySet[Asset]:
        systems: QuerySet[Asset] = Asset.objects.of(acting(self.request).organisation).filter(kind="ai_system")
        return systems

    @extend_schema(
        tags=TAG,
        operation_id="systems_list",
        parameters=[OpenApiParameter(name, str) for name in filterset_fields],
        responses=with_problems({200: SystemOut(many=True)}, 400, 404),
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List AI systems, newest first, each with its newest version."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        context = {"newest": newest_versions(acting(request).organisation, [asset.pk for asset in page])}
        return self.get_paginated_response(SystemOut(page, many=True, context=context).data)


class SystemView(APIView):
    """One AI system with its newest version."""

    permission_classes = (needs("registry:read"),)

    @extend_schema(tags=TAG, operation_id="systems_retrieve", responses=with_problems({200: SystemOut}, 404))
    def get(self, request: Request, asset_id: UUID) -> Response:
        """Read an AI system with its newest version."""
        organisation = acting(request).organisation
        system = Asset.objects.filter(kind="ai_system").one(organisation, asset_id)
        return Response(SystemOut(system, context={"newest": newest_versions(organisation, [system.pk])}).data)
