"""A language model as judge in a run: its prompt out of the registry, its budget over all workers, its pins."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command

from audits.intake.models import Target
from audits.intake.services import keep_file, register_target
from audits.intake.uploads import Intake
from audits.judges.llm.prompts import shipped
from audits.runs.carrying import carry_out
from audits.runs.judging import judge_means, marks_of, spent_on
from audits.runs.models import ItemRecord, Run
from audits.states import State
from governance.evidence.models import Entry
from governance.evidence.services import stale
from governance.outbound import Policy
from governance.registry.services import add_version, register_asset
from governance.shapes import ShapeError
from tests.unit.judges.judge_server import Model, serving

pytestmark = pytest.mark.django_db
PRICES = {"version": "2026-11", "currency": "EUR", "prompt": "2", "completion": "10"}
TOLD = {"prompt_tokens": 1000, "completion_tokens": 100}


@pytest.fixture
def answers(actor: Any, files: Path, now: datetime) -> Callable[[int], Target]:
    def register(count: int) -> Target:
        lines = [
            {"id": f"q{n}", "question": "?", "answer": f"The fee is {n} EUR.", "context": ["The fee is 3 EUR."]}
            for n in range(count)
        ]
        intake = Intake(organisation=actor.organisation, name="answers.jsonl", media_type="application/jsonl", limit=100_000)
        intake.take("\n".join(json.dumps(line) for line in lines).encode())
        file = keep_file(actor=actor, received=intake.finish(), now=now)
        return register_target(actor=actor, name="answers", type="recorded", spec={"file": str(file.id)}, secrets={}, now=now)

    return register


@pytest.fixture
def prompt(actor: Any, now: datetime) -> Callable[..., Any]:
    def add(template: str = shipped("claims-1").template, role: str = "judge", kind: str = "prompt", asset: Any = None) -> Any:
        asset_id = asset or register_asset(actor=actor, kind=kind, name=f"Judge {uuid4()}", owner="Ana", now=now).id
        spec = {"template": template, "role": role} if kind == "prompt" else {"purpose": "x"}
        return add_version(actor=actor, asset_id=asset_id, spec=spec, now=now)

    return add


def judged(ask: Callable[..., Run], target: Target, model: Model | None = None, **parameters: Any) -> Run:
    with serving(model or Model(usage=TOLD)) as (url, _calls):
        run = ask(target, kind="fidelity", parameters={"judge": "llm", "base_url": url, "model": "m", **parameters})
        carry_out(run_id=run.id, clock=lambda: datetime.now(UTC), lease_s=30)
    run.refresh_from_db()
    assert (run.state, run.message) == (State.SUCCEEDED, "")
    return run


def facts_of(run: Run) -> dict[str, Any]:
    facts: dict[str, Any] = Entry.objects.get(run_id=str(run.id)).statement()["facts"]
    return facts


def test_a_prompt_of_the_registry_judges_and_its_version_is_pinned(
    ask: Callable[..., Run], answers: Callable[[int], Target], prompt: Callable[..., Any], actor: Any, now: datetime
) -> None:
    version = prompt()
    run = judged(ask, answers(4), prompt=str(version.id))
    entry = Entry.objects.get(run_id=str(run.id))
    assert {"role": "judge.prompt", "id": str(version.id), "digest": version.digest} in entry.statement()["pins"]
    assert stale(entry) == []
    prompt(f"{version.spec['template']} Be brief.", asset=version.asset_id)
    assert [one["role"] for one in stale(entry)] == ["judge.prompt"]


def test_the_shipped_prompt_is_told_by_its_digest(ask: Callable[..., Run], answers: Callable[[int], Target]) -> None:
    (told,) = facts_of(judged(ask, answers(1)))["details"]["judging"]["prompts"]
    assert (told["name"], told["digest"], told["registered"]) == ("claims-1", shipped("claims-1").digest, "")


@pytest.mark.parametrize("wrong", [{"role": "system"}, {"template": "Judge well."}, {"kind": "ai_system"}])
def test_a_version_that_is_no_judges_prompt_is_refused_before_any_work(
    ask: Callable[..., Run], answers: Callable[[int], Target], prompt: Callable[..., Any], wrong: dict[str, str]
) -> None:
    with pytest.raises(ShapeError) as refused:
        judged(ask, answers(1), prompt=str(prompt(**wrong).id))
    assert refused.value.field == "parameters.prompt"
    assert Run.objects.count() == 0


@pytest.mark.parametrize("name", ["76ada38f-a9be-43c7-93a1-079ec3b599ed", "claims-9", "x", "<script>"])
def test_a_prompt_that_is_not_there_is_refused_with_those_that_are(
    ask: Callable[..., Run], answers: Callable[[int], Target], name: str
) -> None:
    with pytest.raises(ShapeError) as refused:
        judged(ask, answers(1), prompt=name)
    assert (refused.value.field, refused.value.allowed) == ("parameters.prompt", ("claims-1", "yes-no-1"))


def test_a_budget_holds_over_all_steps_of_a_run(ask: Callable[..., Run], answers: Callable[[int], Target]) -> None:
    run = judged(ask, answers(45), max_calls=30)
    facts = facts_of(run)
    assert facts["details"]["judging"]["calls"] == 30
    assert facts["coverage"]["unscored"] == {"budget_spent": 45 - 26}  # of the 30 calls 4 were canaries
    assert spent_on(run.id).calls == 30


def test_what_items_took_is_summed_from_the_records(ask: Callable[..., Run], answers: Callable[[int], Target]) -> None:
    run = judged(ask, answers(3), prices=PRICES)
    assert (spent_on(run.id).calls, spent_on(run.id).charged) == (5, Decimal("0.015"))
    assert facts_of(run)["details"]["judging"]["cost"] == "0.015"
    assert spent_on(uuid4()).calls == 0


def test_the_prompt_that_went_away_ends_the_run_with_its_name(ask: Callable[..., Run], answers: Callable[[int], Target]) -> None:
    run = ask(answers(1), kind="fidelity", parameters={"judge": "llm", "base_url": "http://127.0.0.1:9/v1", "model": "m"})
    run.parameters = {**run.parameters, "prompt": str(uuid4())}
    with pytest.raises(ShapeError, match="prompt"):
        judge_means(run, Policy(), {})


def test_marks_differ_between_organisations_and_stay_with_the_secret(settings: Any) -> None:
    one, other = uuid4(), uuid4()
    before = marks_of(one)
    assert (before, marks_of(other) == before) == (marks_of(one), False)
    settings.SECRET_KEY = "another"
    assert marks_of(one) != before


def test_each_item_keeps_what_its_verdict_took(ask: Callable[..., Run], answers: Callable[[int], Target]) -> None:
    run = judged(ask, answers(2), prompt="yes-no-1")
    kept = [record.values["judging"] for record in ItemRecord.objects.filter(run=run).order_by("item")]
    assert [(one["calls"], one["manner"], len(one["times_ms"])) for one in kept] == [(3, "yes_no", 3), (1, "yes_no", 1)]


def test_a_shipped_prompt_is_registered_once_and_judges_under_its_id(
    ask: Callable[..., Run], answers: Callable[[int], Target], organisation: Any
) -> None:
    printed = []
    for _ in range(2):
        out = StringIO()
        call_command("add_judge_prompt", organisation.slug, "yes-no-1", stdout=out)
        printed.append(out.getvalue().strip())
    assert printed[0] == printed[1]
    (told,) = facts_of(judged(ask, answers(1), prompt=printed[0]))["details"]["judging"]["prompts"]
    assert (told["manner"], told["digest"]) == ("yes_no", shipped("yes-no-1").digest)
