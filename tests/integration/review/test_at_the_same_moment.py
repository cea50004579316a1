from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from audits.review.finishing import finish_review
from audits.review.labelling import label_answer, standing_in
from audits.review.models import Calibration, Label, Review
from audits.review.services import Asked, open_review
from audits.runs.models import Run
from governance.access.actors import Actor
from governance.access.tenancy import Conflict
from governance.registry.models import AssetVersion
from tests.integration.review.conftest import label_all
from tests.integration.suites.test_at_the_same_moment import THREADS, at_once

pytestmark = pytest.mark.usefixtures("committed")


def test_an_answer_labelled_by_many_at_once_gets_the_labels_it_needs_and_no_more(
    opened: Callable[..., Review], actor: Actor, now: datetime
) -> None:
    review = opened(size=8)
    answers = standing_in(review)
    one, two = (next(one for one in answers if one.sampled.second == second) for second in (False, True))

    def label(number: int) -> int:
        person, kept = replace(actor, id=f"person-{number}"), 0
        for wanted in (one, two):
            try:
                label_answer(actor=person, review_id=review.pk, sampled_id=wanted.sampled.pk, label="supported", now=now)
                kept += 1
            except Conflict:
                pass
        return kept

    assert sum(at_once(label)) == 3
    assert sorted(Label.objects.values_list("sampled__second", "place", "revision")) == [
        (False, 1, 1),
        (True, 1, 1),
        (True, 2, 1),
    ]


def test_a_review_finished_by_many_at_once_is_sealed_once(
    opened: Callable[..., Review], actor: Actor, ben: Actor, now: datetime
) -> None:
    review = opened(size=6)
    label_all(review, [actor, ben], now)

    def finish(_: int) -> int:
        try:
            return int(bool(finish_review(actor=actor, review_id=review.pk, now=now)))
        except Conflict:
            return 0

    assert sum(at_once(finish)) == 1
    assert Calibration.objects.count() == 1


def test_the_same_request_at_the_same_moment_opens_one_review_of_one_judge(
    audited: Callable[..., Run], actor: Actor, now: datetime
) -> None:
    asked = Asked(run=str(audited().pk), size=6, key="k", body_digest="sha256:a")
    opened = at_once(lambda _: open_review(actor=actor, asked=asked, now=now)[0].pk)
    assert (len(opened), len(set(opened)), Review.objects.count()) == (THREADS, 1, 1)
    assert AssetVersion.objects.filter(asset__kind__in=["judge", "guideline"]).count() == 2
