"""A concluded fidelity audit of recorded answers, judged by the offline judge, as a run leaves it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from audits.contract import ItemResult
from audits.kinds.fidelity import FidelityParameters, runner, section
from audits.runs.models import ItemRecord, Result, Run
from audits.runs.services import ITEM
from audits.runs.storing import storable, to_bytes
from audits.targets.recorded import RecordedAnswers
from governance.book import to_plain
from governance.evidence import services as evidence
from governance.keys import services as keys
from governance.registry import services as registry
from tests.integration.portal.seed import HOSTILE, Seeded

HOURS = "The shop opens at 9:00 and closes at 18:00 on weekdays.\nOn Saturdays it opens at 10:00."
RETURNS = "Returns are accepted within 30 days of delivery. A receipt is needed."
FOUNDED = "The company was founded in Zaragoza in 2018 by Elena Ríos and Marcos Gil."
CASES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("founders", "When was the company founded?", "It was founded in Zaragoza in 2018 by Elena Ríos.", (FOUNDED, RETURNS)),
    ("year", "In which year?", "The company was founded in Zaragoza in 1999 by Elena Ríos and Marcos Gil.", (RETURNS, FOUNDED)),
    (
        "returns",
        "How long may I return things?",
        "Returns are accepted within 45 days of delivery. You need no receipt.",
        (RETURNS,),
    ),
    (
        "hours",
        "When does the shop open?",
        "The shop opens at 9:00 on weekdays. It has a large swimming pool for children.",
        (HOURS,),
    ),
    ("declined", "What does it cost?", "I don't know.", (HOURS, RETURNS)),
    ("bare", "Is it open?", "Yes.", (HOURS,)),
    ("nothing", "Who is the mayor?", "The mayor of Utebo is Ana Pérez.", ()),
    ("hostile", f"Who said {HOSTILE}?", f"Nobody but {HOSTILE} said 77 things.\u202egnorw\u200b 🐘", (HOSTILE, "🐘 " * 40)),
)


@dataclass(frozen=True)
class Answered:
    """The run, and its results by item."""

    run: Run
    results: dict[str, ItemResult]


def answer_lines(many: int) -> list[dict[str, Any]]:
    """The cases again and again, `many` in all, ids unique."""
    return [
        {
            "id": name if number < len(CASES) else f"{name}-{number}",
            "question": question,
            "answer": answer,
            "context": list(context),
        }
        for number in range(many)
        for name, question, answer, context in [CASES[number % len(CASES)]]
    ]


def seed_answers(actor: Any, seeded: Seeded, now: datetime, folder: Path, many: int = len(CASES)) -> Answered:
    """Judge the lines, record every item, seal the result."""
    path = folder / "answers.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in answer_lines(many)), encoding="utf-8")
    target, shaped = RecordedAnswers(path), FidelityParameters()
    results = list(runner.measure(target, runner.plan(target, shaped), shaped, 7))
    run: Run = Run.objects.create(
        organisation_id=actor.organisation, kind="fidelity", system_version=seeded.system, target=seeded.done.target,
        parameters={"judge": "embedded"}, criteria=[], queue="audit", requested_by=actor.name, created_at=now, started_at=now,
        finished_at=now, state="succeeded", planned=len(results), done=len(results), seed=7,
    )  # fmt: skip
    record(actor, run, results, now)
    _conclude(actor, run, results, shaped, now)
    return Answered(run, {result.item: result for result in results})


def record(actor: Any, run: Run, results: Sequence[ItemResult], now: datetime) -> None:
    """Store results as checkpoints of the run."""
    for result in results:
        kept = replace(result, values=storable(result.values), private=storable(result.private))
        row = f"{run.pk}:{kept.item}"
        box = keys.encrypt(organisation=actor.organisation, purpose=ITEM, row=row, plain=to_bytes(kept.private))
        ItemRecord.objects.create(
            organisation_id=actor.organisation, run=run, item=kept.item, outcome=kept.outcome, values=kept.values,
            reason=kept.reason, private=box, fence=1, recorded_at=now,
        )  # fmt: skip


def _conclude(actor: Any, run: Run, results: Sequence[ItemResult], shaped: FidelityParameters, now: datetime) -> None:
    facts = runner.conclude(results, shaped, 7)
    blocks = to_plain(section.blocks(facts))
    pins = [
        {"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]} for pin in registry.pins_of(run.system_version)
    ]
    statement = {
        "facts": facts.to_plain(), "blocks": blocks, "criteria": [], "verdicts": [], "pins": pins,
        "provenance": {"code_version": "0.1.0+test", "target": {"digest": run.target.digest}},
    }  # fmt: skip
    words = {result.item: storable(result.private) for result in results if result.private}
    with transaction.atomic():
        entry = evidence.seal(
            actor=actor, kind="fidelity", subject=str(run.system_version_id), statement=statement, run_id=str(run.id),
            payload=to_bytes(words), now=now,
        )  # fmt: skip
        Result.objects.create(
            organisation_id=actor.organisation, run=run, facts=facts.to_plain(), blocks=blocks, verdicts=[],
            evidence_id=entry.id, fence=1, recorded_at=now,
        )  # fmt: skip
    Run.objects.filter(pk=run.pk).update(evidence_id=entry.id)
    run.refresh_from_db()
