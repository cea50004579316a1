"""Carries out a retrieval audit: asks each question, looks where its gold passages stand, concludes means."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from audits.contract import Answer, Item, ItemResult, Passage, Question, RagTarget
from audits.judges.encoder import Encoder, default_encoder
from audits.kinds.retrieval import RetrievalParameters
from audits.kinds.retrieval.estimates import Estimates, estimate, utilisation
from audits.kinds.retrieval.figures import AT_K, ranking_of
from audits.kinds.retrieval.figures import conclude as conclude
from audits.measures.retrieval import Ranking, rank_by_excerpt, rank_by_id
from audits.targets.asking import asked, chosen, planned
from audits.targets.recorded import RecordedAnswers
from governance.evidence.facts import decimal_text


def plan(target: RagTarget, parameters: RetrievalParameters) -> Sequence[Item]:
    """One item a question and repeat. Raises `TargetError` for a question file that does not fit."""
    return planned(chosen(target, parameters.max_questions), parameters.repeats)


def measure(target: RagTarget, items: Sequence[Item], parameters: RetrievalParameters, seed: int) -> Iterator[ItemResult]:
    """Ask each question and rank what came back. Nothing but the system itself is random."""
    encoder = default_encoder() if parameters.vectors else None
    for found in asked(target, items, seed):
        yield found if isinstance(found, ItemResult) else _ranked(*found, parameters, encoder)


def open_file(path: Path, parameters: RetrievalParameters) -> RecordedAnswers:
    """The answers of `manage.py measure retrieval --items`: JSONL, see the README."""
    return RecordedAnswers(path)


def item_line(result: ItemResult) -> dict[str, Any]:
    """One question's figures as numbers; null where they could not be made, with the reason."""
    ranking = ranking_of(result)
    depths = result.values.get("k", ())
    figures = {name: {str(k): figure(ranking, k) if ranking else None for k in depths} for name, figure in AT_K.items()}
    estimates = {name: result.values.get(name) for name in ("context_relevance_words", "context_relevance_vectors")}
    used = result.values.get("used") or None
    return {
        "id": result.item,
        **figures,
        **{name: None if figure is None else float(figure) for name, figure in estimates.items()},
        "used_passages": sum(used) / len(used) if used else None,
        "context_utilisation": utilisation([bool(one) for one in used]) if used else None,
        "reasons": result.values.get("reasons", {}) or ({"all": result.reason} if result.reason else {}),
    }


def ranked(question: Question, passages: Sequence[Passage]) -> tuple[Ranking | None, str]:
    """Where a question's gold stands among the passages, or why that cannot be told."""
    if question.gold_texts:
        return rank_by_excerpt([passage.text for passage in passages], question.gold_texts), ""
    if not question.gold:
        return None, "no_gold"
    if passages and not any(passage.id for passage in passages):
        return None, "no_passage_ids"
    return rank_by_id([passage.id for passage in passages], dict(question.gold)), ""


def _ranked(
    item: Item, question: Question, answer: Answer, parameters: RetrievalParameters, encoder: Encoder | None
) -> ItemResult:
    ranking, why = ranked(question, answer.passages)
    estimates = estimate(question, answer.text, answer.passages[: max(parameters.k)], encoder)
    values = {
        "question": question.id,
        "answered": True,
        "passages": len(answer.passages),
        "k": list(parameters.depths()),
        "grades": list(ranking.grades) if ranking else [],
        "gold": list(ranking.gold) if ranking else [],
        "by": "excerpts" if question.gold_texts else "ids",
        **_estimated(estimates),
        "encoder": encoder.digest() if encoder and estimates.by_vectors is not None else "",
    }
    values["reasons"] = {name: reason for name, reason in _reasons(why, estimates) if reason}
    if ranking is None and estimates.by_words is None and not estimates.used:
        return ItemResult(item.id, "unscored", values, _private(question, answer), why)
    return ItemResult(item.id, "scored", values, _private(question, answer))


def _estimated(estimates: Estimates) -> dict[str, Any]:
    by_vectors = None if estimates.by_vectors is None else round(estimates.by_vectors, 6)
    return {
        "context_relevance_words": decimal_text(estimates.by_words),
        "context_relevance_vectors": decimal_text(by_vectors),
        "used": [int(one) for one in estimates.used],
    }


def _reasons(why: str, estimates: Estimates) -> tuple[tuple[str, str], ...]:
    return (
        ("gold", why),
        ("context_relevance_words", estimates.reason),
        ("context_relevance_vectors", estimates.vectors_reason),
        ("used_passages", estimates.use_reason),
    )


def _private(question: Question, answer: Answer) -> dict[str, Any]:
    passages = [{"id": passage.id, "text": passage.text, "score": passage.score} for passage in answer.passages]
    gold = [f"{name} ({grade})" for name, grade in question.gold] or list(question.gold_texts)
    return {"question": question.text, "answer": answer.text, "passages": passages, "gold": gold}
