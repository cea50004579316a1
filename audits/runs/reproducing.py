"""Scoring the recorded answers of an audit anew, by the scorer of today, to see whether it says the same: match or drift.

Nothing is asked of the audited system or of a judge's endpoint. Answers come out of the sealed payload, tables and models out of
the stored files that the audit read; the figures are concluded anew from what was scored.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from audits import catalogue
from audits.catalogue import UnknownKind
from audits.contract import Item, ItemResult, RagTarget, TargetError
from audits.runs.code_version import code_version
from audits.runs.looking import item_result, records_of
from audits.runs.models import Run, Step
from audits.runs.opening import opened_target
from audits.runs.replaying import Replay
from audits.runs.reproduced import KIND, Difference, Reproduced, differences, figures_changed, public
from audits.runs.storing import checked, storable
from audits.targets.recorded import RecordedAnswers
from governance import shapes
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.evidence import services as evidence
from governance.evidence.facts import Facts
from governance.evidence.models import Entry
from governance.shapes import ShapeError
from probanza.canonical import digest_of


def reproduce(*, actor: Actor, evidence_id: UUID | str, now: datetime) -> tuple[Reproduced, Entry]:
    """Score anew what a piece of evidence rests on; what came out, and the evidence of kind `reproduction` it is sealed as.

    That the private words were read is in the trail.

    Raises `Forbidden` without `audits:write` and `evidence:read`, `NotFound`, `ShapeError` for evidence that is no audit's.
    """
    for scope in ("audits:write", "evidence:read"):
        check_can(actor, scope)
    entry = evidence.entry_of(actor.organisation, evidence_id)
    found = _reproduced(actor, entry, now)
    sealed = evidence.seal(actor=actor, kind=KIND, subject=str(entry.id), statement={"reproduction": found.to_plain()}, now=now)
    return found, sealed


@dataclass(frozen=True, slots=True)
class _Again:
    """What was scored anew. why: the cause where it could not be."""

    results: Sequence[ItemResult] = ()
    lacking: frozenset[str] = frozenset()
    why: str = ""


def _reproduced(actor: Actor, entry: Entry, now: datetime) -> Reproduced:
    statement = entry.statement()
    if "provenance" not in statement or not entry.run_id:
        raise ShapeError("evidence", f"is of the kind {entry.kind}; only what an audit measured can be scored anew.")
    run: Run = Run.objects.select_related("system_version__asset", "target").one(actor.organisation, entry.run_id)
    recorded = _recorded(run)
    sealed = statement["provenance"]
    changed = digest_of([public(one) for one in recorded]) != sealed["items"]["digest"]
    again = _scored_anew(actor, entry, run, recorded, now)
    found, figures = _compared(recorded, again), _figures(run, recorded, again, statement)
    outcome = _outcome(changed, found, figures, again)
    return Reproduced(
        evidence=str(entry.id),
        digest=entry.digest,
        run=str(run.id),
        kind=run.kind,
        outcome=outcome,
        why="stored_items_changed" if changed else again.why or ("passages_not_recorded" if outcome == "partial" else ""),
        items=len(recorded),
        rescored=len(again.results),
        differing=tuple(found),
        figures=tuple(figures),
        scorers_then=_scorers(recorded),
        scorers_now=_scorers(again.results),
        code_then=sealed.get("code_version", ""),
        code_now=code_version(),
    )


def _outcome(changed: bool, found: Sequence[Difference], figures: Sequence[Any], again: _Again) -> str:
    telling = [one for one in found if one.item not in again.lacking]
    if changed or telling or (figures and not again.lacking):
        return "drift"
    return "partial" if again.why or again.lacking & {one.item for one in found} else "match"


def _recorded(run: Run) -> list[ItemResult]:
    """What every item gave, without its words, in the order of the plan."""
    found = {record.item: replace(item_result(record), private={}) for record in records_of(run).defer("private").iterator()}
    return [found[item.id] for item in _planned(run) if item.id in found]


def _planned(run: Run) -> Iterator[Item]:
    for items, payloads in (
        Step.objects.of(run.organisation_id).filter(run=run).order_by("number").values_list("items", "payloads")
    ):
        yield from (Item(item, payload) for item, payload in zip(items, payloads, strict=True))


def _scored_anew(actor: Actor, entry: Entry, run: Run, recorded: Sequence[ItemResult], now: datetime) -> _Again:
    if any("judging" in one.values for one in recorded) or run.parameters.get("judge") == "llm":
        return _Again(why="judge_endpoint")
    try:
        words = _words(actor, entry, now)
        return _measured(run, [replace(one, private=words.get(one.item, {})) for one in recorded])
    except evidence.PayloadErased:
        return _Again(why="erased")
    except UnknownKind:
        return _Again(why="kind_gone")
    except (TargetError, ShapeError):
        return _Again(why="input_gone")


def _words(actor: Actor, entry: Entry, now: datetime) -> Mapping[str, Any]:
    """Item -> its words, from the sealed payload; nothing for evidence that has none."""
    try:
        words: dict[str, Any] = json.loads(evidence.read_payload(actor=actor, entry=entry, now=now))
    except evidence.PayloadMissing:
        return {}
    return words


def _measured(run: Run, results: Sequence[ItemResult]) -> _Again:
    card = catalogue.kind(run.kind)
    runner, parameters = catalogue.runner_of(card), shapes.read(card.parameters, run.parameters, "parameters")
    items = [item for item in _planned(run) if item.id in {one.item for one in results}]
    with opened_target(run) as target:
        live = isinstance(target, RagTarget) and not isinstance(target, RecordedAnswers)
        replayed = Replay(target, results, run.seed) if live else target
        among = {item.id for item in items}
        anew = {one.item: checked(one, among) for one in runner.measure(replayed, items, parameters, run.seed)}
    lacking = frozenset(replayed.lacking) if isinstance(replayed, Replay) else frozenset()
    return _Again([anew[item.id] for item in items if item.id in anew], lacking)


def _compared(recorded: Sequence[ItemResult], again: _Again) -> list[Difference]:
    return [] if again.why else differences(recorded, again.results)


def _figures(run: Run, recorded: Sequence[ItemResult], again: _Again, statement: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The measures that are not as sealed, concluded from what was scored anew or, failing that, from what was recorded."""
    try:
        card = catalogue.kind(run.kind)
        parameters = shapes.read(card.parameters, run.parameters, "parameters")
    except (UnknownKind, ShapeError):
        return []
    facts = catalogue.runner_of(card).conclude(recorded if again.why else again.results, parameters, run.seed)
    return figures_changed(statement["facts"], Facts.from_plain(storable(facts.to_plain())).to_plain())


def _scorers(results: Sequence[ItemResult]) -> tuple[str, ...]:
    """Digests and names of what scored them: judges, encoders, word lists."""
    named = {str(one.values[name]) for one in results for name in ("judge", "encoder", "dictionary") if one.values.get(name)}
    return tuple(sorted(named))
