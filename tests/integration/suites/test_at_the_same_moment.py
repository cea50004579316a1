from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from audits.runs.models import Run
from audits.suites.models import SuiteRun, SuiteVersion
from audits.suites.services import Entry, add_suite_version
from governance.access.tenancy import Conflict

pytestmark = pytest.mark.usefixtures("committed")
THREADS = 6


def at_once(work: Callable[[int], Any]) -> list[Any]:
    def alone(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(alone, range(THREADS)))


def test_the_same_request_at_the_same_moment_runs_the_suite_once(
    suite: Callable[..., SuiteVersion], entry: Callable[..., Entry], started: Callable[..., SuiteRun]
) -> None:
    defined = suite(entry(), entry(name="second"))
    runs = at_once(lambda _: started(defined, key="k", body_digest="sha256:a").pk)
    assert len(set(runs)) == 1
    assert (SuiteRun.objects.count(), Run.objects.count()) == (1, 2)


def test_versions_added_at_the_same_moment_are_numbered_without_gaps_or_refused(
    suite: Callable[..., SuiteVersion], entry: Callable[..., Entry], actor: Any, now: datetime
) -> None:
    suite_id, target = suite().suite_id, entry().target

    def add(number: int) -> int:
        changed = Entry("said", "echo", target, {"prediction": "said"}, seed=number + 1)
        try:
            return add_suite_version(actor=actor, suite_id=suite_id, entries=[changed], now=now)[0].number
        except Conflict:
            return 0

    added = sorted(number for number in at_once(add) if number)
    assert added == list(range(2, 2 + len(added)))
    assert SuiteVersion.objects.count() == 1 + len(added) >= 2
