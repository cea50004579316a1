"""Labelling, blind: nobody is shown the judge's verdict, a score or another's label before the review is finished."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audits.review.models import FIRST, LABELS, SECOND, SETTLED, Label, Review, Sampled
from audits.review.services import locked
from audits.runs.services import private_words
from governance.access.actors import Actor
from governance.access.people import behind
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.shapes import ShapeError
from governance.trail import services as trail

MOST_SPANS = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """What was said of one answer so far: the newest label of each place."""

    sampled: Sampled
    labels: tuple[Label, ...]

    def at(self, place: int) -> Label | None:
        return next((label for label in self.labels if label.place == place), None)

    def by(self, reviewer: str) -> Label | None:
        """The label that this person gave as one of the two reviewers."""
        return next((label for label in self.labels if label.reviewer == reviewer and label.place != SETTLED), None)

    def waits(self) -> bool:
        """Whether a reviewer is still to label it."""
        return sum(label.place != SETTLED for label in self.labels) < (2 if self.sampled.second else 1)

    def differs(self) -> bool:
        """Whether the two reviewers said different things and nobody settled it."""
        said = {label.label for label in self.labels if label.place != SETTLED}
        return len(said) > 1 and self.at(SETTLED) is None

    def word(self) -> str:
        """The label that counts: the settled one, else what the reviewers agree on; empty while it is open."""
        settled = self.at(SETTLED)
        said = {label.label for label in self.labels if label.place != SETTLED}
        if settled is not None:
            return settled.label
        return said.pop() if len(said) == 1 and not self.waits() else ""


def reviewer_of(actor: Actor) -> str:
    """The person who labels, whatever token they hold; a token that no person issued is a reviewer of its own."""
    return behind(actor) or actor.id


def standings(reviews: Iterable[UUID]) -> dict[UUID, list[Standing]]:
    """The answers of each review in their order, with the labels that count: two queries however many reviews."""
    rows = list(Sampled.objects.filter(review_id__in=list(reviews)).order_by("review_id", "place"))
    newest: dict[UUID, dict[int, Label]] = {}
    labels = Label.objects.filter(sampled__review_id__in=[row.review_id for row in rows]).order_by("revision")
    for label in labels:
        newest.setdefault(label.sampled_id, {})[label.place] = label
    found: dict[UUID, list[Standing]] = {}
    for row in rows:
        mine = newest.get(row.pk, {})
        found.setdefault(row.review_id, []).append(Standing(row, tuple(mine[place] for place in sorted(mine))))
    return found


def standing_in(review: Review) -> list[Standing]:
    """The answers of one review in their order."""
    return standings([review.pk]).get(review.pk, [])


def next_for(answers: Sequence[Standing], reviewer: str) -> Standing | None:
    """The next answer for this person: one that waits and that they have not labelled.

    Each begins at another place, so that two people rarely label the same answer at the same moment.
    """
    open_ = [one for one in answers if one.waits() and one.by(reviewer) is None]
    if not open_:
        return None
    start = int.from_bytes(hashlib.sha256(reviewer.encode("utf-8", "replace")).digest()[:4]) % len(answers)
    return min(open_, key=lambda one: (one.sampled.place - 1 - start) % len(answers))


@transaction.atomic
def label_answer(
    *, actor: Actor, review_id: UUID | str, sampled_id: UUID | str, label: str, spans: Sequence[Sequence[int]] = (), now: datetime
) -> Label:
    """Say what one answer is. Said again by the same person it replaces what they said, and both stay on record.

    Raises:
        ShapeError: names the field. Conflict: the review is finished, or the answer has all its labels from others.
        NotFound: no such answer in this review. Forbidden: without `audits:write`.
    """
    review, one = _open(actor, review_id, sampled_id)
    if one.sampled.carried:
        raise Conflict("item", "was labelled in an earlier review, which everybody could look at since; its labels stay.")
    reviewer = reviewer_of(actor)
    mine = one.by(reviewer)
    if mine is None and not one.waits():
        raise Conflict("item", "has all the labels it needs; take the next one.")
    if one.sampled.second and not one.waits():
        raise Conflict("item", "has both its labels, which can be compared since; they stay.")
    place = mine.place if mine else (SECOND if one.at(FIRST) else FIRST)
    return _said(actor, review, one, place, label, spans, now)


@transaction.atomic
def settle_answer(*, actor: Actor, review_id: UUID | str, sampled_id: UUID | str, label: str, now: datetime) -> Label:
    """Decide between two labels that differ. Raises as `label_answer`; `Conflict` where they do not differ."""
    review, one = _open(actor, review_id, sampled_id)
    if not one.differs() and one.at(SETTLED) is None:
        raise Conflict("item", "has no two labels that differ.")
    if one.sampled.carried:
        raise Conflict("item", "was settled in an earlier review.")
    return _said(actor, review, one, SETTLED, label, (), now)


def words_of(sampled: Sampled) -> dict[str, object]:
    """Question, answer and passages of an answer, decrypted; empty texts where they were erased. Nothing of the judge."""
    words = private_words(sampled.record)
    passages = [str(one.get("text", "")) if isinstance(one, dict) else str(one) for one in words.get("passages", ())]
    return {"question": str(words.get("question", "")), "answer": str(words.get("answer", "")), "passages": passages}


def _open(actor: Actor, review_id: UUID | str, sampled_id: UUID | str) -> tuple[Review, Standing]:
    check_can(actor, "audits:write")
    review = locked(actor, review_id)
    rows = Sampled.objects.filter(review=review).select_related("record")
    sampled: Sampled = rows.one(actor.organisation, sampled_id)
    if review.finished_at is not None:
        raise Conflict("review", "is finished; its labels stay.")
    newest: dict[int, Label] = {label.place: label for label in sampled.labels.order_by("revision")}
    return review, Standing(sampled, tuple(newest[place] for place in sorted(newest)))


def _said(
    actor: Actor, review: Review, one: Standing, place: int, label: str, spans: Sequence[Sequence[int]], now: datetime
) -> Label:
    if label not in LABELS:
        raise ShapeError("label", "is none that an answer can have.", LABELS)
    marked = _spans(one.sampled, label, spans)
    before = one.at(place)
    if before is not None and (before.label, before.spans, before.reviewer) == (label, marked, reviewer_of(actor)):
        return before
    row: Label = Label.objects.create(
        organisation_id=review.organisation_id,
        sampled=one.sampled,
        place=place,
        revision=before.revision + 1 if before else 1,
        label=label,
        spans=marked,
        reviewer=reviewer_of(actor),
        reviewer_name=actor.name,
        labelled_at=now,
    )
    detail = {"review": str(review.pk), "place": place, "revision": row.revision}  # the label itself would break the blind
    trail.record(actor=actor, action="review.label", subject="sampled", subject_id=one.sampled.pk, detail=detail, now=now)
    return row


def _spans(sampled: Sampled, label: str, spans: Sequence[Sequence[int]]) -> list[list[int]]:
    if not spans:
        return []
    if label != "unsupported":
        raise ShapeError("spans", "belong to the label unsupported only.")
    if len(spans) > MOST_SPANS:
        raise ShapeError("spans", f"must be at most {MOST_SPANS}.")
    longest = len(str(words_of(sampled)["answer"]))
    for index, span in enumerate(spans):
        if len(span) != 2 or not 0 <= span[0] < span[1] <= longest:
            raise ShapeError(
                f"spans[{index}]", f"must be start and end, characters of the answer: 0 <= start < end <= {longest}."
            )
    return sorted([int(start), int(end)] for start, end in spans)
