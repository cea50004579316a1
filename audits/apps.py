"""The west wing: audits, their runs and what they are aimed at."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    label = "audits"
    default_auto_field = "django.db.models.BigAutoField"
