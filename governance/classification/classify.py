"""Classification of an AI system under the EU AI Act: answers in, dimensions with their rules out. Pure.

Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744, Art. 2, 3, 5, 6, 25, 27, 43, 49, 50, 51, 86, 113, Annexes I
and III. An aid to a decision that a named person makes; no legal advice.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from governance.classification.dimensions.duties import duties
from governance.classification.dimensions.high_risk import HighRisk, high_risk
from governance.classification.dimensions.prohibition import Prohibition, prohibition
from governance.classification.dimensions.roles import roles
from governance.classification.dimensions.scope import scope
from governance.classification.dimensions.transparency import gpai, transparency
from governance.classification.outcome import DIMENSIONS as DIMENSIONS
from governance.classification.outcome import UNDETERMINED, Dimension, Step
from governance.classification.outcome import Outcome as Outcome
from governance.classification.outcome import from_plain as from_plain
from governance.classification.outcome import to_plain as to_plain
from governance.classification.rules import step
from governance.classification.said import Said, said
from governance.classification.truth import Truth

CLOCKS: Final = (
    "art5_original", "art5_new", "art50", "art50_2_legacy", "gpai", "gpai_legacy", "hr_annex_i", "hr_annex_iii",
    "hr_public_authorities",
)  # fmt: skip
_OUTSIDE: Final = {"high_risk": ("no",), "gpai": ("no",)}
# What takes a model out as well (Art. 2(1)(a), (6), (8)); that there is no system, or which use it has, does not.
_MODEL_OUTSIDE: Final = {"scope.no_link", "scope.scientific_rd_only", "scope.pre_market_rd"}


def classify(answers: Mapping[str, Any], dates: Mapping[str, str]) -> Outcome:
    """What follows from the answers on the day that they name.

    answers: question id -> an option, a list of options or an ISO date. A question left out has the default of the
    questionnaire; where nothing is answered at all, everything is unknown. dates: clock -> ISO day it applies from.

    A conclusion is certain where it holds whatever the unknown answers turn out to be. Where the scope itself is unknown, the
    other dimensions are told as for a system in scope. Raises `ShapeError` naming the question that does not fit.
    """
    given = said(answers, dates)
    in_or_out, out = scope(given)
    if out:
        dimensions = (in_or_out, *_outside(in_or_out, gpai(given)))
        return Outcome("out_of_scope", dimensions, _unknown(given, dimensions))
    banned, risk = prohibition(given), high_risk(given)
    who, told, model = roles(given, risk), transparency(given, risk), gpai(given)
    tier = _tier(out, banned, risk, told, model)
    dimensions = (
        in_or_out, banned.dimension, risk.dimension, risk.points, *duties(given, risk, who), told, model, who.roles, who.basis,
        _applies(given, tier, banned, risk, told, model),
    )  # fmt: skip
    return Outcome(tier, dimensions, _unknown(given, dimensions))


def _outside(in_or_out: Dimension, model: Dimension) -> Iterator[Dimension]:
    """The other dimensions of what is out of scope. Who places a model on the market is bound by that, whatever the system."""
    away = step("outside", *(question for one in in_or_out.trace for question in one.questions))
    model_too = not _MODEL_OUTSIDE.isdisjoint(one.rule for one in in_or_out.trace)
    for one in DIMENSIONS[1:]:
        yield model if one == "gpai" and not model_too else Dimension(one, _OUTSIDE.get(one, ()), True, (away,))


def _tier(out: Truth, banned: Prohibition, risk: HighRisk, told: Dimension, model: Dimension) -> str:
    """The strictest that holds for certain; undetermined where a stricter one may hold."""
    ladder: tuple[tuple[str, Truth], ...] = (
        ("prohibited", banned.now),
        (f"prohibited_from_{banned.starts}", banned.later),
        (UNDETERMINED, out is None),
        ("high_risk", risk.full),
        ("high_risk_sectoral", risk.section_b),
        ("not_high_risk_derogated", risk.derogated),
        ("transparency", bool(told.values) or (False if told.determined else None)),
        (UNDETERMINED, not model.determined),
    )
    for tier, truth in ladder:
        if truth is not False:
            return tier if truth else UNDETERMINED
    return "minimal"


def _applies(said: Said, tier: str, banned: Prohibition, risk: HighRisk, told: Dimension, model: Dimension) -> Dimension:
    """From when on what the headline names applies; the trace holds the other dates."""
    days = [("prohibited", banned.applies)] if banned.applies else []
    days += [("annex_iii", said.day_of("hr_annex_iii"))] if risk.annex_iii or risk.derogated else []
    days += [("annex_i", said.day_of("hr_annex_i"))] if risk.annex_i or risk.section_b else []
    days += [("transparency", said.day_of("art50"))] if told.values else []
    days += [("marking", said.day_of("art50_2_legacy"))] if "50(2)" in told.values else []
    models = model.values not in {(), ("no",)}
    days += [("gpai", said.day_of("gpai")), ("gpai_legacy", said.day_of("gpai_legacy"))] if models else []
    public = risk.full and said.yes("r_public_authority")
    days += [("public_authorities", said.day_of("hr_public_authorities"))] if public else []
    trace = tuple(step(f"applies.{name}", date=day) for name, day in days)
    if tier == UNDETERMINED:
        return Dimension("applies_from", (), False, (step("applies.unknown"), *trace))
    day = _headline(tier, dict(days), risk)
    return Dimension("applies_from", (day,) if day else (), True, trace or (step("applies.none"),))


def _headline(tier: str, days: Mapping[str, str], risk: HighRisk) -> str:
    if tier.startswith("prohibited"):
        return days.get("prohibited", "")
    if tier == "high_risk":
        return min(days[name] for name, truth in (("annex_iii", risk.annex_iii), ("annex_i", risk.annex_i)) if truth)
    if tier in {"high_risk_sectoral", "not_high_risk_derogated"}:
        return days["annex_i" if tier == "high_risk_sectoral" else "annex_iii"]
    return days.get("transparency", days.get("gpai", ""))


def _unknown(said: Said, dimensions: tuple[Dimension, ...]) -> tuple[str, ...]:
    """Questions whose unknown answer leaves something undetermined, in the order in which they are asked."""
    steps: list[Step] = [one for dimension in dimensions if not dimension.determined for one in dimension.trace]
    named = {question for one in steps for question in one.questions}
    return tuple(question for question in said.unknown(*said.chosen) if question in named)
