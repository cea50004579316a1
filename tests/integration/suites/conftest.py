"""A suite over the kind from outside; the fixtures of runs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from audits.intake.models import Target
from audits.runs.carrying import carry_out
from audits.suites.models import SuiteRun, SuiteVersion
from audits.suites.services import Entry, SuiteAsked, define_suite, request_suite_run
from tests.integration.runs.conftest import criterion, echo, files, table, version

__all__ = ["criterion", "echo", "files", "table", "version"]


@pytest.fixture
def entry(table: Callable[..., Target], echo: None) -> Callable[..., Entry]:
    def make(*criteria: Any, name: str = "said", rows: tuple[str, ...] = ("yes", "no"), **more: Any) -> Entry:
        target = more.pop("target", None) or str(table(*rows).id)
        parameters = {"prediction": "said"} | more.pop("parameters", {})
        return Entry(name, more.pop("kind", "echo"), target, parameters, tuple(str(one.id) for one in criteria), **more)

    return make


@pytest.fixture
def suite(actor: Any, version: Any, entry: Callable[..., Entry], now: datetime) -> Callable[..., SuiteVersion]:
    def define(*entries: Entry, name: str = "release") -> SuiteVersion:
        return define_suite(actor=actor, system_id=version.asset_id, name=name, entries=entries or (entry(),), now=now)

    return define


@pytest.fixture
def started(actor: Any, version: Any, now: datetime) -> Callable[..., SuiteRun]:
    def request(suite_version: SuiteVersion, **more: Any) -> SuiteRun:
        return request_suite_run(actor=actor, asked=SuiteAsked(suite_version, version, **more), now=now)[0]

    return request


def carry_all(suite_run: SuiteRun) -> None:
    for run_id in suite_run.items.values_list("run_id", flat=True):
        carry_out(run_id=run_id, clock=lambda: datetime.now(UTC), lease_s=30)
