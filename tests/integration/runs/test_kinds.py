"""The kinds that ship, carried out by the engine on real input."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from audits.intake.models import Target
from audits.intake.services import keep_file, register_target
from audits.intake.uploads import Intake
from audits.runs.carrying import carry_out
from audits.runs.models import Run
from audits.states import State
from governance.evidence.models import Entry
from governance.evidence.services import sequence, verify_ledger
from governance.shapes import ShapeError

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorded(actor: Any, files: Path, now: datetime) -> Callable[..., Target]:
    def register(*answers: tuple[str, str, str]) -> Target:
        lines = [
            {"id": name, "question": "What is the fee?", "answer": answer, "context": [passage]}
            for name, answer, passage in answers or [("1", "a", "a")]
        ]
        intake = Intake(organisation=actor.organisation, name="answers.jsonl", media_type="application/jsonl", limit=10_000)
        intake.take("\n".join(json.dumps(line) for line in lines).encode())
        file = keep_file(actor=actor, received=intake.finish(), now=now)
        return register_target(actor=actor, name="answers", type="recorded", spec={"file": str(file.id)}, secrets={}, now=now)

    return register


def test_a_bias_audit_of_a_skewed_table_misses_its_criterion(
    ask: Callable[..., Run], table: Callable[..., Target], criterion: Callable[..., Any]
) -> None:
    rows = [f"{sex},{decision}" for sex, yes in (("f", 60), ("m", 180)) for decision in [1] * yes + [0] * (200 - yes)]
    frozen = criterion("0.8", kind="bias", measure="demographic_parity_ratio")
    parameters = {"prediction": "decision", "favourable": "1", "sensitive": ["sex"]}
    run = ask(table(*rows, header="sex,decision"), frozen, kind="bias", parameters=parameters)
    carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30)
    run.refresh_from_db()
    assert (run.state, run.message) == (State.SUCCEEDED, "")
    assert [one["state"] for one in run.verdicts] == ["not_met"]


def test_the_sealed_run_stands_in_a_ledger_that_verifies(
    ask: Callable[..., Run], table: Callable[..., Target], organisation: Any
) -> None:
    run = ask(table("yes"))
    carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30)
    assert sequence(datetime.now(UTC)) == 1
    assert verify_ledger(organisation.id, now=datetime.now(UTC)).ok
    assert Entry.objects.get(run_id=str(run.id)).kind == "echo"


def test_a_secret_that_the_target_does_not_store_is_named_before_any_work(
    ask: Callable[..., Run], recorded: Callable[..., Target]
) -> None:
    judge = {"judge": "llm", "base_url": "https://llm.example.org/v1", "model": "m", "secret": "llm-key"}
    with pytest.raises(ShapeError) as refused:
        ask(recorded(), kind="fidelity", parameters=judge)
    assert refused.value.field == "parameters.secret"


def test_recorded_answers_are_judged_and_their_words_stay_encrypted(
    ask: Callable[..., Run], recorded: Callable[..., Target]
) -> None:
    run = ask(recorded(("1", "The fee is 20 EUR.", "The fee is 20 EUR."), ("2", "The fee is 99 EUR.", "The fee is 20 EUR.")),
              kind="fidelity", parameters={})  # fmt: skip
    carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30)
    run.refresh_from_db()
    assert (run.state, run.message, run.done) == (State.SUCCEEDED, "", 2)
    assert b"99 EUR" not in bytes(Entry.objects.get(run_id=str(run.id)).body)


GOLD = ({"id": "a", "gold": ["p1"], "scope": "in"}, {"id": "b", "gold": ["p2"], "scope": "out"})


@pytest.fixture
def with_gold(actor: Any, files: Path, now: datetime) -> Target:
    """Two recorded answers over the same two passages, one of them declining."""
    passages = [{"id": "p1", "text": "The fee is 20 EUR."}, {"id": "p2", "text": "The pool is closed."}]
    said = {"a": "The fee is 20 EUR.", "b": "I'm sorry, but I can't help with that."}
    took = {"latency_ms": 40, "stages": {"retrieval": 4}, "prompt_tokens": 100, "completion_tokens": 10, "model": "m"}
    lines = [{"question": "What is the fee?", "context": passages, "answer": said[row["id"]], **took, **row} for row in GOLD]
    intake = Intake(organisation=actor.organisation, name="answers.jsonl", media_type="application/jsonl", limit=10_000)
    intake.take("\n".join(json.dumps(line) for line in lines).encode())
    file = keep_file(actor=actor, received=intake.finish(), now=now)
    return register_target(actor=actor, name="gold", type="recorded", spec={"file": str(file.id)}, secrets={}, now=now)


PRICES = {"version": "1", "currency": "EUR", "models": [{"model": "m", "prompt": "10", "completion": "100"}]}


@pytest.mark.parametrize(
    ("kind", "measure", "group", "parameters", "value"),
    [
        ("retrieval", "mrr_at_k", [("k", "5")], {"vectors": False}, "0.75"),
        ("answer_quality", "out_of_scope_declined", [], {"vectors": False}, "1"),
        ("operations", "cost_per_query", [], {"prices": PRICES}, "0.002"),
        ("operations", "latency_p95", [("stage", "retrieval")], {}, "4"),
    ],
)
def test_each_kind_is_carried_out_and_judged_by_a_criterion(
    ask: Callable[..., Run], with_gold: Target, criterion: Callable[..., Any], kind: str, measure: str, group: Any,
    parameters: dict[str, Any], value: str,
) -> None:  # fmt: skip
    frozen = criterion("0", kind=kind, measure=measure, group=group)
    run = ask(with_gold, frozen, kind=kind, parameters=parameters)
    carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30)
    run.refresh_from_db()
    assert (run.state, run.message, run.done) == (State.SUCCEEDED, "", 2)
    assert [verdict["value"] for verdict in run.verdicts] == [value]
    assert b"20 EUR" not in bytes(Entry.objects.get(run_id=str(run.id)).body)
