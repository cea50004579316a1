"""Questions of pages and lists to the registry, each in a fixed number of queries."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet

from governance.registry.models import AssetVersion, Component


def with_components(versions: QuerySet[AssetVersion]) -> QuerySet[AssetVersion]:
    """The same versions, with asset and components at hand: three queries however many versions."""
    parts = Component.objects.select_related("component_version__asset").order_by("role", "component_version__digest", "id")
    return versions.select_related("asset").prefetch_related(Prefetch("components", queryset=parts))


def successors_of(organisation: UUID, versions: Iterable[UUID | str]) -> dict[str, tuple[str, int]]:
    """Version id -> id and number of the newest version of its asset, for those that are not the newest themselves."""
    wanted = set(versions)
    if not wanted:
        return {}
    newer = AssetVersion.objects.of(organisation).filter(pk__in=wanted, asset__versions__number__gt=F("number"))
    rows = newer.order_by("asset__versions__number").values_list("pk", "asset__versions__id", "asset__versions__number")
    return {str(version): (str(successor), number) for version, successor, number in rows}  # the newest comes last and stays


def newest_versions(organisation: UUID, assets: Iterable[UUID]) -> dict[UUID, AssetVersion]:
    """Asset id -> its newest version, with components; assets without versions are left out."""
    of_assets = AssetVersion.objects.of(organisation).filter(asset_id__in=list(assets))
    newest = of_assets.order_by("asset_id", "-number").distinct("asset_id")
    return {version.asset_id: version for version in with_components(newest)}
