"""Django's system checks of the wall: says aloud where an installation has none."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections

NO_WALL = "governance.W001"
_HINT = (
    "Give the owner of the tables a role of its own in DATABASE_OWNER_URL and let DATABASE_URL sign in as PROBANZA_APP_ROLE, "
    "which is neither a superuser nor has BYPASSRLS."
)
_ACTIVE = "SELECT to_regclass('governance_asset') IS NULL OR row_security_active('governance_asset')"


def two_roles(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Warn when the application signs in as the owner of the tables, whom row-level security does not hold back."""
    application, owner = (settings.DATABASES[alias]["USER"] for alias in ("default", "owner"))
    # A process that serves is not told the owner: its one role is the application's, and the owner is another.
    known = application != settings.PROBANZA_APP_ROLE
    return [_no_wall()] if application and application == owner and known else []


def wall_stands(*, app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """Warn when the database says that the wall does not hold the application back. With `check --database default` only."""
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(_ACTIVE)
        return [] if cursor.fetchone()[0] else [_no_wall()]


def _no_wall() -> CheckMessage:
    words = "No second wall stands between organisations: the database lets the application's role see all rows."
    return checks.Warning(words, hint=_HINT, id=NO_WALL)
