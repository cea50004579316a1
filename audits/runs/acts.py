"""The portal's buttons of an audit: cancel it, retry it, reproduce it; and which of them it has."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.runs import again, services
from audits.runs.models import Run
from audits.states import AGAIN
from governance.access.policies import can
from governance.portal.session import PortalRequest, signed_in
from governance.trail.ids import uuid7


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


def offered(request: PortalRequest, run: Run) -> dict[str, Any]:
    """What the buttons of a run need to know."""
    return {
        "may_act": can(request.actor, "audits:write"),
        "may_retry": run.state in AGAIN,
        "left": None if run.planned is None else run.planned - run.done,
        "key": str(uuid7()),
        "same_result": again.same_result(run),
    }
