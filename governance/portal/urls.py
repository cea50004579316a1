"""The pages."""

from django.urls import path

from governance.portal import (
    approvals,
    evidence,
    members,
    reports,
    security,
    settings,
    sign_in,
    single_sign_on,
    systems,
    tokens,
    trail,
)

app_name = "portal"
urlpatterns = [
    path("", systems.systems, name="systems"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("sign-in/code", sign_in.code, name="code"),
    path("sign-in/oidc", single_sign_on.start, name="oidc"),
    path("sign-in/oidc/callback", single_sign_on.callback, name="oidc_callback"),
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
    path("approvals", approvals.approvals, name="approvals"),
    path("approvals/ask", approvals.ask, name="ask_approval"),
    path("approvals/<uuid:approval_id>/decision", approvals.decide, name="decide_approval"),
    path("versions/<uuid:version_id>/approvals", approvals.of_version, name="approvals_of"),
    path("activity", trail.activity, name="activity"),
    path("settings", settings.settings, name="settings"),
    path("settings/members", members.members_page, name="members"),
    path("settings/members/<uuid:member_id>", members.change, name="member"),
    path("settings/tokens", tokens.tokens, name="tokens"),
    path("settings/tokens/<uuid:token_id>/revoke", tokens.revoke, name="revoke_token"),
    path("settings/security", security.security, name="security"),
    path("settings/security/second-factor", security.second_factor, name="second_factor"),
    path("settings/security/second-factor/remove", security.remove_second_factor, name="remove_second_factor"),
    path("settings/security/recovery-codes", security.recovery_codes, name="recovery_codes"),
    path("settings/security/confirm", security.confirm, name="confirm"),
    path("settings/security/password", security.password, name="password"),
    path("settings/security/required", security.require, name="require_second_factor"),
    path("welcome/<str:ticket>", members.welcome, name="welcome"),
]
