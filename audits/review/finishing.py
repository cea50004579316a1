"""The end of a review: its labels become figures, and these are sealed as a calibration of the judge."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits.review import section
from audits.review.counting import expiry, facts_told, inputs_in, settle_told, statement_of, verdicts_told
from audits.review.figures import found_in
from audits.review.labelling import Standing, standing_in
from audits.review.models import Calibration, Review
from audits.review.services import locked
from audits.runs.storing import storable
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.book import to_plain
from governance.evidence import services as evidence
from governance.trail import services as trail


@transaction.atomic
def finish_review(*, actor: Actor, review_id: UUID | str, now: datetime) -> Calibration:
    """Close a review whose answers all have their labels; seal what they say of the judge.

    Raises:
        Conflict: it is finished already, or how many answers still wait for a label or a decision. Forbidden, NotFound.
    """
    check_can(actor, "audits:write")
    review = locked(actor, review_id)
    answers = standing_in(review)
    _check(review, answers)
    found = found_in(*inputs_in(review, answers))
    facts = facts_told(review, answers, found, now)
    settle = settle_told(review, found)
    judged = verdicts_told(review, facts)
    blocks = storable(to_plain(section.blocks(facts, settle)))
    statement = statement_of(review, facts, blocks, judged, settle, answers)
    entry = evidence.seal(
        actor=actor,
        kind=facts.kind,
        subject=str(review.run.system_version_id),
        statement=statement,
        run_id=str(review.run_id),
        now=now,
    )
    made: Calibration = Calibration.objects.create(
        organisation_id=review.organisation_id,
        review=review,
        system_id=review.run.system_version.asset_id,
        judge=review.judge,
        guideline=review.guideline,
        language=review.language,
        judge_digest=review.judge.spec["digest"],
        figures=statement["facts"],
        blocks=blocks,
        verdicts=judged,
        evidence_id=entry.id,
        made_at=now,
        expires_at=expiry(now),
        seen_until=review.run.finished_at or now,
    )
    review.finished_at = now
    review.save(update_fields=["finished_at"])
    detail = {"evidence": str(entry.id), "calibration": str(made.pk)}
    trail.record(actor=actor, action="review.finish", subject="review", subject_id=review.pk, detail=detail, now=now)
    return made


def _check(review: Review, answers: Sequence[Standing]) -> None:
    if review.finished_at is not None:
        raise Conflict("review", _("is finished already."))
    waiting, differing = sum(one.waits() for one in answers), sum(one.differs() for one in answers)
    if waiting or differing:
        problem = _("is not done: %(waiting)s answers wait for a label, %(differing)s for a decision between two that differ.")
        problem %= {"waiting": waiting, "differing": differing}
        raise Conflict("review", problem)
