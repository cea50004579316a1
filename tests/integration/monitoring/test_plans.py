"""Post-market monitoring plans: versions, what feeds them, what is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.access.policies import Forbidden
from governance.access.tenancy import NotFound
from governance.compliance.services import measures_by_kind
from governance.evidence.models import Entry
from governance.evidence.services import seal
from governance.monitoring.models import Plan
from governance.monitoring.services import monitoring_of, set_plan
from governance.monitoring.watching import overdue_lines
from governance.notices.models import Notice
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, change_stage, register_asset
from governance.shapes import ShapeError
from governance.trail.append_only import AppendOnlyError
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LINES = [{"kind": "fidelity", "measure": "supported_claims", "every_days": 30}, {"kind": "bias", "measure": "", "every_days": 90}]


@pytest.fixture
def version(actor: Any, now: datetime) -> AssetVersion:
    asset = register_asset(actor=actor, kind="ai_system", name="Fee helpdesk", owner="Ana", now=now - 400 * DAY)
    return add_version(actor=actor, asset_id=asset.pk, spec={"purpose": "Answers"}, now=now - 400 * DAY)


def planned(actor: Any, version: AssetVersion, now: datetime, lines: Any = LINES, **more: Any) -> Plan:
    return set_plan(actor=actor, system_id=version.asset_id, lines=lines, known_measures=measures_by_kind(), now=now, **more)


def sealed(actor: Any, version: AssetVersion, at: datetime, value: str | None = "0.9", kind: str = "fidelity") -> Entry:
    measures = [{"name": "supported_claims", "value": value}]
    return seal(actor=actor, kind=kind, subject=str(version.pk), statement={"facts": {"measures": measures}}, now=at)


def states(version: AssetVersion, now: datetime) -> list[str]:
    told = monitoring_of(version.organisation_id, version.asset_id, now)
    assert told
    return [line.state for line in told.lines]


def test_without_a_plan_nothing_is_told(version: AssetVersion, now: datetime) -> None:
    assert monitoring_of(version.organisation_id, version.asset_id, now) is None


def test_a_plan_is_sealed_and_each_change_is_a_new_version(actor: Any, version: AssetVersion, now: datetime) -> None:
    first = planned(actor, version, now, note="Agreed on 3 November.")
    statement = Entry.objects.get(pk=first.evidence_id).statement()
    assert (statement["kind"], statement["plan"]["lines"], statement["plan_digest"]) == ("monitoring_plan", LINES, first.digest)
    assert planned(actor, version, now, note=" Agreed on 3 November. ") == first
    second = planned(actor, version, now, LINES[:1])
    assert (second.number, second.digest != first.digest) == (2, True)
    assert [one.detail["number"] for one in TrailEntry.objects.filter(action="monitoring.set_plan").order_by("id")] == [1, 2]
    with pytest.raises(AppendOnlyError):
        first.save()


def test_evidence_of_the_measure_feeds_its_line(actor: Any, version: AssetVersion, now: datetime) -> None:
    planned(actor, version, now - 10 * DAY)
    assert states(version, now) == ["never", "never"]
    entry = sealed(actor, version, now - DAY)
    told = monitoring_of(version.organisation_id, version.asset_id, now)
    assert told
    assert (told.lines[0].state, told.lines[0].last_at, told.lines[0].evidence) == ("current", now - DAY, str(entry.pk))
    assert told.lines[1].state == "never"
    assert states(version, now + 30 * DAY) == ["overdue", "never"]


@pytest.mark.parametrize("value", [None, "0.9"])
def test_only_an_estimate_feeds_a_line(actor: Any, version: AssetVersion, now: datetime, value: str | None) -> None:
    planned(actor, version, now)
    sealed(actor, version, now, value)
    assert states(version, now)[0] == ("current" if value else "never")


def test_evidence_without_facts_or_of_another_kind_feeds_nothing(actor: Any, version: AssetVersion, now: datetime) -> None:
    planned(actor, version, now)
    sealed(actor, version, now, kind="pii")
    for broken in ({}, {"facts": None}, {"facts": {"measures": ["x"]}}, {"facts": {"measures": [{"value": "1"}]}}):
        seal(actor=actor, kind="fidelity", subject=str(version.pk), statement=broken, now=now)
    assert states(version, now) == ["never", "never"]


def test_a_new_version_of_the_system_makes_what_is_known_stale(actor: Any, version: AssetVersion, now: datetime) -> None:
    planned(actor, version, now)
    sealed(actor, version, now)
    newer = add_version(actor=actor, asset_id=version.asset_id, spec={"purpose": "Answers more"}, now=now)
    assert states(version, now)[0] == "stale"
    sealed(actor, newer, now)
    assert states(version, now)[0] == "current"


def test_setting_the_plan_anew_moves_no_due_date(actor: Any, version: AssetVersion, now: datetime) -> None:
    planned(actor, version, now - 40 * DAY, LINES[:1])
    planned(actor, version, now, LINES)
    assert states(version, now) == ["overdue", "never"]


def test_what_is_overdue_is_told_once_a_due_date(actor: Any, version: AssetVersion, now: datetime) -> None:
    planned(actor, version, now - 40 * DAY)
    overdue_lines(now)
    overdue_lines(now)
    notice = Notice.objects.get(event="monitoring.overdue")
    assert (notice.subject, notice.data["kind"]) == (str(version.asset_id), "fidelity")
    overdue_lines(now + 60 * DAY)
    assert Notice.objects.filter(event="monitoring.overdue").count() == 2


def test_nothing_is_told_of_a_retired_system(actor: Any, version: AssetVersion, now: datetime) -> None:
    planned(actor, version, now - 40 * DAY)
    change_stage(actor=actor, asset_id=version.asset_id, stage="retired", now=now)
    overdue_lines(now)
    assert not Notice.objects.exists()


def test_a_plan_is_for_those_who_may_and_for_a_system_that_is_there(actor: Any, version: AssetVersion, now: datetime) -> None:
    from dataclasses import replace
    from uuid import uuid4

    with pytest.raises(Forbidden):
        planned(replace(actor, scopes=frozenset({"audits:read"})), version, now)
    with pytest.raises(NotFound):
        set_plan(actor=actor, system_id=uuid4(), lines=LINES, known_measures=measures_by_kind(), now=now)
    with pytest.raises(ShapeError, match="note"):
        planned(actor, version, now, note="x" * 4_001)
    assert not Plan.objects.exists()


def test_by_rest_a_plan_is_set_once_and_read(api: APIClient, version: AssetVersion) -> None:
    body = {"system": str(version.asset_id), "lines": LINES, "note": "<b>Agreed</b>"}
    made = api.post("/api/v1/monitoring-plans", body)
    assert (made.status_code, made.data["number"], made.data["lines"]) == (201, 1, LINES)
    again = api.post("/api/v1/monitoring-plans", body)
    assert (again.status_code, again.data["id"]) == (200, made.data["id"])
    assert api.get(made.headers["Location"]).data == made.data
    listed = api.get(f"/api/v1/monitoring-plans?system={version.asset_id}").data["results"]
    assert [one["digest"] for one in listed] == [made.data["digest"]]


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([], "lines"),
        ([{"kind": "fidelity"}], "lines[0].every_days"),
        ([{"kind": "nothing", "every_days": 1}], "lines[0].kind"),
        ([{"kind": "fidelity", "every_days": "1"}], "lines[0].every_days"),
        ([{"kind": "fidelity", "every_days": 10**400}], "lines[0].every_days"),
        ([{"kind": "fidelity", "measure": "x", "every_days": 1}], "lines[0].measure"),
        ("fidelity", "lines"),
    ],
)
def test_by_rest_what_does_not_fit_is_named(api: APIClient, version: AssetVersion, lines: Any, field: str) -> None:
    refused = api.post("/api/v1/monitoring-plans", {"system": str(version.asset_id), "lines": lines})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, field)
    assert not Plan.objects.exists()
    assert api.get("/api/v1/monitoring-plans?system=x").status_code == 400
