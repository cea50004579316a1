"""Four eyes on a page: what is approved, what waits, and the forms to ask and to decide."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.actors import Actor
from governance.access.policies import can
from governance.access.tenancy import Conflict, as_uuid
from governance.approvals import services
from governance.approvals.models import Approval
from governance.approvals.subjects import CRITERION, SCOPES_TO_ASK, VERSION, current_criteria, is_current
from governance.compliance.models import Criterion
from governance.compliance.statements.models import Waiver
from governance.portal.look import measure_title
from governance.portal.session import PortalRequest, problem, signed_in
from governance.portal.sign_in import next_of
from governance.registry.models import AssetVersion
from governance.registry.services import system_version
from governance.shapes import ShapeError

PAGE = 50


@require_GET
@signed_in("registry:read")
def approvals(request: PortalRequest) -> HttpResponse:
    """All requests, newest first."""
    organisation = request.actor.organisation
    rows = Approval.objects.of(organisation).select_related("system").order_by("-id")
    before = as_uuid(request.GET.get("before", ""))
    page = list((rows.filter(id__lt=before) if before else rows)[: PAGE + 1])
    lines = _lines(request.actor, page[:PAGE])
    context = {"here": "approvals", "lines": lines, "more": page[PAGE - 1].pk if len(page) > PAGE else None}
    return render(request, "portal/approvals.html", context)


@require_GET
@signed_in("registry:read")
def of_version(request: PortalRequest, version_id: UUID) -> HttpResponse:
    """Of one version of a system, and of the criteria in force for it: what is approved. A panel of the system's page."""
    organisation = request.actor.organisation
    version = system_version(organisation, version_id)
    criteria = current_criteria(organisation, version.asset_id)
    rows = Approval.objects.of(organisation).filter(subject_id__in=[version.pk, *(one.pk for one in criteria)])
    newest = {one.subject_id: one for one in rows.select_related("system").order_by("id")}
    told = {line["approval"].subject_id: line for line in _lines(request.actor, list(newest.values()))}
    lines = [_subject(request.actor, version, told.get(version.pk))]
    lines += [_subject(request.actor, criterion, told.get(criterion.pk)) for criterion in criteria]
    back = f"{reverse('portal:system', args=[version.asset_id])}?version={version.number}"
    template = "portal/approvals_of.html" if getattr(request, "htmx", False) else "portal/approvals_page.html"
    return render(request, template, {"here": "systems", "version": version, "lines": lines, "next": back})


@require_POST
@signed_in("registry:read")
def ask(request: PortalRequest) -> HttpResponse:
    """Ask somebody else to approve what this page showed."""
    given = {name: request.POST.get(name, "") for name in ("subject", "subject_id", "digest", "note")}
    try:
        services.request_approval(actor=request.actor, now=timezone.now(), **given)
    except (Conflict, ShapeError) as refusal:
        return problem(request, 409 if isinstance(refusal, Conflict) else 400, _words(refusal))
    return redirect(next_of(request))


@require_POST
@signed_in("registry:read")
def decide(request: PortalRequest, approval_id: UUID) -> HttpResponse:
    """Approve or reject what this page showed."""
    given = {name: request.POST.get(name, "") for name in ("decision", "digest", "reason")}
    try:
        services.decide(actor=request.actor, approval_id=approval_id, now=timezone.now(), **given)
    except (Conflict, ShapeError) as refusal:
        return problem(request, 409 if isinstance(refusal, Conflict) else 400, _words(refusal))
    return redirect(next_of(request))


def _words(refusal: Conflict | ShapeError) -> str:
    if isinstance(refusal, services.SameEyes):
        return _("You asked for this approval, so somebody else decides it.")
    if isinstance(refusal, services.Outdated):
        return _("The content was edited since you looked at it. Look at the newest one.")
    if isinstance(refusal, Conflict):
        return _("It is asked for, or was decided, already.")
    return str(refusal)


def _lines(actor: Actor, given: Sequence[Approval]) -> list[dict[str, Any]]:
    states = services.states(actor.organisation, given)
    titles = _titles(actor.organisation, given)
    return [
        {
            "approval": one,
            "state": states[one.pk],
            "title": titles.get(one.subject_id, ""),
            "may_decide": states[one.pk] == "requested" and can(actor, "approvals:decide") and actor.id != one.requested_by,
        }
        for one in given
    ]


def _titles(organisation: UUID, given: Sequence[Approval]) -> dict[UUID, str]:
    ids = [one.subject_id for one in given]
    versions = AssetVersion.objects.of(organisation).select_related("asset").filter(pk__in=ids)
    criteria = Criterion.objects.of(organisation).filter(pk__in=ids)
    waivers = Waiver.objects.of(organisation).select_related("system").filter(pk__in=ids)
    contents: list[AssetVersion | Criterion | Waiver] = [*versions, *criteria, *waivers]
    return {one.pk: _title(one) for one in contents}


def _title(content: AssetVersion | Criterion | Waiver) -> str:
    if isinstance(content, Waiver):
        given = {"duty": content.duty, "system": content.system, "day": content.expires_on.isoformat()}
        return _("%(duty)s of %(system)s waived until %(day)s") % given
    if isinstance(content, AssetVersion):
        return _("%(system)s, version %(number)s") % {"system": content.asset, "number": content.number}
    sign = "≥" if content.direction == "at_least" else "≤"
    return f"{measure_title(content.kind, content.measure)} {sign} {content.limit:f}"


def _subject(actor: Actor, content: AssetVersion | Criterion, line: dict[str, Any] | None) -> dict[str, Any]:
    kind = VERSION if isinstance(content, AssetVersion) else CRITERION
    askable = line is None or line["state"] in {"rejected", "void"}
    current = isinstance(content, Criterion) or is_current(content)
    own = {"subject": kind, "subject_id": content.pk, "digest": content.digest, "title": _title(content)}
    return {"state": "none", **(line or {}), **own, "may_ask": askable and current and can(actor, SCOPES_TO_ASK[kind])}
