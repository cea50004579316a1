"""Fires schedules, exactly once per due time, and notes when a suite's run has ended. The dispatcher's side of suites.

Safe to run anywhere and any number of times at once: a schedule's row is locked while it is fired, its due times and what
came of them are written in the same transaction, and no due time has two rows.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audits.catalogue import BrokenKind
from audits.suites.cron import next_due, plan
from audits.suites.lines import wholes
from audits.suites.models import Firing, Schedule, SuiteRun
from audits.suites.services import SuiteAsked, newest_of, request_suite_run
from governance.access import wall
from governance.access.actors import Actor, system_actor
from governance.access.tenancy import NotFound
from governance.notices.services import tell
from governance.registry.services import newest_version
from governance.shapes import ShapeError
from governance.trail import services as trail

SET_BACK = timedelta(minutes=1)  # a clock that is so far behind the moment of planning was set back
_MOST_AT_ONCE = 100
_SETTLED = """
UPDATE audits_suiterun SET finished_at = %(now)s
WHERE finished_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM audits_suiterunitem item JOIN audits_run run ON run.id = item.run_id
  WHERE item.suite_run_id = audits_suiterun.id AND run.state IN ('queued', 'running'))
RETURNING id, organisation_id
"""
# A failed audit that is retried opens its suite's run again.
_OPENED = """
UPDATE audits_suiterun SET finished_at = NULL
WHERE finished_at IS NOT NULL AND id IN (
  SELECT item.suite_run_id FROM audits_run run JOIN audits_suiterunitem item ON item.run_id = run.id
  WHERE run.state IN ('queued', 'running'))
"""


def fire_due(now: datetime) -> int:
    """Start what is due, each schedule in a transaction of its own. How many schedules were looked at."""
    looked_at = 0
    while looked_at < _MOST_AT_ONCE and _fire_one(now):
        looked_at += 1
    return looked_at


def settle(now: datetime) -> list[tuple[UUID, UUID]]:
    """Note which suites' runs have ended since: pairs of run and organisation, each told once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_OPENED)
        cursor.execute(_SETTLED, {"now": now})
        ended: list[tuple[UUID, UUID]] = cursor.fetchall()
        for suite_run, organisation in ended:
            trail.record(
                actor=scheduler(organisation),
                action="audits.finish_suite",
                subject="suite_run",
                subject_id=suite_run,
                detail={},
                now=now,
            )
        _tell_ends([suite_run for suite_run, _ in ended], now)
    return ended


def _tell_ends(ended: list[UUID], now: datetime) -> None:
    rows = SuiteRun.objects.filter(pk__in=ended).select_related("suite_version__suite", "system_version")
    for told in wholes(list(rows)):
        version = told.suite_run.suite_version
        data = {
            "suite": version.suite.name,
            "number": version.number,
            "system_version": str(told.suite_run.system_version_id),
            "state": told.state.value,
            "verdict": told.verdict,
        }
        organisation = told.suite_run.organisation_id
        tell(organisation=organisation, event="suite.finished", subject=str(told.suite_run.pk), data=data, now=now)


def scheduler(organisation: UUID) -> Actor:
    """Who acts when a schedule does."""
    return system_actor(organisation, "scheduler")


@transaction.atomic
def _fire_one(now: datetime) -> bool:
    """The schedule that waits longest, locked; another dispatcher passes it over. False when none is due."""
    due = Q(next_due__lte=now) | Q(next_due__isnull=False, planned_at__gt=now + SET_BACK)
    rows = Schedule.objects.select_for_update(skip_locked=True, of=("self",)).filter(due, enabled=True)
    schedule: Schedule | None = rows.select_related("suite__system").order_by("next_due").first()
    if schedule is None:
        return False
    if schedule.next_due is not None and schedule.next_due <= now:
        with wall.inside(schedule.organisation_id):
            _fire(schedule, schedule.next_due, now)
    else:  # the clock was set back: what it had reached lies in the future again
        schedule.next_due = next_due(schedule.expression, schedule.time_zone, now)
    schedule.planned_at = now
    schedule.save(update_fields=["next_due", "planned_at"])
    return True


def _fire(schedule: Schedule, due: datetime, now: datetime) -> None:
    found = plan(schedule.expression, schedule.time_zone, schedule.misfire, due, now)
    schedule.next_due = found.next_due
    wanted = (*found.fire, found.missed) if found.missed else found.fire
    rows = Firing.objects.of(schedule.organisation_id).filter(schedule=schedule, due_at__in=wanted)
    done = set(rows.values_list("due_at", flat=True))
    if found.missed and found.missed not in done:
        _note(schedule, found.missed, now, outcome="missed", let_go=found.let_go)
    for moment in found.fire:
        if moment not in done:
            _start(schedule, moment, now)


def _start(schedule: Schedule, moment: datetime, now: datetime) -> None:
    try:
        with transaction.atomic():
            suite_run = _suite_run(schedule, now)
    except (ShapeError, NotFound, BrokenKind) as error:
        _note(schedule, moment, now, outcome="refused", reason=str(error))
    else:
        _note(schedule, moment, now, outcome="started", suite_run=suite_run)


def _suite_run(schedule: Schedule, now: datetime) -> SuiteRun:
    system = newest_version(schedule.suite.system)
    if system is None:
        raise ShapeError("system", _("has no version yet; add one first."))
    asked = SuiteAsked(newest_of(schedule.suite), system)
    return request_suite_run(actor=scheduler(schedule.organisation_id), asked=asked, now=now)[0]


def _note(schedule: Schedule, moment: datetime, now: datetime, *, outcome: str, **more: Any) -> None:
    firing = Firing(
        organisation_id=schedule.organisation_id, schedule=schedule, due_at=moment, fired_at=now, outcome=outcome, **more
    )
    firing.save(force_insert=True)
    trail.record(
        actor=scheduler(schedule.organisation_id),
        action=f"audits.schedule_{outcome}",
        subject="schedule",
        subject_id=schedule.pk,
        detail={"due_at": moment.isoformat(), "reason": firing.reason, "let_go": firing.let_go},
        now=now,
    )
    if outcome != "started":
        suite = schedule.suite
        data = {"suite": suite.name, "due_at": moment.isoformat(), "outcome": outcome, "let_go": firing.let_go}
        tell(organisation=schedule.organisation_id, event="schedule.missed", subject=str(schedule.pk), data=data, now=now)
