from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from audits.intake.models import Target
from audits.runs.models import Run, Step
from audits.runs.services import KeyReused, cancel_run
from audits.states import State
from governance.access.tenancy import NotFound
from governance.shapes import ShapeError
from governance.trail.models import TrailEntry

pytestmark = pytest.mark.django_db


def test_a_request_leaves_a_queued_run_and_one_trail_row(ask: Callable[..., Run], table: Callable[..., Target]) -> None:
    run = ask(table("yes"))
    run.refresh_from_db()
    assert run.state == State.QUEUED
    assert [(step.kind, step.number, step.fence) for step in Step.objects.filter(run=run)] == [("plan", 0, 0)]
    assert TrailEntry.objects.filter(subject_id=str(run.id)).values_list("action", flat=True).get() == "audits.request_run"


def test_an_unknown_kind_is_refused_listing_the_known_ones(ask: Callable[..., Run], table: Callable[..., Target]) -> None:
    with pytest.raises(ShapeError) as refused:
        ask(table("yes"), kind="astrology")
    assert refused.value.field == "kind"
    assert "echo" in refused.value.allowed


def test_a_target_that_the_kind_cannot_read_is_refused(
    ask: Callable[..., Run], table: Callable[..., Target], actor: Any, now: datetime
) -> None:
    other = table("yes")
    texts = Target.objects.create(
        organisation_id=actor.organisation, name="t", type="texts", spec=other.spec, secrets=b"", digest="", created_at=now
    )
    with pytest.raises(ShapeError) as refused:
        ask(texts)
    assert (refused.value.field, refused.value.allowed) == ("target", ("table",))


def test_a_missing_column_is_named_before_any_work(ask: Callable[..., Run], table: Callable[..., Target]) -> None:
    with pytest.raises(ShapeError, match=r"has no column 'said'") as refused:
        ask(table("yes", header="other"))
    assert (refused.value.field, refused.value.allowed) == ("parameters.prediction", ("other",))


def test_an_unknown_parameter_is_refused_by_name(ask: Callable[..., Run], table: Callable[..., Target]) -> None:
    with pytest.raises(ShapeError) as refused:
        ask(table("yes"), parameters={"colour": "red"})
    assert refused.value.field == "parameters.colour"


def test_criteria_are_kept_as_they_stood(
    ask: Callable[..., Run], table: Callable[..., Target], criterion: Callable[..., Any]
) -> None:
    run = ask(table("yes"), criterion())
    assert [(one["measure"], one["limit"], one["direction"]) for one in run.criteria] == [("yes", "2", "at_least")]


def test_a_criterion_of_another_kind_is_refused(
    ask: Callable[..., Run], table: Callable[..., Target], criterion: Callable[..., Any]
) -> None:
    with pytest.raises(ShapeError, match=r"for the kind bias") as refused:
        ask(table("yes"), criterion(kind="bias"))
    assert refused.value.field == "criteria[0]"


def test_a_criterion_must_name_a_measure_that_the_kind_concludes(
    ask: Callable[..., Run], table: Callable[..., Target], criterion: Callable[..., Any]
) -> None:
    with pytest.raises(ShapeError, match=r"does not conclude"):
        ask(table("yes"), criterion(measure="no"))


def test_a_criterion_comes_before_the_run(
    ask: Callable[..., Run], table: Callable[..., Target], criterion: Callable[..., Any]
) -> None:
    with pytest.raises(ShapeError, match=r"frozen after this request"):
        ask(table("yes"), criterion(later=timedelta(hours=1)))


def test_a_criterion_that_is_not_there_is_refused_by_its_place(ask: Callable[..., Run], table: Callable[..., Target]) -> None:
    with pytest.raises(ShapeError) as refused:
        ask(table("yes"), SimpleNamespace(id=uuid4()))
    assert refused.value.field == "criteria[0]"


def test_the_same_key_and_body_give_the_same_run(ask: Callable[..., Run], table: Callable[..., Target]) -> None:
    target = table("yes")
    first, again = (ask(target, key="k", body_digest="sha256:a") for _ in range(2))
    assert first.id == again.id
    assert Run.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(ask: Callable[..., Run], table: Callable[..., Target]) -> None:
    target = table("yes")
    ask(target, key="k", body_digest="sha256:a")
    with pytest.raises(KeyReused):
        ask(target, key="k", body_digest="sha256:b")


def test_a_waiting_run_is_cancelled_at_once(
    ask: Callable[..., Run], table: Callable[..., Target], actor: Any, now: datetime
) -> None:
    run = cancel_run(actor=actor, run_id=ask(table("yes")).id, now=now)
    assert (run.state, run.finished_at) == (State.CANCELLED, now)


def test_cancelling_twice_leaves_one_trail_row(
    ask: Callable[..., Run], table: Callable[..., Target], actor: Any, now: datetime
) -> None:
    run = ask(table("yes"))
    for _ in range(2):
        cancel_run(actor=actor, run_id=run.id, now=now + timedelta(seconds=1))
    assert TrailEntry.objects.filter(subject_id=str(run.id), action="audits.cancel_run").count() == 1


def test_a_run_that_is_not_there_cannot_be_cancelled(actor: Any, now: datetime) -> None:
    with pytest.raises(NotFound):
        cancel_run(actor=actor, run_id=uuid4(), now=now)
