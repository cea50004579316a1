"""What looks after time: stale evidence, audits due again, requests that wait, runs that wait."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from governance.access.destinations import ask as ask_for
from governance.evidence.models import Entry
from governance.evidence.services import seal
from governance.notices import watching
from governance.notices.dispatching import WATCH, Rounds
from governance.notices.models import Delivery, Notice
from governance.registry.models import AssetVersion
from governance.registry.services import add_version, change_stage, register_asset

pytestmark = pytest.mark.django_db
SYSTEM = {"purpose": "Answers questions of customers", "intended_use": "Support"}
DAYS = timedelta(days=1)


class House:
    """A system made of one prompt."""

    def __init__(self, actor: Any, now: datetime) -> None:
        self.actor, self.now = actor, now
        self.system = register_asset(actor=actor, kind="ai_system", name="Helpdesk", owner="Ana", now=now)
        self.prompt = register_asset(actor=actor, kind="prompt", name="Greeting", owner="Ana", now=now)
        self.part = self.next_prompt("Answer: {question}")
        self.version = self.next_system(self.part)

    def next_prompt(self, words: str) -> AssetVersion:
        spec = {"template": words, "variables": ["question"]}
        return add_version(actor=self.actor, asset_id=self.prompt.id, spec=spec, now=self.now)

    def next_system(self, part: AssetVersion) -> AssetVersion:
        return add_version(actor=self.actor, asset_id=self.system.id, spec=SYSTEM, components=[("prompt", part.id)], now=self.now)

    def seal(self, version: AssetVersion | None = None, kind: str = "bias", ago: timedelta = timedelta(0)) -> Entry:
        subject = version or self.version
        statement = {"pins": [{"role": "prompt", "id": str(self.part.id), "digest": self.part.digest}]}
        return seal(actor=self.actor, kind=kind, subject=str(subject.id), statement=statement, now=self.now - ago)


@pytest.fixture
def house(actor: Any, now: datetime) -> House:
    return House(actor, now)


def told(event: str) -> list[str]:
    return list(Notice.objects.filter(event=event).order_by("id").values_list("subject", flat=True))


def test_evidence_becomes_stale_when_a_part_has_a_new_version(house: House, now: datetime) -> None:
    entry = house.seal()
    assert watching.stale_evidence(now) == 0
    newer = house.next_prompt("Answer briefly: {question}")
    assert watching.stale_evidence(now) == 1
    data = Notice.objects.get(event="evidence.stale").data
    assert told("evidence.stale") == [str(entry.id)]
    assert (data["kind"], data["changed"], data["successor"], data["number"]) == ("bias", "Greeting", str(newer.id), 2)


def test_evidence_becomes_stale_when_its_system_has_a_new_version(house: House, now: datetime) -> None:
    entry = house.seal()
    house.next_system(house.next_prompt("Answer briefly: {question}"))
    watching.stale_evidence(now)
    assert set(told("evidence.stale")) == {str(entry.id)}


def test_it_is_told_once_a_cause_and_again_for_the_next(house: House, now: datetime) -> None:
    house.seal()
    house.next_prompt("Answer briefly: {question}")
    assert [watching.stale_evidence(now) for _ in range(3)] == [1, 0, 0]


def test_only_the_newest_evidence_of_a_kind_and_no_report_is_told_of(house: House, now: datetime) -> None:
    house.seal(ago=DAYS)
    newest, other = house.seal(), house.seal(kind="pii")
    house.seal(kind="report")
    house.next_prompt("Answer briefly: {question}")
    watching.stale_evidence(now)
    assert set(told("evidence.stale")) == {str(newest.id), str(other.id)}


def test_an_audit_is_due_again_after_the_days_of_the_installation(house: House, now: datetime, settings: Any) -> None:
    settings.PROBANZA_EVIDENCE_DAYS = 90
    old = house.seal(ago=91 * DAYS)
    house.seal(kind="pii", ago=89 * DAYS)
    assert (watching.due_evidence(now), watching.due_evidence(now)) == (1, 0)
    assert told("evidence.due") == [str(old.id)]


def test_what_was_audited_anew_succeeded_or_retired_is_not_due(house: House, now: datetime, settings: Any) -> None:
    settings.PROBANZA_EVIDENCE_DAYS = 90
    house.seal(ago=91 * DAYS)
    house.seal()
    assert watching.due_evidence(now) == 0
    house.seal(kind="pii", ago=91 * DAYS)
    change_stage(actor=house.actor, asset_id=house.system.id, stage="retired", now=now)
    assert watching.due_evidence(now) == 0


def test_without_days_nothing_is_due(house: House, now: datetime, settings: Any) -> None:
    settings.PROBANZA_EVIDENCE_DAYS = 0
    house.seal(ago=91 * DAYS)
    assert watching.due_evidence(now) == 0


def test_a_destination_that_waits_for_an_admin_is_told_of(actor: Any, now: datetime) -> None:
    row = ask_for(actor=actor, place="rag.example.org", now=now)
    assert (watching.open_requests(now), watching.open_requests(now)) == (1, 0)
    assert told("destination.requested") == [str(row.id)]


def test_a_watcher_that_fails_keeps_none_of_the_others_from_it(actor: Any, now: datetime, settings: Any) -> None:
    ask_for(actor=actor, place="rag.example.org", now=now)
    settings.PROBANZA_WATCHERS = [f"{__name__}.fails", "governance.notices.watching.open_requests", f"{__name__}.fails"]
    with pytest.raises(ZeroDivisionError):
        watching.watch(now)
    assert len(told("destination.requested")) == 1


def fails(now: datetime) -> None:
    raise ZeroDivisionError


def test_every_watcher_of_the_installation_can_be_called(now: datetime) -> None:
    watching.watch(now)


def test_deliveries_are_forgotten_a_month_after_they_ended(
    hook: Any, happen: Callable[..., list[Delivery]], attempt: Any, now: datetime
) -> None:
    attempt(happen()[0])
    (waiting,) = happen()
    assert watching.tidy(now + 29 * DAYS) == 0
    assert watching.tidy(now + 31 * DAYS) == 1
    assert list(Delivery.objects.all()) == [waiting]


def test_what_was_told_is_remembered_for_as_long_as_anybody_looks_back(house: House, now: datetime) -> None:
    house.seal()
    house.next_prompt("Answer briefly: {question}")
    watching.stale_evidence(now)
    watching.tidy(now + watching.LOOK_BACK + DAYS)
    assert watching.stale_evidence(now) == 0


def test_a_round_is_due_every_minute_and_again_when_the_broker_refused() -> None:
    moment = 0.0
    rounds = Rounds(every_s=60, clock=lambda: moment)
    assert [one.task for one in rounds.due(5)] == [WATCH]
    assert rounds.due(5) == []
    rounds.unsent([])
    assert len(rounds.due(5)) == 1
    moment = 61.0
    assert len(rounds.due(5)) == 1
