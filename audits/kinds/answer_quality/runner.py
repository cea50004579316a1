"""Carries out an audit of answers: asks each question, looks at what the answer does and how it is written, concludes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from audits.contract import Answer, Item, ItemResult, Question, RagTarget
from audits.judges.encoder import Encoder, default_encoder
from audits.kinds.answer_quality import AnswerQualityParameters
from audits.kinds.answer_quality.estimates import Estimates, estimate, spoken_in
from audits.kinds.answer_quality.faults import faults
from audits.kinds.answer_quality.figures import conclude as conclude
from audits.kinds.answer_quality.refusals import behaviour
from audits.kinds.answer_quality.spelling import Spelled, dictionary, dictionary_name, spelled
from audits.targets.asking import asked, chosen, planned
from audits.targets.recorded import RecordedAnswers
from governance.evidence.facts import decimal_text

FIGURES = ("answer_relevance", "coherence_vectors", "coherence_words")


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters [start, end) of an answer with why they are marked."""

    start: int
    end: int
    reason: str
    text: str


def plan(target: RagTarget, parameters: AnswerQualityParameters) -> Sequence[Item]:
    """One item a question and repeat. Raises `TargetError` for a question file that does not fit."""
    return planned(chosen(target, parameters.max_questions), parameters.repeats)


def measure(target: RagTarget, items: Sequence[Item], parameters: AnswerQualityParameters, seed: int) -> Iterator[ItemResult]:
    """Ask each question and look at the answer. Nothing but the system itself is random."""
    encoder = default_encoder() if parameters.vectors else None
    for found in asked(target, items, seed):
        yield found if isinstance(found, ItemResult) else _looked_at(*found, parameters, encoder)


def open_file(path: Path, parameters: AnswerQualityParameters) -> RecordedAnswers:
    """The answers of `manage.py measure answer_quality --items`: JSONL, see the README."""
    return RecordedAnswers(path)


def item_line(result: ItemResult) -> dict[str, Any]:
    """What one answer does, its figures as numbers, and what is marked in it."""
    values = result.values
    return {
        "id": result.item,
        "behaviour": values.get("behaviour"),
        **{name: None if values.get(name) is None else float(values[name]) for name in FIGURES},
        "words": values.get("words"),
        "marks": [{name: mark[name] for name in ("start", "end", "reason")} for mark in result.private.get("marks", ())],
        **({"reason": result.reason} if result.outcome == "unscored" else {}),
    }


def _looked_at(
    item: Item, question: Question, answer: Answer, parameters: AnswerQualityParameters, encoder: Encoder | None
) -> ItemResult:
    does = behaviour(answer.text)
    if not answer.text.strip():
        values = {"question": question.id, "answered": True, "scope": question.scope, "behaviour": does}
        return ItemResult(item.id, "unscored", values, {"question": question.text}, "empty_answer")
    language = spoken_in(question, answer.text)
    spelling = _spelling(question, answer, parameters, language)
    slips = faults(answer.text, language)
    marks = [Mark(word.start, word.end, "unknown_word", word.text) for word in spelling.unknown] if spelling else []
    marks += [Mark(slip.start, slip.end, slip.name, answer.text[slip.start : slip.end]) for slip in slips]
    values = {
        "question": question.id,
        "answered": True,
        "scope": question.scope,
        "behaviour": does,
        "language": language,
        **_estimated(estimate(question, answer.text, encoder), does),
        "words": spelling.checked if spelling else None,
        "unknown_words": len(spelling.unknown) if spelling else None,
        "faults": sorted({slip.name for slip in slips}),
        "encoder": encoder.digest() if encoder else "",
        "dictionary": dictionary_name() if spelling else "",
    }
    private = {
        "question": question.text,
        "answer": answer.text,
        "passages": [{"id": passage.id, "text": passage.text, "score": passage.score} for passage in answer.passages],
        "marks": [_plain(mark) for mark in sorted(marks, key=_place)],
    }
    return ItemResult(item.id, "scored", values, private)


def _spelling(question: Question, answer: Answer, parameters: AnswerQualityParameters, language: str) -> Spelled | None:
    """None where there is no dictionary for the answer's language."""
    known = dictionary(language)
    if known is None:
        return None
    given = [question.text, *parameters.words, *(passage.text for passage in answer.passages)]
    return spelled(answer.text, given, known)


def _estimated(found: Estimates, does: str) -> dict[str, Any]:
    """The estimates of an answer that states something; one that only declines is neither relevant nor coherent."""
    if does in {"declined", "nothing"}:
        reason = "abstained" if does == "declined" else "no_claims"
        return {**dict.fromkeys(FIGURES), "reasons": dict.fromkeys(FIGURES, reason)}
    figures = (found.relevance, found.coherence_vectors, found.coherence_words)
    why = (found.vectors_reason, found.coherence_reason or found.vectors_reason, found.coherence_reason)
    return {
        **{name: None if one is None else decimal_text(round(one, 6)) for name, one in zip(FIGURES, figures, strict=True)},
        "reasons": {name: reason for name, reason in zip(FIGURES, why, strict=True) if reason},
    }


def _plain(mark: Mark) -> dict[str, Any]:
    return {"start": mark.start, "end": mark.end, "reason": mark.reason, "text": f"{mark.reason}: {mark.text}"}


def _place(mark: Mark) -> tuple[int, int, str]:
    return mark.start, mark.end, mark.reason
