"""What stands at the end, by letters."""

from governance.book import Section
from governance.reports.parts.answers import answers
from governance.reports.parts.back import register, verification
from governance.reports.parts.criteria import criteria
from governance.reports.parts.graph import graph
from governance.reports.snapshot import Snapshot


def appendices(snapshot: Snapshot) -> tuple[Section, ...]:
    """Evidence, criteria, lineage, answers, verification."""
    return (register(snapshot), criteria(snapshot), graph(snapshot), answers(snapshot), verification(snapshot))
