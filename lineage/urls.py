"""Doors of lineage."""

from django.urls import path

from lineage import api, views

app_name = "lineage"
urlpatterns = [
    path("api/v1/lineage/edges", api.EdgeList.as_view(), name="edges"),
    path("api/v1/lineage/nodes", api.NodeList.as_view(), name="nodes"),
    path("api/v1/lineage/edges/bulk", api.EdgeBulk.as_view(), name="edges_bulk"),
    path("api/v1/lineage/edges/<uuid:edge_id>/end", api.EdgeEnd.as_view(), name="edge_end"),
    path("api/v1/lineage/<uuid:version_id>", api.VersionGraph.as_view(), name="graph"),
    path("api/v1/lineage/<uuid:version_id>/seal", api.VersionSeal.as_view(), name="seal"),
    path("lineage/of/<uuid:version_id>", views.of_version, name="of_version"),
]
