"""From rows to training examples: real rows as they are, and mistakes made from the supported ones, packed as the judge packs."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audits.judges.claims import sentences, split
from audits.judges.evidence import Ranking, read_lines
from audits.judges.packing import ANSWER, Packed, Packer
from training.judge.corrupt import Example, Seed, make
from training.judge.rows import Row

MOST = {("factcheckgpt_stance", 1): 1000, ("cg2c_musique", 1): 300}  # rows of a set and label, where it would drown the rest
WRONG, RIGHT = 4, 2  # made from one supported row
LENGTHS = (128, 192, 256, 384)
LONGEST = 20_000  # characters of a context that is read
UNKNOWN = -1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """A packed sequence with its targets.

    tokens: [T] 1 unsupported, 0 supported, -1 unknown or not of the answer. claims: [C] likewise. label: of the whole answer.
    """

    packed: Packed
    tokens: NDArray[np.float32]
    claims: NDArray[np.float32]
    label: int
    how: str


def real(rows: Sequence[Row], rng: random.Random) -> list[Row]:
    """The rows that are used, some sets cut, in a random order."""
    taken: dict[tuple[str, int], int] = {}
    found: list[Row] = []
    for row in rng.sample(list(rows), len(rows)):
        key = (row.set, row.label)
        taken[key] = taken.get(key, 0) + 1
        if taken[key] <= MOST.get(key, len(rows)):
            found.append(row)
    return found


def made(rows: Sequence[Row], rng: random.Random) -> list[Example]:
    """Mistakes and good answers made from the supported rows."""
    good = [row for row in rows if row.label == 0]
    others = [line.text for row in good for line in sentences(row.context[:3000])[:8]]
    return [
        example
        for row in good
        for example in make(Seed(row.question, row.context[:LONGEST], row.answer, others), rng, WRONG, RIGHT)
    ]


def samples(rows: Sequence[Row], packer: Packer, rng: random.Random, *, manufacture: bool = True) -> Iterator[Sample]:
    """Every real row, then everything made."""
    for row in real(rows, rng):
        yield from _packed(row.question, row.context, row.answer, row.label, row.spans, row.set, packer, rng)
    for one in made(rows, rng) if manufacture else ():
        yield from _packed(one.question, one.context, one.answer, int(bool(one.spans)), one.spans, one.how, packer, rng)


def _packed(
    question: str,
    context: str,
    answer: str,
    label: int,
    spans: tuple[tuple[int, int], ...] | None,
    how: str,
    packer: Packer,
    rng: random.Random,
) -> Iterator[Sample]:
    claims = split(answer).claims
    if not claims:
        return
    packer.forget()
    packer.length = rng.choice(LENGTHS)
    group = next(iter(packer.groups(answer, claims)))
    if len(group) < len(claims) and label and spans is None:
        return  # nobody knows whether the mistake is in this group
    packed = packer.pack(question if rng.random() < 0.8 else "", Ranking(read_lines([context[:LONGEST]])), answer, group)
    spans = () if label == 0 else spans
    own = np.full(len(group), UNKNOWN, dtype=np.float32)
    tokens = np.full(len(packed.ids), UNKNOWN, dtype=np.float32)
    if spans is not None:
        said = packed.parts == ANSWER
        wrong = np.zeros(len(packed.ids), dtype=bool)
        for start, end in spans:
            wrong |= (packed.starts < end) & (packed.ends > start) & said
        tokens[said] = wrong[said]
        own[:] = [any(start < claim.end and end > claim.start for start, end in spans) for claim in group]
    elif len(group) == 1:
        own[:] = label
    yield Sample(packed, tokens, own, int(own.max()) if spans is not None else label, how)
