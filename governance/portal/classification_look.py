"""A classification in the reader's words: headline, dimensions, rules, what is unknown, what reopened it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from governance.access.tenancy import Conflict
from governance.book import Text
from governance.classification.models import SystemAnswers
from governance.classification.naming import article_words, tier_text, title_of, values_of
from governance.classification.outcome import Dimension, Outcome
from governance.classification.proposals import Proposal
from governance.classification.questions import questionnaire
from governance.classification.services import Standing, confirmed_before, proposal_for, standing_of
from governance.classification.telling import state_of
from governance.portal.classification_form import FIRST, progress
from governance.portal.look import name_words, told
from governance.registry.models import Asset
from governance.reports.moments import day_words

_TIERS: Final = {
    "prohibited": ("■", "not_met"),
    "undetermined": ("?", "not_assessed"),
    "high_risk": ("▲", "inconclusive"),
    "high_risk_sectoral": ("▲", "inconclusive"),
    "not_high_risk_derogated": ("§", "info"),
    "transparency": ("●", "info"),
}
_STATES: Final = {
    "not_answered": ("▨", "not_assessed", Text("not classified")),
    "proposed": ("…", "inconclusive", Text("nobody has confirmed it")),
    "confirmed": ("✎", "info", Text("confirmed by a person")),
    "reopened": ("◷", "stale", Text("reopened: look at it again")),
}
# What a version may declare itself to be, by what its answers lead to
_DECLARED: Final = {
    "prohibited": {"prohibited"},
    "high_risk": {"high_risk"},
    "high_risk_sectoral": {"high_risk"},
    "not_high_risk_derogated": {"minimal_risk", "transparency"},
    "transparency": {"transparency"},
    "minimal": {"minimal_risk"},
}


def panel_of(system: Asset, now: datetime) -> dict[str, Any]:
    """Headline and state; of a confirmed classification who confirmed it."""
    standing = standing_of(system.organisation_id, system.pk, today=now.date().isoformat())
    headline = _tier_chip(standing.outcome.tier) if standing else None
    return {"standing": standing, "tier": headline, "state": _state_chip(standing), "reopened": _reopened(standing)}


def page_of(system: Asset, now: datetime, language: str) -> dict[str, Any]:
    """Everything that the page shows. `outcome` is that of the answers as they are; `standing` what a person confirmed."""
    shown = panel_of(system, now)
    standing: Standing | None = shown["standing"]
    proposal = _proposal(system)
    outcome = proposal.outcome if proposal else standing.outcome if standing else None
    row = SystemAnswers.objects.of(system.organisation_id).filter(system=system).first()
    done = progress(row.answers if row else {})
    current = standing is not None and standing.confirmed
    return {
        **shown,
        "proposal": None if current else proposal,
        "proposed": _tier_chip(outcome.tier) if outcome and not current else None,
        "confirmable": not current and proposal is not None and proposal.outcome.tier != "undetermined",
        "dimensions": [_dimension(one, language) for one in outcome.dimensions] if outcome else [],
        "unknown": _unknown(outcome, language),
        "mismatch": _mismatch(proposal),
        "progress": done,
        "start": done.first_open or FIRST,
        "history": confirmed_before(system.organisation_id, system.pk),
        "as_of": _day(row.answers["as_of"]) if row and row.answers.get("as_of") else "",
    }


def _dimension(one: Dimension, language: str) -> dict[str, Any]:
    steps = [{"article": article_words(step.article, language), "because": step.because.of(language)} for step in one.trace]
    values = [told(value) for value in values_of(one)]
    if one.id == "applies_from" and one.values:
        values = [_day(one.values[0])]
    return {"title": told(title_of(one.id)), "values": values, "open": not one.determined, "steps": steps}


def _unknown(outcome: Outcome | None, language: str) -> list[dict[str, str]]:
    asked = [questionnaire().of(one) for one in outcome.unknown] if outcome else []
    return [{"id": one.id, "block": one.block, "text": one.text.of(language)} for one in asked]


def _proposal(system: Asset) -> Proposal | None:
    try:
        return proposal_for(system.organisation_id, system.pk)
    except Conflict:
        return None


def _mismatch(proposal: Proposal | None) -> str:
    """What the registry declares where the answers lead elsewhere."""
    if proposal is None:
        return ""
    declared, tier = str(proposal.version.spec.get("risk_class") or ""), proposal.outcome.tier.split("_from_")[0]
    if declared in {"", "not_classified"} or declared in _DECLARED.get(tier, {declared}):
        return ""
    words: Mapping[str, str] = {"declared": name_words(declared), "tier": _tier_words(proposal.outcome.tier)}
    return _("The registry declares “%(declared)s”; these answers lead to “%(tier)s”.") % words


def _tier_chip(tier: str) -> dict[str, str]:
    shape, tone = _TIERS.get(tier.split("_from_")[0], ("–", "plain"))
    return {"shape": shape, "tone": tone, "word": _tier_words(tier)}


def _tier_words(tier: str) -> str:
    text = tier_text(tier)
    return told(Text(text.message, tuple((name, _day(str(value))) for name, value in text.values)))


def _day(iso: str) -> str:
    return day_words(date.fromisoformat(iso), (get_language() or "en")[:2])


def _state_chip(standing: Standing | None) -> dict[str, str]:
    shape, tone, word = _STATES[state_of(standing)]
    return {"shape": shape, "tone": tone, "word": told(word)}


def _reopened(standing: Standing | None) -> list[str]:
    return [told(one) for one in standing.reopened] if standing else []
