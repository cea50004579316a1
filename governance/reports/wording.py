"""Puts the words of audited systems into a book that only names them. Pure.

A sealed report holds no words of people or of audited systems: they stay erasable. Who may read them can have them printed,
as long as they are kept; the sealed bytes stay what they are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from governance.book import Block, Book, Excerpt, Notice, Passage, Span, Text
from governance.book import gettext_noop as _

LONGEST = 4_000  # characters of one excerpt
Words = Mapping[str, Mapping[str, Any] | None]  # of an entry's id: item -> words, None where they were erased


def entries_named(book: Book) -> tuple[str, ...]:
    """The ids of the evidence whose words the book names, each once."""
    return tuple(dict.fromkeys(one.entry for one in _excerpts(book) if one.entry))


def worded(book: Book, words: Words) -> Book:
    """The book with its excerpts as passages; it says on its cover that these words are not part of what is sealed."""
    sections = tuple(replace(one, blocks=tuple(_worded(block, words) for block in one.blocks)) for one in book.sections)
    told = (Text(_("Words of the answers")), Text(_("printed on request; they are not part of what is sealed")))
    return replace(book, sections=sections, status=(*book.status, told))


def _excerpts(book: Book) -> Iterator[Excerpt]:
    return (block for section in book.sections for block in section.blocks if isinstance(block, Excerpt))


def _worded(block: Block, words: Words) -> Block:
    if not isinstance(block, Excerpt) or block.entry not in words:
        return block
    kept = words[block.entry]
    if kept is None:
        erased = Text(_("%(caption)s: the words were erased."), (("caption", block.caption),))
        return Notice(erased, "not_assessed")
    text = _at(kept.get(block.item), block.path)
    return block if text is None else _passage(block, text)


def _at(found: Any, path: tuple[str, ...]) -> str | None:
    """The text that a path leads to, None where it leads nowhere."""
    for step in path:
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found if isinstance(found, str) else None


def _passage(block: Excerpt, text: str) -> Passage:
    first, last = block.start, len(text) if block.end < 0 else min(block.end, len(text))
    last = min(last, first + LONGEST)
    spans = tuple(
        Span(max(0, one.start - first), min(last, one.end) - first, one.reason)
        for one in block.spans
        if one.start < last and one.end > first
    )
    return Passage(text[first:last], spans, block.caption)
