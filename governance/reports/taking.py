"""Everything that a report tells, read once, and the statement that is sealed of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from governance.access.actors import Actor
from governance.access.models import Organisation
from governance.book import to_plain
from governance.compliance.assessment import Assessment
from governance.compliance.services import assess, measures_by_kind
from governance.evidence.proving import newest_head
from governance.registry.models import AssetVersion
from governance.registry.services import Pin
from governance.reports.build import book_of
from governance.reports.snapshot import Head, Part, Snapshot


def snapshot_of(report_id: UUID, actor: Actor, version: AssetVersion, pins: list[Pin], language: str, now: datetime) -> Snapshot:
    """What there is to tell of a version now."""
    head = newest_head(actor.organisation)
    return Snapshot(
        report_id=str(report_id),
        organisation=Organisation.objects.get(pk=actor.organisation).name,
        system=version.asset.name,
        owner=version.asset.owner,
        stage=version.asset.stage,
        version_id=str(version.id),
        number=version.number,
        digest=version.digest,
        spec=version.spec,
        parts=tuple(Part(pin["role"], pin["asset"], pin["number"], pin["digest"]) for pin in pins),
        assessment=assess(organisation=actor.organisation, system_version=version),
        language=language,
        issued_at=now,
        built_by=actor.name,
        head=Head(head.size, head.root, head.key_id) if head else None,
        measures=measures_by_kind(),
    )


def statement_of(snapshot: Snapshot, pins: list[Pin]) -> dict[str, Any]:
    """What is sealed of it: the book, and in short what it says of each duty and by which evidence."""
    assessment = snapshot.assessment
    return {
        "report": snapshot.report_id,
        "language": snapshot.language,
        "law": {
            "text_version": assessment.catalogue.text_version,
            "checked_on": assessment.catalogue.checked_on.isoformat(),
        },
        "system": _system(snapshot),
        "duties": _duties(assessment, snapshot.language),
        "counts": dict(assessment.counts()),
        "evidence": [
            {"id": one.id, "kind": one.kind, "digest": one.digest, "run": one.run_id, "stale": list(one.changed)}
            for one in assessment.evidence
        ],
        "book": to_plain(book_of(snapshot)),
        "pins": [{"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]} for pin in pins],
    }


def _system(snapshot: Snapshot) -> dict[str, Any]:
    """What the report is about, so that each form can say it from the sealed bytes alone."""
    return {
        "name": snapshot.system,
        "version": str(snapshot.number),
        "digest": snapshot.digest,
        "spec": dict(snapshot.spec),
        "parts": [
            {"role": part.role, "asset": part.asset, "number": str(part.number), "digest": part.digest} for part in snapshot.parts
        ],
    }


def _duties(assessment: Assessment, language: str) -> list[dict[str, Any]]:
    """Each with its words in the report's language: the catalogue may say it otherwise tomorrow."""
    return [
        {
            "duty": result.duty.id,
            "title": result.duty.title.of(language),
            "words": result.duty.duty.of(language),
            "state": result.state,
            "evidence": [
                {"id": finding.evidence.id, "strength": finding.strength, "state": finding.state} for finding in result.findings
            ],
        }
        for result in assessment.results
    ]
