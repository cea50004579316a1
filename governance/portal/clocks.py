"""Everything of one system that runs: a panel of its page, and the holds that are placed and released there."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.policies import can
from governance.incidents.clocks import holds_of
from governance.incidents.models import Incident
from governance.incidents.services import clocks_of
from governance.monitoring.plan import MonitoringTold
from governance.portal.incidents import lines
from governance.portal.lapse import left_words
from governance.portal.look import kind_title, measure_title, told
from governance.portal.panels import panel
from governance.portal.session import PortalRequest, signed_in
from governance.registry.services import system_version
from governance.retention.models import Hold
from governance.retention.services import place_hold, release_hold


@require_GET
@signed_in("audits:read")
def of_version(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """Incidents, what is kept until when, holds and monitoring of the system of this version."""
    organisation, now = request.actor.organisation, timezone.now()
    version = system_version(organisation, version_id)
    clocks = clocks_of(organisation, version.asset_id, now)
    rows = Incident.objects.of(organisation).filter(system_id=version.asset_id).select_related("system")
    context: dict[str, Any] = {
        "here": "systems",
        "title": _("Clocks"),
        "version": version,
        "lines": lines(list(rows)),
        "kept": [{"told": one, "what": told(one.what), "note": told(one.note)} for one in clocks.retention],
        "holds": holds_of(organisation, version.asset_id),
        "monitoring": clocks.monitoring,
        "monitored": monitored(clocks.monitoring),
        "may_write": can(request.actor, "audits:write"),
        "may_decide": can(request.actor, "approvals:decide"),
    }
    return panel(request, "portal/clocks.html", context)


def monitored(plan: MonitoringTold | None) -> list[dict[str, Any]]:
    """The lines of a plan in words."""
    now = timezone.now()
    return [
        {
            "line": one,
            "kind": kind_title(one.kind),
            "measure": measure_title(one.kind, one.measure) if one.measure else _("any measure"),
            "left": left_words(one.due_at, now),
        }
        for one in (plan.lines if plan else ())
    ]


@require_POST
@signed_in("audits:read")
def hold(request: PortalRequest, asset_id: UUID) -> HttpResponse:
    """Keep everything about a system from being erased."""
    place_hold(actor=request.actor, system_id=asset_id, reason=request.POST.get("reason", ""), now=timezone.now())
    return redirect("portal:system", asset_id=asset_id)


@require_POST
@signed_in("audits:read")
def release(request: PortalRequest, hold_id: UUID) -> HttpResponse:
    """Let it be erased again."""
    found = Hold.objects.one(request.actor.organisation, hold_id)
    release_hold(actor=request.actor, hold_id=hold_id, reason=request.POST.get("reason", ""), now=timezone.now())
    return redirect("portal:system", asset_id=found.system_id)
