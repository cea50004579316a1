"""The lineage wing."""

from django.apps import AppConfig


class LineageConfig(AppConfig):
    """Who stands on what."""

    name = "lineage"
    label = "lineage"
    default_auto_field = "django.db.models.BigAutoField"
