"""What answers do and how they are written -> shares and means."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from audits.contract import ItemResult
from audits.kinds.answer_quality import KIND, AnswerQualityParameters
from audits.measures.told import mean_share, ratio
from governance.book import gettext_noop as _
from governance.evidence.facts import Coverage, Facts, Measure
from governance.shapes import plain

SHOWN = 200
NO_SCOPE = _("no question is marked with this scope")
NO_ANSWER = _("no answer could be looked at")
NO_DICTIONARY = _("no answer is in a language with a dictionary, English or Spanish")
NO_ESTIMATE = _("it could be estimated for no answer")

LIMITS = (
    _("Whether an answer declines is told by phrases in English and Spanish; another way of declining counts as an answer."),
    _("Relevance and coherence are estimates by vectors and words and were not calibrated against people's judgement."),
    _("Of spelling and grammar only unknown words and slips that a rule can tell are found: agreement, tense, word order, a "
      "wrong word spelled right and style are not looked at."),
    _("Whether an answer is true or stands on its passages is not examined here; the audit of fidelity does that."),
)  # fmt: skip


def conclude(results: Sequence[ItemResult], parameters: AnswerQualityParameters, seed: int) -> Facts:
    """Facts from all items."""
    reasons = Counter(result.reason for result in results if result.outcome == "unscored")
    scored = [result for result in results if result.outcome == "scored"]
    return Facts(
        kind=KIND.name,
        kind_version=KIND.version,
        parameters=plain(parameters),
        seed=seed,
        coverage=Coverage(len(results), len(scored), tuple(sorted(reasons.items()))),
        measures=tuple(_measures(results, scored, seed)),
        details=_details(results, scored),
        limits=LIMITS,
    )


def _measures(results: Sequence[ItemResult], scored: Sequence[ItemResult], seed: int) -> Iterator[Measure]:
    for name, scope in (("out_of_scope_declined", "out"), ("in_scope_declined", "in"), ("declined", None)):
        asked = [one for one in scored if scope is None or one.values["scope"] == scope]
        missing = sum(one.values.get("scope") == scope or scope is None for one in results if one.outcome == "unscored")
        hits = [(one, one.values["behaviour"] == "declined") for one in asked]
        yield _share(name, hits, seed, missing, NO_ANSWER if scope is None else NO_SCOPE)
    for name, unit in (("answer_relevance", "score"), ("coherence_vectors", "score"), ("coherence_words", "share")):
        known = [(str(one.values["question"]), float(one.values[name])) for one in scored if one.values[name] is not None]
        yield mean_share(name, known, seed, unit=unit, unscored=len(results) - len(known), reason=NO_ESTIMATE)
    yield from _spelling(results, scored, seed)
    faulty = [(one, bool(one.values["faults"])) for one in scored]
    yield _share("answers_with_fault", faulty, seed, len(results) - len(scored), NO_ANSWER)
    yield _share("answered", [(one, bool(one.values.get("answered"))) for one in results], seed, 0, NO_ANSWER)


def _spelling(results: Sequence[ItemResult], scored: Sequence[ItemResult], seed: int) -> Iterator[Measure]:
    looked_up = [one for one in scored if one.values["words"] is not None]
    missing = len(results) - len(looked_up)
    parts = [(str(one.values["question"]), int(one.values["unknown_words"]), int(one.values["words"])) for one in looked_up]
    yield ratio("misspelled_words", parts, seed, unscored=missing, reason=NO_DICTIONARY)
    yield _share(
        "answers_misspelled", [(one, one.values["unknown_words"] > 0) for one in looked_up], seed, missing, NO_DICTIONARY
    )


def _share(name: str, hits: Sequence[tuple[ItemResult, bool]], seed: int, unscored: int, reason: str) -> Measure:
    """A share of answers: Wilson's where each question was asked once, else whole questions are drawn again."""
    scored = [(str(one.values["question"]), float(hit)) for one, hit in hits]
    return mean_share(name, scored, seed, unscored=unscored, reason=reason)


def _details(results: Sequence[ItemResult], scored: Sequence[ItemResult]) -> dict[str, Any]:
    why: Counter[str] = Counter()
    for one in scored:
        why.update(f"{name}: {reason}" for name, reason in one.values["reasons"].items())
    shown = sorted(results, key=_order)
    return {
        "behaviours": dict(sorted(Counter(str(one.values["behaviour"]) for one in scored).items())),
        "scopes": _by_scope(scored),
        "faults": dict(sorted(Counter(name for one in scored for name in one.values["faults"]).items())),
        "languages": dict(sorted(Counter(str(one.values["language"]) for one in scored).items())),
        "not_made": dict(sorted(why.items())),
        "dictionaries": sorted({str(one.values["dictionary"]) for one in scored if one.values["dictionary"]}),
        "encoders": sorted({str(one.values["encoder"]) for one in scored if one.values["encoder"]}),
        "items": [_listed(result) for result in shown[:SHOWN]],
        "not_listed": max(0, len(results) - SHOWN),
    }


def _by_scope(scored: Sequence[ItemResult]) -> dict[str, dict[str, int]]:
    """Behaviours by scope, `in` and `out` only."""
    return {
        scope: dict(sorted(Counter(str(one.values["behaviour"]) for one in scored if one.values["scope"] == scope).items()))
        for scope in ("in", "out")
    }


def _order(result: ItemResult) -> tuple[bool, int]:
    """What a reader should look at first: no answer, the wrong one of answering and declining, then most marks."""
    values = result.values
    marks = len(values.get("faults") or ()) + (values.get("unknown_words") or 0)
    return (not (result.outcome == "unscored" or _is_wrong(result)), -marks)


def _is_wrong(result: ItemResult) -> bool:
    scope, does = result.values.get("scope"), result.values.get("behaviour")
    return (scope == "out" and does != "declined") or (scope == "in" and does == "declined")


def _listed(result: ItemResult) -> dict[str, Any]:
    values = result.values
    return {
        "id": result.item,
        "reason": result.reason,
        "scope": values.get("scope", ""),
        "behaviour": values.get("behaviour") or "",
        "wrong": _is_wrong(result) and result.outcome == "scored",
        "unknown_words": values.get("unknown_words"),
        "faults": values.get("faults") or [],
    }
