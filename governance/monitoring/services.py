"""Setting a post-market monitoring plan, and telling how sealed evidence stands to it: the verbs."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.book import to_plain
from governance.evidence.services import seal
from governance.monitoring.feeding import seen_by
from governance.monitoring.models import Plan
from governance.monitoring.plan import LONGEST_NOTE, Line, MonitoringTold, plan_form, read_lines, stand
from governance.monitoring.section import blocks
from governance.registry.models import Asset
from governance.registry.services import newest_version
from governance.shapes import ShapeError, read
from governance.trail.services import record
from probanza.canonical import digest_of

PLAN_KIND = "monitoring_plan"


@transaction.atomic
def set_plan(
    *,
    actor: Actor,
    system_id: UUID | str,
    lines: object,
    known_measures: Mapping[str, Mapping[str, str]],
    now: datetime,
    note: str = "",
) -> Plan:
    """The next version of a system's plan, sealed as evidence. When it says the same as the newest, that one is returned.

    lines: a list of kind, measure (may be empty) and every_days. known_measures: the kinds there are, each with its measures.

    Raises `Forbidden` without `audits:write`, `NotFound`, `ShapeError` naming the line.
    """
    check_can(actor, "audits:write")
    read_in = read_lines(lines, known_measures)
    words = _note(note)
    system: Asset = Asset.objects.select_for_update().filter(kind="ai_system").one(actor.organisation, system_id)
    before = plans_of(actor.organisation, system.pk).first()
    if before is not None and (lines_of(before), before.note) == (read_in, words):
        return before
    number = before.number + 1 if before else 1
    form = plan_form(system=str(system.pk), version=number, lines=read_in, note=words)
    version = newest_version(system)
    digest = digest_of(form)
    statement = {"plan": form, "plan_digest": digest, "blocks": to_plain(blocks(number, read_in, known_measures))}
    entry = seal(actor=actor, kind=PLAN_KIND, subject=str(version.pk if version else system.pk), statement=statement, now=now)
    plan = Plan(
        organisation_id=actor.organisation,
        system=system,
        number=number,
        lines=form["lines"],
        note=words,
        digest=digest,
        evidence_id=entry.pk,
        set_by=actor.name,
        set_at=now,
    )
    plan.save(force_insert=True)
    detail = {"system": str(system.pk), "number": number, "digest": digest, "evidence": str(entry.pk)}
    record(actor=actor, action="monitoring.set_plan", subject="plan", subject_id=plan.pk, detail=detail, now=now)
    return plan


def plans_of(organisation: UUID, system_id: UUID) -> "QuerySet[Plan]":
    """Every version of a system's plan, newest first."""
    found: QuerySet[Plan] = Plan.objects.of(organisation).filter(system_id=system_id).order_by("-number")
    return found


def lines_of(plan: Plan) -> tuple[Line, ...]:
    """The lines of a stored plan."""
    return tuple(read(Line, one) for one in plan.lines)


def monitoring_of(organisation: UUID, system_id: UUID, now: datetime) -> MonitoringTold | None:
    """The plan in force and how each line stands; None without a plan."""
    plans = list(plans_of(organisation, system_id))
    if not plans:
        return None
    plan, lines = plans[0], lines_of(plans[0])
    seen = seen_by(organisation, system_id, lines)
    told = tuple(stand(one, since=_since(one, plans), seen=seen.get(one.key()), now=now) for one in lines)
    return MonitoringTold(plan.number, plan.set_by, plan.set_at, told, plan.note, plan.digest, str(plan.evidence_id))


def _since(line: Line, plans: list[Plan]) -> datetime:
    """When the line came in: setting the plan anew with the same line moves nothing."""
    since = plans[0].set_at
    for plan in plans:
        if line.key() not in {one.key() for one in lines_of(plan)}:
            break
        since = plan.set_at
    return since


def _note(note: str) -> str:
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise ShapeError("note", f"must have at most {LONGEST_NOTE} characters and no NUL.")
    return note.strip()
