"""Gathers the rooms' tables for Django."""

from audits.intake.models import Target, UploadedFile
from audits.runs.models import ItemRecord, Result, Run, Step

__all__ = ["ItemRecord", "Result", "Run", "Step", "Target", "UploadedFile"]
