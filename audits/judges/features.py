"""What is looked at beside the model: how much of a claim's words, figures and names is found in the passages. Pure."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from audits.judges.checks import Checked, Evidence, check, negated, read_evidence
from audits.judges.evidence import Line, Ranking, read_lines
from audits.judges.words import Language, cognates, content_words, covered, language_of, stems, words

WORD_FEATURES = (
    "words_missing",
    "words_missing_nearby",
    "figures_missing",
    "names_missing",
    "negation",
    "claim_length",
    "base_length",
)
PAIR_FEATURES = ("pairs_missing", "triples_missing", "new_words_missing", "question_missing")
_CITATION = re.compile(r"(?<!\s)\s*+\[\d{1,3}\]")

Pairs = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Base:
    """The passages of one answer, read once for all its claims.

    line_stems, stems: one set a line, and of all together. language, languages: of all together, and of any line.
    """

    lines: tuple[Line, ...]
    ranking: Ranking
    line_stems: tuple[frozenset[str], ...]
    stems: frozenset[str]
    cognates: frozenset[str]
    words: int
    runs: tuple[Pairs, Pairs]
    asked: frozenset[str]
    evidence: Evidence
    language: Language
    languages: frozenset[Language]


@dataclass(frozen=True, slots=True)
class Observed:
    """One claim held against the base. `best` is the index of the nearest line, -1 without passages.

    nearby: the largest share of the claim's content words in any one line, 0 to 1.
    cognates: share of its longer words, names apart, that look like a word of the base; 0 without such words.
    flipped: its best line says nearly the same, but only one of the two is negated.
    """

    values: dict[str, float]
    checked: Checked
    best: int
    nearby: float
    cognates: float
    flipped: bool


def read_base(passages: Sequence[str], question: str) -> Base:
    """Split and fold the passages."""
    lines = read_lines(passages)
    whole = "\n".join(passages)
    own = tuple(stems(line.text) for line in lines)
    spoken = words(whole)
    return Base(
        lines,
        Ranking(lines),
        own,
        frozenset().union(*own),
        cognates(whole),
        len(content_words(whole)),
        (runs(spoken, 2), runs(spoken, 3)),
        stems(question),
        read_evidence(passages, question),
        language_of(whole),
        frozenset({language_of(whole), *(language_of(line.text) for line in lines)}) - {""},
    )


def observe(claim: str, base: Base) -> Observed:
    """Every feature of one claim."""
    checked = check(claim, base.evidence)
    said = _CITATION.sub("", claim)  # the number of a source is no word of the claim
    wanted = stems(said)
    shares = [covered(wanted, own) for own in base.line_stems] if wanted else [0.0] * len(base.lines)
    best = max(range(len(shares)), key=lambda index: (shares[index], -index)) if shares else -1
    nearby = shares[best] if shares else 0.0
    # Only a line that says nearly the same can be said to deny it.
    flipped = best >= 0 and nearby >= 0.75 and len(wanted) > 1 and negated(base.lines[best].text) != negated(claim)
    spoken = words(said)
    values = {
        "words_missing": 1 - covered(wanted, base.stems),
        "words_missing_nearby": 1 - nearby,
        "figures_missing": min(2, sum(fired.check != "name" for fired in checked.fired)) / 2,
        "names_missing": min(2, sum(fired.check == "name" for fired in checked.fired)) / 2,
        "negation": float(flipped),
        "claim_length": math.log1p(len(wanted)),
        "base_length": math.log1p(base.words),
        "pairs_missing": _missing(runs(spoken, 2), base.runs[0]),
        "triples_missing": _missing(runs(spoken, 3), base.runs[1]),
        "new_words_missing": 1 - covered(wanted - base.asked, base.stems),
        "question_missing": 1 - covered(base.asked, base.stems),
    }
    return Observed(values, checked, best, nearby, _cognates(checked.rest, base), flipped)


def runs(spoken: Sequence[str], length: int) -> Pairs:
    """All runs of `length` words in a row."""
    return frozenset(zip(*(spoken[start:] for start in range(length)), strict=False))


def _missing(wanted: Pairs, present: Pairs) -> float:
    """Share of `wanted` that is not present, 0 to 1; 0 when nothing is wanted."""
    return len(wanted - present) / len(wanted) if wanted else 0.0


def _cognates(rest: str, base: Base) -> float:
    wanted = cognates(rest)
    return covered(wanted, base.cognates) if wanted else 0.0
