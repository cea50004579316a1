"""One sequence of word pieces for question, evidence and claims, with every token's place in the answer. No weights.

    [CLS] question [SEP] line line ... [SEP] answer from its first to its last claim [SEP]

Lines stand in the order of the passages. What does not fit is left out at the end of the ranking, never cut within a line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from audits.contract import Claim
from audits.judges.evidence import Line, Ranking

QUESTION, EVIDENCE, ANSWER = 1, 2, 3
LENGTH = 448  # tokens of a sequence
QUESTION_MOST = 40
ANSWER_MOST = 192
CLS, SEP = 101, 102


@dataclass(frozen=True, slots=True)
class Packed:
    """ids, parts: [T] (parts: 0 marks, 1 question, 2 evidence, 3 answer). claims: [C, T], 1 where a token is the claim's.

    starts, ends: [T], characters of the answer, -1 outside it. lines: the lines that were taken, in order, and `line_of` [T]
    the index into them, -1 elsewhere. cut: whether lines or words of a claim were left out.
    """

    ids: NDArray[np.int64]
    parts: NDArray[np.int64]
    claims: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    line_of: NDArray[np.int64]
    lines: tuple[Line, ...]
    cut: bool


class Packer:
    """Packs with one tokenizer; a line is tokenised once however often it is used."""

    def __init__(self, tokenizer: Tokenizer, length: int = LENGTH) -> None:
        self._tokenizer = tokenizer
        self.length = length
        self._known: dict[str, list[int]] = {}

    def forget(self) -> None:
        """Drop the lines of the last answer."""
        self._known.clear()

    def groups(self, answer: str, claims: Sequence[Claim]) -> Iterator[tuple[Claim, ...]]:
        """Runs of neighbouring claims that fit into one sequence together."""
        group: list[Claim] = []
        used = 0
        for claim in claims:
            size = len(self._ids(claim.text))
            if group and used + size > ANSWER_MOST:
                yield tuple(group)
                group, used = [], 0
            group.append(claim)
            used += size
        if group:
            yield tuple(group)

    def pack(self, question: str, ranking: Ranking, answer: str, group: Sequence[Claim]) -> Packed:
        """One sequence for one group of claims."""
        asked = self._ids(question)[:QUESTION_MOST]
        begin = group[0].start
        encoded = self._tokenizer.encode(clean(answer[begin : group[-1].end]), add_special_tokens=False)
        said, offsets = encoded.ids[:ANSWER_MOST], encoded.offsets[:ANSWER_MOST]
        chosen, left_out = self._choose(ranking, [claim.text for claim in group], self.length - len(asked) - len(said) - 4)
        ids, parts, line_of = [CLS, *asked, SEP], [0, *[QUESTION] * len(asked), 0], [-1] * (len(asked) + 2)
        for number, index in enumerate(chosen):
            pieces = self._ids(ranking.lines[index].text)
            ids, parts, line_of = ids + pieces, parts + [EVIDENCE] * len(pieces), line_of + [number] * len(pieces)
        first = len(ids) + 1
        ids = [*ids, SEP, *said, SEP]
        parts = [*parts, 0, *[ANSWER] * len(said), 0]
        starts, ends = np.full(len(ids), -1), np.full(len(ids), -1)
        starts[first : first + len(said)] = [begin + start for start, _ in offsets]
        ends[first : first + len(said)] = [begin + end for _, end in offsets]
        owned = np.array([(starts >= claim.start) & (ends <= claim.end) & (starts >= 0) for claim in group], dtype=np.int64)
        return Packed(
            np.array(ids),
            np.array(parts),
            owned,
            starts,
            ends,
            np.array([*line_of, *[-1] * (len(said) + 2)]),
            tuple(ranking.lines[index] for index in chosen),
            left_out or len(encoded.ids) > len(said),
        )

    def _choose(self, ranking: Ranking, claims: Sequence[str], room: int) -> tuple[list[int], bool]:
        chosen: list[int] = []
        order = ranking.order(claims)
        for index in order:
            size = len(self._ids(ranking.lines[index].text))
            if size <= room:
                chosen.append(index)
                room -= size
            if room < 8:
                break
        return sorted(chosen), len(chosen) < len(order)

    def _ids(self, text: str) -> list[int]:
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._tokenizer.encode(clean(text), add_special_tokens=False).ids
        return found


def clean(text: str) -> str:
    """`text` with a question mark for each lone surrogate: it has no UTF-8 form and would raise in the tokenizer."""
    return text.encode("utf-8", "replace").decode()
