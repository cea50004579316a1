"""What looks after time: stale evidence, audits that are due again, requests that wait for an admin.

Each watcher is called every minute or so with `now` and tells of each thing once; it looks back some days, so that a service
that was down tells late and not never. `PROBANZA_WATCHERS` names them, those of the wings too.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from governance.access.destinations_rows import ASKED, Destination
from governance.access.models import Organisation
from governance.evidence.kinds import NO_AUDIT
from governance.evidence.models import Entry
from governance.notices.events import DESTINATION, DUE, STALE
from governance.notices.models import WAITING, Delivery, Notice
from governance.notices.services import tell
from governance.registry.models import AssetVersion, Component
from governance.trail.ids import uuid7_at

LOOK_BACK = timedelta(days=7)
KEPT = timedelta(days=30)  # a delivery that has ended is listed for so long
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Changed:
    """A version that came after another: `before` has no more the newest of its asset."""

    organisation: UUID
    before: UUID
    successor: UUID
    number: int
    asset: str


def watch(now: datetime) -> None:
    """Let every watcher look; one that fails keeps none of the others from it, and is told by its error."""
    with ExitStack() as watchers:
        for name in settings.PROBANZA_WATCHERS:
            watchers.callback(import_string(name), now)


def stale_evidence(now: datetime) -> int:
    """Tell of evidence whose system, or a part of it, has a new version. How many notices were new."""
    return sum(_tell_stale(changed, now) for changed in _changed(now - LOOK_BACK))


def due_evidence(now: datetime) -> int:
    """Tell of audits older than PROBANZA_EVIDENCE_DAYS that nobody has made anew; 0 days: never."""
    days: int = settings.PROBANZA_EVIDENCE_DAYS
    if not days:
        return 0
    latest = now - timedelta(days=days)
    told = 0
    for organisation in Organisation.objects.values_list("id", flat=True):
        entries = Entry.objects.of(organisation).exclude(kind__in=NO_AUDIT)
        old = entries.filter(sealed_at__gt=latest - LOOK_BACK, sealed_at__lte=latest)
        told += sum(_tell_due(entry, now) for entry in old.only("id", "organisation_id", "kind", "subject", "sealed_at"))
    return told


def open_requests(now: datetime) -> int:
    """Tell of destinations that wait for an admin."""
    told = 0
    for row in Destination.objects.filter(state=ASKED, asked_at__gt=now - LOOK_BACK):
        data = {"place": row.place, "asked_by": row.asked_by}
        told += _once(row.organisation_id, DESTINATION, str(row.id), data, now, f"destination:{row.id}")
    return told


def tidy(now: datetime) -> int:
    """Forget deliveries that ended long ago, and notices that nobody is told of any more. How many deliveries."""
    old = Delivery.objects.exclude(state=WAITING).filter(finished_at__lt=now - KEPT)
    gone, _ = Delivery.objects.filter(id__in=list(old.values_list("id", flat=True)[:_BATCH])).delete()
    # What is told once is remembered longer than any watcher looks back.
    idle = Notice.objects.filter(at__lt=now - KEPT - LOOK_BACK, deliveries=None)
    Notice.objects.filter(id__in=list(idle.values_list("id", flat=True)[:_BATCH])).delete()
    return gone


def _changed(since: datetime) -> Iterator[Changed]:
    first = uuid7_at(int(since.timestamp()) * 10**9, 0)  # the ids sort by time: this asks the key, not every row
    fresh = AssetVersion.objects.filter(id__gte=first, number__gt=1).select_related("asset").order_by("id")
    for version in fresh.iterator(chunk_size=500):
        before = AssetVersion.objects.filter(asset_id=version.asset_id, number=version.number - 1).values_list("id", flat=True)
        for one in before:
            yield Changed(version.organisation_id, one, version.id, version.number, version.asset.name)


def _tell_stale(changed: Changed, now: datetime) -> int:
    told = 0
    for entry in _newest_of_each_kind(changed.organisation, [changed.before, *_newest_systems_with(changed)]):
        data = _data(entry) | {"changed": changed.asset, "successor": str(changed.successor), "number": changed.number}
        told += _once(changed.organisation, STALE, str(entry.id), data, now, f"stale:{entry.id}:{changed.successor}")
    return told


def _newest_systems_with(changed: Changed) -> list[UUID]:
    """System versions made of what has changed, where they are the newest of their system."""
    parts = Component.objects.of(changed.organisation).filter(component_version_id=changed.before)
    versions = [part.system_version for part in parts.select_related("system_version")]
    return [version.id for version in versions if _is_newest(version)]


def _newest_of_each_kind(organisation: UUID, versions: Iterable[UUID]) -> list[Entry]:
    about = Entry.objects.of(organisation).filter(subject__in=[str(one) for one in versions]).exclude(kind__in=NO_AUDIT)
    newest = about.order_by("subject", "kind", "-sealed_at", "-id").distinct("subject", "kind")
    return list(newest.only("id", "organisation_id", "kind", "subject", "sealed_at"))


def _tell_due(entry: Entry, now: datetime) -> int:
    newer = Entry.objects.of(entry.organisation_id).filter(subject=entry.subject, kind=entry.kind, sealed_at__gt=entry.sealed_at)
    version = AssetVersion.objects.select_related("asset").of(entry.organisation_id).filter(id=entry.subject).first()
    if newer.exists() or version is None or version.asset.stage == "retired" or not _is_newest(version):
        return 0
    return _once(entry.organisation_id, DUE, str(entry.id), _data(entry), now, f"due:{entry.id}")


def _is_newest(version: AssetVersion) -> bool:
    return not AssetVersion.objects.filter(asset_id=version.asset_id, number__gt=version.number).exists()


def _data(entry: Entry) -> dict[str, object]:
    return {"kind": entry.kind, "system_version": entry.subject, "sealed_at": entry.sealed_at.isoformat()}


@transaction.atomic
def _once(organisation: UUID, event: str, subject: str, data: Mapping[str, object], now: datetime, once: str) -> int:
    if Notice.objects.of(organisation).filter(once=once).exists():
        return 0
    tell(organisation=organisation, event=event, subject=subject, data=data, now=now, once=once)
    return 1
