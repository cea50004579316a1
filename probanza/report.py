"""Everything a gate has to tell at its end, whatever the end was; its files are made from this. Pure."""

import json
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from probanza.outcome import WORDS, Audit, Check, Code, SuiteRun


@dataclass(frozen=True, slots=True)
class Report:
    """code and reason say how the gate ended; run is what it saw of the suite's run, None when there was none.

    system, suite: as they were asked for. started_at, ended_at: ISO 8601 in UTC, by this machine's clock. strict: whether
    "inconclusive" counts as a failure. anchor: the file of the repository that a finding is shown at.
    """

    code: Code
    reason: str
    system: str
    suite: str
    url: str
    host: str
    started_at: str
    ended_at: str
    strict: bool = False
    anchor: str = "README.md"
    run: SuiteRun | None = None
    tool_version: str = field(default_factory=lambda: _released())

    def outcome(self) -> str:
        """The exit status in words."""
        return WORDS[self.code]

    def facts(self) -> dict[str, str]:
        """What identifies the run: name and value."""
        told = {"url": self.url, "outcome": self.outcome(), "reason": self.reason, "exit_status": str(int(self.code))}
        if self.run is None:
            return told
        return told | {
            "suite_run": self.run.id,
            "suite": f"{self.run.suite} {self.run.suite_number}",
            "suite_digest": self.run.suite_digest,
            "system": f"{self.run.system} {self.run.number}",
        }


def as_json(report: Report) -> bytes:
    """The outcome as one JSON object, in ASCII."""
    run = report.run
    plain: dict[str, Any] = {
        "tool": {"name": "probanza", "version": report.tool_version},
        "exit_status": int(report.code),
        "outcome": report.outcome(),
        "reason": report.reason,
        "inconclusive_is_failure": report.strict,
        "url": report.url,
        "started_at": report.started_at,
        "ended_at": report.ended_at,
        "suite": {"name": run.suite, "number": run.suite_number, "digest": run.suite_digest} if run else {"name": report.suite},
        "system": {"name": run.system, "slug": run.system_slug, "number": run.number} if run else {"slug": report.system},
        "suite_run": run.id if run else None,
        "audits": [_audit(one) for one in run.audits] if run else [],
    }
    return json.dumps(plain, indent=2).encode("ascii") + b"\n"


def _audit(audit: Audit) -> dict[str, Any]:
    return {
        "name": audit.name,
        "id": audit.id,
        "kind": audit.kind,
        "state": audit.state,
        "verdict": audit.verdict(),
        "evidence": audit.evidence or None,
        "reason": audit.reason or None,
        "checks": [_check(one) for one in audit.checks],
    }


def _check(check: Check) -> dict[str, Any]:
    names = ("measure", "value", "low", "high", "n", "limit", "direction", "state")
    return {"group": [list(pair) for pair in check.group]} | {name: getattr(check, name) for name in names}


def _released() -> str:
    try:
        return version("probanza")
    except PackageNotFoundError:
        return "0"  # run from a checkout that was never installed
