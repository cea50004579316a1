"""What a report prints of a sealed plan. Pure."""

from collections.abc import Mapping, Sequence

from governance.book import Block, Column, Raw, Table, Text
from governance.book import gettext_noop as _
from governance.monitoring.plan import Line
from governance.names import named


def blocks(version: int, lines: Sequence[Line], measures: Mapping[str, Mapping[str, str]]) -> tuple[Block, ...]:
    """A table of the plan's lines. measures: of each kind, with their titles (message ids)."""
    rows = tuple((named(line.kind), _measure(line, measures), Raw(str(line.every_days))) for line in lines)
    columns = (Column(Text(_("Audit"))), Column(Text(_("Measure"))), Column(Text(_("Every so many days")), figures=True))
    return (Table(Text(_("Post-market monitoring plan, version %(version)s"), (("version", str(version)),)), columns, rows),)


def _measure(line: Line, measures: Mapping[str, Mapping[str, str]]) -> Text:
    return Text(measures[line.kind][line.measure]) if line.measure else Text(_("any measure"))
