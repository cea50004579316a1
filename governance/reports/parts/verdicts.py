"""How the figures of one test stand to the criteria that were frozen before it."""

from collections.abc import Mapping
from typing import Any

from governance.book import Block, Cell, Chip, Column, Digest, IntervalChart, IntervalRow, Notice, Raw, Table, Text, gettext_noop
from governance.compliance.assessment import Sealed
from governance.reports.parts.figures import (
    criterion_of,
    frozen_words,
    group_words,
    measure_words,
    method_words,
    number_of,
    state_of,
    verdicts_of,
)
from governance.reports.parts.reading import words
from governance.reports.parts.words import DASH
from governance.reports.snapshot import Snapshot

# The finding of a drawing, by the worst state in it.
_FINDINGS = (
    ("not_met", gettext_noop("Beyond the limit: %(measure)s")),
    ("insufficient", gettext_noop("Could not be judged: %(measure)s")),
    ("inconclusive", gettext_noop("Across the limit, so not decided: %(measure)s")),
    ("met", gettext_noop("Within the limit: %(measure)s")),
)


def verdict_blocks(snapshot: Snapshot, one: Sealed) -> tuple[Block, ...]:
    """The criteria frozen before a run, its figures and the states between them, as a table and drawn."""
    verdicts = list(verdicts_of(one))
    if not verdicts:
        message = gettext_noop(
            "No criterion was frozen before this run, so its figures are measured and not judged. Art. 9(8) asks for metrics "
            "and thresholds defined beforehand."
        )
        return (Notice(Text(message), "no_criterion"),)
    columns = (
        Column(Text(gettext_noop("Measure"))),
        Column(Text(gettext_noop("Result")), figures=True),
        Column(Text(gettext_noop("Method"))),
        Column(Text(gettext_noop("Verdict"))),
        Column(Text(gettext_noop("Criterion frozen"))),
        Column(Text(gettext_noop("Digest"))),
    )
    rows = [_verdict_row(snapshot, one, verdict) for verdict in verdicts]
    title = Text(gettext_noop("Criteria frozen before the run, and how the figures stand to them"))
    return (Table(title, columns, tuple(rows)), *_drawings(snapshot, one, verdicts))


def _verdict_row(snapshot: Snapshot, one: Sealed, verdict: Mapping[str, Any]) -> tuple[Cell, ...]:
    criterion = criterion_of(one, verdict)
    return (
        measure_words(snapshot, one, verdict),
        number_of(verdict),
        method_words(one, verdict),
        Chip(state_of(one, verdict)),
        frozen_words(snapshot, one, verdict),
        Digest(str(criterion["digest"])) if criterion.get("digest") else Raw(DASH),
    )


def _drawings(snapshot: Snapshot, one: Sealed, verdicts: list[Mapping[str, Any]]) -> tuple[IntervalChart, ...]:
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for verdict in verdicts:
        key = tuple(words(verdict.get(name)) for name in ("measure", "unit", "limit", "direction", "level"))
        found.setdefault(key, []).append(verdict)
    return tuple(_drawing(key, rows, snapshot.measure_title(one.kind, key[0])) for key, rows in found.items())


def _drawing(key: tuple[str, ...], verdicts: list[Mapping[str, Any]], measure: Text) -> IntervalChart:
    _name, unit, limit, direction, level = key
    states = {str(verdict.get("state")) for verdict in verdicts}
    message = next((message for state, message in _FINDINGS if state in states), _FINDINGS[1][1])
    rows = tuple(_drawn(verdict) for verdict in verdicts)
    return IntervalChart(
        Text(message, (("measure", measure),)), measure, rows, unit, level or "0.95", limit or None, direction or None
    )


def _drawn(verdict: Mapping[str, Any]) -> IntervalRow:
    number = number_of(verdict)
    group = group_words(verdict)
    label = Raw(group) if group else Text(gettext_noop("all"))
    return IntervalRow(label, number.value, number.low, number.high, number.n)
