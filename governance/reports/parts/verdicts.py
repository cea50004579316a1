"""How the figures of one test stand to the criteria that were frozen before it."""

from collections.abc import Mapping
from typing import Any

from governance.book import (
    Block,
    Cell,
    Chip,
    Column,
    Digest,
    IntervalChart,
    IntervalRow,
    Notice,
    Number,
    Raw,
    Table,
    Text,
    gettext_noop,
)
from governance.compliance.assessment import Sealed
from governance.reports.moments import iso_moment_words
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
    verdicts: list[Mapping[str, Any]] = list(one.statement.get("verdicts", ()))
    if not verdicts:
        message = gettext_noop(
            "No criterion was frozen before this run, so its figures are measured and not judged. Art. 9(8) asks for metrics "
            "and thresholds defined beforehand."
        )
        return (Notice(Text(message), "no_criterion"),)
    criteria = {str(criterion.get("id")): criterion for criterion in one.statement.get("criteria", ())}
    columns = (
        Column(Text(gettext_noop("Measure"))),
        Column(Text(gettext_noop("Result")), figures=True),
        Column(Text(gettext_noop("Verdict"))),
        Column(Text(gettext_noop("Criterion frozen"))),
        Column(Text(gettext_noop("Digest"))),
    )
    rows = [_verdict_row(snapshot, one, v, criteria.get(str(v.get("criterion")), {})) for v in verdicts]
    title = Text(gettext_noop("Criteria frozen before the run, and how the figures stand to them"))
    return (Table(title, columns, tuple(rows)), *_drawings(snapshot, one, verdicts))


def _verdict_row(snapshot: Snapshot, one: Sealed, verdict: Mapping[str, Any], criterion: Mapping[str, Any]) -> tuple[Cell, ...]:
    frozen = iso_moment_words(str(criterion.get("frozen_at", "")), snapshot.language)
    by = Text(gettext_noop("%(when)s by %(who)s"), (("when", frozen), ("who", str(criterion.get("author", "")))))
    digest: Cell = Digest(str(criterion["digest"])) if criterion.get("digest") else Raw("\N{EN DASH}")
    return (
        criterion_words(snapshot, one, verdict),
        verdict_number(verdict),
        Chip(verdict_state(one, verdict)),
        by if frozen else Raw("\N{EN DASH}"),
        digest,
    )


def criterion_words(snapshot: Snapshot, one: Sealed, verdict: Mapping[str, Any]) -> Text:
    """The measure a criterion names, and the group it holds for."""
    pairs = [" = ".join(str(word) for word in pair) for pair in verdict.get("group", ())]
    measure = snapshot.measure_title(one.kind, str(verdict.get("measure", "")))
    return Text("%(measure)s (%(group)s)", (("measure", measure), ("group", ", ".join(pairs)))) if pairs else measure


def verdict_number(verdict: Mapping[str, Any]) -> Number:
    """The figure with its interval, n and limit."""
    return Number(
        value=verdict.get("value"),
        low=verdict.get("low"),
        high=verdict.get("high"),
        n=int(verdict.get("n") or 0),
        unit=str(verdict.get("unit") or "share"),
        limit=verdict.get("limit"),
        direction=verdict.get("direction"),
        level=str(verdict.get("level") or "0.95"),
    )


def verdict_state(one: Sealed, verdict: Mapping[str, Any]) -> str:
    """The verdict as sealed; stale when something it stands on has changed."""
    return "stale" if one.changed else str(verdict.get("state", "insufficient"))


def _drawings(snapshot: Snapshot, one: Sealed, verdicts: list[Mapping[str, Any]]) -> tuple[IntervalChart, ...]:
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for verdict in verdicts:
        key = tuple(str(verdict.get(name) or "") for name in ("measure", "unit", "limit", "direction", "level"))
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
    number = verdict_number(verdict)
    pairs = [" = ".join(str(word) for word in pair) for pair in verdict.get("group", ())]
    label = Raw(", ".join(pairs)) if pairs else Text(gettext_noop("all"))
    return IntervalRow(label, number.value, number.low, number.high, number.n)
