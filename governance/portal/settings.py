"""The settings area: its first page is the first one that the person may open."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from governance.access.policies import can
from governance.portal.session import PortalRequest, signed_in


@require_GET
@signed_in("registry:read")
def settings(request: PortalRequest) -> HttpResponse:
    """Members for an administrator, one's own security for everybody else."""
    return redirect("portal:members" if can(request.actor, "admin") else "portal:security")
