"""What is sealed of a report: the book, and as data everything that other forms of it are made from.

Every other form is a pure function of this statement, so figures, verdicts and statements stand in it, not only in words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.book import to_plain
from governance.classification.outcome import to_plain as outcome_plain
from governance.compliance.assessment import DutyResult, Sealed, Stated, Waived
from governance.registry.services import Pin
from governance.reports.build import book_of
from governance.reports.parts.figures import criteria_of, measures_of, verdicts_of
from governance.reports.parts.reading import plain
from governance.reports.snapshot import Snapshot
from governance.reports.speak import speaker

MEASURE = ("name", "value", "low", "high", "n", "method", "unit", "level", "unscored", "group", "reason")


def statement_of(snapshot: Snapshot, pins: Sequence[Pin]) -> dict[str, Any]:
    """The book, and in short what it says of each duty and by which evidence."""
    assessment = snapshot.assessment
    law = assessment.catalogue.law
    return {
        "report": snapshot.report_id,
        "language": snapshot.language,
        "issued_at": snapshot.issued_at.isoformat(),
        "built_by": snapshot.built_by,
        "system": _system(snapshot),
        "law": {
            "id": law.id,
            "title": law.title.of(snapshot.language),
            "text_version": law.text_version,
            "checked_on": law.checked_on.isoformat(),
            "dates": [
                {
                    "id": one.id,
                    "label": one.label.of(snapshot.language),
                    "applies_from": one.applies_from,
                    "certainty": one.certainty,
                }
                for one in assessment.catalogue.dates
            ],
        },
        "frameworks": _frameworks(snapshot),
        "classification": _classification(snapshot),
        "duties": [_duty(snapshot, result) for result in assessment.results],
        "counts": _counts(snapshot),
        "evidence": [_evidence(snapshot, one) for one in assessment.evidence],
        "incidents": _incidents(snapshot),
        "book": to_plain(book_of(snapshot)),
        "pins": [{"role": pin["role"], "id": pin["version_id"], "digest": pin["digest"]} for pin in pins],
    }


def _system(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "name": snapshot.system,
        "organisation": snapshot.organisation,
        "owner": snapshot.owner,
        "stage": snapshot.stage,
        "id": snapshot.version_id,
        "version": snapshot.number,
        "digest": snapshot.digest,
        "spec": dict(snapshot.spec),
        "parts": [
            {
                "role": one.role,
                "asset": one.asset,
                "version": one.number,
                "digest": one.digest,
                "kind": one.kind,
                "spec": dict(one.spec),
            }
            for one in snapshot.parts
        ],
    }


def _frameworks(snapshot: Snapshot) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "title": one.title.of(snapshot.language),
            "edition": one.edition,
            "binding": one.binding,
            "text_version": one.text_version,
            "checked_on": one.checked_on.isoformat(),
            "digest": one.digest,
        }
        for one in snapshot.assessment.catalogue.frameworks
    ]


def _counts(snapshot: Snapshot) -> dict[str, int]:
    """How many duties of the law are in each state; states without any but `not_assessed` are left out."""
    states = [result.state for result in snapshot.of_law()]
    return {"not_assessed": 0} | {state: states.count(state) for state in dict.fromkeys(states)}


def _classification(snapshot: Snapshot) -> dict[str, Any] | None:
    found = snapshot.classification
    if found is None:
        return None
    return {
        "outcome": outcome_plain(found.outcome),
        "answers": dict(found.answers),
        "classified_by": found.classified_by,
        "classified_at": found.classified_at.isoformat(),
        "confirmed_by": found.confirmed_by,
        "confirmed_role": found.confirmed_role,
        "confirmed_at": found.confirmed_at.isoformat() if found.confirmed_at else "",
        "evidence_id": found.evidence_id,
        "digest": found.digest,
        "reopened": bool(found.reopened),
    }


def _duty(snapshot: Snapshot, result: DutyResult) -> dict[str, Any]:
    applies, assigned = result.applies, result.assignment
    clock = snapshot.assessment.catalogue.date_of(result.duty.clock)
    return {
        "duty": result.duty.id,
        "framework": result.duty.framework,
        "title": result.duty.title.of(snapshot.language),
        "words": result.duty.duty.of(snapshot.language),
        "state": result.state,
        "assurance": result.duty.assurance,
        "clock": result.duty.clock,
        "applies_from": clock.applies_from if clock else "",
        "applies": {
            "answer": applies.answer,
            "reason": speaker(snapshot.language)(applies.reason) if applies.reason else "",
            "reference": applies.reference,
            "by": applies.by,
            "at": applies.at,
            "evidence_id": applies.evidence_id,
        },
        "evidence": [
            {"id": finding.evidence.id, "strength": finding.strength, "state": finding.state} for finding in result.findings
        ],
        "statements": [_stated(one) for one in result.statements],
        "waivers": [_waived(one) for one in result.waivers],
        "owner": assigned.owner if assigned and assigned.owner else snapshot.owner,
        "due": assigned.due.isoformat() if assigned and assigned.due else "",
    }


def _stated(one: Stated) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "statement": one.statement,
        "person": one.person,
        "role": one.role,
        "at": str(one.at),
        "document_digest": one.document_digest,
        "document_name": one.document_name,
        "cites": list(one.cites),
        "evidence_id": one.evidence_id,
        "digest": one.digest,
        "reference": one.reference,
        "signature": one.signature,
        "contradicted": one.contradicted,
        "stale": list(one.changed),
    }


def _waived(one: Waived) -> dict[str, Any]:
    return {
        "id": one.id,
        "reason": one.reason,
        "by": one.by,
        "second": one.second,
        "expires_on": str(one.expires_on),
        "active": one.active,
        "evidence_id": one.evidence_id,
    }


def _evidence(snapshot: Snapshot, one: Sealed) -> dict[str, Any]:
    """A piece of evidence with its figures as sealed: name, interval, n, method, group; and how criteria judged them."""
    facts = plain(one.statement.get("facts"))
    limits = facts.get("limits")
    return {
        "id": one.id,
        "kind": one.kind,
        "digest": one.digest,
        "run": one.run_id,
        "subject": one.subject,
        "version": one.number,
        "sealed_at": one.sealed_at.isoformat(),
        "stale": list(one.changed),
        "limits": [str(limit) for limit in limits] if isinstance(limits, list | tuple) else [],
        "coverage": facts.get("coverage"),
        "measures": [_measure(snapshot, one.kind, measure) for measure in measures_of(one)],
        "verdicts": list(verdicts_of(one)),
        "criteria": list(criteria_of(one)),
    }


def _measure(snapshot: Snapshot, kind: str, measure: Mapping[str, Any]) -> dict[str, Any]:
    title = speaker(snapshot.language)(snapshot.measure_title(kind, str(measure.get("name") or "")))
    return {"title": title, **{name: measure.get(name) for name in MEASURE}}


def _incidents(snapshot: Snapshot) -> list[dict[str, Any]]:
    incidents = snapshot.clocks.incidents if snapshot.clocks else ()
    return [
        {
            "id": one.id,
            "title": one.title,
            "severity": one.severity,
            "article": one.article,
            "state": one.state,
            "clock": one.clock,
            "aware_at": one.aware_at.isoformat(),
            "due_at": one.due_at.isoformat(),
            "reported_at": one.reported_at.isoformat() if one.reported_at else "",
            "frozen": one.frozen,
            "altered": list(one.altered),
            "evidence": list(one.evidence),
        }
        for one in incidents
    ]
