"""Classification on pages: the questionnaire, what follows from it and why, and its confirmation by a named person."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access.policies import can, check_can
from governance.access.tenancy import Conflict, NotFound
from governance.classification import services
from governance.classification.models import SystemAnswers
from governance.classification.questions import questionnaire
from governance.portal import classification_form as form
from governance.portal.classification_look import page_of, panel_of
from governance.portal.panels import panel
from governance.portal.session import PortalRequest, problem, signed_in
from governance.registry.models import Asset
from governance.shapes import ShapeError


@require_GET
@signed_in("registry:read")
def classification(request: PortalRequest, asset_id: UUID) -> HttpResponse:
    """What follows from the answers, rule by rule; who confirmed it; the form to confirm it."""
    system = _system(request, asset_id)
    shown = page_of(system, timezone.now(), _language())
    rights = {"may_answer": can(request.actor, "registry:write"), "may_confirm": can(request.actor, "approvals:decide")}
    return render(request, "portal/classification.html", {"here": "systems", "system": system, **shown, **rights})


@require_GET
@signed_in("registry:read")
def of_system(request: PortalRequest, asset_id: UUID) -> HttpResponse:
    """The headline. A panel of the system's page."""
    system = _system(request, asset_id)
    context = {"here": "systems", "title": _("Classification"), "system": system, **panel_of(system, timezone.now())}
    return panel(request, "portal/classification_of.html", context)


@require_http_methods(["GET", "POST"])
@signed_in("registry:read")
def questions(request: PortalRequest, asset_id: UUID, block: str) -> HttpResponse:
    """One block of questions. Answers are kept as soon as they are given; what is left open counts as unknown."""
    system = _system(request, asset_id)
    if block not in {one.id for one in questionnaire().blocks}:
        raise NotFound("block", block)
    check_can(request.actor, "registry:write")
    if request.method == "POST":
        return _kept(request, system, block)
    return _block(request, system, block, _answers(system), {})


@require_POST
@signed_in("approvals:decide")
def confirm(request: PortalRequest, asset_id: UUID) -> HttpResponse:
    """Confirm what this page showed."""
    system = _system(request, asset_id)
    confirmation = services.Confirmation(request.POST.get("digest", ""), request.POST.get("statement", ""))
    try:
        services.confirm(actor=request.actor, system_id=system.pk, confirmation=confirmation, now=timezone.now())
    except (Conflict, ShapeError) as refusal:
        return problem(request, 409 if isinstance(refusal, Conflict) else 400, _refusal(refusal))
    return redirect("portal:classification", asset_id)


def _kept(request: PortalRequest, system: Asset, block: str) -> HttpResponse:
    given, before = form.given(request.POST), _answers(system)
    problems = form.problems_of(given)
    if problems:
        if getattr(request, "htmx", False):
            return render(request, "portal/classification_saved.html", {"problems": problems})
        return _block(request, system, block, {**before, **given}, problems, status=400)
    row = services.answer(actor=request.actor, system_id=system.pk, answers=given, now=timezone.now())
    if getattr(request, "htmx", False):
        return render(request, "portal/classification_saved.html", {"saved_at": row.changed_at})
    return redirect(_next(request, system, block, opened=form.newly_asked(block, before, row.answers)))


def _next(request: PortalRequest, system: Asset, block: str, *, opened: bool) -> str:
    there = block if opened else form.after(block)
    if there and request.POST.get("then") != "result":
        return reverse("portal:classification_questions", args=[system.pk, there])
    return reverse("portal:classification", args=[system.pk])


def _block(
    request: PortalRequest, system: Asset, block: str, answers: dict[str, Any], problems: dict[str, str], status: int = 200
) -> HttpResponse:
    language = _language()
    title = next(one.title.of(language) for one in questionnaire().blocks if one.id == block)
    context = {
        "here": "systems",
        "system": system,
        "part": block,
        "title": title,
        "last": not form.after(block),
        "tabs": form.tabs(_answers(system), language),
        "progress": form.progress(_answers(system)),
        "fields": form.fields(block, answers, language, problems),
        "problems": problems,
    }
    return render(request, "portal/classification_questions.html", context, status=status)


def _answers(system: Asset) -> dict[str, Any]:
    row = SystemAnswers.objects.of(system.organisation_id).filter(system=system).first()
    return dict(row.answers) if row else {"as_of": timezone.now().date().isoformat()}


def _system(request: PortalRequest, asset_id: UUID) -> Asset:
    system: Asset = Asset.objects.filter(kind="ai_system").one(request.actor.organisation, asset_id)
    return system


def _refusal(refusal: Conflict | ShapeError) -> str:
    if isinstance(refusal, services.Outdated):
        return _("The answers or the system were changed since you looked at them. Look at the page again.")
    if isinstance(refusal, services.Open):
        return _("The classification is undetermined. Find out what is unknown first.")
    if isinstance(refusal, Conflict):
        return _("There is nothing to confirm yet, or you may not confirm it.")
    return _("Say in words why this is the classification.")


def _language() -> str:
    return (translation.get_language() or "en")[:2]
