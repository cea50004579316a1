"""What stands beside an audit or a review: calibrations that speak of an audit's judge, other judges on the same labels."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from audits.review.carrying_over import corrected_by
from audits.review.comparing import candidates, compared_plain
from audits.review.comparing import compare as compare_judges
from audits.review.instruments import instrument_of
from audits.review.models import Calibration, Review
from audits.review.section import settled
from audits.review.services import review_of
from audits.review.standing import newest_for, states_of
from audits.review.telling import calibration_line
from audits.runs.models import Run
from audits.runs.services import run_of
from governance.access.policies import can
from governance.access.tenancy import Conflict
from governance.book import to_plain
from governance.evidence.services import entry_of
from governance.portal.panels import panel
from governance.portal.session import PortalRequest, signed_in
from governance.shapes import ShapeError


@require_GET
@signed_in("audits:read")
def of_run(request: PortalRequest, run_id: UUID) -> HttpResponse:
    """Whether and how the judge of an audit was calibrated by people, as a panel of the audit's page."""
    run = run_of(request.actor.organisation, run_id)
    context = {
        "here": "audits",
        "title": _("Calibration of the judge"),
        "run": run,
        "open": Review.objects.of(run.organisation_id).filter(run=run, finished_at=None).order_by("-id"),
        "may_review": can(request.actor, "audits:write"),
    }
    try:
        judge = instrument_of(run)
    except ShapeError:
        return panel(request, "review/of_run.html", {**context, "judged": False})
    made = newest_for(run.organisation_id, run.system_version.asset_id, judge.digest)
    states = states_of(made, timezone.now())
    context |= {"judged": True, "calibrations": [calibration_line(one, states[one.pk]) | _settling(run, one) for one in made]}
    return panel(request, "review/of_run.html", context)


def _settling(run: Run, made: Calibration) -> dict[str, Any]:
    """What would settle the criteria of the audit that was reviewed; of a later audit its own share, corrected."""
    if made.review.run_id != run.pk:
        return {"settling": [], "carried": corrected_by(made, run)}
    sealed = entry_of(run.organisation_id, made.evidence_id).statement()
    return {"settling": to_plain(tuple(settled(one) for one in sealed.get("settle", ())))}


@require_GET
@signed_in("audits:read")
def compare(request: PortalRequest, review_id: UUID) -> HttpResponse:
    """Another judge on the labels of a finished review: which of the two is right more often?"""
    review = review_of(request.actor.organisation, review_id)
    context = {"here": "reviews", "review": review, "system": review.run.system_version, "runs": candidates(review)}
    chosen, status = request.GET.get("run", ""), 200
    if chosen:
        try:
            context["compared"] = compared_plain(compare_judges(review, chosen))
        except (ShapeError, Conflict) as error:
            context["problem"], status = str(error), 400
    return render(request, "review/compare.html", {**context, "chosen": chosen}, status=status)
