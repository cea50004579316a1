"""Runs that wait too long are told of once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from audits.runs.overdue import overdue_runs
from governance.notices.models import Notice

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=2)


def test_a_run_that_nobody_carries_out_is_told_of_once(ask: Any, table: Any, now: datetime) -> None:
    run = ask(table("yes"))
    assert overdue_runs(now) == 0
    overdue_runs(now + LATER)
    overdue_runs(now + LATER)
    assert [(one.event, one.subject) for one in Notice.objects.all()] == [("audit.overdue", str(run.id))]


def test_without_a_limit_nothing_is_overdue(ask: Any, table: Any, now: datetime, settings: Any) -> None:
    settings.PROBANZA_OVERDUE_S = 0
    ask(table("yes"))
    assert overdue_runs(now + LATER) == 0
