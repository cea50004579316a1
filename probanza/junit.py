"""A gate's outcome as JUnit XML: one test case a criterion. What is not a pass is a failure or an error, never skipped."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from probanza.outcome import MET, NEVER_JUDGED, NO_CRITERION, NOT_MET, Audit, Check, Code
from probanza.report import Report
from probanza.words import plain


def junit(report: Report) -> bytes:
    """The document; valid XML 1.0 whatever the service said."""
    run = report.run
    name = plain(f"{run.system_slug}.{run.suite}" if run else f"{report.system}.{report.suite}")
    suite = ET.Element("testsuite", name=name, id="0", package="probanza", hostname=plain(report.host) or "unknown")
    properties = ET.SubElement(suite, "properties")
    for key, value in report.facts().items():
        ET.SubElement(properties, "property", name=key, value=plain(value, 2000))
    for audit in run.audits if run else ():
        _add_audit(suite, report, audit)
    if run is None:
        case = ET.SubElement(suite, "testcase", classname=name, name="gate", time="0")
        _add(case, "error", report.outcome(), report.reason)
    ET.SubElement(suite, "system-out").text = plain(f"{report.outcome()}: {report.reason}", 2000)
    ET.SubElement(suite, "system-err")
    whole = ET.Element("testsuites")  # without attributes: the strictest of the schemas in use (Apache Ant's) allows it none
    whole.append(suite)
    counts = {
        "tests": str(len(suite.findall("testcase"))),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": str(len(suite.findall("testcase/error"))),
    }
    seconds = f"{run.seconds():.3f}" if run else "0"
    suite.attrib |= {**counts, "skipped": "0", "time": seconds, "timestamp": _moment(report)}
    ET.indent(whole)
    document: bytes = ET.tostring(whole, encoding="utf-8", xml_declaration=True)
    return document


def _add_audit(suite: ET.Element, report: Report, audit: Audit) -> None:
    place = plain(f"{suite.get('name')}.{audit.name}")
    if audit.verdict() in {NEVER_JUDGED, NO_CRITERION}:
        case = ET.SubElement(suite, "testcase", classname=place, name=plain(audit.kind), time="0")
        words = "no criterion was frozen for it" if audit.verdict() == NO_CRITERION else audit.reason or audit.state
        _add(case, "error", audit.verdict(), words)
        return
    for check in audit.checks:
        case = ET.SubElement(suite, "testcase", classname=place, name=plain(check.title()), time="0")
        if check.state != MET:
            _add(case, _kind(check, report), check.state, f"{check.title()}: {check.figure()}; evidence {audit.evidence}")


def _kind(check: Check, report: Report) -> str:
    return "failure" if check.state == NOT_MET or (report.code == Code.FAIL and report.strict) else "error"


def _add(case: ET.Element, kind: str, what: str, words: str) -> None:
    ET.SubElement(case, kind, type=plain(what), message=plain(words)).text = plain(words, 2000)


def _moment(report: Report) -> str:
    """Seconds without a zone, as the schema asks; in UTC."""
    try:
        moment = datetime.fromisoformat(report.run.started_at if report.run else report.started_at)
    except ValueError:
        moment = datetime.fromisoformat(report.started_at)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
