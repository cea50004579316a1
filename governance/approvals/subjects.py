"""What can be approved, and whether it is still what was shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from governance.access.actors import Actor
from governance.access.people import speaking
from governance.approvals.models import Approval
from governance.compliance.models import Criterion
from governance.compliance.statements.models import Waiver
from governance.compliance.statements.waiving import agree, refuse
from governance.registry.models import AssetVersion
from governance.shapes import ShapeError

VERSION, CRITERION, WAIVER = "version", "criterion", "waiver"
SUBJECTS = (VERSION, CRITERION, WAIVER)
SCOPES_TO_ASK = {VERSION: "registry:write", CRITERION: "audits:write", WAIVER: "audits:write"}


@dataclass(frozen=True, slots=True)
class Subject:
    """One content: its id, its digest, and the asset it belongs to."""

    kind: str
    id: UUID
    digest: str
    system: UUID


def subject_of(organisation: UUID, kind: str, sought: UUID | str) -> Subject:
    """The content that is spoken of. Raises `ShapeError` for another kind, `NotFound`."""
    if kind == VERSION:
        version: AssetVersion = AssetVersion.objects.one(organisation, sought)
        return Subject(kind, version.pk, version.digest, version.asset_id)
    if kind == CRITERION:
        criterion: Criterion = Criterion.objects.one(organisation, sought)
        return Subject(kind, criterion.pk, criterion.digest, criterion.system_id)
    if kind == WAIVER:
        waiver: Waiver = Waiver.objects.one(organisation, sought)
        return Subject(kind, waiver.pk, waiver.digest, waiver.system_id)
    raise ShapeError("subject", "cannot be approved.", SUBJECTS)


def settle(actor: Actor, approval: Approval, now: datetime) -> None:
    """What a decision brings about: a waiver begins with the second person's word. In the caller's transaction.

    Raises `Conflict` where the waiver has ended, or its day has passed.
    """
    if approval.subject != WAIVER:
        return
    if approval.decision == "approved":
        second = speaking(actor, "approvals:decide", "decision")
        agree(actor=actor, waiver_id=approval.subject_id, second=second, now=now)
    else:
        refuse(actor=actor, waiver_id=approval.subject_id, reason=approval.reason, now=now)


def outdated(organisation: UUID, approvals: Iterable[Approval]) -> frozenset[UUID]:
    """Ids of those whose content was followed by another: a newer version of another digest, a newer criterion of the measure.

    A waiver that has ended cannot be agreed to any more.
    """
    given = list(approvals)
    versions = [one for one in given if one.subject == VERSION]
    criteria = [one for one in given if one.subject == CRITERION]
    waivers = [one.subject_id for one in given if one.subject == WAIVER]
    ended = set(Waiver.objects.of(organisation).filter(pk__in=waivers).exclude(ended_at=None).values_list("pk", flat=True))
    newest = _newest_digests(organisation, {one.system_id for one in versions}) if versions else {}
    last = _last_criteria(organisation, {one.system_id for one in criteria}) if criteria else frozenset()
    gone = [one.pk for one in versions if newest.get(one.system_id) != one.digest]
    gone += [one.pk for one in given if one.subject_id in ended]
    return frozenset([*gone, *(one.pk for one in criteria if one.subject_id not in last)])


def is_current(version: AssetVersion) -> bool:
    """Whether no version of another content has followed."""
    return _newest_digests(version.organisation_id, {version.asset_id}).get(version.asset_id) == version.digest


def current_criteria(organisation: UUID, system: UUID) -> list[Criterion]:
    """The criteria in force for a system: of each measure and group the one that was frozen last."""
    last = _last_criteria(organisation, {system})
    return list(Criterion.objects.of(organisation).filter(pk__in=last).order_by("kind", "measure", "id"))


def _newest_digests(organisation: UUID, assets: set[UUID]) -> dict[UUID, str]:
    rows = AssetVersion.objects.of(organisation).filter(asset__in=assets).order_by("asset_id", "-number").distinct("asset_id")
    return dict(rows.values_list("asset_id", "digest"))


def _last_criteria(organisation: UUID, systems: set[UUID]) -> frozenset[UUID]:
    """Of each measure and group the criterion that was frozen last."""
    rows = Criterion.objects.of(organisation).filter(system__in=systems)
    last = rows.order_by("system_id", "kind", "measure", "group", "-frozen_at", "-id")
    return frozenset(last.distinct("system_id", "kind", "measure", "group").values_list("id", flat=True))
