"""The portal's lists of audits: all of an organisation, and the panel of a system."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audits.runs import services
from audits.runs.models import Run
from audits.runs.titles import title_of
from governance.access.compiled import compiled
from governance.access.policies import can
from governance.access.tenancy import as_uuid
from governance.portal.attention import worst_first
from governance.portal.panels import panel
from governance.portal.session import PortalRequest, signed_in
from governance.registry.services import system_version

PAGE = 25
RECENT = 20


@require_GET
@signed_in("audits:read")
def listing(request: PortalRequest) -> HttpResponse:
    """All audits, newest first."""
    organisation = request.actor.organisation
    before = as_uuid(request.GET.get("before", ""))
    page = _earlier(organisation, before) if before else _newest(organisation)
    more = page[PAGE - 1]["id"] if len(page) > PAGE else None
    context = {"here": "audits", "runs": [_line(run) for run in page[:PAGE]], "more": more}
    return render(request, "audits/list.html", context)


@compiled(UUID)
def _newest(organisation: UUID) -> "QuerySet[Run, Any]":
    return services.lines_of(organisation).order_by("-id")[: PAGE + 1]


@compiled(UUID, UUID)
def _earlier(organisation: UUID, before: UUID) -> "QuerySet[Run, Any]":
    return services.lines_of(organisation).filter(id__lt=before).order_by("-id")[: PAGE + 1]


@require_GET
@signed_in("audits:read")
def of_system(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """The newest audits of one system version, as a panel."""
    version = system_version(request.actor.organisation, version_id)
    runs = services.lines_of(request.actor.organisation).filter(system_version=version).order_by("-id")
    page = list(runs[: RECENT + 1])
    context = {"runs": [_line(run) for run in page[:RECENT]], "cut": len(page) > RECENT}
    context |= {"version": version, "may_start": can(request.actor, "audits:write"), "here": "audits", "title": _("Audits")}
    return panel(request, "audits/of_system.html", context)


def _line(run: dict[str, Any]) -> dict[str, Any]:
    return run | {"title": title_of(run["kind"]), "verdicts": [verdict["state"] for verdict in worst_first(run["verdicts"])]}
