"""The post-market monitoring plan of a system: how it stands, and the form that sets its next version."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access.policies import can
from governance.compliance.services import measures_by_kind
from governance.monitoring.plan import MOST_DAYS, MonitoringTold
from governance.monitoring.services import monitoring_of, plans_of, set_plan
from governance.portal.clocks import monitored
from governance.portal.look import kind_title, measure_title
from governance.portal.session import PortalRequest, signed_in
from governance.registry.models import Asset
from governance.shapes import ShapeError

SPARE = 3  # empty lines of the form


@require_http_methods(["GET", "POST"])
@signed_in("audits:read")
def plan(request: PortalRequest, asset_id: UUID) -> HttpResponse:
    """The plan in force, its earlier versions, and the form."""
    organisation, now = request.actor.organisation, timezone.now()
    asset = Asset.objects.filter(kind="ai_system").one(organisation, asset_id)
    problem = ""
    if request.method == "POST":
        try:
            _set(request, asset)
            return redirect("portal:monitoring", asset_id=asset.pk)
        except ShapeError as error:
            problem = str(error)
    told = monitoring_of(organisation, asset.pk, now)
    context: dict[str, Any] = {
        "here": "systems",
        "asset": asset,
        "told": told,
        "monitored": monitored(told),
        "fields": _fields(request, told),
        "choices": _choices(),
        "note": request.POST.get("note", told.note if told else ""),
        "most": MOST_DAYS,
        "problem": problem,
        "versions": plans_of(organisation, asset.pk),
        "may_write": can(request.actor, "audits:write"),
    }
    return render(request, "portal/monitoring.html", context, status=400 if problem else 200)


def _set(request: PortalRequest, asset: Asset) -> None:
    set_plan(
        actor=request.actor,
        system_id=asset.pk,
        lines=[_line(what, days) for what, days in _given(request) if what],
        note=request.POST.get("note", ""),
        known_measures=measures_by_kind(),
        now=timezone.now(),
    )


def _given(request: PortalRequest) -> list[tuple[str, str]]:
    """What each line of the form says; a line without a choice is none."""
    return list(zip(request.POST.getlist("what"), request.POST.getlist("days"), strict=False))


def _line(what: str, days: str) -> dict[str, Any]:
    kind, _slash, measure = what.partition("/")
    number = int(days) if days.isascii() and days.isdigit() and len(days) < 10 else 0
    return {"kind": kind, "measure": measure, "every_days": number}


def _fields(request: PortalRequest, told: MonitoringTold | None) -> list[tuple[str, str]]:
    if request.method == "POST":
        return _given(request)
    now = [(f"{one.kind}/{one.measure}", str(one.every_days)) for one in (told.lines if told else ())]
    return now + [("", "")] * SPARE


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Kind by kind its measures, each as the form sends it."""
    return [
        (
            kind_title(kind),
            [(f"{kind}/", _("any measure")), *((f"{kind}/{one}", measure_title(kind, one)) for one in sorted(measures))],
        )
        for kind, measures in sorted(measures_by_kind().items())
    ]
