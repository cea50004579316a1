"""The portal's panel of what users said of a system."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audits.feedback import services
from audits.feedback.figures import Figure
from governance.evidence.facts import decimal_text
from governance.portal.panels import panel
from governance.portal.session import PortalRequest, signed_in
from governance.registry.models import AssetVersion
from governance.registry.services import system_version

MOST_VERSIONS = 10


@require_GET
@signed_in("audits:read")
def of_system(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """Thumbs, opened sources and times of the newest versions of a system, as a panel."""
    organisation = request.actor.organisation
    version = system_version(organisation, version_id)
    versions = AssetVersion.objects.of(organisation).filter(asset_id=version.asset_id).order_by("-number")[:MOST_VERSIONS]
    told = [one for one in services.summaries(organisation, versions) if one.received]
    context = {"rows": [_row(one) for one in told], "version": version, "here": "systems", "title": _("Feedback of users")}
    return panel(request, "feedback/of_system.html", context)


def _row(one: services.Summary) -> dict[str, Any]:
    figures = {name: _plain(getattr(one, name)) for name in ("thumbs_up", "clicked")}
    return {"told": one, **figures, "seconds": _plain(one.task_ms, 1000)}


def _plain(figure: Figure, unit: int = 1) -> dict[str, Any]:
    numbers = {name: getattr(figure, name) for name in ("value", "low", "high")}
    return {**{name: None if number is None else decimal_text(number / unit) for name, number in numbers.items()}, "n": figure.n}
