"""Paths of criteria, the states of duties, and what people say of them."""

from django.urls import path

from governance.compliance import api, duties_api
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
]
