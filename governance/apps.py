"""Django's door to the ground floor."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from governance.trail.protection import protect


class GovernanceConfig(AppConfig):
    """Registry, evidence, compliance and reports; label `governance`."""

    name = "governance"

    def ready(self) -> None:
        """Let the database guard what is append-only, after every migrate."""
        post_migrate.connect(protect, sender=self, dispatch_uid="governance.trail.protect")
