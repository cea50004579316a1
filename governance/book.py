"""A report before it has a form: sections of blocks, each of which every form can print.

Texts are message ids (English sentences with `%(name)s` places) plus values. A message id is
translated where it is shown; a value that is no `Text` itself is data of whatever origin and is only ever escaped.
`to_plain` / `from_plain` give the canonical, float-free form that is sealed.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any


def gettext_noop(message: str) -> str:
    """Marks a message id for the catalogue without translating it."""
    return message


@dataclass(frozen=True, slots=True)
class Text:
    """A translatable sentence. `values` fill its `%(name)s` places; only a value that is a `Text` is translated too."""

    message: str
    values: tuple[tuple[str, "str | Text"], ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """Words that are data: a name, an answer, a question. Never translated, always escaped."""

    words: str


@dataclass(frozen=True, slots=True)
class Number:
    """A figure that never stands alone. Texts are decimal text; None prints as "not estimable"."""

    value: str | None
    low: str | None
    high: str | None
    n: int
    unit: str = "share"
    level: str = "0.95"
    limit: str | None = None
    direction: str | None = None  # "at_least" | "at_most", with `limit`


@dataclass(frozen=True, slots=True)
class Chip:
    """A state: word, shape and colour (the vocabulary of `compliance.verdict`)."""

    state: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A hash: its first 12 characters are shown, the whole on demand."""

    value: str


Cell = Text | Raw | Number | Chip | Digest


@dataclass(frozen=True, slots=True)
class Heading:
    text: Text
    level: int = 3  # 2 is the section's own


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text | Raw


@dataclass(frozen=True, slots=True)
class Notice:
    """A bordered remark: what is not assessed, what a figure does not show. `state` picks its look."""

    text: Text
    state: str = "not_assessed"


@dataclass(frozen=True, slots=True)
class Listing:
    items: tuple[Text | Raw, ...]


@dataclass(frozen=True, slots=True)
class Column:
    title: Text
    figures: bool = False  # right-aligned, tabular


@dataclass(frozen=True, slots=True)
class Table:
    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters [start, end) of a passage, with why they are marked."""

    start: int
    end: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Passage:
    """Verbatim words of an audited system, with marked spans (unsupported claims, masked findings)."""

    words: str
    spans: tuple[Span, ...] = ()
    caption: Text | None = None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words that the sealed statement does not hold, by their place in the erasable payload beside it.

    entry: id of the evidence, empty inside that evidence itself. item, path: whose words, and the names and places that lead
    to them. start, end: the characters to print, to the end where it is -1. spans: marked, in characters of the whole words.
    """

    item: str
    path: tuple[str, ...]
    caption: Text
    spans: tuple[Span, ...] = ()
    start: int = 0
    end: int = -1
    entry: str = ""


@dataclass(frozen=True, slots=True)
class IntervalRow:
    label: Text | Raw
    value: str | None
    low: str | None
    high: str | None
    n: int


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """Our signature: a dot with its interval a row, the limit as a labelled line.

    title: the finding in words; measure: what is plotted; unit: "share" starts its axis at 0.
    """

    title: Text
    measure: Text
    rows: tuple[IntervalRow, ...]
    unit: str = "share"
    level: str = "0.95"
    limit: str | None = None
    direction: str | None = None


@dataclass(frozen=True, slots=True)
class BarRow:
    label: Text | Raw
    count: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars for counts only."""

    title: Text
    measure: Text
    rows: tuple[BarRow, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """The box at the foot of anything computed: (name, value) rows."""

    rows: tuple[tuple[Text, Cell], ...]


Block = Heading | Paragraph | Notice | Listing | Table | Passage | Excerpt | IntervalChart | BarChart | Provenance


@dataclass(frozen=True, slots=True)
class Section:
    """`anchor` is a stable id for links; `sources` are ids of the evidence that carries the section."""

    anchor: str
    title: Text
    blocks: tuple[Block, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """A whole report. `issued_at` is ISO 8601 UTC text, so that every form is a pure function of the book.

    notices: what stands on the cover, below the status rows: that nothing was assessed, what the report is not.
    """

    title: Text
    subtitle: Text | Raw
    language: str
    issued_at: str
    status: tuple[tuple[Text, Cell], ...]
    sections: tuple[Section, ...]
    notices: tuple[Notice, ...] = ()


_KINDS: dict[str, Callable[..., Any]] = {
    kind.__name__: kind
    for kind in (
        Text, Raw, Number, Chip, Digest, Heading, Paragraph, Notice, Listing, Column, Table, Span, Passage,
        Excerpt, IntervalRow, IntervalChart, BarRow, BarChart, Provenance, Section, Book,
    )
}  # fmt: skip


def to_plain(value: Any) -> Any:
    """A block, a section or a book as float-free JSON-ready data; each object carries its `is`."""
    if is_dataclass(value) and not isinstance(value, type):
        inner = {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
        return {"is": type(value).__name__, **inner}
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    return value


def from_plain(plain: Any) -> Any:
    """Read back what `to_plain` wrote. Raises `ValueError` on an unknown `is`."""
    if isinstance(plain, dict):
        kind = _KINDS.get(plain.get("is", ""))
        if kind is None:
            raise ValueError(f"unknown block {plain.get('is')!r}")
        return kind(**{name: from_plain(inner) for name, inner in plain.items() if name != "is"})
    if isinstance(plain, list):
        return tuple(from_plain(one) for one in plain)
    return plain
