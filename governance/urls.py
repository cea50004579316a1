"""Gathers the rooms' doors; each room spells its paths out in full."""

from django.urls import include, path

urlpatterns = [
    path("", include("governance.access.urls")),
    path("", include("governance.compliance.urls")),
    path("", include("governance.registry.urls")),
    path("", include("governance.evidence.urls")),
]
