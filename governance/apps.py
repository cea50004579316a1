"""Django's door to the ground floor."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.core.signals import request_finished
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from governance.access import checks, wall
from governance.access.walling import build_wall
from governance.identity.checks import check_single_sign_on
from governance.trail.protection import protect


class GovernanceConfig(AppConfig):
    """Registry, evidence, compliance and reports; label `governance`."""

    name = "governance"

    def ready(self) -> None:
        """Let the database guard what is append-only and keep organisations apart, after every migrate."""
        post_migrate.connect(protect, sender=self, dispatch_uid="governance.trail.protect")
        post_migrate.connect(build_wall, sender=self, dispatch_uid="governance.access.build_wall")
        connection_created.connect(wall.restore, dispatch_uid="governance.access.restore")
        request_finished.connect(wall.leave, dispatch_uid="governance.access.leave")
        register(checks.two_roles, Tags.security)
        register(checks.wall_stands, Tags.database)
        register(check_single_sign_on, Tags.security)
