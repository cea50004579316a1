"""A calibration applied to a later audit by the same judge: the share it flagged, corrected by the rates that people gave it."""

from collections.abc import Mapping
from typing import Any

from audits.measures.prevalence import by_rates
from audits.review.models import Calibration
from audits.runs.models import Run
from audits.runs.services import result_of
from governance.evidence.facts import decimal_text

FLAGGED = "unsupported_answers"


def corrected_by(made: Calibration, run: Run) -> dict[str, Any] | None:
    """The corrected share of unsupported answers as a figure; None where the run has none, or the judge's rates allow none."""
    result = result_of(run)
    told = _named(result.facts["measures"], FLAGGED) if result is not None else None
    rates = [_rate(_named(made.figures["measures"], name)) for name in ("sensitivity", "specificity")]
    if told is None or told["value"] is None or None in rates:
        return None
    sensitivity, specificity = (rate for rate in rates if rate is not None)
    found = by_rates((float(told["value"]), told["n"]), sensitivity, specificity)
    if found is None:
        return None
    value, low, high = (decimal_text(part) for part in (found.value, found.low, found.high))
    return {**told, "value": value, "low": low, "high": high, "n": found.n, "method": found.method, "unit": "share"}


def _rate(one: Mapping[str, Any] | None) -> tuple[float, float] | None:
    return (float(one["value"]), float(one["n"])) if one is not None and one["value"] is not None and one["n"] else None


def _named(measures: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    return next((one for one in measures if one["name"] == name and not one.get("group")), None)
