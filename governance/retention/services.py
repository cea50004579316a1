"""Placing and releasing a hold, and asking before something is erased whether one stands: the verbs."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import Conflict, as_uuid
from governance.registry.models import Asset, AssetVersion, Component
from governance.retention.models import Hold
from governance.shapes import ShapeError
from governance.trail.services import record

LONGEST = 4_000


class Held(Conflict):
    """A hold stands, so nothing about the system is erased."""

    def __init__(self, hold: Hold) -> None:
        self.hold = hold
        super().__init__("hold", f"{hold.pk} stands on {hold.system.name}; nothing about it is erased until it is released.")


class Elsewhere(Conflict):
    """The hold was placed for something, and is released there."""

    def __init__(self, hold: Hold) -> None:
        super().__init__("hold", f"was placed for {hold.cause}; release it there.")


@transaction.atomic
def place_hold(*, actor: Actor, system_id: UUID | str, reason: str, now: datetime, cause: str = "") -> Hold:
    """Keep everything about a system from being erased. For one cause one hold stands: that one is returned then.

    Raises `Forbidden` without `audits:write`, `NotFound`, `ShapeError` without a reason.
    """
    check_can(actor, "audits:write")
    words = words_in("reason", reason)
    # Erasing takes the same lock, so that none slips in between the question and the hold.
    system: Asset = Asset.objects.select_for_update().filter(kind="ai_system").one(actor.organisation, system_id)
    standing = standing_on(actor.organisation, [system.pk])
    known = standing.filter(cause=cause).first() if cause else None
    if known is not None:
        return known
    hold = Hold(
        organisation_id=actor.organisation,
        system=system,
        cause=cause,
        reason=words,
        placed_at=now,
        placed_by=actor.id,
        placed_name=actor.name,
    )
    hold.save(force_insert=True)
    detail = {"system": str(system.pk), "cause": cause}
    record(actor=actor, action="retention.place_hold", subject="hold", subject_id=hold.pk, detail=detail, now=now)
    return hold


@transaction.atomic
def release_hold(*, actor: Actor, hold_id: UUID | str, reason: str, now: datetime, cause: str = "") -> Hold:
    """Let things be erased again. cause: what asks, which has to be what the hold was placed for.

    Raises `Forbidden` without `approvals:decide`, `NotFound`, `ShapeError` without a reason, `Elsewhere`, `Conflict` when it is
    released already.
    """
    check_can(actor, "approvals:decide")
    words = words_in("reason", reason)
    hold: Hold = Hold.objects.select_for_update().one(actor.organisation, hold_id)
    if hold.cause != cause:
        raise Elsewhere(hold)
    if hold.released_at is not None:
        raise Conflict("hold", "was released already.")
    hold.released_at, hold.released_by, hold.released_name, hold.released_because = now, actor.id, actor.name, words
    hold.save(update_fields=list(Hold.append_only_but))
    detail = {"system": str(hold.system_id), "cause": cause}
    record(actor=actor, action="retention.release_hold", subject="hold", subject_id=hold.pk, detail=detail, now=now)
    return hold


def standing_on(organisation: UUID, systems: Iterable[UUID]) -> "QuerySet[Hold]":
    """The holds that stand on these systems, newest first."""
    found: QuerySet[Hold] = Hold.objects.of(organisation).filter(system__in=list(systems), released_at=None)
    return found.select_related("system")


def check_erasable(organisation: UUID, about: Iterable[UUID | str]) -> None:
    """Ask before something is erased, in the transaction that erases it.

    about: ids of the versions, or of the systems, that it speaks of. Raises `Held`.
    """
    systems = _systems_of(organisation, {one for text in about if (one := as_uuid(text)) is not None})
    # In the order of their keys, so that two who ask for the same locks never wait for each other.
    of_kind = Asset.objects.select_for_update().of(organisation).filter(kind="ai_system")
    locked = of_kind.filter(pk__in=systems).order_by("pk")
    hold = standing_on(organisation, list(locked.values_list("pk", flat=True))).first()
    if hold is not None:
        raise Held(hold)


def _systems_of(organisation: UUID, about: set[UUID]) -> set[UUID]:
    """AI systems that these are, are versions of, or are a part of any version of."""
    found = set(Asset.objects.of(organisation).filter(pk__in=about, kind="ai_system").values_list("pk", flat=True))
    versions = about
    while versions:  # a part of a part: an agent's model
        assets = AssetVersion.objects.of(organisation).filter(pk__in=versions).values_list("asset_id", flat=True)
        found |= set(assets)
        parts = Component.objects.of(organisation).filter(component_version__in=versions)
        versions = set(parts.values_list("system_version_id", flat=True))
    return found


def words_in(field: str, given: str, longest: int = LONGEST) -> str:
    """A text that has to be there. Raises `ShapeError` naming the field."""
    words = given.strip()
    if not words or len(words) > longest or "\x00" in words:
        raise ShapeError(field, f"say why in words: 1 to {longest} characters and no NUL.")
    return words
