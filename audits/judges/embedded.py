"""The offline judge: a documented baseline that runs on the CPU without a network.

It splits the answer into claims and asks of each: do its figures and names occur in the passages, do its
words, do its vectors? A logistic formula with shipped constants turns that into a score; a fired check
lifts it over the line, because a figure that no passage holds is not supported however alike the words.
It is a baseline and uncalibrated: its score is an order, not a probability.
"""

import hashlib
import json
import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from audits.contract import Claim, ClaimVerdict, Judgement, Support
from audits.judges.claims import split
from audits.judges.encoder import Encoder, default_encoder
from audits.judges.features import SAME, Base, Observed, observe, read_base
from audits.judges.verdicts import combine, without_claims, without_passages
from audits.judges.words import Language, language_of, script_of
from governance.evidence.facts import decimal_text
from probanza.canonical import digest_of

BASELINE = Path(__file__).parent / "weights" / "baseline.json"
CODE = ("claims.py", "verdicts.py", "words.py", "figures.py", "checks.py", "features.py", "embedded.py", "encoder.py")
LIMIT = 0.5  # from this score on a claim is unsupported
FIRED = 0.6  # least score of a claim with a fired check
FOREIGN_FIRED = 0.9
FOREIGN_FOUND = 0.3
FOREIGN_NAMED = 0.4
COGNATES = 0.25


class EmbeddedJudge:
    """Judges by checks, words and vectors; the same input always gives the same verdict."""

    name = "embedded-baseline-1"

    def __init__(self, encoder: Encoder | None = None) -> None:
        self.encoder = encoder or default_encoder()

    def digest(self) -> str:
        """Over the code of the judge, its constants and the encoder's weights."""
        folder = Path(__file__).parent
        files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in CODE}
        constants = hashlib.sha256(BASELINE.read_bytes()).hexdigest()
        return digest_of({"code": files, "constants": constants, "encoder": self.encoder.digest()})

    def judge(self, question: str, answer: str, passages: Sequence[str]) -> Judgement:
        """One verdict a claim; the answer's score is the highest of its claims' scores."""
        parts = split(answer)
        if not parts.claims:
            return without_claims(parts)
        spoken = language_of(answer)
        if not any(passage.strip() for passage in passages):
            return without_passages(parts.claims, confidence_in(spoken, ""))
        # The vectors know English only; elsewhere they would be noise with a number on it.
        language = language_of("\n".join(passages))
        foreign = bool(spoken and language and spoken != language) or _other_script(answer, passages)
        encoder = None if foreign or "es" in {spoken, language} else self.encoder
        base = read_base(passages, question, encoder)
        claims = tuple(self._claim(claim, base, encoder, foreign) for claim in parts.claims)
        return combine(claims, confidence_in(spoken or language, language))

    def _claim(self, claim: Claim, base: Base, encoder: Encoder | None, foreign: bool) -> ClaimVerdict:
        seen = observe(claim.text, base, encoder)
        score = foreign_score(seen) if foreign else self._score(seen, "vectors" if encoder else "words")
        line = base.lines[seen.best] if seen.best >= 0 and not foreign else None
        passage, start, end = (line.passage, line.start, line.end) if line else (-1, -1, -1)
        checks = tuple((fired.check, fired.detail) for fired in seen.checked.fired)
        checks += (("negation", ""),) if seen.flipped and not foreign else ()
        if score is None:
            return ClaimVerdict(claim, "unscored", None, checks=(("other_language", ""),))
        return ClaimVerdict(claim, _verdict(score, seen), decimal_text(round(score, 4)), passage, start, end, checks)

    def _score(self, seen: Observed, head: str) -> float:
        """The logistic formula; at least `FIRED` where a check fired or a near-identical line says the opposite."""
        constants = self._constants["heads"][head]
        total = constants["intercept"] + sum(slope * seen.values[name] for name, slope in constants["slopes"].items())
        score = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
        return max(score, FIRED) if seen.checked.fired or seen.flipped else score

    @cached_property
    def _constants(self) -> dict[str, Any]:
        return dict(json.loads(BASELINE.read_text(encoding="utf-8")))


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


def confidence_in(spoken: Language, base: Language) -> str:
    """What may be believed of a verdict, in words."""
    if spoken and base and spoken != base:
        return f"baseline, uncalibrated for {spoken} over {base}"
    return f"baseline, uncalibrated for {spoken}" if spoken and spoken != "en" else "baseline, uncalibrated"


def _other_script(answer: str, passages: Sequence[str]) -> bool:
    here, there = script_of(answer), script_of("\n".join(passages))
    return bool(here and there and here != there)


def _verdict(score: float, seen: Observed) -> Support:
    if score < LIMIT:
        return "supported"
    figure = any(fired.check != "name" for fired in seen.checked.fired)
    return "contradicted" if seen.flipped or (figure and seen.nearby >= SAME) else "unsupported"
