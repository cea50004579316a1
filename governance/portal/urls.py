"""The pages."""

from django.urls import path

from governance.portal import evidence, reports, sign_in, systems, trail

app_name = "portal"
urlpatterns = [
    path("", systems.systems, name="systems"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("organisations", sign_in.organisations, name="organisations"),
    path("systems/<uuid:asset_id>", systems.system, name="system"),
    path("evidence", evidence.entries, name="evidence"),
    path("evidence/<uuid:entry_id>", evidence.entry, name="entry"),
    path("reports", reports.reports, name="reports"),
    path("reports/<uuid:report_id>", reports.report, name="report"),
    path("reports/<uuid:report_id>/<str:form>", reports.form, name="report_form"),
    path("versions/<uuid:version_id>/report", reports.build, name="build_report"),
    path("versions/<uuid:version_id>/obligations", systems.obligations, name="obligations"),
    path("versions/<uuid:version_id>/details", systems.details, name="details"),
    path("activity", trail.activity, name="activity"),
]
