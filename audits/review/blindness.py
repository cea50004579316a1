"""Who had looked at the judge's verdicts before labelling: the trail knows who was shown what. Such labels are counted."""

from collections.abc import Sequence
from datetime import datetime

from audits.review.labelling import Standing
from audits.review.models import SETTLED, Review
from governance.access.people import Unclear, holder
from governance.access.tenancy import NotFound
from governance.trail.models import TrailEntry


def labels_not_blind(review: Review, answers: Sequence[Standing]) -> int:
    """How many labels come from somebody who had been shown answers of the reviewed audit with their verdicts before."""
    since = _first_looks(review)
    labels = [label for one in answers if not one.sampled.carried for label in one.labels if label.place != SETTLED]
    return sum(label.reviewer in since and since[label.reviewer] < label.labelled_at for label in labels)


def _first_looks(review: Review) -> dict[str, datetime]:
    """By person, or by token where no person is known, when they first read judged answers of the run."""
    looks = TrailEntry.objects.filter(
        organisation_id=review.organisation_id, subject="run", subject_id=str(review.run_id), action="audits.read_items"
    ).filter(detail__judged=True)
    found: dict[str, datetime] = {}
    for who, kind, at in looks.order_by("-at").values_list("actor_id", "actor_kind", "at"):
        found[_person(review, who) if kind == "token" else who] = at
    return found


def _person(review: Review, token: str) -> str:
    try:
        return holder(review.organisation_id, token) or token
    except (NotFound, Unclear):
        return token
