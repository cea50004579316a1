"""The pages on which people label: one answer at a time, by keyboard or finger, without a word of the judge."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits.review.labelling import (
    Standing,
    label_answer,
    next_for,
    reviewer_of,
    settle_answer,
    standing_in,
    words_of,
)
from audits.review.models import Review, Sampled
from audits.review.places import original_spans, shown_spans
from audits.review.services import review_of
from audits.review.telling import progress_of
from audits.runs.services import note_reading
from governance.access.tenancy import Conflict, as_uuid
from governance.portal.session import PortalRequest, signed_in
from governance.shapes import ShapeError


@require_http_methods(["GET", "POST"])
@signed_in("audits:write")
def label(request: PortalRequest, review_id: UUID) -> HttpResponse:
    """The next answer for this person, or the one that the address names; posting says what it is and shows the next."""
    problem = _said(request, review_id) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("audits:review_label", review_id=review_id)
    review = review_of(request.actor.organisation, review_id)
    answers = standing_in(review)
    reviewer = reviewer_of(request.actor)
    one = _named(request, answers) or next_for(answers, reviewer)
    if review.finished_at is not None or one is None:
        return redirect("audits:review_page", review_id=review_id)
    mine = [other for other in answers if other.by(reviewer) is not None and not other.sampled.carried]
    last = max(mine, key=lambda other: _moment(other, reviewer), default=None)
    before = one.by(reviewer)
    context = {
        "before": before,
        "marked": shown_spans(before.spans, str(words_of(one.sampled).get("answer", ""))) if before and before.spans else "",
        "mine": len(mine),
        "last": last.sampled.pk if last and last is not one and _open(last) else None,
        "problem": problem,
    }
    return _shown(request, "review/label.html", review, answers, one, context)


@require_http_methods(["GET", "POST"])
@signed_in("audits:write")
def settle(request: PortalRequest, review_id: UUID) -> HttpResponse:
    """The next answer on which two people differ, with both labels; still without a word of the judge."""
    problem = _settled(request, review_id) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("audits:review_settle", review_id=review_id)
    review = review_of(request.actor.organisation, review_id)
    answers = standing_in(review)
    one = next((other for other in answers if other.differs() and not other.waits()), None)
    if review.finished_at is not None or one is None:
        return redirect("audits:review_page", review_id=review_id)
    said = [{"label": label.label, "spans": label.spans} for label in one.labels]
    return _shown(request, "review/settle.html", review, answers, one, {"said": said, "problem": problem})


def _shown(
    request: PortalRequest, template: str, review: Review, answers: list[Standing], one: Standing, context: dict[str, Any]
) -> HttpResponse:
    note_reading(actor=request.actor, run_id=review.run_id, items=1, judged=False, now=timezone.now())
    context |= {
        "here": "reviews",
        "review": review,
        "one": one.sampled,
        "words": words_of(one.sampled),
        "progress": progress_of(answers),
    }
    return render(request, template, context, status=400 if context["problem"] else 200)


def _said(request: PortalRequest, review_id: UUID) -> str:
    """Keep the label that was posted; what is wrong with it in words. An answer that others were quicker with is let go."""
    try:
        spans = original_spans(request.POST.get("spans", ""), lambda: _answer(request, review_id))
        label_answer(
            actor=request.actor,
            review_id=review_id,
            sampled_id=request.POST.get("item", ""),
            label=request.POST.get("label", ""),
            spans=spans if request.POST.get("label") == "unsupported" else (),
            now=timezone.now(),
        )
    except ShapeError as error:
        return str(error)
    except Conflict:
        return ""
    return ""


def _answer(request: PortalRequest, review_id: UUID) -> str:
    wanted = as_uuid(request.POST.get("item", ""))
    rows = Sampled.objects.of(request.actor.organisation).filter(review_id=review_id, pk__in=[wanted])
    sampled = rows.select_related("record").first()
    return str(words_of(sampled)["answer"]) if sampled else ""


def _settled(request: PortalRequest, review_id: UUID) -> str:
    try:
        settle_answer(
            actor=request.actor,
            review_id=review_id,
            sampled_id=request.POST.get("item", ""),
            label=request.POST.get("label", ""),
            now=timezone.now(),
        )
    except ShapeError as error:
        return str(error)
    except Conflict:
        return _("Somebody else settled it meanwhile.")
    return ""


def _named(request: PortalRequest, answers: list[Standing]) -> Standing | None:
    """The answer that the address names, if this person may still say something else of it."""
    wanted = as_uuid(request.POST.get("item", "") or request.GET.get("item", ""))
    found = next((one for one in answers if one.sampled.pk == wanted), None) if wanted else None
    if found is None or found.waits():
        return found
    return found if _open(found) and found.by(reviewer_of(request.actor)) else None


def _open(one: Standing) -> bool:
    return not one.sampled.carried and (one.waits() or not one.sampled.second)


def _moment(one: Standing, reviewer: str) -> Any:
    said = one.by(reviewer)
    return said.labelled_at if said else None
