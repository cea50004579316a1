"""Appendix: the sealed lineage of the version, as the wing that drew it sealed it."""

from governance.book import Block, Section, Text, gettext_noop
from governance.reports.parts.tests import provenance, sealed_blocks
from governance.reports.parts.words import missing
from governance.reports.snapshot import Snapshot

KIND = "lineage"
TITLE = Text(gettext_noop("Lineage"))


def graph(snapshot: Snapshot) -> Section:
    """The newest sealed graph about this version, or that there is none."""
    found = [one for one in snapshot.assessment.evidence if one.kind == KIND and one.subject == snapshot.version_id]
    if not found:
        message = gettext_noop("No lineage was sealed for this version. Owner: %(owner)s.")
        return Section("lineage", TITLE, (missing(message, snapshot),))
    newest = found[-1]
    blocks: tuple[Block, ...] = (*sealed_blocks(newest), provenance(snapshot, newest))
    return Section("lineage", TITLE, blocks, (newest.id,))
