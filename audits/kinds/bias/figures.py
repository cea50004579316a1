"""Counts -> measures. A comparison's interval holds together with those of its whole family."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from audits.kinds.bias import BiasParameters
from audits.kinds.bias.counting import Counted
from audits.kinds.bias.families import Family, Pairs, Values, families
from audits.measures.groups import (
    RATES,
    Share,
    difference_to,
    equalized_odds_difference,
    equalized_odds_ratio,
    largest_difference,
    ratio_to,
    share,
    smallest_ratio,
    total,
    worst_ratio,
)
from audits.measures.intervals import LEVEL, Interval, bonferroni
from audits.measures.strata import adjusted_difference, adjusted_ratio
from governance.book import gettext_noop as _
from governance.evidence.facts import Measure, decimal_text

EMPTY_BASE = _("no rows in its base")
SMALL_BASE = _("the group or its reference is smaller than the least size for a comparison")
NO_REFERENCE = _("the reference has a rate of 0 or no rows")
FEW_GROUPS = _("fewer than two groups are large enough to be compared, or every rate is 0")
NO_STRATUM = _("no stratum of the control features holds both the group and its reference")
_DIFFERENCES = ("selection_rate", "true_positive_rate", "false_positive_rate", "accuracy", "precision")


def measures(counted: Counted, parameters: BiasParameters) -> tuple[Measure, ...]:
    """All measures: the whole, each family's groups, their comparisons, and the figures across groups."""
    labelled = parameters.label is not None and parameters.prediction is not None
    rates = [name for name, rate in RATES.items() if labelled or not rate.needs_label]
    everyone = total(counted.tallies.values())
    found = [_rate(share(everyone, rate), rate, (), sum(counted.reasons.values())) for rate in rates]
    all_families = families(counted, parameters)
    for family in all_families:
        for values, tally in family.tallies.items():
            name, lost = family.name(values), family.unusable[values]
            found += [_rate(share(tally, rate), rate, name, lost) for rate in rates]
        found += _comparisons(family, rates)
        if parameters.control:
            found += _adjusted(family)
    for family in all_families[:-1]:
        found += _across(family, labelled, tuple((feature, "*") for feature in family.features))
    found += _across(all_families[-1], labelled, ())
    return tuple(found)


def details(counted: Counted, parameters: BiasParameters) -> dict[str, Any]:
    """The counts behind every figure: families -> groups -> cells."""
    labelled = parameters.label is not None and parameters.prediction is not None
    return {
        "decision": parameters.prediction or parameters.label,
        "labelled": labelled,
        "weighted": parameters.weight is not None,
        "families": [_family_details(family) for family in families(counted, parameters)],
    }


def limits(parameters: BiasParameters) -> tuple[str, ...]:
    """What the figures do not show."""
    found = [
        _("Equal rates do not show that the decisions are right, and unequal ones do not show why they differ."),
        _("The figures hold for the rows given. Whether these stand for the people concerned is not examined."),
        _("Groups are those the table names; people it does not name, and mixtures it does not record, are not seen."),
    ]
    if parameters.label is None:
        found.append(_("Without a label only how often people are selected is measured, not whether rightly so."))
    if parameters.weight is not None:
        found.append(_("Intervals of weighted rates rest on the effective sample size after Kish, an approximation."))
    return tuple(found)


def _rate(found: Share | None, rate: str, group: Pairs, lost: int) -> Measure:
    if found is None:
        return Measure(rate, None, None, None, 0, "wilson", unscored=lost, group=group, reason=EMPTY_BASE)
    return _measure(rate, found.interval(), found.rows, "share", group, unscored=lost)


def _comparisons(family: Family, rates: list[str]) -> Iterator[Measure]:
    for rate in _DIFFERENCES:
        if rate in rates:
            yield from _compared(family, rate, f"{rate}_difference", "difference", difference_to)
    yield from _compared(family, "selection_rate", "selection_rate_ratio", "ratio", ratio_to)


def _compared(
    family: Family, rate: str, name: str, unit: str, compare: Callable[[Share, Share, float, int], Interval | None]
) -> Iterator[Measure]:
    pairs = family.pairs(rate)
    comparisons = _comparison_count(family, pairs)
    for values, pair in pairs.items():
        rows = _base(family, values, rate)
        if pair is None:
            yield _measure(name, None, rows, unit, family.name(values), reason=SMALL_BASE)
            continue
        interval = compare(*pair, LEVEL, comparisons)
        yield _measure(name, interval, rows, unit, family.name(values), reason=NO_REFERENCE, method="bonferroni")


def _comparison_count(family: Family, pairs: Mapping[Values, object]) -> int:
    """How many different comparisons: two groups, each against the rest, are one and the same."""
    count = sum(pair is not None for pair in pairs.values())
    return 1 if family.reference is None and len(family.tallies) == 2 else max(1, count)


def _adjusted(family: Family) -> Iterator[Measure]:
    pairs = family.pairs("selection_rate")
    count = _comparison_count(family, pairs)
    for values, strata in family.strata_of("selection_rate").items():
        rows = sum(stratum.one.rows for stratum in strata)
        small = pairs[values] is None
        for name, unit, adjust in (
            ("selection_rate_ratio_adjusted", "ratio", adjusted_ratio),
            ("selection_rate_difference_adjusted", "difference", adjusted_difference),
        ):
            interval = None if small else adjust(strata, bonferroni(LEVEL, count))
            reason = SMALL_BASE if small else NO_STRATUM
            yield _measure(name, interval, rows, unit, family.name(values), reason=reason, method="bonferroni")


def _across(family: Family, labelled: bool, group: Pairs) -> Iterator[Measure]:
    selected = family.shares("selection_rate")
    pairs = family.pairs("selection_rate")
    known = [pair for pair in pairs.values() if pair is not None]
    rows, lost = sum(one.rows for one in selected), family.left_out("selection_rate")
    figures = [
        ("demographic_parity_difference", largest_difference(selected), "difference"),
        ("demographic_parity_ratio", smallest_ratio(selected), "ratio"),
        ("worst_selection_rate_ratio", worst_ratio(known, LEVEL, _comparison_count(family, pairs)), "ratio"),
    ]
    for name, interval, unit in figures:
        yield _measure(name, interval, rows, unit, group, reason=FEW_GROUPS, unscored=lost)
    if labelled:
        yield from _across_odds(family, group)


def _across_odds(family: Family, group: Pairs) -> Iterator[Measure]:
    tpr, fpr = family.shares("true_positive_rate"), family.shares("false_positive_rate")
    positives, negatives = sum(one.rows for one in tpr), sum(one.rows for one in fpr)
    lost = family.left_out("true_positive_rate")
    figures = [
        ("equal_opportunity_difference", largest_difference(tpr), "difference", positives, lost),
        ("equalized_odds_difference", equalized_odds_difference(tpr, fpr), "difference", positives + negatives, lost),
        ("equalized_odds_ratio", equalized_odds_ratio(tpr, fpr), "ratio", positives + negatives, lost),
    ]
    for name, interval, unit, rows, out in figures:
        out += 0 if name == "equal_opportunity_difference" else family.left_out("false_positive_rate")
        yield _measure(name, interval, rows, unit, group, reason=FEW_GROUPS, unscored=out)


def _base(family: Family, values: Values, rate: str) -> int:
    found = share(family.tallies[values], rate)
    return 0 if found is None else found.rows


def _measure(
    name: str,
    interval: Interval | None,
    rows: int,
    unit: str,
    group: Pairs,
    *,
    reason: str = "",
    unscored: int = 0,
    method: str = "",
) -> Measure:
    if interval is None:
        return Measure(name, None, None, None, rows, "none", unit, unscored=unscored, group=group, reason=reason)
    low, value, high = (decimal_text(number) for number in (interval.low, interval.value, interval.high))
    how = f"{interval.method}_{method}" if method else interval.method
    return Measure(name, value, low, high, rows, how, unit, unscored=unscored, group=group)


def _family_details(family: Family) -> dict[str, Any]:
    groups = []
    for values, tally in family.tallies.items():
        cells = {cell: getattr(tally, cell).rows for cell in ("tn", "fp", "fn", "tp")}
        small = tally.all.rows < family.min_group
        groups.append({"group": list(values), "cells": cells, "unscored": family.unusable[values], "small": small})
    reference = None if family.reference is None else list(family.reference)
    return {"features": list(family.features), "reference": reference, "groups": groups}
