"""A named person confirms a classification."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.access.actors import Actor
from governance.access.people import speaking
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.classification.answering import locked_system
from governance.classification.models import Classification, SystemAnswers
from governance.classification.outcome import UNDETERMINED
from governance.classification.proposals import Proposal, proposal_of
from governance.classification.sealing import Signed, seal_classification
from governance.registry.queries import newest_versions
from governance.shapes import ShapeError
from governance.trail.services import record

LONGEST = 4000  # characters of a statement


class Outdated(Conflict):
    """Answers, questionnaire or system are others than those that were looked at."""

    def __init__(self) -> None:
        super().__init__("digest", "is not of the current answers; look at them again.")


class Open(Conflict):
    """A person confirms a classification, not that nobody knows it."""

    def __init__(self, questions: tuple[str, ...]) -> None:
        self.questions = questions
        super().__init__("answers", f"leave the classification undetermined; find out: {', '.join(questions)}.")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person confirms. digest: of the proposal that was looked at. statement: why, in words; may not be empty."""

    digest: str
    statement: str


@transaction.atomic
def confirm(*, actor: Actor, system_id: UUID | str, confirmation: Confirmation, now: datetime) -> Classification:
    """A named person confirms what follows from the answers; it is sealed as evidence about the newest version.

    Raises:
        Forbidden: without `approvals:decide`. NotFound: no such system here. ShapeError: no statement.
        NoPerson, Unclear: not a person, or nobody knows which. Outdated: another digest than that of the current proposal.
        Open: the headline is undetermined. Conflict: no version, or nothing answered.
    """
    check_can(actor, "approvals:decide")
    system = locked_system(actor.organisation, system_id)
    person = speaking(actor, "approvals:decide", "confirmation")
    proposal = proposal_for(actor.organisation, system.pk)
    statement = _statement(confirmation.statement)
    if confirmation.digest != proposal.digest:
        raise Outdated
    if proposal.outcome.tier == UNDETERMINED:
        raise Open(proposal.outcome.unknown)
    signed = Signed(by=person.name, role=actor.role, person=person.id, statement=statement)
    entry = seal_classification(actor=actor, proposal=proposal, signed=signed, now=now)
    row = Classification(
        organisation_id=actor.organisation,
        system=system,
        system_version=proposal.version,
        answers=dict(proposal.answers),
        outcome=proposal.plain["outcome"],
        watched=proposal.plain["watched"],
        digest=proposal.digest,
        classified_at=proposal.row.changed_at,
        classified_by=proposal.row.changed_by,
        confirmed_at=now,
        confirmed_by=signed.by,
        confirmed_by_id=person.id,
        confirmed_role=actor.role,
        statement=statement,
        evidence=entry,
    )
    row.save()
    detail = {"system": str(system.pk), "tier": proposal.outcome.tier, "digest": proposal.digest, "evidence": str(entry.pk)}
    record(actor=actor, action="classification.confirm", subject="classification", subject_id=row.pk, detail=detail, now=now)
    return row


def proposal_for(organisation: UUID, system_id: UUID) -> Proposal:
    """What somebody would confirm now. Raises `Conflict` where nothing is answered, or there is no version to confirm it of."""
    row = SystemAnswers.objects.of(organisation).filter(system_id=system_id).first()
    if row is None or not set(row.answers) - {"as_of"}:
        raise Conflict("answers", "are missing: answer the questions first.")
    version = newest_versions(organisation, [system_id]).get(system_id)
    if version is None:
        raise Conflict("system", "has no version yet; register one first.")
    return proposal_of(row, version)


def _statement(words: str) -> str:
    text = words.strip()
    if not text or len(text) > LONGEST or any(one == "\x00" or "\ud800" <= one <= "\udfff" for one in text):
        raise ShapeError("statement", f"must say in 1 to {LONGEST} characters, without NUL, why this is the classification.")
    return text
