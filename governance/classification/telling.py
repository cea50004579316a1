"""A classification as REST tells it."""

from datetime import datetime
from typing import Any

from governance.access.tenancy import Conflict
from governance.classification.models import SystemAnswers
from governance.classification.outcome import Outcome, short, to_plain
from governance.classification.services import Standing, proposal_for, standing_of
from governance.registry.models import Asset


def told_outcome(outcome: Outcome, as_of: str) -> dict[str, Any]:
    """Headline, dimensions by name, and how each came about."""
    return {**to_plain(outcome), "as_of": as_of, "short": short(outcome)}


def told_standing(system: Asset, now: datetime) -> dict[str, Any]:
    """Where the system stands, beside the answers as they are now and what would be confirmed."""
    standing = standing_of(system.organisation_id, system.pk, today=now.date().isoformat())
    row = SystemAnswers.objects.of(system.organisation_id).filter(system=system).first()
    told = {"system": str(system.pk), "answers": row.answers if row else {}, "proposal": _proposal(system)}
    return {**told, "state": state_of(standing), **_standing(standing)}


def state_of(standing: Standing | None) -> str:
    """One of not_answered, proposed, confirmed, reopened."""
    if standing is None:
        return "not_answered"
    if standing.confirmed_at is None:
        return "proposed"
    return "confirmed" if standing.confirmed else "reopened"


def _standing(standing: Standing | None) -> dict[str, Any]:
    nobody: dict[str, Any] = {"confirmed_at": None, "confirmed_by": "", "confirmed_role": "", "evidence": "", "reopened": []}
    if standing is None:
        return {"outcome": None, **nobody}
    return {
        "outcome": told_outcome(standing.outcome, str(standing.answers.get("as_of", ""))),
        "confirmed_at": standing.confirmed_at,
        "confirmed_by": standing.confirmed_by,
        "confirmed_role": standing.confirmed_role,
        "evidence": standing.evidence_id,
        "reopened": [one.message % dict(one.values) for one in standing.reopened],
    }


def _proposal(system: Asset) -> dict[str, Any] | None:
    try:
        proposal = proposal_for(system.organisation_id, system.pk)
    except Conflict:
        return None
    told = told_outcome(proposal.outcome, str(proposal.answers.get("as_of", "")))
    return {"digest": proposal.digest, "version": str(proposal.version.pk), "outcome": told}
