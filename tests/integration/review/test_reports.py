"""A calibration in a report: printed with its figures, and told as stale once its judge has changed."""

from collections.abc import Callable
from datetime import datetime

import pytest

from audits.review.finishing import finish_review
from audits.review.instruments import described, judge_version
from audits.review.models import Review
from governance.access.actors import Actor
from governance.reports.services import build, printed
from tests.integration.review.conftest import label_all

pytestmark = pytest.mark.django_db


def test_a_report_prints_the_corrected_share_and_tells_when_its_judge_has_changed(
    opened: Callable[..., Review], actor: Actor, ben: Actor, now: datetime
) -> None:
    review = opened(size=12)
    label_all(review, [actor, ben], now)
    finish_review(actor=actor, review_id=review.pk, now=now)
    version = review.run.system_version_id
    page = printed(build(actor=actor, system_version_id=version, language="en", now=now), "html").content.decode()
    for told in (
        "Test: Calibration of the judge",
        "Unsupported answers, corrected by people",
        "Rogan-Gladen",
        "Labelling guideline 1",
    ):
        assert told in page
    assert "Stale: a version this test stands on" not in page
    judge_version(actor.organisation, described(actor.organisation, {"judge": "embedded"}, "sha256:" + "b" * 64), now)
    page = printed(build(actor=actor, system_version_id=version, language="en", now=now), "html").content.decode()
    assert "Stale: a version this test stands on has a successor (judge" in page
