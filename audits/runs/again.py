"""Doing a run again: going on with one that ended early, or measuring the same anew to see whether it comes out the same."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audits import catalogue
from audits.catalogue import UnknownKind
from audits.intake.services import check_names
from audits.runs import claims
from audits.runs.bell import ring
from audits.runs.inserting import check_key, insert_once, plan_step
from audits.runs.models import Result, Run
from audits.states import AGAIN, State
from governance import shapes
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.shapes import ShapeError
from governance.trail import services as trail
from probanza.canonical import digest_of


@transaction.atomic
def retry_run(*, actor: Actor, run_id: UUID | str, now: datetime) -> Run:
    """Queue a failed or cancelled run again. Recorded items stay as they are; only the others are measured.

    Raises `Conflict` for a run in any other state, `NotFound`, `Forbidden`.
    """
    check_can(actor, "audits:write")
    run: Run = Run.objects.select_for_update().one(actor.organisation, run_id)
    if run.state not in AGAIN:
        raise Conflict("state", _("is %(state)s; only a failed or cancelled audit can be retried.") % {"state": run.state})
    detail = {"from": run.state, "to": State.QUEUED, "done": run.done}
    run.state, run.cancel_requested, run.finished_at = State.QUEUED, False, None
    run.cause = run.message = ""
    run.save(update_fields=["state", "cancel_requested", "finished_at", "cause", "message"])
    if not claims.reopen(run.id):
        plan_step(run).save(force_insert=True)  # it ended before there were steps
    trail.record(actor=actor, action="audits.retry_run", subject="run", subject_id=run.id, detail=detail, now=now)
    ring(run.id)
    return run


def reproduce_run(*, actor: Actor, run_id: UUID | str, key: str, now: datetime) -> tuple[Run, bool]:
    """Queue a new run of what another was asked for: system version, target, parameters, seed and frozen criteria.

    False: the same key asked for it before. Raises `NotFound`, `Forbidden`, `ShapeError`, `KeyReused`, `KeyExpired`.
    """
    check_can(actor, "audits:write")
    check_key(key)
    first: Run = Run.objects.select_related("target").one(actor.organisation, run_id)
    _check_possible(first)
    run = Run(
        organisation_id=first.organisation_id,
        kind=first.kind,
        system_version_id=first.system_version_id,
        target_id=first.target_id,
        parameters=first.parameters,
        seed=first.seed,
        criteria=first.criteria,
        queue=first.queue,
        reproduces=first,
        idempotency_key=key,
        body_digest=digest_of({"reproduces": str(first.id)}),
        requested_by=actor.name,
        created_at=now,
    )
    return insert_once(run, actor=actor, now=now, detail={"kind": run.kind, "reproduces": str(first.id)})


def same_result(run: Run) -> bool | None:
    """Whether a run concluded exactly what the run that it reproduces did; None while one of them has no result."""
    if run.reproduces_id is None or run.state != State.SUCCEEDED:
        return None
    first: Run = Run.objects.one(run.organisation_id, run.reproduces_id)
    if first.state != State.SUCCEEDED:
        return None
    return _digest(first) == _digest(run)


def _check_possible(first: Run) -> None:
    """Raise `ShapeError` where the same request would be refused today: what it named may be gone meanwhile."""
    try:
        card = catalogue.kind(first.kind)
    except UnknownKind as error:
        raise ShapeError("kind", _("there is no such audit kind."), error.known) from None
    check_names(first.target, shapes.read(card.parameters, first.parameters, "parameters"))


def _digest(run: Run) -> str:
    if run.facts_digest:
        return run.facts_digest
    facts = Result.objects.of(run.organisation_id).values_list("facts", flat=True).get(run=run)
    return digest_of(facts)
