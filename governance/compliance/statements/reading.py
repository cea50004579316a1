"""What people have said about systems, as it counts at a moment: read in a fixed number of queries, however many systems."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from governance.compliance.said import Assigned, Stated, Waived
from governance.compliance.statements.models import Assignment, Statement, Waiver
from governance.compliance.statements.signing import signature_text
from governance.compliance.verdict import STATEMENT_STATES
from governance.evidence.gists import Gist, gists
from governance.evidence.statement import utc_text


@dataclass(slots=True)
class Heard:
    """Of one system. statements: those that stand, oldest first, each with the gist of its sealed statement."""

    statements: list[tuple[Statement, Gist]] = field(default_factory=list)
    waivers: list[Waived] = field(default_factory=list)
    assignments: list[Assigned] = field(default_factory=list)


def heard(organisation: UUID, systems: Sequence[UUID], now: datetime) -> Mapping[UUID, Heard]:
    """What people said about these systems; nothing of what was withdrawn, ended or replaced."""
    found: dict[UUID, Heard] = defaultdict(Heard)
    rows = Statement.objects.of(organisation).filter(system_id__in=systems, withdrawal=None)
    stated = list(rows.select_related("version").defer("version__spec").order_by("made_at", "id"))
    for row, gist in zip(stated, gists([row.entry_id for row in stated]), strict=True):
        found[row.system_id].statements.append((row, gist))
    waived = Waiver.objects.of(organisation).filter(system_id__in=systems, ended_at=None).select_related("entry")
    for waiver in waived.order_by("asked_at", "id"):
        found[waiver.system_id].waivers.append(waived_of(waiver, now))
    assigned = Assignment.objects.of(organisation).filter(system_id__in=systems)
    for newest in assigned.order_by("system_id", "duty", "-id").distinct("system_id", "duty"):
        if newest.owner:
            found[newest.system_id].assignments.append(Assigned(newest.owner, newest.due, newest.duty))
    return found


def stated_of(row: Statement, digest: str, number: int, changed: tuple[str, ...] = ()) -> Stated:
    """A statement as compliance reads it. number: of the version it is about."""
    return Stated(
        id=str(row.pk),
        duty=row.duty,
        state=next(state for state in STATEMENT_STATES if state == row.state),
        statement=row.words,
        person=row.person,
        role=row.role,
        at=utc_text(row.made_at),
        document_digest=row.document_digest,
        document_name=row.document_name,
        cites=tuple(row.cites),
        evidence_id=str(row.entry_id),
        signature=signature_text(row.key_id, bytes(row.signature)),
        digest=digest,
        reference=row.reference,
        number=number,
        changed=changed,
    )


def waived_of(row: Waiver, now: datetime) -> Waived:
    """A waiver as it stands at a moment; its last day still counts."""
    return Waived(
        id=str(row.pk),
        duty=row.duty,
        reason=row.reason,
        by=row.person,
        second=row.second,
        expires_on=row.expires_on,
        active=bool(row.agreed_at) and not row.ended_at and now.date() <= row.expires_on,
        evidence_id=str(row.entry_id or ""),
        digest=row.entry.digest if row.entry else "",
    )
