"""The graph around a version as evidence."""

from datetime import datetime
from uuid import UUID

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.book import to_plain
from governance.evidence import services as evidence
from governance.evidence.facts import Coverage, Facts
from governance.evidence.models import Entry
from lineage.answer import Answer
from lineage.asking import MAX_DEPTH, graph
from lineage.section import blocks

KIND_VERSION = "2"


def seal_graph(*, actor: Actor, version_id: UUID, now: datetime) -> Entry:
    """Seal the version's whole graph as of `now`, up to the default node cap, as evidence `lineage`.

    Raises:
        Forbidden: without `lineage:write`. NotFound: no such node in the actor's organisation.
    """
    check_can(actor, "lineage:write")
    answer = graph(organisation=actor.organisation, version_id=version_id, as_of=now, depth=MAX_DEPTH)
    facts = _facts(answer)
    pinned = [node for node in answer.nodes if node.version_id]
    statement = {
        "facts": facts.to_plain(),
        "blocks": to_plain(blocks(facts)),
        "criteria": [],
        "verdicts": [],
        "pins": [{"role": node.kind, "id": node.version_id, "digest": node.digest} for node in pinned],
        "provenance": {"actor": actor.name, "as_of": now.isoformat(), "lineage_version": str(answer.version)},
    }
    return evidence.seal(actor=actor, kind="lineage", subject=str(version_id), statement=statement, now=now)


def _facts(answer: Answer) -> Facts:
    plain = answer.to_plain()
    missing = answer.reach + 1 - len(answer.nodes)
    return Facts(
        kind="lineage",
        kind_version=KIND_VERSION,
        parameters={name: plain[name] for name in ("direction", "depth", "max_nodes", "as_of", "version")},
        seed=0,
        coverage=Coverage(answer.reach + 1, len(answer.nodes), (("over_the_cap", missing),) if missing else ()),
        measures=(),
        details={name: plain[name] for name in ("nodes", "edges", "counts", "truncated_by", "edges_between", "exact")},
    )
