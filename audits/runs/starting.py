"""The portal's form that asks for an audit of a system version."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits.catalogue import kinds
from audits.contract import AuditKind
from audits.intake.serving import targets_for
from audits.runs.form import asked_run
from governance.compliance.services import criteria_for
from governance.portal.look import measure_title
from governance.portal.session import PortalRequest, signed_in
from governance.registry.models import AssetVersion
from governance.registry.services import system_version
from governance.shapes import ShapeError
from governance.trail.ids import uuid7

CHOICES = 200  # newest targets offered in the form


@require_http_methods(["GET", "POST"])
@signed_in("audits:write")
def start(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """Ask for an audit of a system version: first its kind, then target, criteria and parameters."""
    version = system_version(request.actor.organisation, version_id)
    card = kinds().get(request.POST.get("kind") or request.GET.get("kind") or "")
    context = {"here": "audits", "version": version, "kinds": kinds().values(), "card": card}
    status = 200
    if request.method == "POST" and card:
        try:
            return redirect("audits:page", run_id=asked_run(request, version, card).pk)
        except ShapeError as error:
            context["problem"], status = str(error), 400
    if card:
        context |= _choices(request, version, card)
    return render(request, "audits/start.html", context, status=status)


def _choices(request: PortalRequest, version: AssetVersion, card: AuditKind) -> dict[str, Any]:
    criteria = criteria_for(request.actor.organisation, version.asset_id, card.name)
    return {
        "targets": targets_for(request.actor.organisation, card.needs)[:CHOICES],
        "criteria": [{"criterion": one, "title": measure_title(card.name, one.measure)} for one in criteria],
        "chosen": {name: request.POST.get(name, "") for name in ("target", "parameters")},
        "ticked": request.POST.getlist("criteria") if request.method == "POST" else [str(one.pk) for one in criteria],
        "key": request.POST.get("key") or str(uuid7()),
    }
