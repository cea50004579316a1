"""Registering assets and their versions: the verbs and the questions others ask."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import Conflict, NotFound, as_uuid
from governance.registry.fingerprint import version_digest
from governance.registry.models import Asset, AssetVersion, Component
from governance.registry.specs import WITH_COMPONENTS, check_kind, read_spec
from governance.registry.stages import STAGES
from governance.shapes import ShapeError
from governance.trail.services import record

ROLE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
MOST_COMPONENTS = 200
LONGEST_NOTE = 4000


class Pin(TypedDict):
    """One version that something stands on."""

    role: str
    version_id: str
    asset: str
    number: int
    digest: str


@transaction.atomic
def register_asset(*, actor: Actor, kind: str, name: str, owner: str, now: datetime, slug: str = "") -> Asset:
    """A new asset without versions. The slug is made from the name where none is given.

    Raises:
        Forbidden: without `registry:write`.
        ShapeError: unknown kind, or a name, owner or slug that does not fit.
        Conflict: the slug is taken in this organisation.
    """
    check_can(actor, "registry:write")
    check_kind(kind)
    asset = Asset(
        organisation_id=actor.organisation,
        kind=kind,
        name=_text("name", name, 200),
        slug=_slug(slug, name),
        owner=_text("owner", owner, 200),
        created_at=now,
    )
    # Inserting is the question: two requests at the same moment cannot both be told yes.
    inserted = Asset.objects.bulk_create([asset], ignore_conflicts=True) and Asset.objects.filter(pk=asset.pk).exists()
    if not inserted:
        raise Conflict("slug", f"{asset.slug} is taken in this organisation; choose another slug.")
    detail = {"kind": kind, "slug": asset.slug}
    record(actor=actor, action="registry.register_asset", subject="asset", subject_id=asset.id, detail=detail, now=now)
    return asset


@transaction.atomic
def add_version(
    *,
    actor: Actor,
    asset_id: UUID,
    spec: Mapping[str, object],
    now: datetime,
    components: Sequence[tuple[str, UUID]] = (),
    note: str = "",
) -> AssetVersion:
    """The next version of an asset. When specification and components are the newest version's, that one is returned instead.

    A component version counts by its id here: a later version with the same content makes a new version of the whole, with
    the same digest.

    components: pairs of role and version id, of the same organisation; only an AI system or agent has any.

    Raises:
        Forbidden: without `registry:write`. NotFound: no such asset here.
        ShapeError: names the field of the specification or `components[2].version` that does not fit.
    """
    check_can(actor, "registry:write")
    # The lock on the asset's row makes numbers follow each other without gaps.
    asset: Asset = Asset.objects.select_for_update().one(actor.organisation, asset_id)
    content = read_spec(asset.kind, spec)
    parts = _parts(asset, components)
    digest = version_digest(asset.kind, content, [(role, part.digest) for role, part in parts])
    newest = newest_version(asset)
    if newest is not None and newest.digest == digest and _same_parts(newest, parts):
        return newest
    version = AssetVersion(
        organisation_id=actor.organisation,
        asset=asset,
        number=1 if newest is None else newest.number + 1,
        spec=content,
        digest=digest,
        note=_note(note),
        created_by=actor.name,
        created_at=now,
    )
    version.save()
    Component.objects.bulk_create(
        Component(organisation_id=actor.organisation, system_version=version, component_version=part, role=role)
        for role, part in parts
    )
    detail = {"asset": str(asset.id), "number": version.number, "digest": digest}
    record(actor=actor, action="registry.add_version", subject="version", subject_id=version.id, detail=detail, now=now)
    return version


@transaction.atomic
def change_stage(*, actor: Actor, asset_id: UUID, stage: str, now: datetime) -> Asset:
    """Moves an asset to another stage of its life. Raises `Forbidden`, `NotFound`, `ShapeError`."""
    check_can(actor, "registry:write")
    if stage not in STAGES:
        raise ShapeError("stage", "is not a stage.", STAGES)
    asset: Asset = Asset.objects.select_for_update().one(actor.organisation, asset_id)
    before = asset.stage
    if before != stage:
        asset.stage = stage
        asset.save(update_fields=["stage"])
        detail = {"before": before, "after": stage}
        record(actor=actor, action="registry.change_stage", subject="asset", subject_id=asset.id, detail=detail, now=now)
    return asset


def newest_version(asset: Asset) -> AssetVersion | None:
    """The version with the highest number, if there is any."""
    return AssetVersion.objects.of(asset.organisation_id).filter(asset=asset).order_by("-number").first()


def system_version(organisation: UUID, version_id: UUID | str) -> AssetVersion:
    """A version of an AI system, with its asset. Raises `NotFound`, also for a version of another kind."""
    systems = AssetVersion.objects.filter(asset__kind="ai_system").select_related("asset")
    version: AssetVersion = systems.one(organisation, version_id)
    return version


@dataclass(frozen=True, slots=True)
class Known:
    """What can never change about a version of an AI system."""

    id: UUID
    organisation: UUID
    system: UUID


def known_system_version(organisation: UUID, version_id: UUID | str) -> Known:
    """A version of an AI system, asked of the database once a process. Raises `NotFound`, each time anew."""
    identifier = as_uuid(version_id)
    if identifier is None:
        raise NotFound("version", version_id)
    return _known(organisation, identifier)


@lru_cache(maxsize=4096)  # the database refuses to change or to delete a version
def _known(organisation: UUID, version_id: UUID) -> Known:
    version = system_version(organisation, version_id)
    return Known(version.pk, organisation, version.asset_id)


def pins_of(version: AssetVersion) -> list[Pin]:
    """The version itself (role `system`) and all it is made of, an agent's own parts too (role `agent.model`)."""
    return [_pin("system", version), *(pin.copy() for pin in _pins_below(version.organisation_id, version.pk))]


def successor_of(version: AssetVersion) -> AssetVersion | None:
    """The newest version of the same asset when it is newer than this one."""
    newest = newest_version(version.asset)
    return newest if newest is not None and newest.number > version.number else None


@lru_cache(maxsize=4096)  # the database refuses to change a version or its parts
def _pins_below(organisation: UUID, version: UUID) -> tuple[Pin, ...]:
    pins: list[Pin] = []
    rows = Component.objects.of(organisation).filter(system_version_id=version)
    for row in rows.select_related("component_version__asset").order_by("role", "component_version__digest", "id"):
        pins.append(_pin(row.role, row.component_version))
        if row.component_version.asset.kind in WITH_COMPONENTS:
            below = _pins_below(organisation, row.component_version_id)
            pins += [Pin(**{**pin, "role": f"{row.role}.{pin['role']}"}) for pin in below]
    return tuple(pins)


def _pin(role: str, version: AssetVersion) -> Pin:
    return Pin(role=role, version_id=str(version.id), asset=version.asset.name, number=version.number, digest=version.digest)


def _parts(asset: Asset, components: Sequence[tuple[str, UUID]]) -> list[tuple[str, AssetVersion]]:
    if components and asset.kind not in WITH_COMPONENTS:
        raise ShapeError("components", f"a {asset.kind} has no components; only {' and '.join(sorted(WITH_COMPONENTS))} do.")
    if len(components) > MOST_COMPONENTS:
        raise ShapeError("components", f"has {len(components)} entries; at most {MOST_COMPONENTS} are allowed.")
    ids = [version_id for _, version_id in components]
    found = AssetVersion.objects.of(asset.organisation_id).select_related("asset").in_bulk(ids)
    parts: list[tuple[str, AssetVersion]] = []
    for index, (role, version_id) in enumerate(components):
        _check_part(asset, index, role, found.get(version_id))
        if (role, found[version_id]) in parts:
            raise ShapeError(f"components[{index}]", "is there twice.")
        parts.append((role, found[version_id]))
    return parts


def _same_parts(version: AssetVersion, parts: list[tuple[str, AssetVersion]]) -> bool:
    rows = Component.objects.of(version.organisation_id).filter(system_version=version)
    return set(rows.values_list("role", "component_version_id")) == {(role, part.id) for role, part in parts}


def _check_part(asset: Asset, index: int, role: str, part: AssetVersion | None) -> None:
    if not ROLE.fullmatch(role):
        raise ShapeError(f"components[{index}].role", "must be lower-case letters, digits, _ and -, at most 60.")
    if part is None:
        raise ShapeError(f"components[{index}].version", "is no version of this organisation.")
    if part.asset_id == asset.id:
        raise ShapeError(f"components[{index}].version", "is a version of the asset itself.")


def _slug(given: str, name: str) -> str:
    slug = given or slugify(name)[:100]
    if not slug:
        raise ShapeError("slug", "cannot be made from this name; give one of lower-case letters, digits and hyphens.")
    if slugify(slug) != slug or len(slug) > 100:
        raise ShapeError("slug", "must be lower-case letters, digits and hyphens, at most 100.")
    return slug


def _text(field: str, value: str, longest: int) -> str:
    value = value.strip()
    if not value or len(value) > longest or "\x00" in value:
        raise ShapeError(field, f"must have 1 to {longest} characters and no NUL.")
    return value


def _note(note: str) -> str:
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise ShapeError("note", f"must have at most {LONGEST_NOTE} characters and no NUL.")
    return note
