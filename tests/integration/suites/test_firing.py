from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from audits.runs.models import Run
from audits.suites.firing import fire_due
from audits.suites.models import Firing, Schedule, SuiteRun, SuiteVersion
from audits.suites.schedules import change_schedule, make_schedule, upcoming
from governance.registry.services import add_version
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry
from tests.integration.runs.conftest import SYSTEM

MADRID = "Europe/Madrid"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Plan = Callable[..., Schedule]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


NOON = at("2027-06-01T12:00+00:00")


@pytest.fixture
def plan(actor: Any, suite: Callable[..., SuiteVersion]) -> Plan:
    def make(expression: str = "0 * * * *", *, now: datetime = NOON - MINUTE, **more: Any) -> Schedule:
        usual = {"time_zone": "UTC", "misfire": "once", "enabled": True} | more
        return make_schedule(actor=actor, suite_id=suite().suite_id, expression=expression, now=now, **usual)

    return make


def told() -> list[tuple[str, str]]:
    return [(f"{one.due_at:%m-%d %H:%M}", one.outcome) for one in Firing.objects.order_by("due_at")]


@pytest.mark.django_db
class TestOneDispatcher:
    def test_a_schedule_starts_its_suite_once_per_due_time(self, plan: Plan) -> None:
        plan()
        for now in (NOON - timedelta(seconds=1), NOON, NOON + MINUTE, NOON + HOUR, NOON + HOUR):
            fire_due(now)
        assert told() == [("06-01 12:00", "started"), ("06-01 13:00", "started")]
        assert (SuiteRun.objects.count(), Run.objects.count()) == (2, 2)

    def test_each_firing_leaves_one_trail_row_of_the_scheduler(self, plan: Plan) -> None:
        schedule = plan()
        fire_due(NOON)
        row = TrailEntry.objects.get(subject="schedule", action="audits.schedule_started")
        assert (row.subject_id, row.actor_id) == (str(schedule.pk), "system:scheduler")

    def test_the_newest_versions_of_suite_and_system_are_run(self, plan: Plan, actor: Any, version: Any) -> None:
        plan()
        newer = add_version(actor=actor, asset_id=version.asset_id, spec=SYSTEM | {"intended_use": "Other"}, now=NOON)
        fire_due(NOON)
        assert SuiteRun.objects.get().system_version_id == newer.pk

    def test_the_database_refuses_a_second_row_of_a_due_time(self, plan: Plan) -> None:
        plan()
        fire_due(NOON)
        again = Firing.objects.get()
        again.pk, again.suite_run = None, None
        with pytest.raises(IntegrityError, match=r"fired_once"), transaction.atomic():
            again.save(force_insert=True)

    def test_missed_due_times_are_told_and_the_newest_is_made_up_for(self, plan: Plan) -> None:
        plan()
        fire_due(NOON + 3 * HOUR + 30 * MINUTE)
        assert told() == [("06-01 14:00", "missed"), ("06-01 15:00", "started")]
        assert Firing.objects.get(outcome="missed").let_go == 2

    def test_the_rule_skip_starts_nothing_late(self, plan: Plan) -> None:
        schedule = plan(misfire="skip")
        fire_due(NOON + 30 * MINUTE)
        schedule.refresh_from_db()
        assert (told(), SuiteRun.objects.count(), schedule.next_due) == ([("06-01 12:00", "missed")], 0, NOON + HOUR)

    def test_the_rule_all_starts_every_one(self, plan: Plan) -> None:
        plan(misfire="all")
        fire_due(NOON + 2 * HOUR + 30 * MINUTE)
        assert [outcome for _, outcome in told()] == ["started"] * 3

    def test_a_suite_that_no_longer_fits_is_refused_with_its_reason_and_comes_again(self, plan: Plan) -> None:
        plan()
        version = SuiteVersion.objects.get()
        newer = SuiteVersion(
            organisation_id=version.organisation_id, suite=version.suite, number=2, digest="", created_by="", created_at=NOON,
            entries=[version.entries[0] | {"kind": "astrology"}],
        )  # fmt: skip
        newer.save(force_insert=True)
        fire_due(NOON)
        fire_due(NOON + HOUR)
        assert [outcome for _, outcome in told()] == ["refused"] * 2
        assert "entries[0].kind" in Firing.objects.first().reason
        assert (SuiteRun.objects.count(), Run.objects.count()) == (0, 0)

    def test_one_refused_schedule_does_not_stop_another(self, plan: Plan, actor: Any) -> None:
        schedule = plan()
        make_schedule(
            actor=actor, suite_id=schedule.suite_id, expression="0 * * * *", time_zone="UTC", misfire="once", enabled=True,
            now=NOON - MINUTE,
        )  # fmt: skip
        assert fire_due(NOON) == 2
        assert [outcome for _, outcome in told()] == ["started"] * 2

    def test_a_paused_schedule_is_not_due_and_catches_nothing_up(self, plan: Plan, actor: Any) -> None:
        schedule = plan()
        change_schedule(actor=actor, schedule_id=schedule.pk, changes={"enabled": False}, now=NOON - MINUTE)
        fire_due(NOON + 5 * HOUR)
        resumed = change_schedule(actor=actor, schedule_id=schedule.pk, changes={"enabled": True}, now=NOON + 5 * HOUR)
        fire_due(NOON + 5 * HOUR + MINUTE)
        assert (told(), resumed.next_due) == ([], NOON + 6 * HOUR)

    def test_a_clock_set_back_fires_no_due_time_twice_and_stays_silent_no_longer_than_needed(self, plan: Plan) -> None:
        schedule = plan()
        fire_due(NOON)
        fire_due(NOON + 24 * HOUR)  # the clock jumped a day ahead
        fire_due(NOON + MINUTE)  # and was set right
        schedule.refresh_from_db()
        assert schedule.next_due == NOON + HOUR
        for hour in (1, 2, 24):
            fire_due(NOON + hour * HOUR)
        started = [due for due, outcome in told() if outcome == "started"]
        assert started == ["06-01 12:00", "06-01 13:00", "06-01 14:00", "06-02 12:00"]

    @pytest.mark.parametrize(
        ("day", "dues"),
        [
            ("2027-03-28", ["03-27 01:30", "03-28 01:00", "03-29 00:30"]),
            ("2027-10-31", ["10-30 00:30", "10-31 00:30", "11-01 01:30"]),
        ],
    )
    def test_half_past_two_in_madrid_comes_once_a_day_when_clocks_change(self, plan: Plan, day: str, dues: list[str]) -> None:
        now = at(f"{day}T00:00+00:00") - 24 * HOUR
        plan("30 2 * * *", time_zone=MADRID, now=now)
        for quarter in range(4 * 72):
            fire_due(now + quarter * 15 * MINUTE)
        assert told() == [(due, "started") for due in dues]

    def test_a_day_that_never_comes_is_refused_and_upcoming_dues_are_told(self, plan: Plan) -> None:
        with pytest.raises(ShapeError) as refused:
            plan("0 0 */31 2 1#5")
        assert refused.value.field == "expression"

    def test_the_next_due_times_are_told_in_advance(self, plan: Plan) -> None:
        assert upcoming(plan(), NOON - MINUTE)[:2] == [NOON, NOON + HOUR]


@pytest.mark.usefixtures("committed")
def test_several_dispatchers_at_once_fire_each_due_time_once(actor: Any, suite: Callable[..., SuiteVersion]) -> None:
    suite_id = suite().suite_id
    for _ in range(6):
        make_schedule(
            actor=actor, suite_id=suite_id, expression="*/5 * * * *", time_zone=MADRID, misfire="all", enabled=True,
            now=NOON - MINUTE,
        )  # fmt: skip

    def dispatcher(turn: int) -> None:
        try:
            for late in (0, 1, 5, 10):
                fire_due(NOON + late * MINUTE)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(dispatcher, range(4)))
    assert [outcome for _, outcome in told()] == ["started"] * 18
    assert SuiteRun.objects.count() == Run.objects.count() == 18
