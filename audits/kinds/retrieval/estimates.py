"""What can be said of retrieved passages where nobody said which are right: by words, and for English by vectors. Pure.

These are estimates of our own making in the shape of measures that others leave to a language model. They are not
calibrated against people's judgement.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audits.contract import Passage, Question
from audits.judges.claims import sentences, split
from audits.judges.encoder import Encoder
from audits.judges.words import covered, language_of, script_of, stems
from audits.measures.retrieval import Ranking, context_precision

LOOKED_AT = 20_000  # characters of one passage
LEANS = 0.5  # a claim leans on a sentence that holds at least this share of its word stems


@dataclass(frozen=True, slots=True)
class Estimates:
    """Figures from 0 to 1, each None with a reason where it cannot be made.

    used: for every passage in turn whether a claim of the answer leans on it.
    """

    by_words: float | None = None
    by_vectors: float | None = None
    used: tuple[bool, ...] = ()
    reason: str = ""
    vectors_reason: str = ""
    use_reason: str = ""


def estimate(question: Question, answer: str, passages: Sequence[Passage], encoder: Encoder | None) -> Estimates:
    """All estimates for one question. encoder: None leaves the vectors out."""
    texts = [passage.text[:LOOKED_AT] for passage in passages]
    if not any(text.strip() for text in texts):
        return Estimates(reason="no_passages", vectors_reason="no_passages", use_reason="no_passages")
    spoken, base = question.language[:2] or language_of(question.text), language_of("\n".join(texts))
    foreign = bool(spoken and base and spoken != base) or _other_script(question.text, texts)
    wanted = stems(question.text)
    by_words = None if foreign or not wanted else _mean([covered(wanted, stems(text)) for text in texts])
    by_vectors, why = _by_vectors(question.text, texts, {spoken, base}, encoder, foreign)
    used, why_not = _used(answer, texts, base)
    reason = "" if by_words is not None else "other_language" if foreign else "no_words"
    return Estimates(by_words, by_vectors, used, reason, why, why_not)


def utilisation(used: Sequence[bool]) -> float:
    """Sum over ranks i of used passages of (used among the first i / i) / used passages, in [0, 1]; 0 when none is used.

    The form of RAGAS' context utilisation; whether a passage is used is told by words and not by a language model.
    """
    return context_precision(Ranking(tuple(map(int, used)), (1,) * max(1, sum(used))), len(used))


def _by_vectors(
    question: str, texts: Sequence[str], languages: set[str], encoder: Encoder | None, foreign: bool
) -> tuple[float | None, str]:
    if encoder is None:
        return None, "not_asked_for"
    if foreign:
        return None, "other_language"
    if languages - {"en", ""} or not languages - {""}:
        return None, "not_english"  # the encoder knows English only; elsewhere it is noise with a number on it
    vectors = encoder.embed([question, *texts]).astype(np.float64)
    return _mean([min(1.0, max(0.0, float(cosine))) for cosine in vectors[1:] @ vectors[0]]), ""


def _used(answer: str, texts: Sequence[str], base: str) -> tuple[tuple[bool, ...], str]:
    claims = split(answer).claims
    spoken = language_of(answer)
    if not claims:
        return (), "no_claims"
    if (spoken and base and spoken != base) or _other_script(answer, texts):
        return (), "other_language"
    lines = [(index, stems(line.text)) for index, text in enumerate(texts) for line in sentences(text)]
    leaning = {_leans_on(stems(claim.text), lines) for claim in claims}
    return tuple(index in leaning for index in range(len(texts))), ""


def _leans_on(claim: frozenset[str], lines: Sequence[tuple[int, frozenset[str]]]) -> int:
    """The passage whose sentence holds most of the claim, the first of equals; -1 where none holds enough."""
    if not claim or not lines:
        return -1
    best, passage = max((covered(claim, line), -index) for index, line in lines)
    return -passage if best >= LEANS else -1


def _other_script(words: str, texts: Sequence[str]) -> bool:
    here, there = script_of(words), script_of("\n".join(texts))
    return bool(here and there and here != there)


def _mean(figures: Sequence[float]) -> float:
    return sum(figures) / len(figures)
