"""The portal's lists of audits: all of an organisation, and the panel of a system."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audits.runs import services
from audits.runs.models import Run
from audits.runs.rows import row_of
from governance.access.compiled import compiled
from governance.access.policies import can
from governance.access.tenancy import as_uuid
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
    context = {"here": "audits", "rows": _rows(page[:PAGE], with_system=True), "more": more}
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
    context = {"rows": _rows(page[:RECENT], with_system=False), "cut": len(page) > RECENT}
    context |= {"version": version, "may_start": can(request.actor, "audits:write"), "here": "audits", "title": _("Audits")}
    return panel(request, "audits/of_system.html", context)


def _rows(lines: Sequence[Mapping[str, Any]], *, with_system: bool) -> list[SafeString]:
    address = reverse("audits:list")
    return [row_of(line, address, with_system=with_system) for line in lines]
