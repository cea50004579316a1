"""Everything that a report tells, read once."""

from datetime import datetime
from uuid import UUID

from governance.access.actors import Actor
from governance.access.models import Organisation
from governance.classification.questions import questionnaire
from governance.classification.services import standing_of
from governance.compliance.services import assess, measures_by_kind
from governance.evidence.proving import newest_head
from governance.incidents.services import clocks_of
from governance.registry.models import AssetVersion
from governance.registry.services import Pin
from governance.reports.snapshot import Head, Part, Registered, Snapshot


def snapshot_of(report_id: UUID, actor: Actor, version: AssetVersion, pins: list[Pin], language: str, now: datetime) -> Snapshot:
    """What there is to tell of a version now."""
    organisation = actor.organisation
    head = newest_head(organisation)
    return Snapshot(
        report_id=str(report_id),
        organisation=Organisation.objects.get(pk=organisation).name,
        system=version.asset.name,
        owner=version.asset.owner,
        stage=version.asset.stage,
        version_id=str(version.id),
        number=version.number,
        digest=version.digest,
        spec=version.spec,
        parts=_parts(organisation, pins),
        assessment=assess(organisation=organisation, system_version=version),
        language=language,
        issued_at=now,
        built_by=actor.name,
        head=Head(head.size, head.root, head.key_id) if head else None,
        measures=measures_by_kind(),
        classification=standing_of(organisation, version.asset_id, today=now.date().isoformat()),
        clocks=clocks_of(organisation, version.asset_id, now),
        questions=questionnaire().questions,
        history=_history(organisation, version),
    )


def _parts(organisation: UUID, pins: list[Pin]) -> tuple[Part, ...]:
    """The versions the system is made of, each with what is registered of it."""
    versions = AssetVersion.objects.of(organisation).select_related("asset").in_bulk([UUID(pin["version_id"]) for pin in pins])
    found = [(pin, versions[UUID(pin["version_id"])]) for pin in pins]
    return tuple(
        Part(pin["role"], pin["asset"], pin["number"], pin["digest"], version.asset.kind, version.spec) for pin, version in found
    )


def _history(organisation: UUID, version: AssetVersion) -> tuple[Registered, ...]:
    """The versions of the system up to this one."""
    found = AssetVersion.objects.of(organisation).filter(asset_id=version.asset_id, number__lte=version.number).order_by("number")
    return tuple(Registered(one.number, one.created_at, one.created_by, one.note, one.digest) for one in found)
