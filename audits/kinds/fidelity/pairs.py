"""One answer's part in a comparison of two runs: every share of this kind is a mean of these over questions."""

from collections.abc import Mapping
from typing import Any

from audits.contract import Unit

FLAGGED = ("unsupported", "contradicted")


def unit(outcome: str, values: Mapping[str, Any]) -> Unit | None:
    """What a stored item says: 0 or 1, or the share of its claims; None for an item that knows no question.

    A question without a verdict has no value for what a verdict would say, and counts as not answered only when no
    answer came.
    """
    question = values.get("question")
    if not isinstance(question, str):
        return None
    answered = bool(values.get("answered"))
    found = {"answered": float(answered), "unscored": float(outcome != "scored")}
    if answered:
        found["abstentions"] = float(bool(values.get("abstained")))
    if answered and outcome == "scored" and not values.get("abstained"):
        found |= _judged(values)
    score = values.get("unsupported")
    return Unit(question, found, str(values.get("judge", "")), None if score is None else float(score))


def _judged(values: Mapping[str, Any]) -> dict[str, float]:
    claims = [claim["verdict"] for claim in values.get("claims", ()) if claim["verdict"] != "unscored"]
    found = {"unsupported_answers": float(values.get("verdict") in FLAGGED)}
    return {**found, "supported_claims": claims.count("supported") / len(claims)} if claims else found
