"""Who wants to know is told when a suite has finished and when a due time was missed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audits.suites.firing import fire_due, settle
from audits.suites.models import SuiteRun, SuiteVersion
from audits.suites.schedules import make_schedule
from audits.suites.services import Entry
from governance.notices.endpoints import add_webhook
from governance.notices.models import Notice
from tests.integration.suites.conftest import carry_all

pytestmark = pytest.mark.django_db


EVENTS = ("suite.finished", "schedule.missed")
HOOK = "http://127.0.0.1:9/hook"  # loopback is allowed here; nothing is sent


@pytest.fixture(autouse=True)
def listening(actor: Any, now: datetime) -> None:
    add_webhook(actor=actor, url=HOOK, events=EVENTS, now=now)


def notices(event: str) -> list[dict[str, Any]]:
    return [one.data for one in Notice.objects.filter(event=event).order_by("id")]


def test_the_end_of_a_suite_is_told_with_its_verdict(
    suite: Callable[..., SuiteVersion],
    entry: Callable[..., Entry],
    criterion: Callable[..., Any],
    started: Callable[..., SuiteRun],
    now: datetime,
) -> None:
    suite_run = started(suite(entry(criterion("2"))))
    carry_all(suite_run)
    settle(now)
    settle(now)
    (told,) = notices("suite.finished")
    assert (told["suite"], told["number"], told["state"], told["verdict"]) == ("release", 1, "succeeded", "not_met")


def test_a_missed_due_time_is_told_and_a_met_one_is_not(suite: Callable[..., SuiteVersion], actor: Any) -> None:
    noon = datetime(2027, 6, 1, 12, tzinfo=UTC)
    make_schedule(
        actor=actor, suite_id=suite().suite_id, expression="0 * * * *", time_zone="UTC", misfire="skip", enabled=True,
        now=noon - timedelta(minutes=1),
    )  # fmt: skip
    fire_due(noon)
    assert notices("schedule.missed") == []
    fire_due(noon + timedelta(hours=2, minutes=30))
    (told,) = notices("schedule.missed")
    assert (told["suite"], told["outcome"], told["let_go"]) == ("release", "missed", 1)
    assert told["due_at"] == (noon + timedelta(hours=2)).isoformat()
