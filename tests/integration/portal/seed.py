"""A small organisation with everything that the pages show: systems, versions, criteria, audits, evidence, lineage."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from audits.contract import ItemResult
from audits.intake.models import Target
from audits.runs.models import ItemRecord, Result, Run
from audits.runs.services import ITEM
from audits.runs.storing import to_bytes
from audits.runs.verdicts import verdicts
from governance.access.services import create_member
from governance.book import (
    Column,
    Heading,
    IntervalChart,
    IntervalRow,
    Notice,
    Number,
    Paragraph,
    Passage,
    Raw,
    Span,
    Table,
    Text,
    to_plain,
)
from governance.compliance.models import Criterion
from governance.compliance.services import freeze_criterion
from governance.evidence import services as evidence
from governance.evidence.facts import Coverage, Facts, Measure
from governance.keys import services as keys
from governance.registry import services as registry
from governance.registry.models import AssetVersion
from lineage.services import state_edge
from probanza.canonical import digest_of

EMAIL, PASSWORD = "ana@banco.example", "a long enough password"
HOSTILE = "<script>document.title='owned'</script> {{7*7}} #panic(\"x\")"
PASSAGE = "The fee is 1.5 %."
LANGUAGES = (
    ("Spanish", "0.62", "0.41", "0.79", 16),
    ("English", "0.83", "0.55", "0.95", 12),
    ("Catalan", None, None, None, 0),
)
ANSWER = "The fee is 25 %. It is paid monthly, says " + HOSTILE


@dataclass(frozen=True)
class Seeded:
    """What a test looks for."""

    system: AssetVersion
    other: AssetVersion
    done: Run
    running: Run
    failed: Run


def seed(actor: Any, now: datetime) -> Seeded:
    """Fill the actor's organisation; the person `EMAIL` may sign in with `PASSWORD`."""
    create_member(actor=actor, email=EMAIL, name="Ana Auditora", role="admin", password=PASSWORD, now=now)
    model = _version(actor, now, "model", "Claims model", {"provider": "Banco Ejemplo", "family": "extractive"})
    base = _version(actor, now, "knowledge_base", "Help pages", {"documents": 12})
    prompt = _version(actor, now, "prompt", "Answer politely", {"template": "Answer {question} from {context}"})
    parts = [("generator", model.pk), ("knowledge", base.pk), ("prompt", prompt.pk)]
    spec = {"purpose": f"Answers questions about fees {HOSTILE}", "users_affected": ["customers"], "risk_class": "high_risk"}
    system = _version(actor, now, "ai_system", "Fee helpdesk", spec, parts)
    other = _version(actor, now, "ai_system", "Credit scoring", {"purpose": "Ranks applications"})
    state_edge(actor=actor, source_id=model.pk, target_id=base.pk, kind="evaluated_on", valid_from=now, now=now)
    limit = {"kind": "fidelity", "rationale": "Agreed with the business, 3 November."}
    frozen = [
        _criterion(actor, system, now, measure="supported_claims", limit="0.8", direction="at_least", **limit),
        _criterion(actor, system, now, measure="unscored", limit="0.25", direction="at_most", **limit),
        _criterion(actor, system, now, measure="unsupported_answers", limit="0.05", direction="at_most", **limit),
    ]
    target = _target(actor, now)
    done = _run(actor, system, target, now, frozen, state="succeeded", planned=30, done=30, finished_at=now, seed=7)
    _conclude(actor, done, now)
    running = _run(actor, system, target, now, [], state="running", planned=60, done=21)
    failed = _run(actor, system, target, now, [], state="failed", planned=60, done=4, finished_at=now)
    message = f"The RAG did not answer at 127.0.0.1 in 30 s. {HOSTILE}"
    Run.objects.filter(pk=failed.pk).update(cause="timeout", message=message)
    evidence.sequence(now)
    return Seeded(system, other, done, running, failed)


def _version(
    actor: Any, now: datetime, kind: str, name: str, spec: dict[str, Any], components: list[tuple[str, Any]] | None = None
) -> AssetVersion:
    asset = registry.register_asset(actor=actor, kind=kind, name=name, owner="Ana", now=now)
    return registry.add_version(actor=actor, asset_id=asset.pk, spec=spec, components=components or [], now=now)


def _criterion(actor: Any, system: AssetVersion, now: datetime, *, measure: str, **more: Any) -> Criterion:
    return freeze_criterion(actor=actor, system_id=system.asset_id, measure=measure, known_measures=[measure], now=now, **more)


def _target(actor: Any, now: datetime) -> Target:
    target: Target = Target.objects.create(
        organisation_id=actor.organisation,
        name="Helpdesk over HTTP",
        type="http_rag",
        spec={},
        secrets=b"",
        digest=digest_of({}),
        created_by=actor.name,
        created_at=now,
    )
    return target


def _run(actor: Any, system: AssetVersion, target: Target, now: datetime, criteria: list[Criterion], **more: Any) -> Run:
    frozen = [
        {
            "id": str(one.id), "measure": one.measure, "group": one.group, "limit": str(one.limit), "min_n": one.min_n,
            "direction": one.direction, "rationale": one.rationale, "author": one.author, "digest": one.digest,
        }
        for one in criteria
    ]  # fmt: skip
    run: Run = Run.objects.create(
        organisation_id=actor.organisation,
        kind="fidelity",
        system_version=system,
        target=target,
        parameters={},
        criteria=frozen,
        queue="audit",
        requested_by=actor.name,
        created_at=now - timedelta(minutes=3),
        started_at=now - timedelta(minutes=2),
        **more,
    )
    return run


def _conclude(actor: Any, run: Run, now: datetime) -> None:
    facts = Facts(
        "fidelity", "1", {}, 7, Coverage(30, 28, (("timeout", 2),)),
        (
            Measure("supported_claims", "0.714285714286", "0.53", "0.847", 28, "wilson"),
            Measure("unscored", "0.066666666667", "0.0185", "0.2132", 30, "wilson"),
            Measure("unsupported_answers", "0.214285714286", "0.102", "0.395", 28, "wilson"),
        ),
        {"judge": {"name": "embedded-baseline", "digest": "sha256:" + "a" * 64}},
        ("A baseline judge sees words, numbers and names, not meaning.",),
    )  # fmt: skip
    judged = verdicts(facts, run.criteria)
    blocks = to_plain(_blocks())
    statement = {
        "facts": facts.to_plain(),
        "blocks": blocks,
        "criteria": run.criteria,
        "verdicts": judged,
        "pins": [
            {"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]}
            for pin in registry.pins_of(run.system_version)
        ],
        "provenance": {
            "code_version": "0.1.0+test",
            "instrument": facts.details["judge"],
            "target": {"digest": run.target.digest},
        },
    }
    for number in range(30):
        _record(actor, run, number, now)
    with transaction.atomic():
        entry = evidence.seal(
            actor=actor, kind="fidelity", subject=str(run.system_version_id), statement=statement, run_id=str(run.id), now=now
        )
        Result.objects.create(
            organisation_id=actor.organisation, run=run, facts=facts.to_plain(), blocks=blocks, verdicts=judged,
            evidence_id=entry.id, fence=1, recorded_at=now,
        )  # fmt: skip
    Run.objects.filter(pk=run.pk).update(verdicts=judged, evidence_id=entry.id)
    run.refresh_from_db()


def _record(actor: Any, run: Run, number: int, now: datetime) -> None:
    scored = number % 15 != 14
    claims: list[dict[str, Any]] = [
        {"start": 0, "end": 16, "verdict": "unsupported" if number % 3 == 0 else "supported"},
        {"start": 17, "end": 36, "verdict": "supported"},
    ]
    result = ItemResult(
        item=f"q{number:03d}",
        outcome="scored" if scored else "unscored",
        values={"verdict": claims[0]["verdict"], "claims": claims} if scored else {},
        private={
            "question": f"¿Cuál es la comisión {number}?",
            "answer": ANSWER,
            "passages": [{"id": "p1", "text": PASSAGE, "score": None}],
        }
        if scored
        else {},
        reason="" if scored else "timeout",
    )
    row = f"{run.pk}:{result.item}"
    box = keys.encrypt(organisation=actor.organisation, purpose=ITEM, row=row, plain=to_bytes(result.private))
    ItemRecord.objects.create(
        organisation_id=actor.organisation, run=run, item=result.item, outcome=result.outcome, values=result.values,
        reason=result.reason, private=box if scored else None, fence=1, recorded_at=now,
    )  # fmt: skip


def _blocks() -> tuple[Any, ...]:
    rows = tuple(IntervalRow(Raw(name), value, low, high, n) for name, value, low, high, n in LANGUAGES)
    return (
        Heading(Text("Fidelity")),
        Paragraph(Text("%(n)s answers were held against the passages they came from.", (("n", "28"),))),
        Notice(Text("The judge is a baseline: it knows words, not meaning."), "inconclusive"),
        IntervalChart(
            Text("Answers in Spanish are supported less often"),
            Text("Supported answers"),
            rows,
            limit="0.8",
            direction="at_least",
        ),
        Table(
            Text("By language"),
            (Column(Text("Language")), Column(Text("Supported"), figures=True)),
            tuple((row.label, Number(row.value, row.low, row.high, row.n)) for row in rows),
        ),
        Passage(ANSWER, (Span(0, 16, Text("no passage says so")),), Text("An answer that is not supported")),
    )
