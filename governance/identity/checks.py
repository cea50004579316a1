"""Django's system checks of single sign-on: what is half configured is told before anybody stands before the door."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from governance.access.roles import SCOPES_OF


def check_single_sign_on(**_: Any) -> list[CheckMessage]:
    """Errors that name the setting and the fix; none where no issuer is named."""
    issuer: str = settings.PROBANZA_OIDC_ISSUER
    if not issuer:
        return []
    found: list[CheckMessage] = [
        Error(f"{name} is empty.", hint="Single sign-on needs it; or leave PROBANZA_OIDC_ISSUER empty.", id="identity.E001")
        for name in ("PROBANZA_OIDC_CLIENT_ID", "PROBANZA_OIDC_CLIENT_SECRET", "PROBANZA_OIDC_ORGANISATION")
        if not getattr(settings, name)
    ]
    if not issuer.startswith("https://") and not settings.PROBANZA_ALLOW_LOOPBACK:
        found.append(Error("PROBANZA_OIDC_ISSUER must begin with https://.", id="identity.E002"))
    role: str = settings.PROBANZA_OIDC_ROLE
    if role and role not in SCOPES_OF:
        hint = f"One of {', '.join(SCOPES_OF)}, or empty: then people are invited first."
        found.append(Error(f"PROBANZA_OIDC_ROLE names the role {role!r}, which does not exist.", hint=hint, id="identity.E003"))
    return found
