"""The forms of a duty's page: attest, decide, set aside, waive, assign, take back."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.people import NoPerson
from governance.access.tenancy import Conflict
from governance.approvals.services import ask_waiver
from governance.compliance.catalogues import catalogue_of
from governance.compliance.statements import services, waiving
from governance.compliance.statements.downloads import handed_out
from governance.compliance.verdict import STATEMENT_STATES
from governance.evidence.services import PayloadErased
from governance.portal.session import PortalRequest, problem, signed_in
from governance.portal.sign_in import next_of
from governance.registry.models import AssetVersion
from governance.registry.services import system_version
from governance.shapes import ShapeError


@require_POST
@signed_in("evidence:read")
def say(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """State, waive or assign a duty, as `do` says."""
    version = system_version(request.actor.organisation, version_id)
    what = request.POST.get("do", "")
    verb = _VERBS.get(what)
    if verb is None:
        raise ShapeError("do", _("is nothing that can be said of a duty."), tuple(_VERBS))
    return _done(request, version, lambda: verb(request, version, what))


def _done(request: PortalRequest, version: AssetVersion, verb: Callable[[], object]) -> HttpResponse:
    try:
        verb()
    except (ShapeError, Conflict) as refusal:
        return problem(request, 409 if isinstance(refusal, Conflict) else 400, _told(refusal))
    back = urlencode({"id": request.POST.get("duty", "")})
    return redirect(f"{reverse('portal:duty', args=[version.pk])}?{back}")


def _state(request: PortalRequest, version: AssetVersion, state: str) -> None:
    given = request.POST
    asked = services.Asked(
        system_version=version.pk,
        duty=given.get("duty", ""),
        state=state,
        words=given.get("statement", ""),
        role=given.get("role", ""),
        document=_uploaded(request),
        cites=given.getlist("cites"),
        reference=given.get("reference", ""),
    )
    services.state_duty(actor=request.actor, asked=asked, catalogue=catalogue_of(version.organisation_id), now=timezone.now())


def _uploaded(request: PortalRequest) -> tuple[str, bytes] | None:
    file = request.FILES.get("document")
    if file is None:
        return None
    most: int = settings.PROBANZA_MAX_DOCUMENT
    return file.name or "", file.read(most + 1)  # one byte more is enough to refuse it


def _waive(request: PortalRequest, version: AssetVersion, _what: str) -> None:
    expires_on = _day("expires_on", request.POST.get("expires_on", ""))
    if expires_on is None:
        raise ShapeError("expires_on", _("is required."))
    ask_waiver(
        actor=request.actor,
        version_id=version.pk,
        duty=request.POST.get("duty", ""),
        reason=request.POST.get("reason", ""),
        expires_on=expires_on,
        now=timezone.now(),
    )


def _assign(request: PortalRequest, version: AssetVersion, _what: str) -> None:
    services.assign(
        actor=request.actor,
        system_id=version.asset_id,
        duty=request.POST.get("duty", ""),
        owner=request.POST.get("owner", ""),
        due=_day("due", request.POST.get("due", "")),
        catalogue=catalogue_of(version.organisation_id),
        now=timezone.now(),
    )


_VERBS: dict[str, Callable[[PortalRequest, AssetVersion, str], None]] = {
    **dict.fromkeys(STATEMENT_STATES, _state),
    "waive": _waive,
    "assign": _assign,
}


def _day(field: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ShapeError(field, _("is no date like 2027-12-02.")) from None


@require_POST
@signed_in("evidence:read")
def withdraw(request: PortalRequest, statement_id: UUID) -> HttpResponse:
    """Take a statement back."""
    reason = request.POST.get("reason", "")
    return _back(
        request,
        lambda: services.withdraw(actor=request.actor, statement_id=statement_id, reason=reason, now=timezone.now()),
    )


@require_POST
@signed_in("evidence:read")
def end_waiver(request: PortalRequest, waiver_id: UUID) -> HttpResponse:
    """End a waiver, or take back what was asked for."""
    reason = request.POST.get("reason", "")
    return _back(
        request,
        lambda: waiving.end_waiver(actor=request.actor, waiver_id=waiver_id, reason=reason, now=timezone.now()),
    )


def _back(request: PortalRequest, verb: Callable[[], Any]) -> HttpResponse:
    try:
        verb()
    except (ShapeError, Conflict) as refusal:
        return problem(request, 409 if isinstance(refusal, Conflict) else 400, _told(refusal))
    return redirect(next_of(request))


@require_GET
@signed_in("evidence:read")
def document(request: PortalRequest, statement_id: UUID) -> HttpResponse:
    """The document of a statement as a download; the reading is written to the trail."""
    try:
        row, content = services.document_of(actor=request.actor, statement_id=statement_id, now=timezone.now())
    except PayloadErased as erased:
        return problem(request, 410, str(erased))
    return handed_out(row, content)


def _told(refusal: ShapeError | Conflict) -> str:
    if isinstance(refusal, NoPerson):
        return _("Only a person who may can say this.")
    return str(refusal)
