"""Pages of reviews: all of them, one, its start and its end."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audits.review.continuing import continue_review
from audits.review.finishing import finish_review
from audits.review.guidelines import guidelines
from audits.review.labelling import Standing, next_for, reviewer_of, standing_in, standings
from audits.review.models import Review
from audits.review.population import languages_of
from audits.review.services import Asked, open_review, review_of, reviews
from audits.review.standing import states_of
from audits.review.telling import calibration_line, progress_of
from audits.runs.services import run_of
from governance.access.policies import can
from governance.access.tenancy import Conflict, as_uuid
from governance.portal.look import titled
from governance.portal.session import PortalRequest, signed_in
from governance.shapes import ShapeError
from governance.trail.ids import uuid7
from probanza.canonical import digest_of

PAGE = 25


@require_GET
@signed_in("audits:read")
def listing(request: PortalRequest) -> HttpResponse:
    """All reviews, newest first, each with how far it is or what came of it."""
    rows = reviews(request.actor.organisation).order_by("-id")
    before = as_uuid(request.GET.get("before", ""))
    page = list((rows.filter(id__lt=before) if before else rows)[: PAGE + 1])
    more = page[PAGE - 1].pk if len(page) > PAGE else None
    return render(request, "review/list.html", {"here": "reviews", "reviews": _lines(page[:PAGE]), "more": more})


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


@require_GET
@signed_in("audits:read")
def page(request: PortalRequest, review_id: UUID) -> HttpResponse:
    """One review: how far it is, and once it is finished what it found."""
    return _page(request, review_id)


@require_POST
@signed_in("audits:write")
def finish(request: PortalRequest, review_id: UUID) -> HttpResponse:
    """End the review and seal its figures."""
    try:
        finish_review(actor=request.actor, review_id=review_id, now=timezone.now())
    except Conflict as error:
        return _page(request, review_id, problem=str(error), status=409)
    return redirect("audits:review_page", review_id=review_id)


@require_POST
@signed_in("audits:write")
def go_on(request: PortalRequest, review_id: UUID) -> HttpResponse:
    """Draw more answers to those of a finished review."""
    try:
        more = _whole("more", request.POST.get("more", ""))
        review = continue_review(actor=request.actor, review_id=review_id, more=more, now=timezone.now())
    except (Conflict, ShapeError) as error:
        return _page(request, review_id, problem=str(error), status=400)
    return redirect("audits:review_page", review_id=review.pk)


def _page(request: PortalRequest, review_id: UUID, *, problem: str = "", status: int = 200) -> HttpResponse:
    review = review_of(request.actor.organisation, review_id)
    answers = standing_in(review)
    made = getattr(review, "calibration", None)
    context = {
        "here": "reviews",
        "review": review,
        "system": review.run.system_version,
        "progress": progress_of(answers),
        "mine": sum(one.by(reviewer_of(request.actor)) is not None for one in answers),
        "may_label": can(request.actor, "audits:write") and review.finished_at is None,
        "next": next_for(answers, reviewer_of(request.actor)),
        "problem": problem,
    }
    if made is not None:
        told = calibration_line(made, states_of([made], timezone.now())[made.pk])
        context |= {"calibration": told, "verdicts": titled("calibration", made.verdicts), "answers": _answers(review, answers)}
        context |= {"may_go_on": can(request.actor, "audits:write"), "continued": Review.objects.filter(continues=review).first()}
    return render(request, "review/page.html", context, status=status)


def _lines(page: Sequence[Review]) -> list[dict[str, Any]]:
    answers = standings(review.pk for review in page)
    made = [review.calibration for review in page if review.finished_at is not None]
    states = states_of(made, timezone.now())
    return [
        {
            "review": review,
            "system": review.run.system_version,
            "progress": progress_of(answers.get(review.pk, [])),
            "calibration": calibration_line(review.calibration, states[review.calibration.pk]) if review.finished_at else None,
        }
        for review in page
    ]


def _answers(review: Review, answers: Sequence[Standing]) -> list[dict[str, Any]]:
    """Of a finished review: what people and judge said of each answer, where they differ first."""
    records = {row.pk: row.record for row in review.sample.select_related("record")}
    lines = []
    for one in answers:
        values = records[one.sampled.pk].values
        flagged = values.get("verdict") in {"unsupported", "contradicted"}
        lines.append(
            {
                "item": records[one.sampled.pk].item,
                "word": one.word(),
                "verdict": values.get("verdict", ""),
                "score": values.get("unsupported", ""),
                "differs": one.word() in {"supported", "unsupported"} and flagged != (one.word() == "unsupported"),
                "said": [label.label for label in one.labels],
            }
        )
    return sorted(lines, key=lambda line: not line["differs"])


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
        return Decimal(percent[:20]) / 100
    except InvalidOperation:
        raise ShapeError("second_share", _("must be a number from 0 to 100.")) from None
