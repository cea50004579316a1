"""The sample of a review, stored with the chance that each answer had."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from audits.measures.sampling import stratified
from audits.review.models import Label, Review, Sampled
from audits.review.population import Judged

STRATA = 4


def draw(review: Review, answers: Sequence[Judged], before: Mapping[UUID, Sampled] | None = None) -> list[Sampled]:
    """The review's answers, drawn by its seed; those that `before` holds by record are carried over, and shown first."""
    carried = before or {}
    records = {answer.item: answer.record for answer in answers}
    drawn = stratified(
        list(records),
        [float(answer.score) for answer in answers],
        size=review.size,
        strata=review.strata,
        second_share=float(review.second_share),
        seed=review.seed,
    )
    ordered = sorted(drawn, key=lambda one: records[one.id] not in carried)
    rows = [
        Sampled(
            organisation_id=review.organisation_id,
            review=review,
            record_id=records[one.id],
            place=place,
            stratum=one.stratum,
            inclusion=str(one.inclusion),
            second=_second(carried.get(records[one.id]), drawn=one.second),
            carried=records[one.id] in carried,
        )
        for place, one in enumerate(ordered, start=1)
    ]
    sample: list[Sampled] = Sampled.objects.bulk_create(rows)
    return sample


def carry_labels(sample: Sequence[Sampled], before: Mapping[UUID, Sampled]) -> None:
    """Every label that the carried answers got, with who gave it and when."""
    rows = [
        Label(
            organisation_id=label.organisation_id,
            sampled=one,
            place=label.place,
            revision=label.revision,
            label=label.label,
            spans=label.spans,
            reviewer=label.reviewer,
            reviewer_name=label.reviewer_name,
            labelled_at=label.labelled_at,
        )
        for one in sample
        if one.carried
        for label in before[one.record_id].labels.order_by("id")
    ]
    Label.objects.bulk_create(rows)


def _second(carried: Sampled | None, *, drawn: bool) -> bool:
    """A carried answer keeps the number of reviewers that it had."""
    return carried.second if carried else drawn
