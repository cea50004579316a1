"""From what was seen of a claim to one score: logistic formulas with constants fitted on labelled answers. Pure but for one file.

`weights/judge/head.json` says which rows they were fitted on. Scores are read as: how likely the claim is unsupported in a
stream of answers of which a fifth is unsupported, moved so that `LIMIT` is the line.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from audits.judges.evidence import Line
from audits.judges.features import Observed
from audits.judges.support import LAYERS

HEAD = Path(__file__).parent / "weights" / "judge" / "head.json"
LIMIT = 0.5  # from this score on a claim is unsupported
FIRED = 0.6  # least score of a claim whose figure no passage holds: such a claim is not supported however alike the words
FOREIGN_FIRED = 0.9
FOREIGN_FOUND = 0.3
FOREIGN_NAMED = 0.4
COGNATES = 0.25
MODEL_FEATURES = ("claim", "peak", "mean", "share")
NOVELTY_FEATURES = tuple(f"{layer}_{what}" for layer in LAYERS for what in ("novelty", "worst_novelty"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A word piece of a claim: characters [start, end) of the answer; logit above 0 speaks for unsupported."""

    start: int
    end: int
    logit: float


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is known of one claim. claim, pieces, best, novelty: the model's, where it was asked.

    novelty: by name, how new the claim's word pieces are, 1 minus their highest cosine to the evidence: mean and 90th percentile.
    """

    observed: Observed
    claim: float = 0.0
    pieces: tuple[Piece, ...] = ()
    best: Line | None = None
    novelty: Mapping[str, float] = field(default_factory=dict)

    def values(self) -> dict[str, float]:
        """Every feature by name."""
        logits = [piece.logit for piece in self.pieces] or [0.0]
        return {
            "claim": self.claim,
            "peak": max(logits),
            "mean": sum(logits) / len(logits),
            "share": sum(logit > 0 for logit in logits) / len(logits),
            **self.novelty,
            **self.observed.values,
        }


@dataclass(frozen=True, slots=True)
class Formula:
    """1 / (1 + exp(-(intercept + sum of slope * feature))), in [0, 1]."""

    intercept: float
    slopes: Mapping[str, float]

    def score(self, values: Mapping[str, float]) -> float:
        total = self.intercept + sum(slope * values[name] for name, slope in self.slopes.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Head:
    """learned: with the model. words: without it. piece_line: logit from which on a word piece is blamed."""

    learned: Formula
    words: Formula
    piece_line: float


def head_of(path: Path = HEAD) -> Head:
    """The constants, read once a process."""
    return _head(path)


@lru_cache(maxsize=4)
def _head(path: Path) -> Head:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    formulas = {name: Formula(one["intercept"], one["slopes"]) for name, one in document["formulas"].items()}
    return Head(formulas["learned"], formulas["words"], document["piece_line"])


def learned_score(seen: Seen) -> float:
    """With the model; at least `FIRED` where a figure is missing or a near-identical line says the opposite."""
    return _lifted(head_of().learned.score(seen.values()), seen)


def word_score(seen: Seen) -> float:
    """Without the model: words and checks alone."""
    return _lifted(head_of().words.score(seen.values()), seen)


def _lifted(score: float, seen: Seen) -> float:
    figure = any(fired.check != "name" for fired in seen.observed.checked.fired)
    return max(score, FIRED) if figure or seen.observed.flipped else score


def foreign_score(seen: Observed) -> float | None:
    """The score of a claim in another language than the passages; None where nothing can be compared.

    Words differ by nature there, so only what travels between languages counts: figures, dates, names
    and words of one root. A missing one speaks against the claim, a found one for it.
    """
    if seen.checked.fired:
        return FOREIGN_FIRED
    if seen.checked.figures or seen.cognates >= COGNATES:
        return FOREIGN_FOUND
    return FOREIGN_NAMED if seen.checked.names else None
