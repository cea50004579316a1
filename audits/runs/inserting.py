"""A new run with its first step, its trail row and the word to the dispatcher; asked for again, the same run."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audits.runs.bell import CHANNEL
from audits.runs.models import Run, Step
from audits.states import State, StepKind
from governance.access.actors import Actor
from governance.access.compiled import compiled, first
from governance.shapes import ShapeError
from governance.trail import services as trail
from governance.trail.together import insert_together

MAX_KEY = 200


class KeyReused(ShapeError):  # noqa: N818 - reads as what happened
    """The idempotency key was used before with another body."""

    def __init__(self, words: str = "") -> None:
        super().__init__("Idempotency-Key", words or _("was used before with another body; take a new key for a new request."))


class KeyExpired(KeyReused):
    """The idempotency key was used so long ago that the same request is hardly meant."""

    def __init__(self, days: int) -> None:
        super().__init__(_("was used more than %(days)s days ago; take a new key for a new request.") % {"days": days})


def check_key(key: str) -> None:
    """Raise `ShapeError` unless `key` may be an Idempotency-Key."""
    if len(key) > MAX_KEY or not key.isprintable():
        raise ShapeError("Idempotency-Key", _("must be at most 200 printable characters."))


def insert_once(run: Run, *, actor: Actor, now: datetime, detail: Mapping[str, Any]) -> tuple[Run, bool]:
    """A new run, or the one that the same key and body made before or at this very moment (False).

    Raises `KeyReused`, `KeyExpired`.
    """
    moved = {"to": State.QUEUED, **detail}
    told = trail.entry(actor=actor, action="audits.request_run", subject="run", subject_id=run.id, detail=moved, now=now)
    try:
        insert_together(run, plan_step(run), told, notify=(CHANNEL, str(run.id)))
    except IntegrityError:
        known = repeated(actor, run.idempotency_key, run.body_digest, now)
        if known is None:
            raise
        return known, False
    return run, True


def plan_step(run: Run) -> Step:
    """The step that every run begins with, not yet saved."""
    return Step(organisation_id=run.organisation_id, run=run, kind=StepKind.PLAN, number=0, queue=run.queue)


def repeated(actor: Actor, key: str, body_digest: str, now: datetime) -> Run | None:
    """The run that was asked for under this key before. Raises `KeyReused`, `KeyExpired`."""
    found = first(_of_key(actor.organisation, key)) if key else None
    if found is not None:
        check_repeated(found.created_at, found.body_digest, body_digest, now)
    return found


@compiled(UUID, str)
def _of_key(organisation: UUID, key: str) -> QuerySet[Run, Run]:
    runs: QuerySet[Run, Run] = Run.objects.of(organisation).filter(idempotency_key=key).order_by()
    return runs


def check_repeated(asked_at: datetime, before: str, body_digest: str, now: datetime) -> None:
    """Raise `KeyExpired` or `KeyReused` unless a request under the same key repeats the one of `asked_at`, digest `before`."""
    days: int = settings.PROBANZA_IDEMPOTENCY_DAYS
    if asked_at < now - timedelta(days=days):
        raise KeyExpired(days)
    if before != body_digest:
        raise KeyReused
