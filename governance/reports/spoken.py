"""A book in the reader's language as plain data: the one tree that HTML and PDF are printed from. Pure.

`write` is applied to every text that is shown: it makes control characters visible and, for
paper, replaces what the font cannot print.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from governance.book import (
    BarChart,
    Block,
    Book,
    Cell,
    Chip,
    Digest,
    Excerpt,
    Heading,
    IntervalChart,
    Listing,
    Notice,
    Number,
    Paragraph,
    Passage,
    Provenance,
    Raw,
    Section,
    Table,
    Text,
    gettext_noop,
)
from governance.charts import Palette, bar_chart, chart_table, describe, interval_plot
from governance.charts.tables import NOT_ESTIMABLE, level_percent, limit_text, short
from governance.reports.chips import look_of

Plain = dict[str, Any]
DIGEST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Speaker:
    """say: message id and values -> words; write: words -> printable words; palette: of the charts."""

    say: Callable[[Text], str]
    write: Callable[[str], str]
    palette: Palette

    def words(self, text: Text | Raw) -> str:
        """A text as it is printed."""
        return self.write(text.words if isinstance(text, Raw) else self.say(text))

    def told(self, text: Text) -> str:
        """What charts use for their own words."""
        return self.write(self.say(text))


def spoken_book(book: Book, speaker: Speaker) -> Plain:
    """The whole book: title, subtitle, language, status rows and sections."""
    return {
        "title": speaker.words(book.title),
        "subtitle": speaker.words(book.subtitle),
        "language": book.language,
        "issued_at": book.issued_at,
        "status": [[speaker.words(name), _cell(value, speaker)] for name, value in book.status],
        "notices": [_notice(one, speaker) for one in book.notices],
        "sections": [_section(section, speaker) for section in book.sections],
    }


def _section(section: Section, speaker: Speaker) -> Plain:
    level, blocks = 2, []
    for block in section.blocks:
        if isinstance(block, Heading):
            level = min(max(block.level, 3), level + 1)  # a reader's outline skips no level
            blocks.append({"form": "heading", "text": speaker.words(block.text), "level": level})
        else:
            blocks.append(spoken_block(block, speaker))
    return {"anchor": section.anchor, "title": speaker.words(section.title), "blocks": blocks}


def spoken_block(block: Block, speaker: Speaker) -> Plain:
    """One block. Raises `TypeError` for something that is no block, `ValueError` for a table without shape."""
    form = _FORMS.get(type(block))
    if form is None:
        raise TypeError(f"{type(block).__name__} is no block of a book")
    return form(block, speaker)


def number_words(number: Number, say: Callable[[Text], str]) -> str:
    """`0.71 [0.64, 0.77] · n 180 · limit >= 0.80`: a figure never stands alone."""
    if number.value is None:
        estimate = say(Text(NOT_ESTIMABLE))
    elif number.low is None or number.high is None:
        estimate = f"{short(number.value)} ({say(Text(gettext_noop('no interval')))})"
    else:
        estimate = f"{short(number.value)} [{short(number.low)}, {short(number.high)}]"
    parts = [estimate, f"n {number.n}"]
    if number.limit is not None:
        parts.append(say(limit_text(number.limit, number.direction)))
    return " \N{MIDDLE DOT} ".join(parts)


def _heading(block: Heading, speaker: Speaker) -> Plain:
    return {"form": "heading", "text": speaker.words(block.text), "level": max(block.level, 3)}


def _paragraph(block: Paragraph, speaker: Speaker) -> Plain:
    return {"form": "paragraph", "text": speaker.words(block.text)}


def _notice(block: Notice, speaker: Speaker) -> Plain:
    return {"form": "notice", "text": speaker.words(block.text), **_chip(Chip(block.state), speaker)}


def _listing(block: Listing, speaker: Speaker) -> Plain:
    return {"form": "listing", "items": [speaker.words(item) for item in block.items]}


def _table(block: Table, speaker: Speaker) -> Plain:
    if not block.columns or any(len(row) != len(block.columns) for row in block.rows):
        raise ValueError(f"a table has {len(block.columns)} columns and rows of other lengths")
    return {
        "form": "table",
        "caption": speaker.words(block.caption),
        "columns": [{"title": speaker.words(column.title), "figures": column.figures} for column in block.columns],
        "rows": [_row(row, block, speaker) for row in block.rows],
    }


def _row(row: tuple[Cell, ...], table: Table, speaker: Speaker) -> list[Plain]:
    figures = [column.figures for column in table.columns]
    return [{**_cell(cell, speaker), "figures": figures[index : index + 1] == [True]} for index, cell in enumerate(row)]


def _passage(block: Passage, speaker: Speaker) -> Plain:
    caption = speaker.words(block.caption) if block.caption else ""
    return {"form": "passage", "caption": caption, "parts": _parts(block, speaker)}


def _excerpt(block: Excerpt, speaker: Speaker) -> Plain:
    """Why words are marked that are not printed here."""
    reasons = dict.fromkeys(speaker.words(span.reason) for span in sorted(block.spans, key=lambda one: one.start))
    return {"form": "excerpt", "caption": speaker.words(block.caption), "reasons": ", ".join(reasons)}


def _parts(block: Passage, speaker: Speaker) -> list[Plain]:
    parts: list[Plain] = []
    at = 0
    for span in sorted(block.spans, key=lambda one: (one.start, one.end)):
        start, end = max(at, span.start), min(len(block.words), span.end)
        if end <= start:
            continue  # wholly inside an earlier span: its words are marked already
        parts.append({"text": speaker.write(block.words[at:start]), "reason": ""})
        parts.append({"text": speaker.write(block.words[start:end]), "reason": speaker.words(span.reason)})
        at = end
    parts.append({"text": speaker.write(block.words[at:]), "reason": ""})
    return [part for part in parts if part["text"]]


def _intervals(block: IntervalChart, speaker: Speaker) -> Plain:
    rows = tuple(replace(row, label=Raw(speaker.words(row.label))) for row in block.rows)
    chart = replace(block, rows=rows)
    return _drawn(interval_plot(chart, speaker.told, speaker.palette), chart, speaker)


def _bars(block: BarChart, speaker: Speaker) -> Plain:
    rows = tuple(replace(row, label=Raw(speaker.words(row.label))) for row in block.rows)
    chart = replace(block, rows=rows)
    return _drawn(bar_chart(chart, speaker.told, speaker.palette), chart, speaker)


def _drawn(svg: str, chart: IntervalChart | BarChart, speaker: Speaker) -> Plain:
    level = level_percent(chart.level) if isinstance(chart, IntervalChart) else ""
    return {
        "form": "chart",
        "svg": svg,
        "alt": f"{speaker.told(chart.title)}. {describe(chart, speaker.told)}",
        "level": level,
        "table": _table(chart_table(chart), speaker),
    }


def _provenance(block: Provenance, speaker: Speaker) -> Plain:
    return {"form": "provenance", "rows": [[speaker.words(name), _cell(value, speaker)] for name, value in block.rows]}


def _cell(cell: Cell, speaker: Speaker) -> Plain:
    if isinstance(cell, Number):
        return {"form": "number", "text": speaker.write(number_words(cell, speaker.say))}
    if isinstance(cell, Chip):
        return {"form": "chip", **_chip(cell, speaker)}
    if isinstance(cell, Digest):
        return {"form": "digest", "text": speaker.write(short_digest(cell.value)), "whole": speaker.write(cell.value)}
    return {"form": "text", "text": speaker.words(cell)}


def short_digest(value: str) -> str:
    """The first characters of a hash, without the name of its algorithm."""
    return value.removeprefix("sha256:")[:DIGEST_SHOWN]


def _chip(chip: Chip, speaker: Speaker) -> Plain:
    look = look_of(chip.state)
    return {"shape": speaker.write(look.shape), "word": speaker.words(Text(look.word)), "tone": look.tone}


_FORMS: dict[type, Callable[[Any, Speaker], Plain]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Notice: _notice,
    Listing: _listing,
    Table: _table,
    Passage: _passage,
    Excerpt: _excerpt,
    IntervalChart: _intervals,
    BarChart: _bars,
    Provenance: _provenance,
}
