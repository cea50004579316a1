"""Doors of approvals."""

from django.urls import path

from governance.approvals import api

app_name = "approvals"
urlpatterns = [
    path("api/v1/approvals", api.Approvals.as_view(), name="approvals"),
    path("api/v1/approvals/<uuid:approval_id>", api.OneApproval.as_view(), name="approval"),
    path("api/v1/approvals/<uuid:approval_id>/decision", api.Decision.as_view(), name="decision"),
]
