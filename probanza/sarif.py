"""A gate's outcome as SARIF 2.1.0 (OASIS): one result for each criterion that is not met or not decided.

What is met has a rule and no result, as the standard has it. What was never judged is a notification of the invocation,
which then was not successful: a viewer must not take the absence of results for a pass.
"""

import json
from typing import Any
from urllib.parse import quote

from probanza.canonical import sha256_digest
from probanza.outcome import MET, NEVER_JUDGED, NO_CRITERION, NOT_MET, Audit, Check, Code
from probanza.report import Report
from probanza.words import plain

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://github.com/probanza/probanza"


def sarif(report: Report) -> bytes:
    """The document, in ASCII."""
    audits = report.run.audits if report.run else ()
    rules = list(dict.fromkeys(_rule_id(audit, check) for audit in audits for check in audit.checks))
    titles = {_rule_id(audit, check): check.measure for audit in audits for check in audit.checks}
    run = {
        "tool": {"driver": _driver(report, rules, titles)},
        "automationDetails": {"id": f"probanza/{quote(plain(report.system))}/{quote(plain(report.suite))}/"},
        "invocations": [_invocation(report, audits)],
        "results": [_result(report, audit, check, rules) for audit in audits for check in audit.checks if check.state != MET],
        "properties": {name: plain(value, 2000) for name, value in report.facts().items()},
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2).encode("ascii") + b"\n"


def _driver(report: Report, rules: list[str], titles: dict[str, str]) -> dict[str, Any]:
    return {
        "name": "Probanza",
        "version": report.tool_version,
        "informationUri": HOME,
        "rules": [_rule(rule, titles[rule]) for rule in rules],
    }


def _rule(rule: str, measure: str) -> dict[str, Any]:
    words = f"{plain(measure)} against the criterion that was frozen before the audit"
    return {
        "id": rule,
        "shortDescription": {"text": words},
        "fullDescription": {"text": f"{words}. The whole interval must lie on the right side of the limit."},
        "help": {"text": f"{words}. The evidence named in the result opens in Probanza with every item behind the figure."},
        "defaultConfiguration": {"level": "error"},
    }


def _result(report: Report, audit: Audit, check: Check, rules: list[str]) -> dict[str, Any]:
    is_error = check.state == NOT_MET or report.strict
    rule = _rule_id(audit, check)
    place = f"{plain(report.system)}/{plain(audit.name)}/{plain(check.title())}"
    return {
        "ruleId": rule,
        "ruleIndex": rules.index(rule),
        "kind": "fail",
        "level": "error" if is_error else "warning",
        "message": {"text": f"{plain(check.title())}: {check.state.replace('_', ' ')}, {plain(check.figure())}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": quote(report.anchor)}, "region": {"startLine": 1}},
                "logicalLocations": [{"fullyQualifiedName": place}],
            }
        ],
        "partialFingerprints": {"probanzaCriterion/v1": sha256_digest(place.encode("utf-8"))},
        "properties": {"audit": plain(audit.id), "evidence": plain(audit.evidence)},
    }


def _invocation(report: Report, audits: tuple[Audit, ...]) -> dict[str, Any]:
    never = [one for one in audits if one.verdict() == NEVER_JUDGED]
    unjudged = [one for one in audits if one.verdict() == NO_CRITERION]
    failed = [_notice(f"{one.name} was never judged: {one.reason or one.state}") for one in never]
    if report.run is None:
        failed.append(_notice(f"{report.outcome()}: {report.reason}"))
    return {
        "executionSuccessful": report.code not in {Code.USAGE, Code.NEVER} and not never,
        "exitCode": int(report.code),
        "exitCodeDescription": report.outcome(),
        "startTimeUtc": report.started_at,
        "endTimeUtc": report.ended_at,
        "toolExecutionNotifications": failed,
        "toolConfigurationNotifications": [_notice(f"{one.name} has no criterion: it measures only") for one in unjudged],
    }


def _notice(words: str) -> dict[str, Any]:
    return {"level": "error", "message": {"text": plain(words)}}


def _rule_id(audit: Audit, check: Check) -> str:
    return f"{plain(audit.kind)}/{plain(check.measure)}"
