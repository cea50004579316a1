"""The pages."""

from django.urls import path

from governance.portal import (
    destinations,
    evidence,
    members,
    notices,
    reports,
    security,
    settings,
    sign_in,
    systems,
    tokens,
    trail,
)

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
    path("settings", settings.settings, name="settings"),
    path("settings/members", members.members_page, name="members"),
    path("settings/members/<uuid:member_id>", members.change, name="member"),
    path("settings/tokens", tokens.tokens, name="tokens"),
    path("settings/tokens/<uuid:token_id>/revoke", tokens.revoke, name="revoke_token"),
    path("settings/security", security.security, name="security"),
    path("settings/notices", notices.notices, name="notices"),
    path("settings/notices/<uuid:endpoint_id>", notices.endpoint, name="notice_endpoint"),
    path("settings/destinations", destinations.destinations, name="destinations"),
    path("settings/destinations/<uuid:destination_id>", destinations.decide, name="decide_destination"),
    path("welcome/<str:ticket>", members.welcome, name="welcome"),
]
