"""A text as people see it, with the way back to the original: marks that show nothing taken out, tags made into blanks. Pure.

Zero-width characters, soft hyphens and other format characters split words that the eye reads as one, and HTML tags stand between
words that belong together. Judges read the plain text and give offsets of the original.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]+"
    r"|</?[a-zA-Z][^<>]{0,300}>|<!--.{0,2000}?-->",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Plain:
    """`text` without what shows nothing. cuts, shifts: from character cuts[i] of `text` on, the original is shifts[i] further."""

    text: str
    cuts: tuple[int, ...] = (0,)
    shifts: tuple[int, ...] = (0,)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Characters [start, end) of the plain text, start < end, as characters of the original."""
        return self._at(start), self._at(end - 1) + 1

    def _at(self, index: int) -> int:
        return index + self.shifts[bisect_right(self.cuts, index) - 1]


def plain(text: str) -> Plain:
    """Take out what shows nothing; a tag leaves one blank, because words end at it."""
    parts: list[str] = []
    cuts, shifts = [0], [0]
    length = last = 0
    for match in _HIDDEN.finditer(text):
        blank = " " if match.group()[0] == "<" else ""
        kept = text[last : match.start()] + blank
        parts.append(kept)
        length += len(kept)
        last = match.end()
        cuts.append(length)
        shifts.append(last - length)
    if not parts:
        return Plain(text)
    return Plain("".join([*parts, text[last:]]), tuple(cuts), tuple(shifts))
