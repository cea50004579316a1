"""Which sentences of the passages a claim is held against, when not all of them fit. Pure.

Lines are sentences with their places; very long ones (tables, one-line dumps) are cut, so that every line fits beside a claim.
A line counts by the words it shares with the claim, each weighted by how rare it is among the lines (inverse document frequency,
Spärck Jones 1972); its neighbours come along, because a sentence is often only half understood alone.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from audits.judges.claims import sentences
from audits.judges.words import fold, stems, words

LONGEST = 400  # characters of one line
_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Line:
    """Characters [start, end) of passage number `passage`. `keys`: its stems and figures."""

    passage: int
    start: int
    end: int
    text: str
    keys: frozenset[str]


def read_lines(passages: Sequence[str]) -> tuple[Line, ...]:
    """All lines of the passages in order; a passage that came before, word for word, is not read twice."""
    found: list[Line] = []
    seen: set[str] = set()
    for index, passage in enumerate(passages):
        if passage in seen:
            continue
        seen.add(passage)
        for part in sentences(passage):
            for start, end in pieces(passage, part.start, part.end):
                text = passage[start:end]
                found.append(Line(index, start, end, text, keys(text)))
    return tuple(found)


def pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """[start, end) cut into parts of at most `LONGEST` characters, between words where there are any."""
    found = []
    while end - start > LONGEST:
        space = max((match.start() for match in _SPACE.finditer(text, start + LONGEST // 2, start + LONGEST)), default=0)
        cut = space or start + LONGEST
        found.append((start, cut))
        start = cut + bool(space)
    return [*found, (start, end)]


def keys(text: str) -> frozenset[str]:
    """What is compared: stems of content words, and figures as they are written."""
    return stems(text) | {fold(word) for word in words(text) if word[0].isdigit()}


class Ranking:
    """The lines of one answer's passages, ready to be ranked for its claims."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)
        counts = Counter(key for line in lines for key in line.keys)
        self._rarity = {key: math.log(1 + len(lines) / count) for key, count in counts.items()}

    def scores(self, claim: str) -> list[float]:
        """One score a line, 0 (nothing shared) to 1 (all that the lines know of the claim)."""
        wanted = {key: self._rarity[key] for key in keys(claim) if key in self._rarity}
        total = sum(wanted.values())
        if not total:
            return [0.0] * len(self.lines)
        # Summed in a fixed order: the order of a set changes between processes, and with it the last digit.
        ordered = sorted(wanted.items())
        return [sum(weight for key, weight in ordered if key in line.keys) / total for line in self.lines]

    def order(self, claims: Sequence[str]) -> list[int]:
        """Line numbers, the most telling first: each claim's best in turn, then their neighbours, then the rest in order."""
        rankings = [self._ranked(claim) for claim in claims]
        found: dict[int, None] = {}
        for place in range(max((len(one) for one in rankings), default=0)):
            for ranking in rankings:
                if place < len(ranking):
                    found.setdefault(ranking[place])
        for index in range(len(self.lines)):
            found.setdefault(index)
        return list(found)

    def _ranked(self, claim: str) -> list[int]:
        scores = self.scores(claim)
        best = sorted((index for index, score in enumerate(scores) if score > 0), key=lambda index: (-scores[index], index))
        found: dict[int, None] = {}
        for index in best:
            found.setdefault(index)
            for near in (index + 1, index - 1):
                if 0 <= near < len(self.lines) and self.lines[near].passage == self.lines[index].passage and len(found) < 24:
                    found.setdefault(near)
        return list(found)
