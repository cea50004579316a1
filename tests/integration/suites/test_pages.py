from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from audits.suites.models import Firing, Schedule, SuiteRun, SuiteVersion
from audits.suites.schedules import make_schedule
from audits.suites.services import Entry
from governance.access.services import create_member
from tests.integration.suites.conftest import carry_all

pytestmark = pytest.mark.django_db
EMAIL, PASSWORD = "ana@banco.example", "a long enough password"


@pytest.fixture
def ana(actor: Any, now: datetime) -> Client:
    return signed_in(actor, now, EMAIL, "admin")


def signed_in(actor: Any, now: datetime, email: str, role: str) -> Client:
    create_member(actor=actor, email=email, role=role, password=PASSWORD, now=now)
    client = Client()
    client.post("/sign-in", {"email": email, "password": PASSWORD})
    return client


@pytest.fixture
def defined(suite: Callable[..., SuiteVersion], entry: Callable[..., Entry], criterion: Callable[..., Any]) -> SuiteVersion:
    return suite(entry(criterion("2")), entry(name="bare"))


@pytest.fixture
def schedule(defined: SuiteVersion, actor: Any, now: datetime) -> Schedule:
    return make_schedule(
        actor=actor, suite_id=defined.suite_id, expression="30 6 * * 1-5", time_zone="Europe/Madrid", misfire="once",
        enabled=True, now=now,
    )  # fmt: skip


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:2000]
    return answer.content.decode()


def test_an_organisation_without_suites_is_told_how_to_define_one(ana: Client) -> None:
    assert "No suite is defined yet." in text(ana, "/suites")


def test_the_list_shows_last_verdict_and_next_due_time(
    ana: Client, defined: SuiteVersion, schedule: Schedule, started: Callable[..., SuiteRun]
) -> None:
    assert "never run" in text(ana, "/suites")
    carry_all(started(defined))
    page = text(ana, "/suites")
    for told in ("release", "Helpdesk", "not met", "30 6 * * 1-5", "Europe/Madrid", f"/suites/{defined.suite_id}"):
        assert told in page


def test_a_suite_shows_what_it_holds_its_runs_and_what_nothing_judges(
    ana: Client, defined: SuiteVersion, started: Callable[..., SuiteRun]
) -> None:
    suite_run = started(defined)
    page = text(ana, f"/suites/{defined.suite_id}")
    for told in ("Rows that say yes ≥ 2", "no criterion", "waiting", "Helpdesk · 1"):
        assert told in page
    assert all(f"/audits/{run}" in page for run in suite_run.items.values_list("run_id", flat=True))


def test_a_missed_and_a_refused_due_time_are_told_with_the_reason(
    ana: Client, defined: SuiteVersion, schedule: Schedule, now: datetime
) -> None:
    for minutes, outcome, reason in ((0, "missed", ""), (1, "refused", "entries[0].kind: <script>alert(1)</script>")):
        Firing.objects.create(
            organisation_id=schedule.organisation_id, schedule=schedule, due_at=now + timedelta(minutes=minutes), fired_at=now,
            outcome=outcome, reason=reason,
        )  # fmt: skip
        page = text(ana, f"/suites/{defined.suite_id}")
        assert f'<span class="word">{outcome}</span>' in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_suite_is_run_once_however_often_the_form_is_sent(ana: Client, defined: SuiteVersion) -> None:
    key = text(ana, f"/suites/{defined.suite_id}").split('name="key" value="')[1].split('"')[0]
    for _ in range(2):
        assert ana.post(f"/suites/{defined.suite_id}/run", {"key": key}).status_code == 302
    assert SuiteRun.objects.count() == 1


def test_a_suite_that_cannot_be_run_says_so_on_its_page(ana: Client, defined: SuiteVersion) -> None:
    refused = ana.post(f"/suites/{defined.suite_id}/run", {"key": "x" * 201})
    assert (refused.status_code, b'role="alert"' in refused.content) == (400, True)


def test_a_viewer_sees_suites_and_runs_none(actor: Any, now: datetime, defined: SuiteVersion) -> None:
    vic = signed_in(actor, now, "vic@example.org", "viewer")
    assert "Run suite" not in text(vic, f"/suites/{defined.suite_id}")
    assert vic.post(f"/suites/{defined.suite_id}/run").status_code == 403


def test_what_is_not_there_is_not_found(ana: Client) -> None:
    text(ana, f"/suites/{uuid4()}", 404)
    assert ana.post(f"/suites/{uuid4()}/run").status_code == 404


def test_the_list_takes_as_many_queries_for_many_suites_as_for_one(
    ana: Client, suite: Callable[..., SuiteVersion], entry: Callable[..., Entry], django_assert_max_num_queries: Any
) -> None:
    one = entry()
    for number in range(4):
        suite(one, name=f"suite-{number}")
    text(ana, "/suites")
    with django_assert_max_num_queries(9):
        text(ana, "/suites")


def test_the_page_looks_again_by_itself_only_while_an_audit_is_open(
    ana: Client, defined: SuiteVersion, started: Callable[..., SuiteRun]
) -> None:
    assert "every 2s" not in text(ana, f"/suites/{defined.suite_id}")
    started(defined)
    assert "every 2s" in text(ana, f"/suites/{defined.suite_id}")
