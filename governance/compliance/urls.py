"""Paths of criteria."""

from django.urls import path

from governance.compliance import api

urlpatterns = [
    path("api/v1/criteria", api.Criteria.as_view(), name="criteria"),
    path("api/v1/criteria/<uuid:criterion_id>", api.OneCriterion.as_view(), name="criterion"),
]
