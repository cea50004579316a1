"""Questions of pages and lists to the registry, each in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Prefetch, QuerySet

from governance.access.compiled import compiled, with_related
from governance.registry.models import AssetVersion, Component


def with_components(versions: QuerySet[AssetVersion]) -> QuerySet[AssetVersion]:
    """The same versions, with asset and components at hand: three queries however many versions."""
    return versions.select_related("asset").prefetch_related(Prefetch("components", queryset=_in_order()))


def _in_order() -> QuerySet[Component, Component]:
    parts: QuerySet[Component, Component] = Component.objects.select_related("component_version__asset")
    return parts.order_by("role", "component_version__digest", "id")


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
    newest = _newest(organisation, list(assets))
    parts: dict[UUID, list[Component]] = defaultdict(list)
    for part in _parts([version.pk for version in newest]) if newest else ():
        parts[part.system_version_id].append(part)
    for version in newest:
        with_related(version, "components", parts[version.pk])
    return {version.asset_id: version for version in newest}


@compiled(UUID, list)
def _newest(organisation: UUID, assets: list[UUID]) -> QuerySet[AssetVersion, AssetVersion]:
    of_assets: QuerySet[AssetVersion, AssetVersion] = AssetVersion.objects.of(organisation).filter(asset_id__any_of=assets)
    return of_assets.select_related("asset").order_by("asset_id", "-number").distinct("asset_id")


@compiled(list)
def _parts(versions: list[UUID]) -> QuerySet[Component, Component]:
    return _in_order().filter(system_version_id__any_of=versions)
