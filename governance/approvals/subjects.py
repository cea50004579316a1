"""What can be approved, and whether it is still what was shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from governance.approvals.models import Approval
from governance.compliance.models import Criterion
from governance.registry.models import AssetVersion
from governance.shapes import ShapeError

VERSION, CRITERION = "version", "criterion"
SUBJECTS = (VERSION, CRITERION)
SCOPES_TO_ASK = {VERSION: "registry:write", CRITERION: "audits:write"}


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
    raise ShapeError("subject", "cannot be approved.", SUBJECTS)


def outdated(organisation: UUID, approvals: Iterable[Approval]) -> frozenset[UUID]:
    """Ids of those whose content was followed by another: a newer version of another digest, a newer criterion of the measure."""
    given = list(approvals)
    versions = [one for one in given if one.subject == VERSION]
    criteria = [one for one in given if one.subject == CRITERION]
    newest = _newest_digests(organisation, {one.system_id for one in versions}) if versions else {}
    last = _last_criteria(organisation, {one.system_id for one in criteria}) if criteria else frozenset()
    gone = [one.pk for one in versions if newest.get(one.system_id) != one.digest]
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
