"""Sums of explained rows -> measures, each with its interval over the rows."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import stats

from audits.contract import ItemResult
from audits.kinds.explainability.sums import Sums
from audits.measures.intervals import mean_interval, student
from governance.book import gettext_noop as _
from governance.evidence.facts import Coverage, Measure, decimal_text

FEW_ROWS = _("fewer than two rows were explained")
CONSTANT = _("the output is the same for every row")
NO_INTERVAL = _("an agreement of two halves has no interval of its own")
RESIDUAL_DIGITS = 9  # below that the order of the machine's own additions shows
Group = tuple[tuple[str, str], ...]


def coverage(results: Sequence[ItemResult]) -> Coverage:
    """Chosen rows, explained rows, and why the others were not."""
    reasons: dict[str, int] = {}
    planned = 0
    for result in results:
        planned += result.values.get("rows", 0)
        for reason, rows in result.values.get("unscored", {}).items():
            reasons[reason] = reasons.get(reason, 0) + rows
    return Coverage(planned, planned - sum(reasons.values()), tuple(sorted(reasons.items())))


def measures(results: Sequence[ItemResult]) -> tuple[Measure, ...]:
    """Per feature the mean |SHAP| and its share, most important first; then how far the figures carry."""
    sums, names = _gathered(results), _features(results)
    order = sorted(range(len(names)), key=lambda index: (-sums.features["absolute"][index], names[index]))
    found: list[Measure] = []
    for index in order:
        group = (("feature", names[index]),)
        found += [_mean(sums, index, group), _share(sums, index, group)]
    covered = coverage(results)
    share = decimal_text(covered.scored / covered.planned) if covered.planned else None
    reason = "" if share is not None else FEW_ROWS
    return (
        *found,
        _residual(sums),
        _stability(sums, len(names)),
        Measure("explained_share", share, share, share, covered.planned, "exact", reason=reason),
    )


def details(results: Sequence[ItemResult]) -> dict[str, Any]:
    """How the values were computed, in which space, and each feature's mean value with its sign."""
    sums, names = _gathered(results), _features(results)
    first = next((result.values for result in results if "method" in result.values), {})
    expected = next((result.values["expected"] for result in results if result.values.get("expected")), None)
    signed = sums.features.get("signed", [])
    return {
        "method": first.get("method", ""),
        "space": first.get("space", ""),
        "background_rows": first.get("background", 0),
        "expected": None if expected is None else decimal_text(float.fromhex(expected)),
        "confinement": first.get("confinement", {}),
        "model_rows": sum(result.values.get("model_rows", 0) for result in results),
        "mean_signed": {name: decimal_text(float(one / sums.rows)) for name, one in zip(names, signed, strict=True) if sums.rows},
    }


def limits(results: Sequence[ItemResult]) -> tuple[str, ...]:
    """What the figures do not show."""
    found = [
        _("SHAP values describe the model, not the world: they are no causes, and they do not say that a decision is right."),
        _("Where features go together, their values share what belongs to all of them."),
        _("These figures are for people who examine the system. They are not the explanation a person may ask for (Art. 86)."),
        _("Intervals describe the spread over the rows explained, as if drawn at random from those of interest."),
    ]
    if any(result.values.get("method") == "permutation" for result in results):
        found.append(_("The values rest on drawn permutations; with a larger budget of model rows they are more precise."))
    return tuple(found)


def _features(results: Sequence[ItemResult]) -> list[str]:
    return next((result.values["features"] for result in results if "features" in result.values), [])


def _gathered(results: Sequence[ItemResult]) -> Sums:
    sums = Sums()
    for result in results:
        if "absolute" in result.values:
            sums.add(result.values)
    return sums


def _mean(sums: Sums, index: int, group: Group) -> Measure:
    interval = mean_interval(sums.rows, sums.features["absolute"][index], sums.features["squares"][index])
    if interval is None:
        return Measure("mean_abs_shap", None, None, None, sums.rows, "none", "score", group=group, reason=FEW_ROWS)
    low, high = decimal_text(max(0.0, interval.low)), decimal_text(interval.high)
    return Measure("mean_abs_shap", decimal_text(interval.value), low, high, sums.rows, "student", "score", group=group)


def _share(sums: Sums, index: int, group: Group) -> Measure:
    """A ratio of means: value A / T, standard error sqrt(sum (|phi| - r T)^2 / (n (n - 1))) / mean T (delta method)."""
    if sums.rows < 2 or sums.total == 0:
        reason = FEW_ROWS if sums.rows < 2 else CONSTANT
        return Measure("attribution_share", None, None, None, sums.rows, "none", group=group, reason=reason)
    ratio = sums.features["absolute"][index] / sums.total
    squares, cross = sums.features["squares"][index], sums.features["cross"][index]
    spread: Fraction = squares - 2 * ratio * cross + ratio * ratio * sums.total_squares
    error = math.sqrt(max(0.0, float(spread)) / (sums.rows * (sums.rows - 1))) / float(sums.total / sums.rows)
    value, half = float(ratio), student(sums.rows - 1) * error
    low, high = decimal_text(max(0.0, value - half)), decimal_text(min(1.0, value + half))
    return Measure("attribution_share", decimal_text(value), low, high, sums.rows, "delta", group=group)


def _residual(sums: Sums) -> Measure:
    """Over all rows explained, so it has no interval: low = high = value."""
    if sums.rows == 0 or sums.spread == 0:
        reason = FEW_ROWS if sums.rows == 0 else CONSTANT
        return Measure("additivity_residual", None, None, None, sums.rows, "none", "ratio", reason=reason)
    value = decimal_text(round(sums.residual / sums.spread, RESIDUAL_DIGITS))
    return Measure("additivity_residual", value, value, value, sums.rows, "exact", "ratio")


def _stability(sums: Sums, features: int) -> Measure:
    even, odd = ([float(one) for one in sums.features.get(half, [])] for half in ("even", "odd"))
    known = features > 1 and sums.rows > 1 and len(set(even)) > 1 and len(set(odd)) > 1
    if not known:
        return Measure("rank_stability", None, None, None, sums.rows, "none", "score", reason=FEW_ROWS)
    rho = np.corrcoef(stats.rankdata(even), stats.rankdata(odd))[0, 1]
    value = decimal_text(round(float(rho), RESIDUAL_DIGITS))
    return Measure("rank_stability", value, None, None, sums.rows, "split_half", "score", reason=NO_INTERVAL)
