from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from audits.review.comparing import candidates, compare
from audits.review.finishing import finish_review
from audits.review.models import Calibration, Review
from audits.review.standing import states_of
from audits.review.watching import watch
from audits.runs.models import Run
from governance.access.actors import Actor
from governance.access.tenancy import Conflict
from governance.evidence.models import Entry
from governance.evidence.services import stale
from governance.notices.models import Notice
from governance.registry.services import add_version
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry
from tests.integration.review.conftest import Truth, label_all, truths

pytestmark = pytest.mark.django_db
OTHER = "sha256:" + "b" * 64


@pytest.fixture
def calibrated(actor: Actor, ben: Actor, opened: Callable[..., Review], now: datetime) -> Calibration:
    review = opened(size=20)
    label_all(review, [actor, ben], now)
    return finish_review(actor=actor, review_id=review.pk, now=now)


def state(made: Calibration, now: datetime) -> str:
    made = Calibration.objects.get(pk=made.pk)
    return states_of([made], now)[made.pk]


def test_a_calibration_expires_by_its_days(calibrated: Calibration, now: datetime, settings: Any) -> None:
    days = timedelta(days=settings.PROBANZA_CALIBRATION_DAYS)
    assert state(calibrated, now + days - timedelta(seconds=1)) == "valid"
    assert state(calibrated, now + days) == "expired"


def test_scores_of_another_distribution_end_it_once_and_the_trail_says_why(
    calibrated: Calibration, audited: Callable[..., Run], now: datetime
) -> None:
    worse = [Truth(f"{0.7 + place / 1000:.3f}", bad=True) for place in range(60)]
    run = audited(worse, finished_at=now + timedelta(hours=1))
    assert watch(now + timedelta(hours=2)) == 1
    assert watch(now + timedelta(hours=3)) == 0
    assert state(calibrated, now) == "drifted"
    told = TrailEntry.objects.get(action="review.lapse").detail
    assert told["run"] == str(run.pk)
    assert Notice.objects.get(event="evidence.stale").subject == str(calibrated.evidence_id)
    assert float(told["psi"]) > 0.25


def test_scores_of_the_same_distribution_leave_it_valid(
    calibrated: Calibration, audited: Callable[..., Run], now: datetime
) -> None:
    audited(truths(), finished_at=now + timedelta(hours=1))
    assert watch(now + timedelta(hours=2)) == 1
    assert state(calibrated, now) == "valid"


def test_another_digest_of_the_judge_ends_it_and_makes_its_evidence_stale(
    calibrated: Calibration, audited: Callable[..., Run], now: datetime
) -> None:
    assert stale(Entry.objects.get(pk=calibrated.evidence_id)) == []
    audited(truths(), judge=OTHER, finished_at=now + timedelta(hours=1))
    assert watch(now + timedelta(hours=2)) == 1
    assert state(calibrated, now) == "judge_changed"
    assert [pin["role"] for pin in stale(Entry.objects.get(pk=calibrated.evidence_id))] == ["judge"]


def test_another_guideline_ends_it(calibrated: Calibration, actor: Actor, now: datetime) -> None:
    add_version(actor=actor, asset_id=calibrated.guideline.asset_id, spec={"text": "Be stricter."}, now=now)
    assert state(calibrated, now) == "guideline_changed"


def test_a_better_judge_is_told_better_on_the_same_labels(
    calibrated: Calibration, audited: Callable[..., Run], now: datetime
) -> None:
    right = [Truth("0.9" if truth.bad else "0.1", truth.bad) for truth in truths(missed=0, alarms=0)]
    wrong = [Truth("0.1" if truth.bad else "0.9", truth.bad) for truth in right]
    better, worse = audited(right, judge=OTHER), audited(wrong, judge=OTHER)
    review = calibrated.review
    assert {run.pk for run in candidates(review)} == {better.pk, worse.pk}
    assert compare(review, worse.pk).word == "worse"
    found = compare(review, better.pk)
    assert (found.paired.second, found.missing) == (1.0, 0)
    assert found.word in {"better", "inconclusive"}


def test_answers_that_read_otherwise_are_not_paired(calibrated: Calibration, audited: Callable[..., Run], now: datetime) -> None:
    turned = [Truth(truth.score, not truth.bad) for truth in truths()]
    with pytest.raises(ShapeError, match="none of the labelled answers"):
        compare(calibrated.review, audited(turned, judge=OTHER).pk)


def test_nothing_is_compared_before_the_review_is_finished(opened: Callable[..., Review], audited: Callable[..., Run]) -> None:
    with pytest.raises(Conflict):
        compare(opened(), audited(judge=OTHER).pk)
