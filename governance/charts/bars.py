"""Bars for counts, and for nothing else."""

from collections.abc import Callable

from governance.book import BarChart, BarRow, Text, gettext_noop
from governance.charts import svg
from governance.charts.palette import SCREEN, Palette
from governance.charts.scale import Scale, fit
from governance.charts.tables import describe, words_of

Say = Callable[[Text], str]

WIDTH = 720
LABELS, COUNTS = 220, 84
ROW = 28
MOST_ROWS = 40
LABEL_COLUMNS = 28
TITLE_COLUMNS = 72


def bar_chart(chart: BarChart, say: Say, palette: Palette = SCREEN) -> str:
    """`chart` as a standalone SVG element: longest bar first, its count at the right edge.

    More than `MOST_ROWS` bars are cut and the rest is counted below.
    """
    rows = sorted(chart.rows, key=lambda row: -row.count)
    shown, left_out = rows[:MOST_ROWS], max(0, len(rows) - MOST_ROWS)
    scale = fit([float(row.count) for row in shown], "count", LABELS, WIDTH - LABELS - COUNTS)
    titles = svg.wrap(say(chart.title), TITLE_COLUMNS, 2) or [" "]
    top = 20 + 20 * len(titles) + 16
    bottom = top + ROW * max(1, len(shown))
    parts = [
        _head(chart, say, palette, titles),
        *(_bar(row, index, scale, say, palette, top) for index, row in enumerate(shown)),
        svg.line(LABELS, top, LABELS, bottom, palette.ink2),
    ]
    height = bottom + 12
    if left_out or not shown:
        parts.append(_rest(left_out, say, palette, height))
        height += 20
    return svg.document(WIDTH, height, say(chart.title), describe(chart, say), palette.font, "".join(parts))


def _head(chart: BarChart, say: Say, palette: Palette, titles: list[str]) -> str:
    lines = [
        svg.text(title, 0, 18 + 20 * index, font_size=15, font_weight=600, fill=palette.ink) for index, title in enumerate(titles)
    ]
    total = Text(gettext_noop("total %(n)s"), (("n", str(sum(row.count for row in chart.rows))),))
    under = f"{say(chart.measure)} \N{MIDDLE DOT} {say(total)}"
    return "".join(lines) + svg.text(svg.shorten(under, 104), 0, 18 + 20 * len(titles), font_size=12.5, fill=palette.ink2)


def _bar(row: BarRow, index: int, scale: Scale, say: Say, palette: Palette, top: float) -> str:
    y = top + ROW * index
    whole = words_of(row.label, say)
    width = max(0.0, scale.x(float(row.count)) - scale.x(0.0))
    bar = svg.element("rect", {"x": LABELS, "y": y + 6, "width": width, "height": ROW - 12, "fill": palette.accent})
    label = svg.text(svg.shorten(whole, LABEL_COLUMNS), 0, y + ROW / 2 + 4.5, font_size=13, fill=palette.ink)
    count = svg.text(str(row.count), WIDTH, y + ROW / 2 + 4.5, font_size=13, text_anchor="end", fill=palette.ink)
    tip = svg.element("title", {}, svg.escape(f"{whole}: {row.count}"))
    return svg.element("g", {}, tip + label + bar + count)


def _rest(left_out: int, say: Say, palette: Palette, y: float) -> str:
    more = Text(gettext_noop("%(count)s more rows are in the table."), (("count", str(left_out)),))
    words = say(more if left_out else Text(gettext_noop("Nothing to draw: no rows.")))
    return svg.text(words, 0, y + 6, font_size=12, fill=palette.ink)
