"""Paths of criteria, frameworks, the states of duties, and what people say of them."""

from django.urls import path

from governance.compliance import api, duties_api
from governance.compliance.own import api as own
from governance.compliance.statements import api as statements

urlpatterns = [
    path("api/v1/criteria", api.Criteria.as_view(), name="criteria"),
    path("api/v1/criteria/<uuid:criterion_id>", api.OneCriterion.as_view(), name="criterion"),
    path("api/v1/duties", duties_api.Duties.as_view(), name="duties"),
    path("api/v1/assignments", statements.Assignments.as_view(), name="assignments"),
    path("api/v1/statements", statements.Statements.as_view(), name="statements"),
    path("api/v1/statements/<uuid:statement_id>", statements.OneStatement.as_view(), name="statement"),
    path("api/v1/statements/<uuid:statement_id>/document", statements.StatementDocument.as_view(), name="statement_document"),
    path("api/v1/statements/<uuid:statement_id>/withdrawal", statements.WithdrawStatement.as_view(), name="withdraw_statement"),
    path("api/v1/frameworks", own.Frameworks.as_view(), name="frameworks"),
    path("api/v1/frameworks/versions", own.Versions.as_view(), name="framework_versions"),
    path("api/v1/frameworks/versions/<uuid:version_id>", own.OneVersion.as_view(), name="framework_version"),
    path("api/v1/frameworks/versions/<uuid:version_id>/retire", own.RetireVersion.as_view(), name="retire_framework"),
    path("api/v1/frameworks/versions/<uuid:version_id>/use", own.UseVersion.as_view(), name="use_framework"),
    path("api/v1/obligations", own.Obligations.as_view(), name="obligations"),
]
