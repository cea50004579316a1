"""Pages of reviews: all of them, and one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from audits.review.labelling import Standing, next_for, reviewer_of, standing_in, standings
from audits.review.models import Review
from audits.review.services import review_of, reviews
from audits.review.standing import states_of
from audits.review.telling import calibration_line, progress_of
from governance.access.policies import can
from governance.access.tenancy import as_uuid
from governance.portal.look import titled
from governance.portal.session import PortalRequest, signed_in

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


@require_GET
@signed_in("audits:read")
def page(request: PortalRequest, review_id: UUID) -> HttpResponse:
    """One review: how far it is, and once it is finished what it found."""
    return page_of(request, review_id)


def page_of(request: PortalRequest, review_id: UUID, *, problem: str = "", status: int = 200) -> HttpResponse:
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
        context["left"] = min(50, review.population - len(answers))
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
