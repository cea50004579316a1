"""A chart in words: its subtitle, its description for screen readers, and its table."""

from collections.abc import Callable

from governance.book import (
    BarChart,
    Column,
    IntervalChart,
    IntervalRow,
    Number,
    Raw,
    Table,
    Text,
    gettext_noop,
)
from governance.charts.scale import number

Say = Callable[[Text], str]
NOT_ESTIMABLE = gettext_noop("not estimable")

UNITS = {
    "share": gettext_noop("share (0 to 1)"),
    "ratio": gettext_noop("ratio (1 = equal)"),
    "difference": gettext_noop("difference (0 = none)"),
    "count": gettext_noop("count"),
    "score": gettext_noop("score"),
    "ms": gettext_noop("milliseconds"),
    "tokens": gettext_noop("tokens"),
}


def unit_text(unit: str) -> Text:
    """The axis' name; an unknown unit is shown as it came."""
    return Text(UNITS[unit]) if unit in UNITS else Text("%(unit)s", (("unit", unit),))


def limit_text(limit: str, direction: str | None) -> Text:
    """The label of the limit line."""
    sign = {
        "at_least": gettext_noop("limit \N{GREATER-THAN OR EQUAL TO} %(limit)s"),
        "at_most": gettext_noop("limit \N{LESS-THAN OR EQUAL TO} %(limit)s"),
    }
    return Text(sign.get(direction or "", gettext_noop("limit %(limit)s")), (("limit", limit),))


def level_percent(level: str) -> str:
    """`0.95` as `95`; what is no share stays as it is."""
    share = number(level)
    return level if share is None or not 0 < share < 1 else format(round(share * 100, 2), "g")


def words_of(label: Text | Raw, say: Say) -> str:
    """A label in the reader's language."""
    return label.words if isinstance(label, Raw) else say(label)


def short(value: str) -> str:
    """A decimal text with at most four significant digits, for a column; the table keeps all of them.

    From ten thousand on the whole number: nobody reads `4.252e+04` as money.
    """
    known = number(value)
    if known is None:
        return value
    if (known == int(known) or abs(known) >= 1e4) and abs(known) < 1e15:
        return str(round(known))
    return format(known, ".4g" if abs(known) >= 1 else ".3f" if abs(known) >= 0.001 else ".2g")


def figures(row: IntervalRow, say: Say) -> str:
    """`0.71 [0.64, 0.77]`, or words where there is no estimate or no interval."""
    if row.value is None or number(row.value) is None:
        return say(Text(NOT_ESTIMABLE))
    if row.low is None or row.high is None:
        return f"{short(row.value)} ({say(Text(gettext_noop('no interval')))})"
    return f"{short(row.value)} [{short(row.low)}, {short(row.high)}]"


def subtitle(chart: IntervalChart, say: Say) -> str:
    """Measure, level of the interval and how much it rests on."""
    interval = Text(gettext_noop("%(level)s %% interval"), (("level", level_percent(chart.level)),))
    counts = sorted({row.n for row in chart.rows}) or [0]
    places = (("least", str(counts[0])), ("most", str(counts[-1])))
    n = Text(gettext_noop("n %(least)s to %(most)s") if len(counts) > 1 else gettext_noop("n %(least)s"), places)
    return " \N{MIDDLE DOT} ".join((say(chart.measure), say(interval), say(n)))


def describe(chart: IntervalChart | BarChart, say: Say) -> str:
    """The whole chart as one text, for `<desc>` and for the alternative text in the PDF."""
    if isinstance(chart, BarChart):
        told = [f"{words_of(row.label, say)}: {row.count}" for row in chart.rows]
        return f"{say(chart.measure)}. {'; '.join(told)}"
    told = [f"{words_of(row.label, say)}: {figures(row, say)}, n {row.n}" for row in chart.rows]
    limit = [say(limit_text(chart.limit, chart.direction))] if chart.limit is not None else []
    return f"{'. '.join([subtitle(chart, say), *limit])}. {'; '.join(told)}"


def chart_table(chart: IntervalChart | BarChart) -> Table:
    """The chart's numbers as a table, unrounded and in the given order."""
    group = Column(Text(gettext_noop("Row")))
    if isinstance(chart, BarChart):
        count = Column(Text(gettext_noop("Count")), figures=True)
        return Table(chart.title, (group, count), tuple((row.label, Raw(str(row.count))) for row in chart.rows))
    columns = (group, Column(chart.measure, figures=True))
    return Table(
        chart.title,
        columns,
        tuple(
            (
                row.label,
                Number(row.value, row.low, row.high, row.n, chart.unit, chart.level, chart.limit, chart.direction),
            )
            for row in chart.rows
        ),
    )
