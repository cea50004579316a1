"""Doors of approvals."""

from django.urls import path

from governance.approvals import api, waivers_api

app_name = "approvals"
urlpatterns = [
    path("api/v1/approvals", api.Approvals.as_view(), name="approvals"),
    path("api/v1/approvals/<uuid:approval_id>", api.OneApproval.as_view(), name="approval"),
    path("api/v1/approvals/<uuid:approval_id>/decision", api.Decision.as_view(), name="decision"),
    path("api/v1/waivers", waivers_api.Waivers.as_view(), name="waivers"),
    path("api/v1/waivers/<uuid:waiver_id>", waivers_api.OneWaiver.as_view(), name="waiver"),
    path("api/v1/waivers/<uuid:waiver_id>/end", waivers_api.EndWaiver.as_view(), name="end_waiver"),
]
