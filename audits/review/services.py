"""Opening a review and looking at it. Labels and their end have rooms of their own beside."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audits.review.drawing import STRATA, draw
from audits.review.guidelines import guideline_of
from audits.review.instruments import instrument_of, judge_version
from audits.review.models import Review
from audits.review.population import Judged, languages_of, population_of
from audits.runs.models import Run
from audits.runs.services import MAX_SEED, check_key, check_repeated, run_of
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import NotFound
from governance.registry.models import AssetVersion
from governance.shapes import ShapeError
from governance.trail import services as trail

LEAST, MOST = 5, 2000  # labels


@dataclass(frozen=True, slots=True)
class Asked:
    """What a review is asked to be. language: empty for the one that most answers have. seed: None for a random one."""

    run: str
    language: str = ""
    guideline: str = ""
    size: int = 100
    second_share: Decimal = Decimal("0.2")
    seed: int | None = None
    key: str = ""
    body_digest: str = ""


def open_review(*, actor: Actor, asked: Asked, now: datetime) -> tuple[Review, bool]:
    """Draw a sample of an audit's answers for people to label; the judge's version is registered if it was not.

    False: the same key and body opened it before.

    Raises:
        ShapeError: names the field. KeyReused, KeyExpired: as for audits. Forbidden: without `audits:write`.
    """
    check_can(actor, "audits:write")
    check_key(asked.key)
    if (known := _same(actor, asked, now)) is not None:
        return known, False
    _check(asked)
    run = _run(actor.organisation, asked.run)
    instrument = instrument_of(run)
    language = asked.language or next((name for name, _count in languages_of(run)), "")
    answers = population_of(run, language)
    if len(answers) < LEAST:
        spoken = tuple(name for name, _count in languages_of(run))
        few = _("has %(count)s judged answers here; at least %(least)s are needed.") % {"count": len(answers), "least": LEAST}
        raise ShapeError("language", few, spoken)
    try:
        with transaction.atomic():
            return _opened(actor, asked, run, language, answers, judge_version(actor.organisation, instrument, now), now), True
    except IntegrityError:
        known = _same(actor, asked, now)  # the same request came in twice at the same moment
        if known is None:
            raise
        return known, False


def review_of(organisation: UUID, review_id: UUID | str) -> Review:
    """One review with what it is about. Raises `NotFound`."""
    found: Any = reviews(organisation)
    review: Review = found.one(organisation, review_id)
    return review


def reviews(organisation: UUID) -> "QuerySet[Review]":
    """The reviews of an organisation with what they are about."""
    related = ("run__system_version__asset", "judge__asset", "guideline__asset", "calibration")
    found: QuerySet[Review] = Review.objects.of(organisation).select_related(*related)
    return found


def locked(actor: Actor, review_id: UUID | str) -> Review:
    """One review, which nobody else changes until the transaction ends. Raises `NotFound`."""
    rows = Review.objects.select_for_update(of=("self",)).select_related("run__system_version__asset", "judge__asset")
    review: Review = rows.one(actor.organisation, review_id)
    return review


def _same(actor: Actor, asked: Asked, now: datetime) -> Review | None:
    if not asked.key:
        return None
    found: Review | None = Review.objects.of(actor.organisation).filter(idempotency_key=asked.key).first()
    if found is not None:
        check_repeated(found.opened_at, found.body_digest, asked.body_digest, now)
    return found


def _check(asked: Asked) -> None:
    if not LEAST <= asked.size <= MOST:
        raise ShapeError("size", _("must be from %(least)s to %(most)s answers.") % {"least": LEAST, "most": MOST})
    if not (asked.second_share.is_finite() and 0 <= asked.second_share <= 1):
        raise ShapeError("second_share", _("must be from 0 to 1."))
    if asked.seed is not None and not 0 <= asked.seed <= MAX_SEED:
        raise ShapeError("seed", "must be 0 to 9007199254740992.")


def _run(organisation: UUID, run_id: str) -> Run:
    try:
        return run_of(organisation, run_id)
    except NotFound as error:
        raise ShapeError("run", str(error)) from None


def _opened(
    actor: Actor, asked: Asked, run: Run, language: str, answers: list[Judged], judge: AssetVersion, now: datetime
) -> Review:
    review: Review = Review.objects.create(
        organisation_id=actor.organisation,
        run=run,
        judge=judge,
        guideline=guideline_of(actor.organisation, asked.guideline, now),
        language=language,
        size=asked.size,
        strata=STRATA,
        second_share=format(asked.second_share.normalize(), "f")[:20],
        seed=secrets.randbelow(MAX_SEED) if asked.seed is None else asked.seed,
        population=len(answers),
        idempotency_key=asked.key,
        body_digest=asked.body_digest,
        opened_by=actor.name,
        opened_at=now,
    )
    sample = draw(review, answers)
    detail = {"run": str(run.pk), "language": language, "population": len(answers), "drawn": len(sample)}
    trail.record(actor=actor, action="review.open", subject="review", subject_id=review.pk, detail=detail, now=now)
    return review
