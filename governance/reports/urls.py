"""Paths of reports."""

from django.urls import path

from governance.reports import api, bundle_api
from governance.reports.diff import api as diff

urlpatterns = [
    path("api/v1/reports", api.Reports.as_view(), name="reports"),
    path("api/v1/reports/<uuid:report_id>", api.OneReport.as_view(), name="report"),
    path("api/v1/reports/<uuid:report_id>/bundle", bundle_api.ReportBundle.as_view(), name="report_bundle"),
    path("api/v1/reports/<uuid:report_id>/<str:form>", api.ReportForm.as_view(), name="report_form"),
    path("api/v1/reports/<uuid:report_id>/since/<uuid:earlier_id>", diff.ReportDifference.as_view(), name="report_difference"),
]
