"""What judging by a language model took: calls, tokens, cost, time, and which prompt it was asked with."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from audits.contract import ItemResult
from governance.book import gettext_noop as _
from governance.evidence.facts import Measure, decimal_text

Quantile = Callable[[str, Sequence[int], int, int], Measure]
COUNTS = ("calls", "retries", "cached", "canaries", "untold", "prompt_tokens", "completion_tokens")

STRICT_LIMITS = (
    _("The judge is a language model: it was told to quote and its quotations were found in the passages, but not that they "
      "prove the claim. Its verdicts are not calibrated against people's."),
    _("Before each 20 answers the judge had to be right on two of known label, and in each call on two planted claims. That "
      "shows that it read and did not obey everything it read, not that it is right where it is hard."),
)  # fmt: skip
LOOSE_LIMITS = (
    _("The judge is a language model that was asked for one YES or NO an answer, and any reply that holds YES counts as YES. "
      "Nothing had to be quoted, and text in answers and passages can talk it round. Its verdicts are not calibrated against "
      "people's."),
)  # fmt: skip


def limits_of(results: Sequence[ItemResult]) -> tuple[str, ...]:
    """What verdicts of a language model do not show, by the manner in which it was asked."""
    manners = {str(one["manner"]) for one in _told(results)}
    return (LOOSE_LIMITS if "yes_no" in manners else ()) + (STRICT_LIMITS if manners != {"yes_no"} else ())


def judging_of(results: Sequence[ItemResult], quantile: Quantile) -> dict[str, Any]:
    """The sums over all answers; empty where no language model judged.

    cost: decimal text, None where a call told no tokens, no price list was given or there were several.
    left: how many answers the judge left without a verdict, by reason. quantile: (name, sorted values, percent, missing).
    """
    told = _told(results)
    if not told:
        return {}
    times = sorted(time for one in told for time in one["times_ms"])
    left = Counter(result.reason for result in results if result.outcome == "unscored" and result.values.get("answered"))
    prompts = {(one["prompt"], one["prompt_digest"], one["registered"], one["manner"]) for one in told}
    return {
        **{name: sum(int(one[name]) for one in told) for name in COUNTS},
        **_cost(told),
        "latency": [_plain(quantile(f"judge_latency_p{percent}", times, percent, 0)) for percent in (50, 95)],
        "prompts": [dict(zip(("name", "digest", "registered", "manner"), prompt, strict=True)) for prompt in sorted(prompts)],
        "left": dict(sorted(left.items())),
    }


def _told(results: Sequence[ItemResult]) -> list[dict[str, Any]]:
    return [result.values["judging"] for result in results if result.values.get("judging")]


def _cost(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    lists = {(one["currency"], one["prices"]) for one in told}
    currency, version = lists.pop() if len(lists) == 1 else (None, None)
    known = currency is not None and all(one["cost"] is not None for one in told)
    cost = decimal_text(sum((Decimal(one["cost"]) for one in told), Decimal(0))) if known else None
    return {"cost": cost, "currency": currency, "prices": version}


def _plain(measure: Measure) -> dict[str, Any]:
    return {name: getattr(measure, name) for name in ("name", "value", "low", "high", "n", "method", "unit", "level", "reason")}
