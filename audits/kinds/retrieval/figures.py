"""Rankings and estimates -> means over questions, each at every depth."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from audits.contract import ItemResult
from audits.kinds.retrieval import KIND, RetrievalParameters
from audits.kinds.retrieval.estimates import utilisation
from audits.measures import retrieval
from audits.measures.retrieval import Ranking
from audits.measures.told import Scored, mean_share, share
from governance.book import gettext_noop as _
from governance.evidence.facts import Coverage, Facts, Measure, decimal_text
from governance.shapes import plain

SHOWN = 200
NO_GOLD = _("no question has gold passages that could be matched")
NO_ESTIMATE = _("it could be estimated for no question")

AT_K: dict[str, Callable[[Ranking, int], float]] = {
    "precision_at_k": retrieval.precision,
    "recall_at_k": retrieval.recall,
    "hit_rate_at_k": retrieval.hit,
    "mrr_at_k": retrieval.reciprocal_rank,
    "map_at_k": retrieval.average_precision,
    "ndcg_at_k": retrieval.ndcg,
    "ndcg_exponential_at_k": retrieval.ndcg_exponential,
    "context_precision_at_k": retrieval.context_precision,
}
UNITS = {card.name: card.unit for card in KIND.measures}
LIMITS = (
    _("A passage that answers and that nobody named as gold counts as wrong: these figures are as good as the gold list."),
    _("Context relevance and utilisation are estimates by words and vectors and were not calibrated against people's judgement."),
    _("The figures hold for the questions asked. Whether these stand for what people ask is not examined."),
)  # fmt: skip


def ranking_of(result: ItemResult) -> Ranking | None:
    """The ranking that an item stored, None where nobody said what is right."""
    gold = result.values.get("gold")
    return Ranking(tuple(result.values["grades"]), tuple(gold)) if gold else None


def conclude(results: Sequence[ItemResult], parameters: RetrievalParameters, seed: int) -> Facts:
    """Facts from all items."""
    reasons = Counter(result.reason for result in results if result.outcome == "unscored")
    scored = sum(result.outcome == "scored" for result in results)
    return Facts(
        kind=KIND.name,
        kind_version=KIND.version,
        parameters=plain(parameters),
        seed=seed,
        coverage=Coverage(len(results), scored, tuple(sorted(reasons.items()))),
        measures=tuple(_measures(results, parameters, seed)),
        details=_details(results, parameters),
        limits=LIMITS,
    )


def _measures(results: Sequence[ItemResult], parameters: RetrievalParameters, seed: int) -> Iterator[Measure]:
    rankings = [(str(one.values["question"]), ranking) for one in results for ranking in [ranking_of(one)] if ranking]
    missing = len(results) - len(rankings)
    for k in parameters.depths():
        for name, figure in AT_K.items():
            scored = [(question, figure(ranking, k)) for question, ranking in rankings]
            group = (("k", str(k)),)
            yield mean_share(name, scored, seed, unit=UNITS[name], unscored=missing, group=group, reason=NO_GOLD)
    for name, scored_so in _estimates(results).items():
        missing = len(results) - len(scored_so)
        yield mean_share(name, scored_so, seed, unit=UNITS[name], unscored=missing, reason=NO_ESTIMATE)
    yield share("answered", sum(bool(one.values.get("answered")) for one in results), len(results))


def _estimates(results: Sequence[ItemResult]) -> dict[str, Scored]:
    names = ("context_relevance_words", "context_relevance_vectors")
    found: dict[str, Scored] = {
        name: [(one.values["question"], float(one.values[name])) for one in results if one.values.get(name) is not None]
        for name in names
    }
    used = [(one.values["question"], [bool(hit) for hit in one.values["used"]]) for one in results if one.values.get("used")]
    found["used_passages"] = [(question, sum(hits) / len(hits)) for question, hits in used]
    found["context_utilisation"] = [(question, utilisation(hits)) for question, hits in used]
    return found


def _details(results: Sequence[ItemResult], parameters: RetrievalParameters) -> dict[str, Any]:
    deepest = parameters.depths()[-1]
    worst = sorted(results, key=lambda one: _order(one, deepest))
    why: Counter[str] = Counter()
    for one in results:
        why.update(f"{name}: {reason}" for name, reason in one.values.get("reasons", {}).items())
    return {
        "items": [_listed(result, deepest) for result in worst[:SHOWN]],
        "not_listed": max(0, len(results) - SHOWN),
        "depth": deepest,
        "not_made": dict(sorted(why.items())),
        "matched": dict(sorted(Counter(str(one.values["by"]) for one in results if one.values.get("gold")).items())),
        "graded": any(grade > 1 for one in results for grade in one.values.get("gold", ())),
        "encoders": sorted({str(one.values["encoder"]) for one in results if one.values.get("encoder")}),
    }


def _order(result: ItemResult, k: int) -> tuple[bool, float]:
    """Worst first; what could not be ranked at the end."""
    ranking = ranking_of(result)
    return (ranking is None, retrieval.ndcg(ranking, k) if ranking else 0.0)


def _listed(result: ItemResult, k: int) -> dict[str, Any]:
    ranking = ranking_of(result)
    grades = ranking.grades[:k] if ranking else ()
    return {
        "id": result.item,
        "reason": result.reason or result.values.get("reasons", {}).get("gold", ""),
        "passages": result.values.get("passages"),
        "first": next((rank for rank, grade in enumerate(grades, start=1) if grade), None),
        "found": sum(grade > 0 for grade in grades),
        "gold": len(ranking.gold) if ranking else 0,
        "ndcg": decimal_text(round(retrieval.ndcg(ranking, k), 4)) if ranking else None,
    }
