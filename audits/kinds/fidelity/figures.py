"""Verdicts -> shares with intervals. Declined answers are counted apart, missing ones never as bad ones."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from audits.contract import ItemResult
from audits.kinds.fidelity import KIND, FidelityParameters
from audits.kinds.fidelity.judging import judging_of, limits_of
from audits.measures.intervals import LEVEL, mean_interval, wilson
from audits.reasons import marks_of, reasons_of
from governance.book import gettext_noop as _
from governance.evidence.facts import Coverage, Facts, Measure, decimal_text
from governance.shapes import plain

DRAWS = 2000
SHOWN = 200
WORST = 10  # flagged answers that a report can print in their words
FLAGGED = ("unsupported", "contradicted")
WORST_FIRST = ("contradicted", "unsupported", "unscored", "supported", "abstained")  # unknown is told before what is well
NO_BASE = _("no answer could be judged")
NOT_REPORTED = _("the system does not report it")
FEW = _("too few answers for an interval")
CURRENCIES = _("the answers' costs are in several currencies")

BASELINE_LIMITS = (
    _("The offline judge is not calibrated for this system: it misses and it falsely flags. Read the answers first."),
    _("The offline judge's word and vector comparison knows English; answers in another language than their passages are held "
      "against them by figures, dates, names and words of one root only."),
)  # fmt: skip
LIMITS = (
    _("An answer that stands on its passages may still be wrong: whether the passages are true is not examined."),
    _("The figures hold for the questions asked. Whether these stand for what people ask is not examined."),
)


def conclude(results: Sequence[ItemResult], parameters: FidelityParameters, seed: int) -> Facts:
    """Facts from all items; order does not matter but for the list of items."""
    reasons = Counter(result.reason for result in results if result.outcome == "unscored")
    scored = sum(result.outcome == "scored" for result in results)
    own = BASELINE_LIMITS if parameters.judge == "embedded" else limits_of(results)
    return Facts(
        kind=KIND.name,
        kind_version=KIND.version,
        parameters=plain(parameters),
        seed=seed,
        coverage=Coverage(len(results), scored, tuple(sorted(reasons.items()))),
        measures=_measures(results, seed),
        details=_details(results),
        limits=own + LIMITS,
    )


def _measures(results: Sequence[ItemResult], seed: int) -> tuple[Measure, ...]:
    unscored = sum(result.outcome == "unscored" for result in results)
    received = [result for result in results if result.values.get("answered")]
    judged = [one for one in received if one.outcome == "scored" and not one.values["abstained"]]
    bad = [one.values["verdict"] in FLAGGED for one in judged]
    groups = [one.values["question"] for one in judged]
    claims = [[claim["verdict"] for claim in one.values["claims"] if claim["verdict"] != "unscored"] for one in judged]
    latencies = sorted(one.values["latency_ms"] for one in received if one.values["latency_ms"] is not None)
    return (
        _clustered("unsupported_answers", [int(one) for one in bad], [1] * len(bad), groups, seed, unscored),
        _clustered(
            "supported_claims", [one.count("supported") for one in claims], [len(one) for one in claims], groups, seed, unscored
        ),
        _share("abstentions", sum(one.values["abstained"] for one in received), len(received), len(results) - len(received)),
        _share("answered", len(received), len(results)),
        _share("unscored", unscored, len(results)),
        quantile("latency_p50", latencies, 50, len(results) - len(latencies)),
        quantile("latency_p95", latencies, 95, len(results) - len(latencies)),
        _cost(received, len(results)),
    )


def _share(name: str, hits: int, size: int, unscored: int = 0, method: str = "wilson") -> Measure:
    found = wilson(hits, size)
    if found is None:
        return Measure(name, None, None, None, 0, method, unscored=unscored, reason=NO_BASE)
    value, low, high = (decimal_text(part) for part in (found.value, found.low, found.high))
    return Measure(name, value, low, high, size, method, unscored=unscored)


def _clustered(name: str, hits: Sequence[int], sizes: Sequence[int], groups: Sequence[str], seed: int, unscored: int) -> Measure:
    """A share whose units come in groups: claims of one answer, answers to one question.

    Where every group has one unit this is Wilson's interval. Else whole groups are drawn again (percentile
    bootstrap, 2,000 draws). A share of 0 or 1 has no spread to draw from: there Wilson's interval is taken
    with one unit a group, which is the careful side.
    """
    total, of = sum(hits), sum(sizes)
    clusters: dict[str, list[int]] = {}
    for group, hit, size in zip(groups, hits, sizes, strict=True):
        cluster = clusters.setdefault(group, [0, 0])
        cluster[0], cluster[1] = cluster[0] + hit, cluster[1] + size
    table = np.array([cluster for cluster in clusters.values() if cluster[1]], dtype=np.int64).reshape(-1, 2)
    if of == 0 or (table[:, 1] == 1).all():
        return _share(name, total, of, unscored)
    if total in {0, of}:
        careful = wilson(len(table) if total else 0, len(table))
        low, high = (careful.low, careful.high) if careful else (0.0, 1.0)
        return Measure(
            name, decimal_text(total / of), decimal_text(low), decimal_text(high), of, "wilson_clusters", unscored=unscored
        )
    draws = np.random.default_rng(seed).integers(0, len(table), size=(DRAWS, len(table)))
    sums = table[draws].sum(axis=1)
    low, high = np.quantile(sums[:, 0] / sums[:, 1], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Measure(
        name,
        decimal_text(total / of),
        decimal_text(float(low)),
        decimal_text(float(high)),
        of,
        "bootstrap_clusters",
        unscored=unscored,
    )


def quantile(name: str, ordered: Sequence[int], percent: int, unscored: int) -> Measure:
    """A percentile by nearest rank, with the order statistics that enclose it at 95 % (binomial).

    Without enough values (6 for the median, 72 for the 95th percentile) there is no interval.
    """
    size = len(ordered)
    if not size:
        return Measure(name, None, None, None, 0, "order_statistics", "ms", unscored=unscored, reason=NOT_REPORTED)
    value = str(ordered[max(1, -(-percent * size // 100)) - 1])
    ranks = _ranks(size, percent / 100)
    if ranks is None:
        return Measure(name, value, None, None, size, "order_statistics", "ms", unscored=unscored, reason=FEW)
    low, high = str(ordered[ranks[0] - 1]), str(ordered[ranks[1] - 1])
    return Measure(name, value, low, high, size, "order_statistics", "ms", unscored=unscored)


def _ranks(size: int, share: float) -> tuple[int, int] | None:
    """The largest l and smallest u with P(B < l) and P(B >= u) at most 2.5 %, B binomial: ranks from 1."""
    below = np.arange(size + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(size, 0, -1)) - np.log(np.arange(1, size + 1)))])
    chance = np.exp(logs + below * np.log(share) + (size - below) * np.log1p(-share)).cumsum()
    tail = (1 - LEVEL) / 2
    low = int((chance <= tail).sum())
    high = int((chance < 1 - tail - 1e-12).sum()) + 1
    return (low, high) if low >= 1 and high <= size else None


def _cost(received: Sequence[ItemResult], asked: int) -> Measure:
    costs = [Fraction(one.values["cost"]) for one in received if one.values["cost"] is not None]
    currencies = {str(one.values["currency"] or "") for one in received if one.values["cost"] is not None}
    missing = asked - len(costs)
    if len(currencies) != 1:
        reason = CURRENCIES if currencies else NOT_REPORTED
        return Measure("cost_per_answer", None, None, None, 0, "student", "cost", unscored=missing, reason=reason)
    unit = currencies.pop() or "cost"
    found = mean_interval(len(costs), sum(costs, Fraction(0)), sum((cost * cost for cost in costs), Fraction(0)))
    if found is None:
        value = decimal_text(float(costs[0]))
        return Measure("cost_per_answer", value, None, None, 1, "student", unit, unscored=missing, reason=FEW)
    value, low, high = decimal_text(found.value), decimal_text(max(0.0, found.low)), decimal_text(found.high)
    return Measure("cost_per_answer", value, low, high, len(costs), "student", unit, unscored=missing)


def _details(results: Sequence[ItemResult]) -> dict[str, Any]:
    fired = Counter(
        check
        for result in results
        for claim in result.values.get("claims", ())
        if claim["verdict"] in FLAGGED
        for check in reasons_of(claim)
    )
    verdicts = Counter(_outcome(result) for result in results)
    confidence = Counter(str(one.values["confidence"]) for one in results if one.values.get("confidence"))
    return {
        "items": [_listed(result) for result in sorted(results, key=_worst_first)[:SHOWN]],
        "not_listed": max(0, len(results) - SHOWN),
        "worst": [_marked(result) for result in sorted(results, key=_worst_first)[:WORST] if _outcome(result) in FLAGGED],
        "verdicts": dict(sorted(verdicts.items())),
        "checks": dict(sorted(fired.items())),
        "confidence": dict(sorted(confidence.items())),
        "judges": sorted({str(one.values["judge"]) for one in results if one.values.get("judge")}),
        "judging": judging_of(results, quantile),
    }


def _worst_first(result: ItemResult) -> tuple[int, float]:
    score = result.values.get("unsupported")
    return WORST_FIRST.index(_outcome(result)), -float(score) if score is not None else 0.0


def _outcome(result: ItemResult) -> str:
    if result.outcome == "unscored":
        return "unscored"
    return "abstained" if result.values["abstained"] else str(result.values["verdict"])


def _listed(result: ItemResult) -> dict[str, Any]:
    claims = result.values.get("claims", ())
    return {
        "id": result.item,
        "outcome": _outcome(result),
        "reason": result.reason,
        "unsupported": result.values.get("unsupported"),
        "claims": len(claims),
        "flagged": sum(claim["verdict"] in FLAGGED for claim in claims),
        "checks": sorted({reason for claim in claims for reason in reasons_of(claim)}),
        "latency_ms": result.values.get("latency_ms"),
    }


def _marked(result: ItemResult) -> dict[str, Any]:
    """Where an answer's flagged words and their best evidence stand, without the words."""
    flagged = [claim for claim in result.values["claims"] if claim["verdict"] in FLAGGED]
    return {
        "id": result.item,
        "marks": [list(mark) for claim in flagged for mark in marks_of(claim)],
        "evidence": [[one["passage"], one["passage_start"], one["passage_end"]] for one in flagged if one["passage"] >= 0],
    }
