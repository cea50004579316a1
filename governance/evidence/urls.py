"""Doors of the ledger."""

from django.urls import path

from governance.evidence import api

app_name = "evidence"
urlpatterns = [
    path("api/v1/evidence", api.EvidenceList.as_view(), name="list"),
    path("api/v1/evidence/heads", api.HeadList.as_view(), name="heads"),
    path("api/v1/evidence/<uuid:entry_id>", api.EvidenceView.as_view(), name="entry"),
    path("api/v1/evidence/<uuid:entry_id>/proof", api.ProofView.as_view(), name="proof"),
    path("api/v1/evidence/<uuid:entry_id>/payload", api.PayloadView.as_view(), name="payload"),
    path("api/v1/evidence/<uuid:entry_id>/erasure", api.ErasureView.as_view(), name="erasure"),
]
