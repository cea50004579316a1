"""A run's measures beside the criteria that were frozen before it. Pure."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from governance.compliance.verdict import Limit, find, judge
from governance.evidence.facts import Facts


def verdicts(facts: Facts, criteria: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One verdict a criterion: the measure it names, its limit and the state between them, JSON-ready without floats."""
    return [_verdict(facts, criterion) for criterion in criteria]


def _verdict(facts: Facts, criterion: Mapping[str, Any]) -> dict[str, Any]:
    limit = Limit(
        measure=criterion["measure"],
        limit=Decimal(criterion["limit"]),
        direction=criterion["direction"],
        group=tuple((str(feature), str(value)) for feature, value in criterion["group"]),
        min_n=criterion["min_n"],
    )
    found = find(facts.measures, limit)
    return {
        "criterion": criterion["id"],
        "measure": criterion["measure"],
        "group": criterion["group"],
        "value": found.value if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "n": found.n if found else 0,
        "unit": found.unit if found else "",
        "level": found.level if found else None,
        "reason": found.reason if found else "not_measured",
        "limit": criterion["limit"],
        "direction": criterion["direction"],
        "min_n": criterion["min_n"],
        "state": judge(found, limit),
    }


# Worst first: what a list of runs shows in one word.
WORST_FIRST = ("not_met", "inconclusive", "insufficient", "met")
NO_CRITERION = "no_criterion"


def overall(criteria: Iterable[Mapping[str, Any]], judged: Iterable[Mapping[str, Any]]) -> str:
    """The worst verdict of a run that succeeded; `no_criterion` where nothing was to be judged."""
    if not list(criteria):
        return NO_CRITERION
    states = {one["state"] for one in judged}
    return next(state for state in WORST_FIRST if state in states)
