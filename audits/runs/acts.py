"""The portal's buttons of an audit: cancel it, retry it, reproduce it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.runs import again, services
from governance.portal.session import PortalRequest, signed_in


@require_POST
@signed_in("audits:write")
def cancel(request: PortalRequest, run_id: UUID) -> HttpResponse:
    """End it; what is recorded stays."""
    services.cancel_run(actor=request.actor, run_id=run_id, now=timezone.now())
    return redirect("audits:page", run_id=run_id)


@require_POST
@signed_in("audits:write")
def retry(request: PortalRequest, run_id: UUID) -> HttpResponse:
    """Measure what is left of one that failed or was cancelled."""
    again.retry_run(actor=request.actor, run_id=run_id, now=timezone.now())
    return redirect("audits:page", run_id=run_id)


@require_POST
@signed_in("audits:write")
def reproduce(request: PortalRequest, run_id: UUID) -> HttpResponse:
    """Do it again from the start; sent twice, the form asks for one audit."""
    key = request.POST.get("key", "")
    run, _new = again.reproduce_run(actor=request.actor, run_id=run_id, key=key, now=timezone.now())
    return redirect("audits:page", run_id=run.pk)
