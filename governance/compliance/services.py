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
from django.utils import timezone
from django.utils.module_loading import import_string

from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.compliance import criteria
from governance.compliance.assessment import Assessment, Said, Sealed, assess_duties
from governance.compliance.catalogues import catalogue_of
from governance.compliance.gathering import REPORT_KIND as REPORT_KIND
from governance.compliance.gathering import gathered
from governance.compliance.models import Criterion
from governance.compliance.statements.verifying import checked
from governance.compliance.verdict import ItemState
from governance.evidence.gists import Gist
from governance.evidence.models import Entry
from governance.registry.models import Asset, AssetVersion
from governance.shapes import ShapeError
from governance.trail.services import record


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


def assess(*, organisation: UUID, system_version: AssetVersion, now: datetime | None = None) -> Assessment:
    """Every duty of the catalogue against the sealed evidence about this version, what stands of earlier ones, and what people
    said of it.

    Evidence about an earlier version of the same system is stale; of each kind only the newest such piece is taken. A statement
    that was not sealed and signed as its row says does not count, and says so.
    now: when age and expiry are judged; None for this moment.
    """
    light, said = _gathered(organisation, [system_version], now)[0]
    ids = [*(one.id for one in light), *(one.evidence_id for one in said.statements)]
    whole = Entry.objects.of(organisation).in_bulk(ids)
    sealed = [replace(one, statement=whole[UUID(one.id)].statement()) for one in light]
    statements = checked(organisation, said.statements, whole)
    return assess_duties(catalogue_of(organisation), sealed, replace(said, statements=statements))


def outlook(*, organisation: UUID, system_version: AssetVersion, now: datetime | None = None) -> Assessment:
    """`assess` for a page: the same, but of each piece of evidence only its verdicts and their criteria are at hand."""
    return outlooks(organisation=organisation, versions=[system_version], now=now)[0]


def outlooks(*, organisation: UUID, versions: Sequence[AssetVersion], now: datetime | None = None) -> list[Assessment]:
    """`outlook` of many versions, each of another system, in a fixed number of queries."""
    catalogue = catalogue_of(organisation)
    return [assess_duties(catalogue, evidence, said) for evidence, said in _gathered(organisation, versions, now)]


def duty_counts(
    organisation: UUID, version: AssetVersion, own: Sequence[Gist], now: datetime | None = None
) -> tuple[tuple[ItemState, int], ...]:
    """How many duties of the law are in each state, as `assess` counts them; other frameworks have counts of their own.

    own: the gists of everything sealed about the version, oldest first.
    """
    evidence, said = gathered(organisation, [version], now or timezone.now(), own)[0]
    catalogue = catalogue_of(organisation)
    return assess_duties(catalogue, evidence, said).of_framework(catalogue.law.id).counts()


def _gathered(organisation: UUID, versions: Sequence[AssetVersion], now: datetime | None) -> list[tuple[list[Sealed], Said]]:
    return gathered(organisation, versions, now or timezone.now())
