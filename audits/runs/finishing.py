"""How a run ends: with one sealed result, or with the reason why there is none. One transaction, under the fence."""

import importlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from audits.contract import AuditKind, ItemResult
from audits.intake.services import files_named
from audits.runs import claims
from audits.runs.claims import Hold
from audits.runs.code_version import code_version
from audits.runs.models import Result, Run
from audits.runs.storing import storable
from audits.runs.telling import tell_end
from audits.runs.verdicts import verdicts
from audits.states import State
from governance.access.actors import Actor
from governance.book import to_plain
from governance.evidence import services as evidence
from governance.evidence.facts import Facts
from governance.registry.services import pins_of
from governance.trail import services as trail
from probanza.canonical import canonical_bytes, digest_of


def conclude_run(
    *, hold: Hold, run: Run, card: AuditKind, facts: Facts, results: Sequence[ItemResult], actor: Actor, now: datetime
) -> None:
    """Judge by the frozen criteria, seal, keep the one result, and close the run. Raises `LostClaim`."""
    facts = Facts.from_plain(storable(facts.to_plain()))
    judged = verdicts(facts, run.criteria)
    blocks = to_plain(tuple(importlib.import_module(card.section).blocks(facts)))
    statement = _statement(run, facts, storable(blocks), judged, results)
    with transaction.atomic():
        claims.close(hold, state=State.SUCCEEDED, now=now)
        entry = evidence.seal(
            actor=actor,
            kind=run.kind,
            subject=str(run.system_version_id),
            statement=statement,
            payload=_payload(results),
            run_id=str(run.id),
            now=now,
        )
        Result.objects.create(
            organisation_id=hold.organisation_id,
            run_id=run.id,
            facts=statement["facts"],
            blocks=statement["blocks"],
            verdicts=judged,
            evidence_id=entry.id,
            fence=hold.fence,
            recorded_at=now,
        )
        digest = digest_of(statement["facts"])
        Run.objects.of(hold.organisation_id).filter(id=run.id).update(verdicts=judged, evidence_id=entry.id, facts_digest=digest)
        _tell(hold, actor, State.SUCCEEDED, {"evidence": str(entry.id)}, now)
        tell_end(organisation=hold.organisation_id, run_id=run.id, now=now)


@transaction.atomic
def end_run(*, hold: Hold, state: State, cause: str, message: str, actor: Actor, now: datetime) -> None:
    """Close a run without a result. Recorded items stay. Raises `LostClaim`."""
    claims.close(hold, state=state, now=now, cause=storable(cause), message=storable(message))
    _tell(hold, actor, state, {"cause": cause} if cause else {}, now)
    tell_end(organisation=hold.organisation_id, run_id=hold.run_id, now=now)


_ACTIONS = {
    State.SUCCEEDED: "audits.succeed_run",
    State.FAILED: "audits.fail_run",
    State.CANCELLED: "audits.stop_run",
}


def _tell(hold: Hold, actor: Actor, state: State, detail: dict[str, Any], now: datetime) -> None:
    moved = {"from": State.RUNNING, "to": state, "step": hold.number, "fence": hold.fence}
    trail.record(actor=actor, action=_ACTIONS[state], subject="run", subject_id=hold.run_id, detail={**moved, **detail}, now=now)


def _statement(
    run: Run, facts: Facts, blocks: Any, judged: list[dict[str, Any]], results: Sequence[ItemResult]
) -> dict[str, Any]:
    return {
        "facts": facts.to_plain(),
        "blocks": blocks,
        "criteria": run.criteria,
        "verdicts": judged,
        "pins": _pins(run, facts),
        "provenance": {
            "run": str(run.id),
            "kind": run.kind,
            "kind_version": facts.kind_version,
            "code_version": code_version(),
            "requested_by": run.requested_by,
            "requested_at": run.created_at.isoformat(),
            "system": {"asset": run.system_version.asset.name, "number": run.system_version.number},
            "target": {"id": str(run.target_id), "type": run.target.type, "digest": run.target.digest},
            "files": [{"id": str(file.id), "digest": file.digest()} for file in files_named(run.target)],
            "judges": facts.details.get("judges", []),
            "items": {"count": len(results), "digest": digest_of([_public(result) for result in results])},
        },
    }


def _pins(run: Run, facts: Facts) -> list[dict[str, str]]:
    """Every version the result stands on: the system's, and the judge's prompts out of the registry."""
    pins = [{"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]} for pin in pins_of(run.system_version)]
    prompts = facts.details.get("judging", {}).get("prompts", ())
    found = [{"role": "judge.prompt", "id": one["name"], "digest": one["registered"]} for one in prompts if one["registered"]]
    return pins + found


def _public(result: ItemResult) -> dict[str, Any]:
    return {"item": result.item, "outcome": result.outcome, "values": result.values, "reason": result.reason}


def _payload(results: Sequence[ItemResult]) -> bytes | None:
    """The private words of all items as canonical JSON, item id -> words; None when there are none."""
    words = {result.item: result.private for result in results if result.private}
    return canonical_bytes(words) if words else None
