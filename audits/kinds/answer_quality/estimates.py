"""Relevance and coherence of an answer by vectors and by words: estimates, not calibrated against people. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from audits.contract import Question
from audits.judges.claims import sentences
from audits.judges.encoder import Encoder, Vectors
from audits.judges.words import language_of, stems

LOOKED_AT = 20_000  # characters of an answer


@dataclass(frozen=True, slots=True)
class Estimates:
    """Figures from 0 to 1, each None with a reason where it cannot be made."""

    relevance: float | None
    coherence_vectors: float | None
    coherence_words: float | None
    vectors_reason: str = ""
    coherence_reason: str = ""


def estimate(question: Question, answer: str, encoder: Encoder | None) -> Estimates:
    """For an answer that states something. encoder: None leaves the vectors out.

    relevance: max(0, cosine of the question's and the whole answer's vector). coherence_vectors: the mean of max(0, cosine) of
    neighbouring sentences (Foltz, Kintsch and Landauer, Discourse Processes 25 (1998) 285-307, with sentence vectors in place
    of LSA). coherence_words: the share of neighbouring sentences that have a word stem in common (stem overlap of adjacent
    sentences in Coh-Metrix: Graesser et al., Behavior Research Methods 36 (2004) 193-202).
    """
    text = answer[:LOOKED_AT]
    lines = [line.text for line in sentences(text)]
    few = "" if len(lines) > 1 else "one_sentence"
    by_words = None if few else _by_words(lines)
    why = _not_english(question, text) if encoder else "not_asked_for"
    if encoder is None or why:
        return Estimates(None, None, by_words, why, few)
    vectors = encoder.embed([question.text, text, *(lines if not few else ())])
    return Estimates(_cosine(vectors[0], vectors[1]), None if few else _by_vectors(vectors[2:]), by_words, "", few)


def spoken_in(question: Question, answer: str) -> str:
    """The answer's language: told from its words, else the one that the question is marked with; empty where neither says."""
    return language_of(answer) or question.language[:2].lower()


def _not_english(question: Question, answer: str) -> str:
    """The encoder knows English only; elsewhere it is noise with a number on it."""
    found = {spoken_in(question, answer), language_of(question.text) or question.language[:2].lower()} - {""}
    return "" if found == {"en"} else "not_english"


def _by_words(lines: Sequence[str]) -> float:
    found = [stems(line) for line in lines]
    return sum(bool(one & other) for one, other in pairwise(found)) / (len(found) - 1)


def _by_vectors(vectors: Vectors) -> float:
    cosines = [_cosine(one, other) for one, other in pairwise(vectors)]
    return sum(cosines) / len(cosines)


def _cosine(one: Vectors, other: Vectors) -> float:
    return min(1.0, max(0.0, float(one.astype(np.float64) @ other.astype(np.float64))))
