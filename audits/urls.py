"""Doors of audits."""

from django.urls import include, path

from audits.comparisons import api as comparisons
from audits.feedback import api as feedback
from audits.intake import api as intake
from audits.review import api as reviews
from audits.review import calibrations_api as calibrations
from audits.runs import again_api as again
from audits.runs import api as runs
from audits.runs.kinds_api import AuditKinds
from audits.runs.reproduce_api import AuditReproductions
from audits.suites import api as suites
from audits.suites import schedules_api as schedules

app_name = "audits"
urlpatterns = [
    path("api/v1/audits", runs.AuditList.as_view(), name="audits"),
    path("api/v1/audits/<uuid:run_id>", runs.AuditDetail.as_view(), name="audit"),
    path("api/v1/audits/<uuid:run_id>/items", runs.AuditItems.as_view(), name="audit_items"),
    path("api/v1/audits/<uuid:run_id>/incomplete", again.AuditIncomplete.as_view(), name="audit_incomplete"),
    path("api/v1/audits/<uuid:run_id>/cancel", again.AuditCancel.as_view(), name="audit_cancel"),
    path("api/v1/audits/<uuid:run_id>/retry", again.AuditRetry.as_view(), name="audit_retry"),
    path("api/v1/audits/<uuid:run_id>/reproduce", again.AuditReproduce.as_view(), name="audit_reproduce"),
    path("api/v1/audits/<uuid:run_id>/reproductions", AuditReproductions.as_view(), name="audit_reproductions"),
    path("api/v1/audit-kinds", AuditKinds.as_view(), name="kinds"),
    path("api/v1/feedback", feedback.FeedbackList.as_view(), name="feedback"),
    path("api/v1/feedback/summary", feedback.FeedbackSummary.as_view(), name="feedback_summary"),
    path("api/v1/feedback/<uuid:feedback_id>", feedback.FeedbackDetail.as_view(), name="feedback_one"),
    path("api/v1/feedback/<uuid:feedback_id>/comment", feedback.FeedbackComment.as_view(), name="feedback_comment"),
    path("api/v1/comparisons", comparisons.ComparisonList.as_view(), name="comparisons"),
    path("api/v1/comparisons/<uuid:comparison_id>", comparisons.ComparisonDetail.as_view(), name="comparison"),
    path("api/v1/audits/<uuid:run_id>/later", comparisons.LaterRuns.as_view(), name="audit_later"),
    path("api/v1/files", intake.FileList.as_view(), name="files"),
    path("api/v1/files/<uuid:file_id>", intake.FileDetail.as_view(), name="file"),
    path("api/v1/targets", intake.TargetList.as_view(), name="targets"),
    path("api/v1/targets/<uuid:target_id>", intake.TargetDetail.as_view(), name="target"),
    path("api/v1/reviews", reviews.ReviewList.as_view(), name="reviews"),
    path("api/v1/reviews/<uuid:review_id>", reviews.ReviewDetail.as_view(), name="review"),
    path("api/v1/reviews/<uuid:review_id>/next", reviews.ReviewNext.as_view(), name="review_next"),
    path("api/v1/reviews/<uuid:review_id>/labels", reviews.ReviewLabels.as_view(), name="review_labels"),
    path("api/v1/reviews/<uuid:review_id>/decisions", reviews.ReviewDecisions.as_view(), name="review_decisions"),
    path("api/v1/reviews/<uuid:review_id>/finish", reviews.ReviewFinish.as_view(), name="review_end"),
    path("api/v1/reviews/<uuid:review_id>/continue", reviews.ReviewContinue.as_view(), name="review_more"),
    path("api/v1/reviews/<uuid:review_id>/comparison", calibrations.ReviewComparison.as_view(), name="review_comparison"),
    path("api/v1/calibrations", calibrations.CalibrationList.as_view(), name="calibrations"),
    path("api/v1/calibrations/<uuid:calibration_id>", calibrations.CalibrationDetail.as_view(), name="calibration"),
    path("api/v1/suites", suites.SuiteList.as_view(), name="suites"),
    path("api/v1/suites/<uuid:suite_id>", suites.SuiteDetail.as_view(), name="suite"),
    path("api/v1/suites/<uuid:suite_id>/versions", suites.SuiteVersions.as_view(), name="suite_versions"),
    path("api/v1/suite-runs", suites.SuiteRunList.as_view(), name="suite_runs"),
    path("api/v1/suite-runs/<uuid:suite_run_id>", suites.SuiteRunDetail.as_view(), name="suite_run"),
    path("api/v1/suite-runs/<uuid:suite_run_id>/cancel", suites.SuiteRunCancel.as_view(), name="suite_run_cancel"),
    path("api/v1/schedules", schedules.ScheduleList.as_view(), name="schedules"),
    path("api/v1/schedules/<uuid:schedule_id>", schedules.ScheduleDetail.as_view(), name="schedule"),
    path("api/v1/schedules/<uuid:schedule_id>/firings", schedules.FiringList.as_view(), name="schedule_firings"),
    path("", include("audits.runs.pages_urls")),
    path("", include("audits.review.pages_urls")),
    path("", include("audits.suites.pages_urls")),
    path("", include("audits.feedback.pages_urls")),
    path("", include("audits.comparisons.pages_urls")),
]
