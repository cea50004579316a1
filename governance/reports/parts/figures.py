"""Figures with everything needed to read them: interval, method, n, criterion and its day, run and digest."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.book import Cell, Chip, Column, Digest, Number, Raw, Table, Text, gettext_noop
from governance.charts.tables import level_percent, unit_text
from governance.compliance.assessment import Sealed
from governance.names import listed, named
from governance.reports.parts.reading import count, figure, pairs, plain, rows, words
from governance.reports.parts.words import DASH, data, short_id, when
from governance.reports.snapshot import Snapshot

Figure = tuple[Sealed, Mapping[str, Any]]
MOST = 60  # rows a table of figures prints; the sealed evidence holds all

TITLES = (
    Column(Text(gettext_noop("Measure"))),
    Column(Text(gettext_noop("Result")), figures=True),
    Column(Text(gettext_noop("Method"))),
    Column(Text(gettext_noop("Criterion frozen"))),
    Column(Text(gettext_noop("State"))),
    Column(Text(gettext_noop("Run"))),
    Column(Text(gettext_noop("Sealed as"))),
)


def measures_of(one: Sealed) -> tuple[Mapping[str, Any], ...]:
    """The measures that a piece of evidence concluded, as sealed."""
    return rows(plain(one.statement.get("facts")).get("measures"))


def verdicts_of(one: Sealed) -> tuple[Mapping[str, Any], ...]:
    """The verdicts sealed with it."""
    return rows(one.statement.get("verdicts"))


def criteria_of(one: Sealed) -> tuple[Mapping[str, Any], ...]:
    """The criteria sealed with it."""
    return rows(one.statement.get("criteria"))


def method_of(one: Sealed, verdict: Mapping[str, Any]) -> str:
    """How the interval of a judged figure was made; empty where the evidence does not tell."""
    return next((str(found.get("method", "")) for found in measures_of(one) if _key(found) == _key(verdict)), "")


def figures_of(own: Sequence[Sealed]) -> list[Figure]:
    """All estimated figures: those with a criterion first, then those of the whole, then those of the smallest groupings."""
    found = [(one, measure) for one in own for measure in measures_of(one) if figure(measure.get("value")) is not None]
    judged = {(one.id, _key(verdict)) for one in own for verdict in verdicts_of(one)}
    return sorted(found, key=lambda pair: ((pair[0].id, _key(pair[1])) not in judged, len(pairs(pair[1].get("group")))))


def figure_table(snapshot: Snapshot, caption: str, figures: Sequence[Figure]) -> Table:
    """A table of figures. caption: a message id."""
    return Table(Text(caption), TITLES, tuple(_row(snapshot, one, measure) for one, measure in figures[:MOST]))


def _row(snapshot: Snapshot, one: Sealed, measure: Mapping[str, Any]) -> tuple[Cell, ...]:
    verdict: Mapping[str, Any] = next((found for found in verdicts_of(one) if _key(found) == _key(measure)), {})
    return (
        measure_words(snapshot, one, measure),
        number_of({**measure, **{name: verdict.get(name) for name in ("limit", "direction")}}),
        method_words(one, measure),
        frozen_words(snapshot, one, verdict),
        Chip(state_of(one, verdict) if verdict else "no_criterion"),
        data(short_id(one.run_id)),
        Digest(one.digest),
    )


def _name(measure: Mapping[str, Any]) -> str:
    return words(measure.get("measure")) or words(measure.get("name"))


def group_words(measure: Mapping[str, Any]) -> str:
    """`sex = F, age = 60+`; empty for the whole."""
    return ", ".join(" = ".join(pair) for pair in pairs(measure.get("group")))


def _key(measure: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, ...], ...]]:
    return _name(measure), tuple(sorted(pairs(measure.get("group"))))


def measure_words(snapshot: Snapshot, one: Sealed, measure: Mapping[str, Any]) -> Text:
    """What was measured, and of which group."""
    title = snapshot.measure_title(one.kind, _name(measure))
    group = group_words(measure)
    return Text("%(measure)s (%(group)s)", (("measure", title), ("group", group))) if group else title


def number_of(measure: Mapping[str, Any]) -> Number:
    """A figure with its interval, n and limit."""
    return Number(
        value=figure(measure.get("value")),
        low=figure(measure.get("low")),
        high=figure(measure.get("high")),
        n=count(measure.get("n")),
        unit=words(measure.get("unit")) or "share",
        limit=figure(measure.get("limit")),
        direction=words(measure.get("direction")) or None,
        level=words(measure.get("level")) or "0.95",
    )


def method_words(one: Sealed, measure: Mapping[str, Any]) -> Cell:
    """How the interval was made, at which level, and in which unit it is where that is no share; a dash where nobody told."""
    method = words(measure.get("method")) or method_of(one, measure)
    if not method:
        return Raw(DASH)
    unit = words(measure.get("unit"))
    values = (("method", named(method)), ("level", level_percent(words(measure.get("level")) or "0.95")))
    told = Text("%(method)s, %(level)s %%", values)
    return told if unit in {"", "share"} else listed([told, unit_text(unit)])


def frozen_words(snapshot: Snapshot, one: Sealed, verdict: Mapping[str, Any]) -> Cell:
    """When the criterion behind a verdict was frozen, and by whom."""
    criterion = criterion_of(one, verdict)
    if not criterion.get("frozen_at"):
        return Raw(DASH)
    values = (("when", when(str(criterion["frozen_at"]), snapshot.language)), ("who", str(criterion.get("author", ""))))
    return Text(gettext_noop("%(when)s by %(who)s"), values)


def criterion_of(one: Sealed, verdict: Mapping[str, Any]) -> Mapping[str, Any]:
    """The criterion a verdict was drawn by, nothing where it is not among those sealed."""
    wanted = str(verdict.get("criterion"))
    return next((found for found in criteria_of(one) if str(found.get("id")) == wanted), {})


def state_of(one: Sealed, verdict: Mapping[str, Any]) -> str:
    """The verdict as sealed; stale when something it stands on has changed."""
    return "stale" if one.changed else str(verdict.get("state", "insufficient"))
