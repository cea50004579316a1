"""Doors of the registry."""

from django.urls import path

from governance.registry import api

app_name = "registry"
urlpatterns = [
    path("api/v1/systems", api.SystemList.as_view(), name="systems"),
    path("api/v1/systems/<uuid:asset_id>", api.SystemView.as_view(), name="system"),
    path("api/v1/assets", api.AssetList.as_view(), name="assets"),
    path("api/v1/assets/<uuid:asset_id>", api.AssetView.as_view(), name="asset"),
    path("api/v1/assets/<uuid:asset_id>/versions", api.VersionsOfAsset.as_view(), name="versions_of"),
    path("api/v1/versions", api.VersionList.as_view(), name="versions"),
    path("api/v1/versions/<uuid:version_id>", api.VersionView.as_view(), name="version"),
]
