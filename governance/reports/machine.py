"""The machine's form of a report: the sealed bytes themselves, so that their digest can be checked."""

from governance.reports.sealed import SealedReport

CONTENT_TYPE = "application/json"


def render(report: SealedReport) -> bytes:
    """Canonical JSON."""
    return report.body
