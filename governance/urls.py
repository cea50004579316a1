"""Gathers the rooms' doors; each room spells its paths out in full."""

from django.urls import include, path, re_path

from governance.access.endpoints import api_not_found

urlpatterns = [
    path("", include("governance.access.urls")),
    path("", include("governance.access.destinations_urls")),
    path("", include("governance.approvals.urls")),
    path("", include("governance.compliance.urls")),
    path("", include("governance.incidents.urls")),
    path("", include("governance.monitoring.urls")),
    path("", include("governance.notices.urls")),
    path("", include("governance.portal.urls")),
    path("", include("governance.registry.urls")),
    path("", include("governance.reports.urls")),
    path("", include("governance.retention.urls")),
    path("", include("governance.evidence.urls")),
    re_path(r"^api/v1/[\s\S]*$", api_not_found),  # after every room: an address that none of them answers to
]
