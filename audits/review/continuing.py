"""More labels where those at hand did not settle it: a new review that begins with the answers and labels of a finished one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits.review.drawing import carry_labels, draw
from audits.review.models import Review, Sampled
from audits.review.population import population_of
from audits.review.services import MOST, locked
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.shapes import ShapeError
from governance.trail import services as trail


@transaction.atomic
def continue_review(*, actor: Actor, review_id: UUID | str, more: int, now: datetime) -> Review:
    """Draw `more` answers to those of a finished review. The same seed draws them, so none of the first is lost.

    Raises:
        Conflict: it is not finished, or was continued already. ShapeError: naming `more`. Forbidden, NotFound.
    """
    check_can(actor, "audits:write")
    before = locked(actor, review_id)
    if before.finished_at is None:
        raise Conflict("review", _("is not finished; label its answers first."))
    if Review.objects.of(actor.organisation).filter(continues=before).exists():
        raise Conflict("review", _("was continued already; go on with the review that continues it."))
    answers = population_of(before.run, before.language)
    room = min(MOST, len(answers)) - before.sample.count()
    if not 1 <= more <= room:
        problem = _("must be from 1 to %(room)s.") % {"room": room}
        if room <= 0:
            problem = _("cannot be drawn: every answer of this language was labelled.")
        raise ShapeError("more", problem)
    review: Review = Review.objects.create(
        organisation_id=before.organisation_id,
        run=before.run,
        judge=before.judge,
        guideline=before.guideline,
        language=before.language,
        size=before.sample.count() + more,
        strata=before.strata,
        second_share=before.second_share,
        seed=before.seed,
        population=len(answers),
        continues=before,
        opened_by=actor.name,
        opened_at=now,
    )
    known: dict[UUID, Sampled] = {row.record_id: row for row in before.sample.all()}
    sample = draw(review, answers, known)
    carry_labels(sample, known)
    detail = {"continues": str(before.pk), "more": more, "drawn": len(sample)}
    trail.record(actor=actor, action="review.open", subject="review", subject_id=review.pk, detail=detail, now=now)
    return review
