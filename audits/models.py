"""Gathers the rooms' tables for Django."""

from audits.comparisons.models import Comparison
from audits.feedback.models import Feedback
from audits.intake.models import Target, UploadedFile
from audits.review.models import Calibration, Label, Review, Sampled
from audits.runs.models import ItemRecord, Result, Run, Step
from audits.suites.models import Firing, Schedule, Suite, SuiteRun, SuiteRunItem, SuiteVersion

__all__ = [
    "Calibration",
    "Comparison",
    "Feedback",
    "Firing",
    "ItemRecord",
    "Label",
    "Result",
    "Review",
    "Run",
    "Sampled",
    "Schedule",
    "Step",
    "Suite",
    "SuiteRun",
    "SuiteRunItem",
    "SuiteVersion",
    "Target",
    "UploadedFile",
]  # fmt: skip
