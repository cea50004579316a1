"""Looking at runs, their items and what they concluded."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from audits.contract import ItemResult
from audits.runs.models import ItemRecord, Result, Run
from audits.runs.storing import from_bytes
from audits.runs.verdicts import NO_CRITERION, WORST_FIRST
from audits.states import State
from governance.access.actors import Actor
from governance.access.compiled import compiled, first
from governance.access.tenancy import NotFound, as_uuid
from governance.keys import services as keys
from governance.trail import services as trail

ITEM = "audit-item"


@compiled(UUID, UUID)
def _whole(organisation: UUID, run_id: UUID) -> QuerySet[Run, Run]:
    runs: QuerySet[Run, Run] = Run.objects.of(organisation).filter(pk=run_id).order_by()
    return runs.select_related("system_version__asset", "target", "result")


@compiled(UUID, UUID)
def _concluded(organisation: UUID, run_id: UUID) -> QuerySet[Run, Run]:
    runs: QuerySet[Run, Run] = Run.objects.of(organisation).filter(pk=run_id).order_by()
    return runs.select_related("result")


def run_of(organisation: UUID, run_id: UUID | str) -> Run:
    """One run of this organisation with its system, target and result. Raises `NotFound`."""
    return _one(_whole, organisation, run_id)


def concluded_run(organisation: UUID, run_id: UUID | str) -> Run:
    """One run of this organisation with its result. Raises `NotFound`."""
    return _one(_concluded, organisation, run_id)


def _one(ask: Callable[[UUID, UUID], list[Run]], organisation: UUID, run_id: UUID | str) -> Run:
    identifier = as_uuid(run_id)
    found = first(ask(organisation, identifier)) if identifier else None
    if found is None:
        raise NotFound(str(Run._meta.verbose_name), run_id)
    return found


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
def note_reading(*, actor: Actor, run_id: UUID, items: int, judged: bool, now: datetime) -> None:
    """Write to the trail that the private words of so many items of a run were shown; of none, nothing.

    judged: whether they were shown with what the audit made of them.
    """
    if items:
        detail = {"items": items, "judged": judged}
        trail.record(actor=actor, action="audits.read_items", subject="run", subject_id=run_id, detail=detail, now=now)
