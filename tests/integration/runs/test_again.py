"""Cancel, retry, reproduce, and the list of what could not be measured, by REST."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from rest_framework.test import APIClient

from audits.intake.models import Target
from audits.runs.carrying import carry_out, carry_step
from audits.runs.models import ItemRecord, Result, Run, Step
from audits.states import State, StepState
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db
Ask = Callable[..., Run]
Table = Callable[..., Target]


def carried(run: Run) -> Run:
    carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30)
    run.refresh_from_db()
    return run


def moves(run: Run) -> list[str]:
    rows = TrailEntry.objects.filter(subject="run", subject_id=str(run.id)).order_by("id")
    return [row.detail["to"] for row in rows if "to" in row.detail]


@pytest.fixture
def failing(ask: Ask, table: Table) -> Run:
    """A run of two chunks that fails in the second, after five items."""
    return carried(ask(table("yes", "no", "yes", "no", "yes", "gone", "yes")))


@pytest.fixture
def mended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The target is back."""
    import probanza_echo.runner

    monkeypatch.setattr(probanza_echo.runner, "measure", _measured)


def _measured(target: Any, items: Any, parameters: Any, seed: int) -> Any:
    from audits.contract import ItemResult

    for item in items:
        yield ItemResult(item.id, "scored", {"yes": 1})


def test_a_retried_audit_measures_only_what_is_left(api: APIClient, failing: Run, mended: None) -> None:
    answer = api.post(f"/api/v1/audits/{failing.id}/retry")
    assert (answer.status_code, answer.json()["state"], answer.json()["reason"]) == (202, "queued", None)
    before = set(ItemRecord.objects.filter(run=failing).values_list("id", flat=True))
    run = carried(failing)
    assert (run.state, run.done, len(before)) == (State.SUCCEEDED, 7, 5)
    assert before < set(ItemRecord.objects.filter(run=run).values_list("id", flat=True))
    assert Result.objects.get(run=run).facts["measures"][0]["value"] == "5"  # three of those before, two of those after
    assert moves(run) == ["queued", "running", "failed", "queued", "running", "succeeded"]


def test_a_retried_audit_is_told_to_workers_again(api: APIClient, failing: Run) -> None:
    from audits.runs import sweeping

    assert sweeping.due(5) == []
    api.post(f"/api/v1/audits/{failing.id}/retry")
    step = Step.objects.get(run=failing, state=StepState.OPEN)
    assert [one.id for one in sweeping.due(5)] == [step.id]


def test_a_worker_from_before_the_retry_can_write_nothing(api: APIClient, ask: Ask, table: Table) -> None:
    from audits.runs import claims

    run = ask(table("yes", "yes"))
    old = claims.claim_next(run_id=run.id, lease_s=30)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audits_step SET lease_until = clock_timestamp() - interval '1 s'")
    assert api.post(f"/api/v1/audits/{run.id}/cancel").json()["state"] == "cancelled"
    assert api.post(f"/api/v1/audits/{run.id}/retry").status_code == 202
    assert old is not None
    for write in (lambda: claims.renew(old.hold, lease_s=30), lambda: claims.plan(old.hold, planned=1, code_version="")):
        with pytest.raises(claims.LostClaim):
            write()
    run.refresh_from_db()
    assert (run.state, run.cancel_requested) == (State.QUEUED, False)


@pytest.mark.parametrize("state", ["queued", "succeeded"])
def test_what_waits_or_succeeded_cannot_be_retried(api: APIClient, ask: Ask, table: Table, state: str) -> None:
    run = ask(table("yes"))
    if state == "succeeded":
        carried(run)
    answer = api.post(f"/api/v1/audits/{run.id}/retry")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "state")
    assert TrailEntry.objects.filter(subject_id=str(run.id), action="audits.retry_run").count() == 0


def test_a_run_that_ended_before_there_were_steps_is_planned_anew(api: APIClient, failing: Run, mended: None) -> None:
    Step.objects.filter(run=failing).delete()
    api.post(f"/api/v1/audits/{failing.id}/retry")
    assert (carried(failing).state, failing.done) == (State.SUCCEEDED, 7)


def test_a_reproduced_audit_with_the_same_figures_says_so(
    api: APIClient, ask: Ask, table: Table, criterion: Callable[..., Any]
) -> None:
    first = carried(ask(table("yes", "no"), criterion("1"), seed=7))
    sent = api.post(f"/api/v1/audits/{first.id}/reproduce")
    again = Run.objects.get(id=sent.json()["id"])
    assert (sent.status_code, sent.json()["reproduces"], again.seed) == (202, str(first.id), 7)
    assert (again.criteria, again.parameters, again.target_id) == (first.criteria, first.parameters, first.target_id)
    assert api.get(sent.headers["Location"]).json()["same_result"] is None
    carried(again)
    assert api.get(sent.headers["Location"]).json()["same_result"] is True


def test_a_reproduced_audit_with_another_figure_says_so(api: APIClient, ask: Ask, table: Table, request: Any) -> None:
    first = carried(ask(table("yes", "no")))
    Run.objects.filter(id=first.id).update(facts_digest="")  # as of the first release: computed from the result
    again = Run.objects.get(id=api.post(f"/api/v1/audits/{first.id}/reproduce").json()["id"])
    request.getfixturevalue("mended")
    carried(again)
    assert api.get(f"/api/v1/audits/{again.id}").json()["same_result"] is False


def test_a_kind_that_was_taken_away_is_named_and_nothing_is_asked(api: APIClient, ask: Ask, table: Table) -> None:
    run = ask(table("yes"))
    Run.objects.filter(id=run.id).update(kind="astrology")
    answer = api.post(f"/api/v1/audits/{run.id}/reproduce")
    assert (answer.status_code, answer.json()["errors"][0]["field"], Run.objects.count()) == (400, "kind", 1)
    assert carried(run).cause == "unknown_kind"


def test_the_same_key_reproduces_once(api: APIClient, ask: Ask, table: Table) -> None:
    runs = [carried(ask(table("yes"))), ask(table("yes"))]
    headers = {"Idempotency-Key": "k"}
    one, two = (api.post(f"/api/v1/audits/{runs[0].id}/reproduce", headers=headers).json()["id"] for _ in range(2))
    assert one == two
    assert api.post(f"/api/v1/audits/{runs[1].id}/reproduce", headers=headers).status_code == 422
    assert Run.objects.count() == 3


def test_a_key_that_is_older_than_keys_are_kept_is_refused(
    api: APIClient, ask: Ask, table: Table, version: Any, settings: Any
) -> None:
    run = ask(table("yes"), key="k", body_digest="sha256:a")
    Run.objects.filter(id=run.id).update(created_at=datetime.now(UTC) - timedelta(days=31))
    body = {"system_version": str(version.id), "kind": "echo", "target": str(run.target_id), "parameters": run.parameters}
    answer = api.post("/api/v1/audits", body, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, Run.objects.count()) == (422, 1)
    assert "30 days ago" in answer.json()["detail"]
    settings.PROBANZA_IDEMPOTENCY_DAYS = 40
    assert "another body" in api.post("/api/v1/audits", body, headers={"Idempotency-Key": "k"}).json()["detail"]


def test_what_is_not_measured_is_listed_in_the_order_of_the_plan(api: APIClient, failing: Run) -> None:
    page = api.get(f"/api/v1/audits/{failing.id}/incomplete?size=1").json()
    assert page["results"] == [{"item": "row-00005", "reason": "not_measured", "recorded": False}]
    rest = api.get(page["next"]).json()
    assert ([one["item"] for one in rest["results"]], rest["next"]) == (["row-00006"], None)


def test_what_is_unscored_is_listed_with_its_reason(api: APIClient, ask: Ask, table: Table) -> None:
    run = ask(table("yes", "no"))
    step = Step.objects.get(run=run)
    carry_step(step_id=step.id, clock=lambda: datetime.now(UTC), lease_s=30, slice_s=0)
    ItemRecord.objects.create(
        organisation_id=run.organisation_id, run=run, item="row-00001", outcome="unscored", reason="timeout", fence=1,
        recorded_at=datetime.now(UTC),
    )  # fmt: skip
    page = api.get(f"/api/v1/audits/{run.id}/incomplete").json()
    assert page["results"] == [{"item": "row-00001", "reason": "timeout", "recorded": True}]


@pytest.mark.parametrize("query", ["cursor=MQ==", "cursor=%00", "cursor=OTk5OTk5OTk5OTkuMQ==", "size=0", "size=nan"])
def test_a_page_that_nobody_gave_out_is_refused(api: APIClient, failing: Run, query: str) -> None:
    assert api.get(f"/api/v1/audits/{failing.id}/incomplete?{query}").status_code == 400


@pytest.mark.parametrize("act", ["cancel", "retry", "reproduce", "incomplete"])
def test_another_organisations_audit_is_not_found(api: APIClient, echo: None, act: str) -> None:
    call = api.get if act == "incomplete" else api.post
    assert call(f"/api/v1/audits/{uuid4()}/{act}").status_code == 404
