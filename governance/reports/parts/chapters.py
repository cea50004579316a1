"""The chapters of a report in their order; each is a list of sections, the first of which carries its number."""

from collections.abc import Callable, Mapping, Sequence

from governance.book import Section, Text, gettext_noop
from governance.compliance.assessment import DutyResult
from governance.reports.parts import afterwards, development, people, scope, system
from governance.reports.parts.duties import duty_blocks
from governance.reports.parts.places import OTHER
from governance.reports.parts.tests import tests
from governance.reports.snapshot import Snapshot

Results = Sequence[DutyResult]
Chapter = Callable[[Snapshot, Results], Section]

BEFORE: tuple[tuple[str, Chapter], ...] = (
    ("identification", system.identification),
    ("scope", scope.scope),
    ("description", system.description),
    ("development", development.development),
    ("risk", people.risk),
)
AFTER: tuple[tuple[str, Chapter], ...] = (("oversight", people.oversight), *afterwards.CHAPTERS)


def chapters(snapshot: Snapshot, results: Mapping[str, Results]) -> list[tuple[Section, ...]]:
    """The chapters between the first page and the gaps, each with the duties that it answers."""
    before = [(chapter(snapshot, results.get(anchor, ())),) for anchor, chapter in BEFORE]
    after = [(chapter(snapshot, results.get(anchor, ())), *_more(anchor, snapshot, results)) for anchor, chapter in AFTER]
    return [*before, tests(snapshot, results.get("tests", ())), *after]


def _more(anchor: str, snapshot: Snapshot, results: Mapping[str, Results]) -> tuple[Section, ...]:
    """What hangs below a chapter: the model card; duties that no chapter names, so that every duty stands somewhere."""
    if anchor == "transparency":
        return (afterwards.model_card(snapshot),)
    rest = results.get(OTHER, ())
    if anchor != afterwards.LAST or not rest:
        return ()
    return (Section(OTHER, Text(gettext_noop("Other duties of the law")), duty_blocks(snapshot, rest)),)
