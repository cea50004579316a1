"""The judge shipped before the trained one, kept to be compared with: frozen vectors, words, checks, one logistic formula."""

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from audits.judges.claims import split
from audits.judges.encoder import default_encoder
from audits.judges.words import language_of
from training.judge_baseline.features import observe, read_base

CONSTANTS = Path(__file__).parent / "baseline.json"
FIRED = 0.6


def unsupported(question: str, answer: str, passages: Sequence[str]) -> float:
    """0 to 1, the highest of the claims' scores; 0.5 where nothing is claimed."""
    claims = split(answer).claims
    if not claims or not any(passage.strip() for passage in passages):
        return 0.5
    encoder = None if "es" in {language_of(answer), language_of("\n".join(passages))} else default_encoder()
    base = read_base(passages, question, encoder)
    head = _constants()["heads"]["vectors" if encoder else "words"]
    scores = []
    for claim in claims:
        seen = observe(claim.text, base, encoder)
        total = head["intercept"] + sum(slope * seen.values[name] for name, slope in head["slopes"].items())
        score = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
        scores.append(max(score, FIRED) if seen.checked.fired or seen.flipped else score)
    return max(scores)


@lru_cache(maxsize=1)
def _constants() -> dict[str, Any]:
    return dict(json.loads(CONSTANTS.read_text(encoding="utf-8")))
