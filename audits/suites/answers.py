"""Suites and their runs as the REST door tells them, by hand: the serializers document the answer and cost time."""

from datetime import datetime
from typing import Any

from audits.runs.models import Run
from audits.suites.lines import Whole, verdict_of_run
from audits.suites.models import Suite, SuiteVersion


def version_plain(version: SuiteVersion) -> dict[str, Any]:
    """A version with its entries."""
    names = ("id", "number", "digest", "entries", "note", "created_by", "created_at")
    return {name: getattr(version, name) for name in names}


def suite_plain(suite: Suite) -> dict[str, Any]:
    """A suite with its newest version."""
    newest = max(suite.versions.all(), key=lambda version: version.number)
    return {
        "id": suite.pk,
        "system": suite.system_id,
        "name": suite.name,
        "created_by": suite.created_by,
        "created_at": suite.created_at,
        "newest_version": version_plain(newest),
    }


def suite_run_plain(told: Whole) -> dict[str, Any]:
    """A suite's run with its audits."""
    one = told.suite_run
    version, system = one.suite_version, one.system_version
    firing = getattr(one, "firing", None)
    return {
        "id": one.pk,
        "suite": {"id": version.suite_id, "name": version.suite.name, "number": version.number, "digest": version.digest},
        "system": {
            "id": system.asset_id,
            "name": system.asset.name,
            "slug": system.asset.slug,
            "version": system.pk,
            "number": system.number,
        },
        "state": told.state,
        "verdict": told.verdict,
        "progress": {"planned": told.planned, "done": told.done},
        "runs": [_audit(name, run) for name, run in told.audits],
        "schedule": firing.schedule_id if firing else None,
        "requested_by": one.requested_by,
        "created_at": one.created_at,
        "finished_at": _ended(told),
    }


def _ended(told: Whole) -> datetime | None:
    """When the last audit ended; None while one is open."""
    moments = [run.finished_at for _, run in told.audits if run.finished_at is not None]
    return max(moments) if len(moments) == len(told.audits) else None


def _audit(name: str, run: Run) -> dict[str, Any]:
    return {
        "name": name,
        "id": run.pk,
        "kind": run.kind,
        "state": run.state,
        "verdict": verdict_of_run(run),
        "verdicts": run.verdicts,
        "criteria": len(run.criteria),
        "progress": {"planned": run.planned, "done": run.done},
        "evidence": run.evidence_id,
        "reason": {"cause": run.cause, "message": run.message} if run.cause else None,
    }
