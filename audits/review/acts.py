"""Acts on reviews: opening, finishing, going on with more labels."""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits.review.continuing import continue_review
from audits.review.finishing import finish_review
from audits.review.guidelines import guidelines
from audits.review.population import languages_of
from audits.review.services import Asked, open_review
from audits.review.views import page_of
from audits.runs.services import run_of
from governance.access.tenancy import Conflict
from governance.portal.session import PortalRequest, signed_in
from governance.shapes import ShapeError
from governance.trail.ids import uuid7
from probanza.canonical import digest_of


@require_http_methods(["GET", "POST"])
@signed_in("audits:write")
def start(request: PortalRequest, run_id: UUID) -> HttpResponse:
    """Draw a sample of an audit's answers; sent twice, the form opens one review."""
    run = run_of(request.actor.organisation, run_id)
    context: dict[str, Any] = {"here": "reviews", "run": run, "size": "100", "second_share": "20"}
    if request.method == "POST":
        context |= {name: request.POST.get(name, "") for name in ("size", "second_share", "language", "guideline")}
        try:
            review, _new = open_review(actor=request.actor, asked=_asked(request, run_id), now=timezone.now())
            return redirect("audits:review_page", review_id=review.pk)
        except (ShapeError, Conflict) as error:
            context["problem"] = str(error)
    context |= {
        "languages": languages_of(run),
        "guidelines": guidelines(request.actor.organisation),
        "key": str(uuid7()),
    }
    return render(request, "review/start.html", context, status=400 if "problem" in context else 200)


@require_POST
@signed_in("audits:write")
def finish(request: PortalRequest, review_id: UUID) -> HttpResponse:
    """End the review and seal its figures."""
    try:
        finish_review(actor=request.actor, review_id=review_id, now=timezone.now())
    except Conflict as error:
        return page_of(request, review_id, problem=str(error), status=409)
    return redirect("audits:review_page", review_id=review_id)


@require_POST
@signed_in("audits:write")
def go_on(request: PortalRequest, review_id: UUID) -> HttpResponse:
    """Draw more answers to those of a finished review."""
    try:
        more = _whole("more", request.POST.get("more", ""))
        review = continue_review(actor=request.actor, review_id=review_id, more=more, now=timezone.now())
    except (Conflict, ShapeError) as error:
        return page_of(request, review_id, problem=str(error), status=400)
    return redirect("audits:review_page", review_id=review.pk)


def _asked(request: PortalRequest, run_id: UUID) -> Asked:
    given = {name: request.POST.get(name, "").strip() for name in ("language", "guideline", "size", "second_share", "key")}
    body = {name: given[name] for name in ("language", "guideline", "size", "second_share")}
    return Asked(
        run=str(run_id),
        language=given["language"],
        guideline=given["guideline"],
        size=_whole("size", given["size"]),
        second_share=_share(given["second_share"]),
        key=given["key"],
        body_digest=digest_of({**body, "run": str(run_id)}),
    )


def _whole(field: str, words: str) -> int:
    if not (words.isascii() and words.isdigit() and len(words) < 7):
        raise ShapeError(field, _("must be a whole number."))
    return int(words)


def _share(percent: str) -> Decimal:
    try:
        share = Decimal(percent[:20])
    except InvalidOperation:
        share = Decimal("NaN")
    if not (share.is_finite() and 0 <= share <= 100):
        raise ShapeError("second_share", _("must be a number from 0 to 100."))
    return share / 100
