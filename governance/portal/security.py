"""How a person proves that it is them: their own page of the settings."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from governance.portal.session import PortalRequest, signed_in


@require_GET
@signed_in("registry:read")
def security(request: PortalRequest) -> HttpResponse:
    """What the person signs in with."""
    return render(request, "portal/settings/security.html", {"here": "settings", "tab": "security"})
