from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from audits.review.finishing import finish_review
from audits.review.labelling import label_answer, next_for, settle_answer, standing_in
from audits.review.models import Label, Review, Sampled
from audits.runs.models import Run
from governance.access.actors import Actor
from governance.access.tenancy import Conflict
from governance.evidence.models import Entry
from governance.registry.models import AssetVersion
from governance.shapes import ShapeError
from tests.integration.review.conftest import JUDGE, label_all

pytestmark = pytest.mark.django_db
Open = Callable[..., Review]


def test_a_review_registers_judge_and_guideline_and_stores_each_chance(opened: Open) -> None:
    review = opened()
    assert review.judge.spec["digest"] == JUDGE
    assert (review.judge.asset.kind, review.guideline.asset.kind) == ("judge", "guideline")
    sample = list(review.sample.all())
    assert 40 <= len(sample) <= 44
    assert sum(1 / float(one.inclusion) for one in sample) == pytest.approx(100)
    assert sum(one.second for one in sample) == -(-len(sample) // 5)


def test_the_same_judge_is_registered_once(opened: Open) -> None:
    assert opened().judge_id == opened().judge_id
    assert AssetVersion.objects.filter(asset__kind="judge").count() == 1


def test_a_whole_review_ends_in_a_corrected_share_nearer_to_the_truth(
    opened: Open, actor: Actor, ben: Actor, now: datetime
) -> None:
    review = opened(size=100)
    label_all(review, [actor, ben], now)
    made = finish_review(actor=actor, review_id=review.pk, now=now)
    told = {one["name"]: one for one in made.figures["measures"]}
    assert float(told["judged_unsupported"]["value"]) == pytest.approx(0.31)
    assert float(told["corrected_unsupported"]["value"]) == pytest.approx(0.30)
    assert float(told["sensitivity"]["value"]) == pytest.approx(24 / 30)
    assert float(told["specificity"]["value"]) == pytest.approx(63 / 70)
    assert float(told["kappa_people"]["value"]) == pytest.approx(1)
    entry = Entry.objects.get(pk=made.evidence_id)
    assert (entry.kind, entry.run_id) == ("calibration", str(review.run_id))
    assert {pin["role"] for pin in entry.statement()["pins"]} == {"system", "judge", "guideline"}
