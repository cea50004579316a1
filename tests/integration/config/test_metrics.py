"""What operators see: progress and metrics."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from audits.runs.models import Run
from governance.access.actors import system_actor
from governance.notices.endpoints import add_webhook
from governance.notices.services import ping
from governance.trail import services as trail
from tests.house.rooms import ROOT

pytestmark = pytest.mark.django_db
TOKEN = "for-the-scraper-only"
DASHBOARD = ROOT / "examples/grafana/probanza.json"


@pytest.fixture
def open_metrics(settings: Any) -> Callable[[], dict[tuple[str, ...], float]]:
    """Scrapes: (sample's name, its labels' values ...) -> value."""
    settings.PROBANZA_METRICS_TOKEN = TOKEN
    client = Client()

    def scrape() -> dict[tuple[str, ...], float]:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.content.decode())
        return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}

    return scrape


@pytest.fixture
def run(organisation: Any, actor: Any, now: datetime) -> Callable[..., Run]:
    """Makes runs in a state and of an age."""
    from audits.intake.models import Target
    from governance.registry.services import add_version, register_asset

    asset = register_asset(actor=actor, kind="ai_system", name="Helpdesk", owner="Ana", now=now)
    version = add_version(actor=actor, asset_id=asset.id, spec={"purpose": "a", "intended_use": "b"}, now=now)
    target = Target.objects.create(
        organisation=organisation, name="t", type="table", spec={}, secrets=b"", digest="", created_by="a", created_at=now
    )

    def make(state: str, age_s: float = 0, **more: Any) -> Run:
        given = {"kind": "bias", "queue": "audit", "requested_by": "a", "created_at": now - timedelta(seconds=age_s), **more}
        made: Run = Run.objects.create(organisation=organisation, system_version=version, target=target, state=state, **given)
        return made

    return make


def test_an_old_queued_run_is_no_progress(run: Callable[..., Run], settings: Any) -> None:
    run("running", 9_000)
    run("queued", 30)
    assert Client().get("/healthz/progress").status_code == 200
    settings.PROBANZA_PROGRESS_S = 20
    answer = Client().get("/healthz/progress")
    assert (answer.status_code, answer.json()["limit_s"]) == (503, 20)
    assert 30 <= answer.json()["oldest_queued_s"] < 90


@pytest.mark.parametrize("shown", ["", "Bearer ", "Bearer wrong", TOKEN[:-1], "Bearer ñ"])
def test_metrics_are_told_to_nobody_without_the_token(settings: Any, shown: str) -> None:
    assert Client().get("/metrics").status_code == 404
    settings.PROBANZA_METRICS_TOKEN = TOKEN
    assert Client().get("/metrics", headers={"Authorization": shown}).status_code == 401


def test_runs_are_counted_by_state_and_aged(run: Callable[..., Run], open_metrics: Any, now: datetime) -> None:
    run("queued", 40)
    run("queued", 10)
    run("failed", 60, started_at=now - timedelta(seconds=58), finished_at=now - timedelta(seconds=28))
    seen = open_metrics()
    assert seen["probanza_database_up",] == 1
    assert seen["probanza_runs_open", "audit", "queued"] == 2
    assert seen["probanza_runs_ended_day", "bias", "failed"] == 1
    assert 40 <= seen["probanza_run_oldest_queued_seconds",] < 100
    assert seen["probanza_run_wait_seconds", "0.5"] == pytest.approx(2)
    assert seen["probanza_run_duration_seconds", "0.99"] == pytest.approx(30)


def test_rescues_are_counted(organisation: Any, open_metrics: Any, now: datetime) -> None:
    assert open_metrics()["probanza_run_rescues_day",] == 0
    for action in ("audits.resume_run", "audits.start_run"):
        trail.record(actor=system_actor(organisation.id), action=action, subject="run", subject_id=str(now), detail={}, now=now)
    assert open_metrics()["probanza_run_rescues_day",] == 1


def test_requests_are_timed_by_their_route_and_never_by_their_address(open_metrics: Any) -> None:
    open_metrics()
    client = Client()
    client.get("/systems/01a20386-7b53-7cbc-beef-668975ae9c01")
    client.get("/no-such-page/the-canary")
    client.generic("BREW", "/healthz")
    counted = {key[1:-1] if key[-1] else key[1:] for key in open_metrics() if key[0] == "probanza_request_seconds_count"}
    told = json.dumps(sorted(map(str, counted)))
    assert "systems/<uuid:asset_id>" in told
    assert "'other', 'healthz'" in told
    assert "canary" not in told
    assert "01a20386" not in told


def test_the_dashboard_asks_only_for_metrics_that_there_are(run: Callable[..., Run], open_metrics: Any, now: datetime) -> None:
    run("queued")
    run("succeeded", started_at=now, finished_at=now)
    open_metrics()
    names = {key[0] for key in open_metrics()}
    asked = " ".join(
        target["expr"] for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel.get("targets", [])
    )
    told = set(re.findall(r"probanza_\w+", asked))
    assert told
    assert told <= names


def test_every_callable_that_settings_name_is_there() -> None:
    from django.utils.module_loading import import_string

    assert all(callable(import_string(name)) for name in [*configured.PROBANZA_GAUGES, configured.PROBANZA_WAITED])


def test_a_notice_that_nobody_carries_is_seen_to_be_late(
    organisation: Any, actor: Any, now: datetime, settings: Any, open_metrics: Callable[[], dict[tuple[str, ...], float]]
) -> None:
    settings.PROBANZA_ALLOW_LOOPBACK = True
    endpoint, _ = add_webhook(actor=actor, url="http://127.0.0.1:9/", events=["audit.failed"], now=now)
    assert open_metrics()[("probanza_delivery_late_seconds",)] == 0
    ping(actor=actor, endpoint_id=endpoint.pk, now=now - timedelta(hours=1))
    seen = open_metrics()
    assert seen[("probanza_deliveries", "waiting")] == 1
    assert 3_000 < seen[("probanza_delivery_late_seconds",)] < 4_000
    assert seen[("probanza_endpoints_off",)] == 0
