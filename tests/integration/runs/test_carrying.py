import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from audits.intake.models import Target
from audits.runs import claims
from audits.runs.carrying import carry_out, carry_step
from audits.runs.models import ItemRecord, Result, Run, Step
from audits.runs.services import cancel_run, private_words
from audits.states import State, StepKind, StepState
from governance.evidence.models import Entry
from governance.evidence.services import read_payload
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db
Ask = Callable[..., Run]
Table = Callable[..., Target]


def carried(run: Run) -> Run:
    carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30)
    run.refresh_from_db()
    return run


def acts(run: Run) -> list[str]:
    rows = TrailEntry.objects.filter(subject="run", subject_id=str(run.id)).order_by("id")
    return [action.removeprefix("audits.") for action in rows.values_list("action", flat=True)]


def lapse(run: Run) -> None:
    """As after a worker's death: the row says running, the lease is over."""
    with connection.cursor() as cursor:
        lapsed = "UPDATE audits_step SET lease_until = clock_timestamp() - interval '1 s' WHERE run_id = %s AND state = 'open'"
        cursor.execute(lapsed, [run.id])


def test_a_run_ends_with_one_sealed_result_and_its_verdict(ask: Ask, table: Table, criterion: Callable[..., Any]) -> None:
    run = carried(ask(table("yes", "no", "yes"), criterion("2")))
    assert (run.state, run.planned, run.done) == (State.SUCCEEDED, 3, 3)
    assert [(one["value"], one["state"]) for one in run.verdicts] == [("2", "met")]
    assert Result.objects.get(run=run).evidence_id == run.evidence_id
    assert acts(run) == ["request_run", "start_run", "succeed_run"]


def test_the_evidence_pins_the_versions_files_and_code_that_were_used(ask: Ask, table: Table, version: Any) -> None:
    run = carried(ask(table("yes")))
    statement = Entry.objects.get(id=run.evidence_id).statement()
    assert statement["pins"] == [{"role": "system", "id": str(version.id), "digest": version.digest}]
    assert statement["provenance"]["target"]["digest"] == run.target.digest
    assert statement["provenance"]["code_version"] == run.code_version
    assert [len(file["digest"]) for file in statement["provenance"]["files"]] == [71]


def test_private_words_lie_encrypted_and_come_back(ask: Ask, table: Table, actor: Any, now: datetime) -> None:
    run = carried(ask(table("yes", "Jane Doe")))
    record = ItemRecord.objects.get(run=run, item="row-00001")
    assert b"Jane" not in bytes(record.private)
    assert private_words(record) == {"said": "Jane Doe", "odd": "\ufffd\ufffd"}
    payload = json.loads(read_payload(actor=actor, entry=Entry.objects.get(id=run.evidence_id), now=now))
    assert payload["row-00001"]["said"] == "Jane Doe"


def test_a_run_without_criteria_has_no_verdicts(ask: Ask, table: Table) -> None:
    assert carried(ask(table("yes"))).verdicts == []


class Killed(BaseException):
    """As kill -9: nothing of ours gets to see it."""


def killed_at(run: Run, items: int) -> None:
    """A worker that dies while it records the item after so many, and whose lease then lapses."""

    def clock() -> datetime:
        if ItemRecord.objects.filter(run=run).count() == items:
            raise Killed
        return datetime.now(UTC)

    with pytest.raises(Killed):
        carry_out(run_id=run.id, clock=clock, lease_s=30)
    lapse(run)


def test_a_resumed_run_repeats_no_recorded_item(ask: Ask, table: Table) -> None:
    run = ask(table("yes", "no", "yes"))
    killed_at(run, 2)
    run = carried(run)
    assert (run.state, run.done) == (State.SUCCEEDED, 3)
    assert list(ItemRecord.objects.filter(run=run).order_by("item").values_list("fence", flat=True)) == [1, 1, 2]
    assert acts(run) == ["request_run", "start_run", "resume_run", "succeed_run"]


def test_a_target_that_goes_away_fails_the_run_and_keeps_what_is_recorded(ask: Ask, table: Table) -> None:
    run = carried(ask(table("yes", "gone")))
    assert (run.state, run.cause, run.message) == (State.FAILED, "unreachable", "The target went away.")
    assert ItemRecord.objects.filter(run=run).count() == 1
    assert acts(run)[-1] == "fail_run"


def test_an_unforeseen_error_is_told_by_its_type_and_never_by_its_words(
    ask: Ask, table: Table, caplog: pytest.LogCaptureFixture
) -> None:
    run = carried(ask(table("crash of jane@example.org")))
    assert (run.state, run.cause) == (State.FAILED, "crashed")
    assert "Unforeseen" in run.message
    assert "runner.py" in caplog.text
    assert "jane@example.org" not in run.message + caplog.text


def test_a_second_message_for_a_finished_run_changes_nothing(ask: Ask, table: Table) -> None:
    run = carried(ask(table("yes")))
    step = Step.objects.get(run=run, kind=StepKind.PLAN)
    carry_step(step_id=step.id, clock=lambda: datetime.now(UTC), lease_s=30, slice_s=60)
    carried(run)
    assert acts(run) == ["request_run", "start_run", "succeed_run"]
    assert set(Step.objects.filter(run=run).values_list("state", "fence")) == {(StepState.DONE, 1)}


def test_a_run_in_other_hands_is_left_alone(ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    claims.claim_next(run_id=run.id, lease_s=30)
    assert carried(run).state == State.RUNNING
    assert not ItemRecord.objects.filter(run=run).exists()


def test_whoever_lost_the_claim_can_write_nothing(ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    first = claims.claim_next(run_id=run.id, lease_s=30)
    lapse(run)
    second = claims.claim_next(run_id=run.id, lease_s=30)
    assert first is not None
    assert second is not None
    assert (first.hold.fence, first.starts, first.rescues) == (1, True, False)
    assert (second.hold.fence, second.starts, second.rescues) == (2, False, True)
    lost = first.hold
    for write in (
        lambda: claims.renew(lost, lease_s=30),
        lambda: claims.checkpoint(lost, lease_s=30),
        lambda: claims.plan(lost, planned=1, code_version=""),
        lambda: claims.finish(lost),
        lambda: claims.give_back(lost),
        lambda: claims.close(lost, state=State.SUCCEEDED, now=datetime.now(UTC)),
        lambda: claims.close(lost, state=State.FAILED, now=datetime.now(UTC)),
    ):
        with pytest.raises(claims.LostClaim), transaction.atomic():
            write()
    run.refresh_from_db()
    assert (run.state, run.planned, run.done) == (State.RUNNING, None, 0)


def test_a_running_run_stops_after_the_item_it_is_at(ask: Ask, table: Table, actor: Any) -> None:
    run = ask(table("yes", "yes", "yes", "yes"))

    def clock() -> datetime:
        now = datetime.now(UTC)
        if ItemRecord.objects.filter(run=run).exists():
            cancel_run(actor=actor, run_id=run.id, now=now)
        return now

    carry_out(run_id=run.id, clock=clock, lease_s=30)
    run.refresh_from_db()
    assert (run.state, run.done, run.evidence_id) == (State.CANCELLED, 3, None)
    assert acts(run)[-2:] == ["cancel_run", "stop_run"]


def test_progress_clears_the_attempts(ask: Ask, table: Table) -> None:
    run = ask(table("yes", "yes"))
    killed_at(run, 1)
    assert Step.objects.get(run=run, kind=StepKind.MEASURE).attempts == 0


def test_no_file_stays_unpacked(ask: Ask, table: Table, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for rows in (("yes",), ("crash",), ("gone",)):
        carried(ask(table(*rows)))
    assert not list(tmp_path.glob("probanza-run-*"))
