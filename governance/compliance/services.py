"""Freezing criteria, and telling which duties the sealed evidence speaks to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.compliance import criteria
from governance.compliance.assessment import Assessment, Sealed, assess_duties
from governance.compliance.catalogues import catalogue_of
from governance.compliance.models import Criterion
from governance.compliance.verdict import ItemState
from governance.evidence.gists import Gist, gists_about, gists_of
from governance.evidence.models import Entry
from governance.registry.models import Asset, AssetVersion
from governance.registry.queries import successors_of
from governance.shapes import ShapeError
from governance.trail.services import record

REPORT_KIND = "report"


@cache
def measures_by_kind() -> Mapping[str, Mapping[str, str]]:
    """The measures of each kind with their titles (message ids), from the callable that the setting PROBANZA_MEASURES names."""
    found: Mapping[str, Mapping[str, str]] = import_string(settings.PROBANZA_MEASURES)()
    return found


def measures_of(kind: str) -> Collection[str]:
    """The measures that a kind can conclude. Raises `ShapeError` with the known kinds."""
    known = measures_by_kind()
    if kind not in known:
        raise ShapeError("kind", "is not a known audit kind.", tuple(sorted(known)))
    return known[kind]


@transaction.atomic
def freeze_criterion(
    *,
    actor: Actor,
    system_id: UUID | str,
    kind: str,
    measure: str,
    group: Mapping[str, str] | Sequence[Sequence[str]] = (),
    limit: Decimal | str | float,
    direction: str,
    min_n: int = 1,
    rationale: str = "",
    now: datetime,
    known_measures: Collection[str],
) -> Criterion:
    """A new criterion of an AI system; from here on nobody changes it.

    Raises `Forbidden` without `audits:write`, `NotFound`, and `ShapeError` naming the field.
    """
    check_can(actor, "audits:write")
    system: Asset = Asset.objects.filter(kind="ai_system").one(actor.organisation, system_id)
    form = criteria.criterion_form(
        system=str(system.id),
        kind=kind,
        measure=criteria.check_measure(measure, known_measures, kind),
        group=criteria.check_group(group),
        limit=criteria.check_limit(limit),
        direction=criteria.check_direction(direction),
        min_n=criteria.check_min_n(min_n),
        rationale=criteria.check_rationale(rationale),
        author=actor.name,
        frozen_at=now,
    )
    criterion = Criterion(
        organisation_id=actor.organisation,
        author_id=actor.id,
        digest=criteria.criterion_digest(form),
        **{**form, "system": system, "limit": Decimal(form["limit"]), "frozen_at": now},
    )
    criterion.save()
    detail = {"system": str(system.id), "kind": kind, "measure": measure, "digest": criterion.digest}
    record(
        actor=actor, action="compliance.freeze_criterion", subject="criterion", subject_id=criterion.id, detail=detail, now=now
    )
    return criterion


def criteria_for(organisation: UUID, system_id: UUID, kind: str = "") -> "QuerySet[Criterion]":
    """The criteria of a system, newest first; of one kind when it is named."""
    found: QuerySet[Criterion] = Criterion.objects.of(organisation).filter(system_id=system_id).order_by("-id")
    return found.filter(kind=kind) if kind else found


def assess(*, organisation: UUID, system_version: AssetVersion) -> Assessment:
    """Every duty of the catalogue against the sealed evidence about this version, and what stands of earlier ones.

    Evidence about an earlier version of the same system is stale; of each kind only the newest such piece is taken.
    """
    light = outlook(organisation=organisation, system_version=system_version).evidence
    whole = Entry.objects.of(organisation).in_bulk([one.id for one in light])
    return assess_duties(catalogue_of(organisation), [replace(one, statement=whole[UUID(one.id)].statement()) for one in light])


def outlook(*, organisation: UUID, system_version: AssetVersion) -> Assessment:
    """`assess` for a page: the same, but of each piece of evidence only its verdicts are at hand."""
    own = gists_about(organisation, str(system_version.id))
    return assess_duties(catalogue_of(organisation), _evidence(organisation, system_version, own))


def duty_counts(organisation: UUID, version: AssetVersion, own: Sequence[Gist]) -> tuple[tuple[ItemState, int], ...]:
    """How many duties are in each state, as `assess` counts them; evidence that says the same is held against them once.

    own: the gists of everything sealed about the version, oldest first.
    """
    told = {(one.kind, frozenset(one.verdicts()), bool(one.changed)): one for one in _evidence(organisation, version, own)}
    return assess_duties(catalogue_of(organisation), list(told.values())).counts()


def _evidence(organisation: UUID, version: AssetVersion, own: Sequence[Gist]) -> list[Sealed]:
    """What is sealed about the version, oldest first, then what stands of earlier ones; of statements only the verdicts."""
    about = [gist for gist in own if gist.kind != REPORT_KIND]
    newer = successors_of(organisation, {pin for gist in about for _role, pin in gist.pins})
    sealed = [_sealed(gist, version.number, _changes(gist, newer)) for gist in about]
    return sealed + (_earlier(organisation, version) if version.number > 1 else [])


def _earlier(organisation: UUID, version: AssetVersion) -> list[Sealed]:
    before = AssetVersion.objects.of(organisation).filter(asset_id=version.asset_id, number__lt=version.number)
    numbers = {str(one): number for one, number in before.values_list("id", "number")}
    entries = Entry.objects.of(organisation).filter(subject__in=numbers).exclude(kind=REPORT_KIND)
    newest = {gist.kind: gist for gist in gists_of(entries.order_by("sealed_at", "id"))}
    return [
        _sealed(gist, numbers[gist.subject], (f"system: {numbers[gist.subject]} -> {version.number}",))
        for gist in newest.values()
    ]


def _changes(gist: Gist, newer: Mapping[str, tuple[str, int]]) -> tuple[str, ...]:
    return tuple(sorted({f"{role}: -> {newer[pin][1]}" for role, pin in gist.pins if pin in newer}))


def _sealed(gist: Gist, number: int, changed: tuple[str, ...]) -> Sealed:
    return Sealed(
        id=str(gist.id),
        kind=gist.kind,
        digest=gist.digest,
        run_id=gist.run_id,
        sealed_at=gist.sealed_at,
        subject=gist.subject,
        number=number,
        statement={"verdicts": gist.verdicts},
        changed=changed,
    )
