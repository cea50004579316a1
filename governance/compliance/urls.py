"""Paths of criteria and frameworks."""

from django.urls import path

from governance.compliance import api
from governance.compliance.own import api as own

urlpatterns = [
    path("api/v1/criteria", api.Criteria.as_view(), name="criteria"),
    path("api/v1/criteria/<uuid:criterion_id>", api.OneCriterion.as_view(), name="criterion"),
    path("api/v1/frameworks", own.Frameworks.as_view(), name="frameworks"),
    path("api/v1/frameworks/versions", own.Versions.as_view(), name="framework_versions"),
    path("api/v1/frameworks/versions/<uuid:version_id>", own.OneVersion.as_view(), name="framework_version"),
    path("api/v1/frameworks/versions/<uuid:version_id>/retire", own.RetireVersion.as_view(), name="retire_framework"),
    path("api/v1/frameworks/versions/<uuid:version_id>/use", own.UseVersion.as_view(), name="use_framework"),
    path("api/v1/obligations", own.Obligations.as_view(), name="obligations"),
]
