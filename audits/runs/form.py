"""What the portal's form of an audit asks for."""

from django.utils import timezone
from rest_framework.exceptions import ParseError

from audits.contract import AuditKind
from audits.runs import services
from audits.runs.models import Run
from audits.runs.services import Asked
from governance.access.bodies import parse_json
from governance.portal.session import PortalRequest
from governance.registry.models import AssetVersion
from governance.shapes import ShapeError
from probanza.canonical import digest_of


def asked_run(request: PortalRequest, version: AssetVersion, card: AuditKind) -> Run:
    """The run that the form asks for; sent twice, the form asks for one run. Raises `ShapeError`."""
    try:
        parameters = parse_json((request.POST.get("parameters", "").strip() or "{}").encode("utf-8", "replace"))
    except ParseError as error:
        raise ShapeError("parameters", str(error)) from None
    form = {name: request.POST.getlist(name) for name in ("kind", "target", "criteria", "parameters")}
    asked = Asked(
        system_version=str(version.pk),
        kind=card.name,
        target=request.POST.get("target", ""),
        parameters=parameters,
        criteria=tuple(request.POST.getlist("criteria")),
        key=request.POST.get("key", ""),
        body_digest=digest_of(form),
    )
    return services.request_run(actor=request.actor, asked=asked, now=timezone.now())[0]
