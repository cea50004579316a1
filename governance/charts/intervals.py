"""The interval plot: a dot with its interval a row, the limit as a labelled line.

With a limit the marker's shape tells where the interval lies, so that the drawing reads in
black and white: a square wholly beyond, a triangle across, a disc wholly within.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from governance.book import IntervalChart, IntervalRow, Text, gettext_noop
from governance.charts import svg
from governance.charts.palette import SCREEN, Palette
from governance.charts.scale import Scale, fit, number
from governance.charts.tables import describe, figures, limit_text, subtitle, unit_text, words_of

Say = Callable[[Text], str]
Place = Literal["not_met", "unknown", "inconclusive", "met", "open"]

WIDTH = 720
LABELS, FIGURES, COUNTS = 220, 148, 60
ROW = 30
MOST_ROWS = 40
LABEL_COLUMNS = 28
TITLE_COLUMNS = 72

_LEGEND: tuple[tuple[Place, str], ...] = (
    ("not_met", gettext_noop("interval beyond the limit")),
    ("inconclusive", gettext_noop("interval across the limit")),
    ("met", gettext_noop("interval within the limit")),
)


@dataclass(frozen=True, slots=True)
class _Mark:
    row: IntervalRow
    value: float | None
    low: float | None
    high: float | None
    place: Place


def interval_plot(chart: IntervalChart, say: Say, palette: Palette = SCREEN) -> str:
    """`chart` as a standalone SVG element: rows worst first, n at the right edge.

    Rows without an estimate are told in words, never drawn at zero. More than `MOST_ROWS`
    rows are cut after the worst and the rest is counted below the axis.
    """
    marks = sorted_marks(chart)
    shown, left_out = marks[:MOST_ROWS], max(0, len(marks) - MOST_ROWS)
    limit = number(chart.limit)
    scale = _scale(shown, limit, chart.unit)
    titles = svg.wrap(say(chart.title), TITLE_COLUMNS, 2) or [" "]
    top = 20 + 20 * len(titles) + 46
    bottom = top + ROW * max(1, len(shown))
    parts = [
        _head(chart, say, palette, titles),
        _columns(say, palette, top),
        _zone(chart, limit, scale, palette, top, bottom),
        _axis(chart, scale, say, palette, top, bottom),
        *(_row(mark, index, scale, say, palette, top) for index, mark in enumerate(shown)),
        _limit(chart, limit, scale, say, palette, top, bottom),
    ]
    height = bottom + 48
    if limit is not None and any(mark.place != "unknown" for mark in shown):
        parts.append(_legend(say, palette, height))
        height += 24
    if left_out or not shown:
        parts.append(_rest(left_out, say, palette, height))
        height += 22
    return svg.document(WIDTH, height, say(chart.title), describe(chart, say), palette.font, "".join(parts))


def sorted_marks(chart: IntervalChart) -> list[_Mark]:
    """The rows worst first: beyond the limit, not estimable, across it, within it.

    Without a limit there is no worse and the given order stays.
    """
    limit = number(chart.limit)
    marks = [_mark(row, limit, chart.direction) for row in chart.rows]
    if limit is None or chart.direction not in {"at_least", "at_most"}:
        return marks
    order = {"not_met": 0, "unknown": 1, "inconclusive": 2, "met": 3, "open": 4}
    sign = 1 if chart.direction == "at_least" else -1
    return sorted(marks, key=lambda mark: (order[mark.place], sign * (mark.value or 0.0)))


def _mark(row: IntervalRow, limit: float | None, direction: str | None) -> _Mark:
    value, low, high = number(row.value), number(row.low), number(row.high)
    if value is None:
        return _Mark(row, None, None, None, "unknown")
    if low is None or high is None:
        return _Mark(row, value, None, None, "open" if limit is None else "inconclusive")
    low, high = min(low, high), max(low, high)
    return _Mark(row, value, low, high, _place(low, high, limit, direction))


def _place(low: float, high: float, limit: float | None, direction: str | None) -> Place:
    if limit is None or direction not in {"at_least", "at_most"}:
        return "open"
    if direction == "at_most":
        low, high, limit = -high, -low, -limit
    if low >= limit:
        return "met"
    return "not_met" if high < limit else "inconclusive"


def _scale(marks: list[_Mark], limit: float | None, unit: str) -> Scale:
    known = [one for mark in marks for one in (mark.value, mark.low, mark.high) if one is not None]
    return fit([*known, *_room(known, limit, unit)], unit, LABELS, WIDTH - LABELS - FIGURES - COUNTS)


def _room(known: list[float], limit: float | None, unit: str) -> list[float]:
    """The limit with a little axis on both sides, so that its line never is the frame."""
    if limit is None:
        return []
    extent = max([*known, limit, 0.0]) - min([*known, limit, 0.0])
    above = limit if unit == "share" and limit > 0.5 else limit + 0.1 * extent
    return [limit if limit >= 0 and unit != "difference" else limit - 0.1 * extent, above]


def _head(chart: IntervalChart, say: Say, palette: Palette, titles: list[str]) -> str:
    lines = [
        svg.text(title, 0, 18 + 20 * index, font_size=15, font_weight=600, fill=palette.ink) for index, title in enumerate(titles)
    ]
    under = svg.shorten(subtitle(chart, say), 104)
    lines.append(svg.text(under, 0, 18 + 20 * len(titles), font_size=12.5, fill=palette.ink2))
    return "".join(lines)


def _columns(say: Say, palette: Palette, top: float) -> str:
    y = top - 8
    estimate = say(Text(gettext_noop("estimate [interval]")))
    return svg.text(estimate, WIDTH - COUNTS, y, font_size=12, text_anchor="end", fill=palette.ink2) + svg.text(
        "n", WIDTH, y, font_size=12, text_anchor="end", fill=palette.ink2
    )


def _zone(chart: IntervalChart, limit: float | None, scale: Scale, palette: Palette, top: float, bottom: float) -> str:
    if limit is None or chart.direction not in {"at_least", "at_most"}:
        return ""
    at = scale.x(limit)
    start, end = (scale.left, at) if chart.direction == "at_least" else (at, scale.left + scale.width)
    return svg.hatch(start, top, end - start, bottom - top, palette.line)


def _axis(chart: IntervalChart, scale: Scale, say: Say, palette: Palette, top: float, bottom: float) -> str:
    parts = [svg.line(scale.left, bottom, scale.left + scale.width, bottom, palette.ink2)]
    for tick in scale.ticks():
        x = scale.x(tick)
        parts.append(svg.line(x, top, x, bottom, palette.line))
        parts.append(svg.line(x, bottom, x, bottom + 4, palette.ink2))
        parts.append(svg.text(scale.label(tick), x, bottom + 18, font_size=12, text_anchor="middle", fill=palette.ink2))
    middle = scale.left + scale.width / 2
    unit = say(unit_text(chart.unit))
    parts.append(svg.text(unit, middle, bottom + 36, font_size=12, text_anchor="middle", fill=palette.ink2))
    return "".join(parts)


def _row(mark: _Mark, index: int, scale: Scale, say: Say, palette: Palette, top: float) -> str:
    middle = top + ROW * index + ROW / 2
    whole = words_of(mark.row.label, say)
    label = svg.text(svg.shorten(whole, LABEL_COLUMNS), 0, middle + 4.5, font_size=13, fill=palette.ink)
    tip = svg.element("title", {}, svg.escape(f"{whole}: {figures(mark.row, say)}, n {mark.row.n}"))
    n = svg.text(str(mark.row.n), WIDTH, middle + 4.5, font_size=12.5, text_anchor="end", fill=palette.ink)
    told = svg.text(
        svg.shorten(figures(mark.row, say), 24),
        WIDTH - COUNTS,
        middle + 4.5,
        font_size=12.5,
        text_anchor="end",
        fill=palette.ink,
    )
    drawn = _drawn(mark, middle, scale, palette) if mark.value is not None else _untold(scale, middle, palette)
    return svg.element("g", {}, tip + label + drawn + told + n)


def _untold(scale: Scale, middle: float, palette: Palette) -> str:
    frame = {"x": scale.left, "y": middle - 7, "width": scale.width, "height": 14}
    box = svg.element("rect", {**frame, "fill": palette.card, "stroke": palette.ink2, "stroke-dasharray": "3 3"})
    return box + svg.hatch(scale.left, middle - 7, scale.width, 14, palette.ink2, gap=6)


def _drawn(mark: _Mark, middle: float, scale: Scale, palette: Palette) -> str:
    paint = palette.state(mark.place)
    parts = []
    if mark.low is not None and mark.high is not None:
        left, right = scale.x(mark.low), scale.x(mark.high)
        parts = [
            svg.line(left, middle, right, middle, paint, 2),
            svg.line(left, middle - 5, left, middle + 5, paint, 2),
            svg.line(right, middle - 5, right, middle + 5, paint, 2),
        ]
    hollow = not parts
    parts.append(_marker(mark.place, scale.x(mark.value or 0.0), middle, paint, palette.card if hollow else paint))
    return "".join(parts)


def _marker(place: Place, x: float, y: float, paint: str, fill: str) -> str:
    look: dict[str, str | float] = {"fill": fill, "stroke": paint, "stroke-width": 1.5}
    if place == "not_met":
        return svg.element("rect", {"x": x - 5, "y": y - 5, "width": 10, "height": 10, **look})
    if place == "inconclusive":
        points = f"{x:.2f},{y - 6:.2f} {x + 6:.2f},{y + 5:.2f} {x - 6:.2f},{y + 5:.2f}"
        return svg.element("polygon", {"points": points, **look})
    return svg.element("circle", {"cx": x, "cy": y, "r": 5, **look})


def _limit(chart: IntervalChart, limit: float | None, scale: Scale, say: Say, palette: Palette, top: float, bottom: float) -> str:
    if limit is None:
        return ""
    x = scale.x(limit)
    words = say(limit_text(chart.limit or "", chart.direction))
    half = 3.4 * svg.columns(words)
    at = min(max(x, scale.left + half), scale.left + scale.width - half)
    label = svg.text(words, at, top - 8, font_size=12, font_weight=600, text_anchor="middle", fill=palette.ink)
    return svg.line(x, top - 4, x, bottom, palette.ink, 1.75) + label


def _legend(say: Say, palette: Palette, y: float) -> str:
    parts, x = [], 0.0
    for place, message in _LEGEND:
        words = say(Text(message))
        paint = palette.state(place)
        parts.append(_marker(place, x + 6, y + 4, paint, paint))
        parts.append(svg.text(words, x + 18, y + 8, font_size=12, fill=palette.ink2))
        x += 18 + 6.8 * svg.columns(words) + 18
    return "".join(parts)


def _rest(left_out: int, say: Say, palette: Palette, y: float) -> str:
    rows = Text(gettext_noop("%(count)s more rows are in the table."), (("count", str(left_out)),))
    words = say(rows if left_out else Text(gettext_noop("Nothing to draw: no rows.")))
    return svg.text(words, 0, y + 8, font_size=12, fill=palette.ink)
