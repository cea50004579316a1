"""Asking for a run, cancelling it, looking at it: the verbs of people and of the REST door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from audits import catalogue
from audits.catalogue import UnknownKind
from audits.contract import AuditKind, ItemResult
from audits.intake.models import Target
from audits.intake.services import check_names, known_target
from audits.runs import claims
from audits.runs.bell import ring
from audits.runs.models import ItemRecord, Result, Run, Step
from audits.runs.storing import from_bytes
from audits.runs.verdicts import NO_CRITERION, WORST_FIRST
from audits.states import OPEN, State, StepKind
from audits.targets.specs import SERVES, types_serving
from governance import shapes
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import NotFound
from governance.compliance.models import Criterion
from governance.keys import services as keys
from governance.registry.services import Known, known_system_version
from governance.shapes import ShapeError
from governance.trail import services as trail

ITEM = "audit-item"
MAX_KEY = 200
MAX_SEED = 2**53  # what every JSON reader keeps exactly


class KeyReused(ShapeError):  # noqa: N818 - reads as what happened
    """The idempotency key was used before with another body."""

    def __init__(self, words: str = "") -> None:
        super().__init__("Idempotency-Key", words or _("was used before with another body; take a new key for a new request."))


class KeyExpired(KeyReused):
    """The idempotency key was used so long ago that the same request is hardly meant."""

    def __init__(self, days: int) -> None:
        super().__init__(_("was used more than %(days)s days ago; take a new key for a new request.") % {"days": days})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked to do, as it came in; `key` and `body_digest` make a repeated request the same run."""

    system_version: str
    kind: str
    target: str
    parameters: Mapping[str, Any]
    criteria: tuple[str, ...] = ()
    seed: int = 0
    key: str = ""
    body_digest: str = ""


def request_run(*, actor: Actor, asked: Asked, now: datetime) -> tuple[Run, bool]:
    """Queue a run: its row, its first step, its trail row and the word to the dispatcher, in one transaction.

    False: it was there already.

    Raises:
        ShapeError: naming the field that does not fit and what would.
        KeyReused: the key belongs to another body.
        KeyExpired: the key was used before, longer ago than keys are kept.
        Forbidden: without `audits:write`.
    """
    check_can(actor, "audits:write")
    check_key(asked.key)
    known = _same(actor, asked.key, asked.body_digest, now)
    if known is not None:
        return known, False
    return insert_once(_prepared(actor, asked, now), actor=actor, now=now, detail={"kind": asked.kind})


def check_key(key: str) -> None:
    """Raise `ShapeError` unless `key` may be an Idempotency-Key."""
    if len(key) > MAX_KEY or not key.isprintable():
        raise ShapeError("Idempotency-Key", _("must be at most 200 printable characters."))


def insert_once(run: Run, *, actor: Actor, now: datetime, detail: Mapping[str, Any]) -> tuple[Run, bool]:
    """A new run, or the one that the same key and body made before or at this very moment (False).

    Raises `KeyReused`, `KeyExpired`.
    """
    try:
        with transaction.atomic():
            _insert(run, actor=actor, now=now, detail=detail)
    except IntegrityError:
        known = _same(actor, run.idempotency_key, run.body_digest, now)
        if known is None:
            raise
        return known, False
    return run, True


def _insert(run: Run, *, actor: Actor, now: datetime, detail: Mapping[str, Any]) -> None:
    run.save(force_insert=True)
    plan_step(run).save(force_insert=True)
    moved = {"to": State.QUEUED, **detail}
    trail.record(actor=actor, action="audits.request_run", subject="run", subject_id=run.id, detail=moved, now=now)
    ring(run.id)


def plan_step(run: Run) -> Step:
    """The step that every run begins with, not yet saved."""
    return Step(organisation_id=run.organisation_id, run=run, kind=StepKind.PLAN, number=0, queue=run.queue)


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
    return run


def run_of(organisation: UUID, run_id: UUID | str) -> Run:
    """One run of this organisation with its system and target. Raises `NotFound`."""
    runs = Run.objects.select_related("system_version__asset", "target", "result")
    run: Run = runs.one(organisation, run_id)
    return run


def lines_of(organisation: UUID) -> "QuerySet[Run, Any]":
    """What a list tells of every run of this organisation, without what only its own page needs."""
    names = {"system": F("system_version__asset__name"), "number": F("system_version__number"), "on": F("target__name")}
    runs: QuerySet[Run, Run] = Run.objects.of(organisation)
    return runs.values("id", "kind", "state", "verdicts", "requested_by", "created_at", **names)


def with_verdict(wanted: str) -> Q:
    """Runs whose overall verdict is `wanted`, as `verdicts.overall` says it."""
    judged = Q(state=State.SUCCEEDED)
    if wanted == NO_CRITERION:
        return judged & Q(criteria=[])
    worse = WORST_FIRST[: WORST_FIRST.index(wanted)]
    found = judged & ~Q(criteria=[]) & Q(verdicts__contains=[{"state": wanted}])
    for state in worse:
        found &= ~Q(verdicts__contains=[{"state": state}])
    return found


def items_of(organisation: UUID, run_id: UUID | str) -> QuerySet[ItemRecord]:
    """The recorded items of a run, in the order in which they were recorded. Raises `NotFound`."""
    run: Run = Run.objects.only("id", "organisation_id").one(organisation, run_id)
    return records_of(run)


def records_of(run: Run) -> QuerySet[ItemRecord]:
    """The recorded items of a run that is at hand."""
    records: QuerySet[ItemRecord] = ItemRecord.objects.of(run.organisation_id).filter(run=run)
    return records


def result_of(run: Run) -> Result | None:
    """What the run concluded, once it has succeeded."""
    return getattr(run, "result", None)


def item_result(record: ItemRecord) -> ItemResult:
    """A record as the runner yielded it, private words decrypted. Erased words are an empty object."""
    return ItemResult(
        item=record.item,
        outcome=record.outcome,  # type: ignore[arg-type]
        values=record.values,
        private=private_words(record),
        reason=record.reason,
    )


def private_words(record: ItemRecord) -> dict[str, Any]:
    """The words of people and of the audited system that belong to an item."""
    if record.private is None:
        return {}
    row = f"{record.run_id}:{record.item}"
    return from_bytes(keys.decrypt(organisation=record.organisation_id, purpose=ITEM, row=row, sealed=bytes(record.private)))


@transaction.atomic
def note_reading(*, actor: Actor, run_id: UUID, items: int, now: datetime) -> None:
    """Write to the trail that the private words of so many items of a run were shown; of none, nothing."""
    if items:
        detail = {"items": items}
        trail.record(actor=actor, action="audits.read_items", subject="run", subject_id=run_id, detail=detail, now=now)


def _same(actor: Actor, key: str, body_digest: str, now: datetime) -> Run | None:
    if not key:
        return None
    found: Run | None = Run.objects.of(actor.organisation).filter(idempotency_key=key).first()
    if found is None:
        return None
    days: int = settings.PROBANZA_IDEMPOTENCY_DAYS
    if found.created_at < now - timedelta(days=days):
        raise KeyExpired(days)
    if found.body_digest != body_digest:
        raise KeyReused
    return found


def _prepared(actor: Actor, asked: Asked, now: datetime) -> Run:
    card = _card(asked.kind)
    version: Known = _found("system_version", lambda: known_system_version(actor.organisation, asked.system_version))
    target: Target = _found("target", lambda: known_target(actor.organisation, asked.target))
    if card.needs not in SERVES[target.type]:
        problem = _("%(kind)s cannot be run on a target of type %(type)s.") % {"kind": card.name, "type": target.type}
        raise ShapeError("target", problem, types_serving(card.needs))
    shaped = shapes.read(card.parameters, asked.parameters, "parameters")
    if not 0 <= asked.seed <= MAX_SEED:
        raise ShapeError("seed", _("must be 0 to 9007199254740992."))
    check_names(target, shaped)
    return Run(
        organisation_id=actor.organisation,
        kind=card.name,
        system_version_id=version.id,
        target=target,
        parameters=shapes.plain(shaped),
        seed=asked.seed,
        criteria=_frozen(version, card, asked.criteria, now),
        queue=card.queue,
        idempotency_key=asked.key,
        body_digest=asked.body_digest,
        requested_by=actor.name,
        created_at=now,
    )


def _card(name: str) -> AuditKind:
    try:
        return catalogue.kind(name)
    except UnknownKind as error:
        raise ShapeError("kind", _("there is no such audit kind."), error.known) from None


def _found(field: str, look: Any) -> Any:
    try:
        return look()
    except NotFound as error:
        raise ShapeError(field, str(error)) from None


def _frozen(version: Known, card: AuditKind, ids: Sequence[str], now: datetime) -> list[dict[str, Any]]:
    """The criteria as they stand now: what they say later cannot change what this run is judged by."""
    if len(set(ids)) != len(ids):
        raise ShapeError("criteria", _("names a criterion twice."))
    return [_snapshot(version, card, f"criteria[{index}]", one, now) for index, one in enumerate(ids)]


def _snapshot(version: Known, card: AuditKind, field: str, one: str, now: datetime) -> dict[str, Any]:
    criterion: Criterion = _found(field, lambda: Criterion.objects.one(version.organisation, one))
    if criterion.system_id != version.system:
        raise ShapeError(field, _("belongs to another AI system."))
    if criterion.kind != card.name:
        raise ShapeError(field, _("is for the kind %(kind)s.") % {"kind": criterion.kind})
    if criterion.measure not in card.measure_names():
        problem = _("names the measure %(measure)s, which this kind does not conclude.") % {"measure": criterion.measure}
        raise ShapeError(field, problem, card.measure_names())
    if criterion.frozen_at > now:
        raise ShapeError(field, _("was frozen after this request; a criterion comes before the run."))
    return {
        "id": str(criterion.id),
        "measure": criterion.measure,
        "group": criterion.group,
        "limit": format(criterion.limit, "f"),
        "direction": criterion.direction,
        "min_n": criterion.min_n,
        "rationale": criterion.rationale,
        "author": criterion.author,
        "frozen_at": criterion.frozen_at.isoformat(),
        "digest": criterion.digest,
    }
