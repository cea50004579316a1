"""Times, tokens and costs of answers -> percentiles, means and the projection."""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from audits.contract import ItemResult
from audits.kinds.operations import KIND, STAGES, OperationsParameters
from audits.measures.cost import cost_of, total_cost
from audits.measures.told import Group, amount, projected, quantile, share
from governance.book import gettext_noop as _
from governance.evidence.facts import Coverage, Facts, Measure
from governance.shapes import plain

SHOWN = 200
PERCENTS = (50, 95, 99)
NO_COST = _("the system reports no costs and no table of prices was given")
NO_PRICE = _("no answer has both its tokens and a price for its model")
CURRENCIES = _("the answers' costs are in several currencies")
NOT_ASKED = _("no volume was given to project it for")

TIMES = _(
    "Times are taken by us from the call to the last byte, network included, with one question at a time: load is not examined."
)
STAGE_TIMES = _("The times of stages are the system's own and are not checked.")
RECORDED = _("Times, tokens and costs of recorded answers are as the file tells them.")
BY_TABLE = _(
    "Costs are counted by the given table of prices: discounts, cached tokens and taxes are as far in it as its prices are."
)
PROJECTED = _(
    "The total cost is a projection: its interval holds for the cost of a question, not for volume, growth and prices to come."
)


def conclude(results: Sequence[ItemResult], parameters: OperationsParameters, seed: int) -> Facts:
    """Facts from all items."""
    reasons = Counter(result.reason for result in results if result.outcome == "unscored")
    scored = [result for result in results if result.outcome == "scored"]
    timed = [result for result in scored if not result.values["warm_up"]]
    stages, left_out = _stages(timed)
    return Facts(
        kind=KIND.name,
        kind_version=KIND.version,
        parameters=plain(parameters),
        seed=seed,
        coverage=Coverage(len(results), len(scored), tuple(sorted(reasons.items()))),
        measures=tuple(_measures(results, timed, stages, parameters)),
        details={
            "stages": stages,
            "stages_left_out": left_out,
            "warm_up": len(scored) - len(timed),
            "models": dict(sorted(Counter(str(one.values["model"]) for one in scored if one.values["model"]).items())),
            "costs": "table" if parameters.prices else "reported",
            "prices": parameters.prices.digest() if parameters.prices else "",
            "unpriced": _unpriced(scored, parameters),
            "questions": format(parameters.ownership.volume().to_integral_value(), "f") if parameters.ownership else "",
            "items": [_listed(result) for result in _slowest(results)[:SHOWN]],
            "not_listed": max(0, len(results) - SHOWN),
        },
        limits=_limits(parameters, stages),
    )


def cost_in(result: ItemResult, parameters: OperationsParameters) -> Decimal | None:
    """What one answer cost by the table, or as the system reports it where there is no table; None where neither can be told."""
    values = result.values
    if parameters.prices is None:
        return None if values["cost"] is None else Decimal(values["cost"])
    if values["prompt_tokens"] is None or values["completion_tokens"] is None:
        return None
    model = values["model"] or parameters.model
    return cost_of(parameters.prices, model, values["prompt_tokens"], values["completion_tokens"])


def _measures(
    results: Sequence[ItemResult], timed: Sequence[ItemResult], stages: Sequence[str], parameters: OperationsParameters
) -> Iterator[Measure]:
    scored = [result for result in results if result.outcome == "scored"]
    whole = [Decimal(one.values["latency_ms"]) for one in timed if one.values["latency_ms"] is not None]
    yield from _percentiles(whole, (), len(timed))
    for stage in stages:
        times = [Decimal(time) for one in timed for name, time in one.values["stages"] if name == stage]
        yield from _percentiles(times, (("stage", stage),), len(timed))
    for name in ("prompt_tokens", "completion_tokens"):
        counts = [Fraction(one.values[name]) for one in scored if one.values[name] is not None]
        yield amount(name, counts, "tokens", unscored=len(results) - len(counts))
    cost = _cost(scored, len(results), parameters)
    yield cost
    yield _total(cost, parameters)
    yield share("answered", sum(bool(one.values.get("answered")) for one in results), len(results))


def _percentiles(times: Sequence[Decimal], group: Group, of: int) -> Iterator[Measure]:
    for percent in PERCENTS:
        yield quantile(f"latency_p{percent}", times, percent, unscored=of - len(times), group=group)


def _cost(scored: Sequence[ItemResult], asked: int, parameters: OperationsParameters) -> Measure:
    known = [(one, cost) for one in scored for cost in [cost_in(one, parameters)] if cost is not None]
    costs = [Fraction(cost) for _one, cost in known]
    missing = asked - len(costs)
    if parameters.prices is not None:
        return amount("cost_per_query", costs, parameters.prices.currency, unscored=missing, reason=NO_PRICE)
    currencies = {str(one.values["currency"] or "") for one, _cost in known}
    if len(currencies) > 1:
        return amount("cost_per_query", [], "cost", unscored=asked, reason=CURRENCIES)
    return amount("cost_per_query", costs, (currencies or {""}).pop() or "cost", unscored=missing, reason=NO_COST)


def _total(cost: Measure, parameters: OperationsParameters) -> Measure:
    ownership = parameters.ownership
    if ownership is None:
        return Measure("total_cost", None, None, None, 0, "projection", cost.unit, reason=NOT_ASKED)
    judging = parameters.prices.judging if parameters.prices else Decimal(0)
    return projected("total_cost", cost, lambda each: total_cost(ownership, each, judging))


def _stages(timed: Sequence[ItemResult]) -> tuple[list[str], int]:
    """The stages that most answers name, in the order in which they first come, and how many names are left out."""
    counts = Counter(name for one in timed for name in dict.fromkeys(name for name, _time in one.values["stages"]))
    kept = {name for name, _count in counts.most_common(STAGES)}
    return [name for name in counts if name in kept], len(counts) - len(kept)


def _unpriced(scored: Sequence[ItemResult], parameters: OperationsParameters) -> list[str]:
    """Models that the table has no price for, the first ten."""
    prices = parameters.prices
    if prices is None:
        return []
    named = {str(one.values["model"] or parameters.model) for one in scored}
    return sorted(model for model in named if model and prices.of(model) is None)[:10]


def _slowest(results: Sequence[ItemResult]) -> list[ItemResult]:
    """Without an answer first, then the slowest."""
    return sorted(results, key=lambda one: (one.outcome == "scored", -(one.values.get("latency_ms") or 0)))


def _listed(result: ItemResult) -> dict[str, Any]:
    names = ("latency_ms", "prompt_tokens", "completion_tokens", "stages")
    return {"id": result.item, "reason": result.reason, **{name: result.values.get(name) for name in names}}


def _limits(parameters: OperationsParameters, stages: Sequence[str]) -> tuple[str, ...]:
    told = [TIMES, RECORDED]
    told += [STAGE_TIMES] if stages else []
    told += [BY_TABLE] if parameters.prices else []
    told += [PROJECTED] if parameters.ownership else []
    return tuple(told)
