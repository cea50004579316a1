import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from probanza.junit import junit
from probanza.outcome import Code, code_of, read_suite_run
from probanza.report import Report, as_json
from probanza.sarif import sarif
from tests.unit.gate.conftest import HOSTILE, audit, check, suite_run

NEVER = audit(name="broken", state="failed", reason={"cause": "unreachable", "message": HOSTILE}, evidence=None)


def report(*audits: Any, strict: bool = False, **more: Any) -> Report:
    run = read_suite_run(suite_run(*audits))
    usual: dict[str, Any] = {
        "code": code_of(run, inconclusive_is_failure=strict), "reason": "told", "system": "credit", "suite": "release",
        "url": "https://p.example.org", "host": "p.example.org", "started_at": "2026-11-22T10:00:00Z",
        "ended_at": "2026-11-22T10:01:00Z", "strict": strict, "run": run,
    }  # fmt: skip
    return Report(**(usual | more))


def unreached() -> Report:
    return report(run=None, code=Code.NEVER, reason=f"no usable answer {HOSTILE}")


MIXED = (audit(check(), check("not_met"), check("inconclusive")), NEVER, audit(name="bare"))
ALL = [report(), report(*MIXED), report(*MIXED, strict=True), unreached(), report(audit(check(measure=HOSTILE), name=HOSTILE))]


class TestJUnit:
    @pytest.mark.parametrize("one", ALL)
    def test_it_has_what_the_schema_requires_and_its_counts_are_true(self, one: Report) -> None:
        whole = ET.fromstring(junit(one))
        suite = whole[0]
        assert (whole.tag, suite.tag) == ("testsuites", "testsuite")
        required = {"name", "timestamp", "hostname", "tests", "failures", "errors", "time", "id", "package"}
        assert (dict(whole.attrib), suite.attrib.keys()) == ({}, required | {"skipped"})
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
        tags = [child.tag for child in suite]
        assert tags == ["properties", *["testcase"] * (len(tags) - 3), "system-out", "system-err"]
        for counted, path in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")):
            assert suite.attrib[counted] == str(len(suite.findall(path)))
        assert all(case.attrib.keys() == {"name", "classname", "time"} and len(case) <= 1 for case in suite.iter("testcase"))
        assert all(
            bad.attrib.keys() == {"type", "message"} for bad in suite.iterfind("testcase/*") if bad.tag in {"failure", "error"}
        )

    def test_a_criterion_is_a_test_case_and_what_is_no_pass_is_never_green(self) -> None:
        cases = ET.fromstring(junit(report(*MIXED))).findall(".//testcase")
        told = [(case[0].tag, case[0].get("type")) if len(case) else ("pass", None) for case in cases]
        assert told == [
            ("pass", None), ("failure", "not_met"), ("error", "inconclusive"), ("error", "never_judged"),
            ("error", "no_criterion"),
        ]  # fmt: skip

    def test_inconclusive_is_a_failure_where_it_was_asked_for(self) -> None:
        (bad,) = ET.fromstring(junit(report(audit(check("inconclusive")), strict=True))).findall(".//failure")
        assert bad.get("type") == "inconclusive"

    def test_a_gate_that_never_ran_leaves_one_error(self) -> None:
        (suite,) = ET.fromstring(junit(unreached()))
        assert (suite.get("tests"), suite.get("errors")) == ("1", "1")


class TestSarif:
    @pytest.mark.parametrize("one", ALL)
    def test_it_has_what_the_standard_requires(self, one: Report) -> None:
        whole = json.loads(sarif(one))
        assert (whole["version"], whole["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
        (run,) = whole["runs"]
        driver = run["tool"]["driver"]
        assert driver["name"] == "Probanza"
        assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
        assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in driver["rules"])
        for result in run["results"]:
            assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] in {"error", "warning"}
            assert (result["kind"], bool(result["message"]["text"])) == ("fail", True)
            place = result["locations"][0]["physicalLocation"]
            assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("README.md", 1)
        (invocation,) = run["invocations"]
        assert isinstance(invocation["executionSuccessful"], bool)
        for notice in invocation["toolExecutionNotifications"] + invocation["toolConfigurationNotifications"]:
            assert (notice["level"], bool(notice["message"]["text"])) == ("error", True)

    def test_what_is_met_has_a_rule_and_no_result(self) -> None:
        (run,) = json.loads(sarif(report()))["runs"]
        assert (len(run["tool"]["driver"]["rules"]), run["results"]) == (1, [])
        assert run["invocations"][0] == run["invocations"][0] | {"executionSuccessful": True, "exitCode": 0}

    def test_not_met_is_an_error_and_not_decided_a_warning(self) -> None:
        (run,) = json.loads(sarif(report(audit(check("not_met"), check("inconclusive", measure="other")))))["runs"]
        assert [(one["ruleId"], one["level"]) for one in run["results"]] == [
            ("bias/approval_rate", "error"), ("bias/other", "warning"),
        ]  # fmt: skip

    def test_what_was_never_judged_makes_the_invocation_unsuccessful(self) -> None:
        for one in (report(*MIXED), unreached()):
            (invocation,) = json.loads(sarif(one))["runs"][0]["invocations"]
            assert invocation["executionSuccessful"] is False
            assert invocation["toolExecutionNotifications"]

    def test_a_finding_keeps_its_fingerprint_from_run_to_run(self) -> None:
        first, again = (json.loads(sarif(report(audit(check("not_met", value=value)))))["runs"][0] for value in ("0.1", "0.2"))
        assert first["results"][0]["partialFingerprints"] == again["results"][0]["partialFingerprints"]


@pytest.mark.parametrize("one", ALL)
def test_the_json_tells_exit_status_checks_and_reason(one: Report) -> None:
    whole = json.loads(as_json(one))
    assert (whole["exit_status"], whole["outcome"]) == (int(one.code), one.outcome())
    assert len(whole["audits"]) == (len(one.run.audits) if one.run else 0)


@pytest.mark.parametrize("write", [junit, sarif])
def test_no_file_carries_a_control_character_of_the_service(write: Any) -> None:
    for one in ALL:
        assert not set(write(one).decode()) & set("\x1b\x07\x00\r\u202e")
        assert b"\\u001b" not in write(one)
