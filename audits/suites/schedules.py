"""Schedules of suites: made, changed, paused. `firing` does what they say."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits.suites.cron import check_expression, check_misfire, check_zone, due_times, next_due
from audits.suites.models import Schedule, Suite
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.shapes import ShapeError
from governance.trail import services as trail

# What may change, and how each is checked.
CHECKS: dict[str, Callable[[Any], Any]] = {
    "expression": check_expression,
    "time_zone": check_zone,
    "misfire": check_misfire,
    "enabled": bool,
}
TOLD = 5  # due times that an answer tells in advance


@transaction.atomic
def make_schedule(
    *, actor: Actor, suite_id: UUID | str, expression: str, time_zone: str, misfire: str, enabled: bool, now: datetime
) -> Schedule:
    """Run a suite by itself from now on, always its newest version on the system's newest version.

    Raises `Forbidden` without `audits:write`, `NotFound`, and `ShapeError` naming the field.
    """
    check_can(actor, "audits:write")
    suite: Suite = Suite.objects.one(actor.organisation, suite_id)
    schedule = Schedule(
        organisation_id=actor.organisation,
        suite=suite,
        expression=check_expression(expression),
        time_zone=check_zone(time_zone),
        misfire=check_misfire(misfire),
        enabled=enabled,
        created_by=actor.name,
        created_at=now,
    )
    _plan_anew(schedule, now)
    schedule.save(force_insert=True)
    _tell(actor, "audits.make_schedule", schedule, {"suite": str(suite.pk), "expression": schedule.expression}, now)
    return schedule


@transaction.atomic
def change_schedule(*, actor: Actor, schedule_id: UUID | str, changes: Mapping[str, Any], now: datetime) -> Schedule:
    """Change what is named of `CHECKS`; due times that passed meanwhile are forgotten. Raises as `make_schedule`."""
    check_can(actor, "audits:write")
    schedule: Schedule = Schedule.objects.select_for_update().one(actor.organisation, schedule_id)
    wanted = {name: CHECKS[name](value) for name, value in changes.items()}
    changed = {name: value for name, value in wanted.items() if getattr(schedule, name) != value}
    if not changed:
        return schedule
    for name, value in changed.items():
        setattr(schedule, name, value)
    if changed.keys() & {"expression", "time_zone", "enabled"}:
        _plan_anew(schedule, now)
    schedule.save()
    _tell(actor, "audits.change_schedule", schedule, changed, now)
    return schedule


def upcoming(schedule: Schedule, now: datetime) -> list[datetime]:
    """The next few due times; none while it is paused."""
    if not schedule.enabled or schedule.next_due is None:
        return []
    later = islice(due_times(schedule.expression, schedule.time_zone, max(now, schedule.next_due)), TOLD - 1)
    return [schedule.next_due, *later]


def _plan_anew(schedule: Schedule, now: datetime) -> None:
    found = next_due(schedule.expression, schedule.time_zone, now)
    if found is None:
        raise ShapeError("expression", _("names a day that never comes."))
    schedule.planned_at = now
    schedule.next_due = found if schedule.enabled else None


def _tell(actor: Actor, action: str, schedule: Schedule, detail: Mapping[str, Any], now: datetime) -> None:
    trail.record(actor=actor, action=action, subject="schedule", subject_id=schedule.pk, detail=detail, now=now)
