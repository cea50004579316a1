"""What others may do with runs: ask for one, cancel it, look at it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audits.runs import claims
from audits.runs.inserting import KeyExpired as KeyExpired
from audits.runs.inserting import KeyReused as KeyReused
from audits.runs.inserting import check_key as check_key
from audits.runs.inserting import check_repeated as check_repeated
from audits.runs.looking import ITEM as ITEM
from audits.runs.looking import concluded_run as concluded_run
from audits.runs.looking import item_result as item_result
from audits.runs.looking import items_of as items_of
from audits.runs.looking import lines_of as lines_of
from audits.runs.looking import note_reading as note_reading
from audits.runs.looking import private_words as private_words
from audits.runs.looking import records_of as records_of
from audits.runs.looking import result_of as result_of
from audits.runs.looking import run_of as run_of
from audits.runs.looking import with_verdict as with_verdict
from audits.runs.models import Run
from audits.runs.requesting import MAX_SEED as MAX_SEED
from audits.runs.requesting import Asked as Asked
from audits.runs.requesting import request_run as request_run
from audits.runs.telling import tell_end
from audits.states import OPEN, State
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.trail import services as trail


@transaction.atomic
def cancel_run(*, actor: Actor, run_id: UUID | str, now: datetime) -> Run:
    """End a run that no worker holds at once; another stops after the item it is at. A finished one stays as it is.

    Raises `NotFound`, `Forbidden`.
    """
    check_can(actor, "audits:write")
    run: Run = Run.objects.select_for_update().one(actor.organisation, run_id)
    if run.state not in OPEN or run.cancel_requested:
        return run
    run.cancel_requested = True
    detail = {}
    if not claims.is_held(run.id):
        detail = {"from": run.state, "to": State.CANCELLED}
        run.state, run.finished_at = State.CANCELLED, now
        claims.stop(run.id)
    run.save(update_fields=["cancel_requested", "state", "finished_at"])
    trail.record(actor=actor, action="audits.cancel_run", subject="run", subject_id=run.id, detail=detail, now=now)
    if run.state == State.CANCELLED:
        tell_end(organisation=run.organisation_id, run_id=run.id, now=now)
    return run
