"""A confirmed classification as sealed evidence."""

from dataclasses import dataclass
from datetime import datetime

from governance.access.actors import Actor
from governance.book import to_plain
from governance.classification.proposals import Proposal
from governance.classification.section import blocks
from governance.evidence.models import Entry
from governance.evidence.services import seal

KIND = "classification"


@dataclass(frozen=True, slots=True)
class Signed:
    """Who confirmed it, in which role, and why. person: the id behind the name."""

    by: str
    role: str
    person: str
    statement: str


def seal_classification(*, actor: Actor, proposal: Proposal, signed: Signed, now: datetime) -> Entry:
    """Seal what was confirmed about the version it was confirmed of."""
    version = proposal.version
    told = blocks(proposal.outcome, signed.by, signed.role, str(proposal.answers.get("as_of", "")))
    statement = {
        "classification": {**proposal.plain, "digest": proposal.digest},
        "confirmed": {"by": signed.by, "role": signed.role, "person": signed.person, "statement": signed.statement},
        "answered": {"by": proposal.row.changed_by, "at": proposal.row.changed_at.isoformat()},
        "blocks": to_plain(told),
        "criteria": [],
        "verdicts": [],
        "pins": [{"role": "system", "id": str(version.pk), "digest": version.digest}],
    }
    return seal(actor=actor, kind=KIND, subject=str(version.pk), statement=statement, now=now)
