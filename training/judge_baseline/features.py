"""What the offline judge looks at: how much of a claim is found in the passages, word by word and vector by vector."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audits.judges.checks import Checked, Evidence, check, negated, read_evidence
from audits.judges.claims import sentences
from audits.judges.encoder import LAYERS, Encoder, Vectors
from audits.judges.words import Language, cognates, content_words, covered, language_of, stems

WORD_FEATURES = (
    "words_missing",
    "words_missing_nearby",
    "figures_missing",
    "names_missing",
    "negation",
    "claim_length",
    "base_length",
)
VECTOR_FEATURES = (
    "sentence_distance",
    *(f"{layer}_{what}" for layer in LAYERS for what in ("novelty", "worst_novelty")),
)
SAME = 0.6  # share of content words from which a sentence is said to be about the same thing


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a passage: characters [start, end) of passage number `passage`."""

    passage: int
    start: int
    end: int
    stems: frozenset[str]
    negated: bool


@dataclass(frozen=True, slots=True)
class Base:
    """The passages of one answer, read once for all its claims.

    vectors: one a line, length 1; pieces: layer name -> all word pieces, length 1 each; both empty when
    only words are compared.
    """

    lines: tuple[Line, ...]
    stems: frozenset[str]
    cognates: frozenset[str]
    words: int
    evidence: Evidence
    language: Language
    vectors: Vectors
    pieces: dict[str, Vectors]


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


def read_base(passages: Sequence[str], question: str, encoder: Encoder | None) -> Base:
    """Split, fold and (with an encoder) embed the passages."""
    lines = tuple(
        Line(index, part.start, part.end, stems(part.text), negated(part.text))
        for index, passage in enumerate(passages)
        for part in sentences(passage)
    )
    whole = "\n".join(passages)
    vectors, pieces = _embed(passages, lines, encoder) if encoder else (np.zeros((0, 0), dtype=np.float32), {})
    evidence = read_evidence(passages, question)
    return Base(lines, stems(whole), cognates(whole), len(content_words(whole)), evidence, language_of(whole), vectors, pieces)


def observe(claim: str, base: Base, encoder: Encoder | None) -> Observed:
    """Every feature of one claim; `VECTOR_FEATURES` only with an encoder."""
    checked = check(claim, base.evidence)
    wanted = stems(claim)
    shares = np.array([covered(wanted, line.stems) for line in base.lines]) if wanted else np.zeros(len(base.lines))
    vectors, distances = _vector_features(claim, base, encoder) if encoder and base.lines else ({}, None)
    nearness = shares if distances is None else shares + 0.5 * (1 - distances)
    best = int(nearness.argmax()) if len(base.lines) else -1
    nearby = float(shares.max()) if len(base.lines) else 0.0
    # Only a line that says nearly the same can be said to deny it.
    flipped = best >= 0 and float(shares[best]) >= 0.75 and len(wanted) > 1 and base.lines[best].negated != negated(claim)
    values = {
        "words_missing": 1 - covered(wanted, base.stems),
        "words_missing_nearby": 1 - nearby,
        "figures_missing": min(2, sum(fired.check != "name" for fired in checked.fired)) / 2,
        "names_missing": min(2, sum(fired.check == "name" for fired in checked.fired)) / 2,
        "negation": float(flipped),
        "claim_length": math.log1p(len(wanted)),
        "base_length": math.log1p(base.words),
        **vectors,
    }
    return Observed(values, checked, best, nearby, _cognates(checked.rest, base), flipped)


def _cognates(rest: str, base: Base) -> float:
    wanted = cognates(rest)
    return covered(wanted, base.cognates) if wanted else 0.0


def _embed(passages: Sequence[str], lines: Sequence[Line], encoder: Encoder) -> tuple[Vectors, dict[str, Vectors]]:
    read = [encoder.tokens(passage) for passage in passages]
    vectors = np.zeros((len(lines), read[0].states["layer6"].shape[1] if read else 0), dtype=np.float32)
    for index, line in enumerate(lines):
        tokens = read[line.passage]
        inside = (tokens.starts >= line.start) & (tokens.ends <= line.end)
        if inside.any():
            vectors[index] = tokens.states["layer6"][inside].mean(axis=0)
    pieces = {layer: _unit(np.concatenate([tokens.states[layer] for tokens in read])) for layer in LAYERS if read}
    return _unit(vectors), pieces


def _vector_features(claim: str, base: Base, encoder: Encoder) -> tuple[dict[str, float], Vectors]:
    """Distances of the claim to each line, and per layer how new its word pieces are.

    Novelty of a piece is 1 minus its highest cosine to any piece of the base (late interaction);
    `novelty` is the mean over the claim's pieces, `worst_novelty` their 90th percentile.
    """
    tokens = encoder.tokens(claim)
    vector = _unit(tokens.states["layer6"].mean(axis=0, keepdims=True)) if len(tokens.starts) else None
    distances = np.ones(len(base.lines), dtype=np.float32) if vector is None else 1 - base.vectors @ vector[0]
    values = {"sentence_distance": float(distances.min())}
    for layer in LAYERS:
        pieces, known = _unit(tokens.states[layer]), base.pieces.get(layer)
        new = 1 - (pieces @ known.T).max(axis=1) if known is not None and known.size and pieces.size else np.ones(1)
        values[f"{layer}_novelty"] = float(new.mean())
        values[f"{layer}_worst_novelty"] = float(np.quantile(new, 0.9))
    return values, distances


def _unit(rows: Vectors) -> Vectors:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
