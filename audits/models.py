"""Gathers the rooms' tables for Django."""

from audits.comparisons.models import Comparison
from audits.intake.models import Target, UploadedFile
from audits.runs.models import ItemRecord, Result, Run, Step
from audits.suites.models import Firing, Schedule, Suite, SuiteRun, SuiteRunItem, SuiteVersion

__all__ = [
    "Comparison", "Firing", "ItemRecord", "Result", "Run", "Schedule", "Step", "Suite", "SuiteRun", "SuiteRunItem",
    "SuiteVersion", "Target", "UploadedFile",
]  # fmt: skip
