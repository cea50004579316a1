from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from audits.runs.again import retry_run
from audits.runs.models import Run
from audits.runs.services import KeyExpired, KeyReused, cancel_run
from audits.states import State
from audits.suites.firing import settle
from audits.suites.lines import whole
from audits.suites.models import Suite, SuiteRun, SuiteVersion
from audits.suites.services import Entry, SuiteAsked, add_suite_version, cancel_suite_run, define_suite, request_suite_run
from governance.access.policies import Forbidden
from governance.access.tenancy import Conflict, NotFound
from governance.registry.services import add_version, register_asset
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry
from tests.integration.runs.conftest import SYSTEM
from tests.integration.suites.conftest import carry_all

pytestmark = pytest.mark.django_db
Define = Callable[..., SuiteVersion]
Make = Callable[..., Entry]


def acts(prefix: str = "audits.") -> list[str]:
    return list(TrailEntry.objects.filter(action__startswith=prefix).order_by("id").values_list("action", flat=True))


def test_a_suite_pins_its_target_its_criteria_and_every_default(
    suite: Define, entry: Make, criterion: Callable[..., Any]
) -> None:
    frozen = criterion("2")
    pinned = suite(entry(frozen)).entries[0]
    assert pinned["parameters"] == {"prediction": "said", "pause_ms": 0}
    assert [one["digest"] for one in pinned["criteria"]] == [frozen.digest]
    assert pinned["target_digest"].startswith("sha256:")


def test_defining_a_suite_starts_no_audit(suite: Define) -> None:
    suite()
    assert Run.objects.count() == 0
    assert "audits.request_run" not in acts()


def test_a_version_is_added_once_however_often_it_is_sent(suite: Define, entry: Make, actor: Any, now: datetime) -> None:
    first, other = entry(), entry(name="other")
    version = suite(first)
    again, new = add_suite_version(actor=actor, suite_id=version.suite_id, entries=[first], now=now)
    assert (again.pk, new) == (version.pk, False)
    second, new = add_suite_version(actor=actor, suite_id=version.suite_id, entries=[first, other], now=now)
    assert (second.number, new, second.digest != version.digest) == (2, True, True)


def test_a_second_suite_of_the_same_name_is_refused(suite: Define) -> None:
    suite()
    with pytest.raises(Conflict, match=r"release"):
        suite()
    assert Suite.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "Release 1"}, "entries[1].name"),
        ({"name": "said"}, "entries[1].name"),
        ({"kind": "astrology"}, "entries[1].kind"),
        ({"target": str(uuid4())}, "entries[1].target"),
        ({"parameters": {"prediction": "said", "colour": "red"}}, "entries[1].parameters.colour"),
        ({"parameters": {"prediction": "gone"}}, "entries[1].parameters.prediction"),
        ({"criteria": (str(uuid4()),)}, "entries[1].criteria[0]"),
        ({"seed": -1}, "entries[1].seed"),
    ],
)
def test_an_entry_that_does_not_fit_is_named_before_anything_runs(
    suite: Define, entry: Make, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(ShapeError) as refused:
        suite(entry(), replace(entry(name="second"), **change))
    assert refused.value.field == field


def test_an_empty_suite_and_a_system_without_a_version_are_refused(actor: Any, entry: Make, now: datetime) -> None:
    asset = register_asset(actor=actor, kind="ai_system", name="New", owner="Ana", now=now)
    for entries, field in (([], "entries"), ([entry()], "system")):
        with pytest.raises(ShapeError) as refused:
            define_suite(actor=actor, system_id=asset.id, name="release", entries=entries, now=now)
        assert refused.value.field == field


def test_a_viewer_defines_and_runs_nothing(suite: Define, actor: Any, version: Any, entry: Make, now: datetime) -> None:
    defined = suite()
    viewer = replace(actor, scopes=frozenset({"audits:read"}))
    with pytest.raises(Forbidden):
        request_suite_run(actor=viewer, asked=SuiteAsked(defined, version), now=now)
    with pytest.raises(Forbidden):
        define_suite(actor=viewer, system_id=version.asset_id, name="mine", entries=[entry()], now=now)


def test_a_suite_run_queues_every_audit_or_none(
    suite: Define, entry: Make, actor: Any, version: Any, now: datetime, started: Callable[..., SuiteRun]
) -> None:
    defined = suite(entry(), entry(name="second"))
    assert [name for name, _ in whole(started(defined)).audits] == ["said", "second"]
    elsewhere = add_version(
        actor=actor,
        asset_id=register_asset(actor=actor, kind="ai_system", name="Other", owner="Ana", now=now).id,
        spec=SYSTEM,
        now=now,
    )
    with pytest.raises(ShapeError) as refused:
        request_suite_run(actor=actor, asked=SuiteAsked(defined, elsewhere), now=now)
    assert refused.value.field == "system_version"
    assert Run.objects.count() == 2


def test_the_same_key_gives_the_same_suite_run_and_no_second_audits(suite: Define, started: Callable[..., SuiteRun]) -> None:
    defined = suite()
    first, again = (started(defined, key="k", body_digest="sha256:a") for _ in range(2))
    assert (first.pk, Run.objects.count()) == (again.pk, 1)
    with pytest.raises(KeyReused):
        started(defined, key="k", body_digest="sha256:b")


def test_a_key_that_is_older_than_keys_are_kept_is_refused(
    suite: Define, started: Callable[..., SuiteRun], actor: Any, version: Any, now: datetime
) -> None:
    defined = suite()
    started(defined, key="k", body_digest="sha256:a")
    asked = SuiteAsked(defined, version, "k", "sha256:a")
    with pytest.raises(KeyExpired):
        request_suite_run(actor=actor, asked=asked, now=now + timedelta(days=31))
    assert SuiteRun.objects.count() == 1


def test_state_and_verdict_are_computed_from_the_audits(
    suite: Define, entry: Make, criterion: Callable[..., Any], started: Callable[..., SuiteRun]
) -> None:
    good, bad = criterion("1"), criterion("2")
    suite_run = started(suite(entry(good), entry(bad, name="strict")))
    assert (whole(suite_run).state, whole(suite_run).verdict) == (State.QUEUED, None)
    carry_all(suite_run)
    told = whole(suite_run)
    assert (told.state, told.verdict, told.planned, told.done) == (State.SUCCEEDED, "not_met", 4, 4)


def test_one_audit_that_failed_leaves_the_whole_unjudged(
    suite: Define, entry: Make, criterion: Callable[..., Any], started: Callable[..., SuiteRun]
) -> None:
    suite_run = started(suite(entry(criterion("1")), entry(name="broken", rows=("gone",))))
    carry_all(suite_run)
    assert (whole(suite_run).state, whole(suite_run).verdict) == (State.FAILED, None)


def test_cancelling_a_suite_run_cancels_what_is_open(
    suite: Define, entry: Make, started: Callable[..., SuiteRun], actor: Any, now: datetime
) -> None:
    suite_run = started(suite(entry(), entry(name="second")))
    cancel_suite_run(actor=actor, suite_run_id=suite_run.pk, now=now)
    assert whole(suite_run).state == State.CANCELLED
    with pytest.raises(NotFound):
        cancel_suite_run(actor=actor, suite_run_id=uuid4(), now=now)


def test_the_end_of_a_suite_run_is_noted_once(
    suite: Define, entry: Make, started: Callable[..., SuiteRun], actor: Any, now: datetime
) -> None:
    suite_run = started(suite(entry(), entry(name="second")))
    first = suite_run.items.order_by("id").values_list("run_id", flat=True)[0]
    cancel_run(actor=actor, run_id=first, now=now)
    assert settle(now) == []
    carry_all(suite_run)
    assert settle(now) == [(suite_run.pk, actor.organisation)]
    assert settle(now) == []
    assert acts("audits.finish_suite") == ["audits.finish_suite"]


def test_a_retried_audit_opens_its_suite_run_again(
    suite: Define, entry: Make, started: Callable[..., SuiteRun], actor: Any, now: datetime
) -> None:
    suite_run = started(suite(entry(rows=("gone",))))
    carry_all(suite_run)
    assert (len(settle(now)), whole(suite_run).state) == (1, State.FAILED)
    retry_run(actor=actor, run_id=Run.objects.get().pk, now=now)
    assert (settle(now), whole(suite_run).state) == ([], State.QUEUED)
    carry_all(suite_run)
    assert len(settle(now)) == 1
