"""Bringing an own framework, and choosing which version of it is in use: the verbs."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from governance.access.actors import Actor
from governance.access.models import Organisation
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.compliance.catalogues import catalogue_without
from governance.compliance.frameworks import CatalogueError, Part, own_part, with_own
from governance.compliance.own_rows import OwnFramework
from governance.shapes import ShapeError
from governance.trail.services import record

SCOPE = "approvals:decide"  # what the systems are held against is decided, like an approval
MOST = 20  # frameworks of one organisation in use at once
LONGEST = 1_000_000  # characters of a file


@transaction.atomic
def add_framework(*, actor: Actor, content: str, now: datetime) -> OwnFramework:
    """A new version of an own framework from its file; from here on it is the one in use.

    Raises `Forbidden` without `approvals:decide`, `ShapeError` naming line and item, and `Conflict` where the same text is
    there already or too many frameworks are in use.
    """
    check_can(actor, SCOPE)
    Organisation.objects.select_for_update().get(pk=actor.organisation)  # one at a time: numbers have no gap
    part = checked(actor.organisation, content)
    if part.framework.checked_on > now.date() + timedelta(
        days=1
    ):  # some clocks are a day ahead; more would never be told as unchecked
        raise ShapeError("content", f"meta: checked_on: {part.framework.checked_on} lies ahead; nobody has checked it then.")
    mine = versions_of(actor.organisation, part.framework.id)
    newest = mine.first()
    _check_new(actor.organisation, part, content, mine)
    mine.filter(in_use=True).update(in_use=False)
    row = OwnFramework(
        organisation_id=actor.organisation,
        framework=part.framework.id,
        number=newest.number + 1 if newest else 1,
        title=part.framework.title.en[:400],
        edition=part.framework.edition[:400],
        content=content,
        digest=part.framework.digest,
        added_by=actor.id,
        added_name=actor.name,
        added_at=now,
    )
    row.save(force_insert=True)
    _trail(actor, "compliance.add_framework", row, now)
    return row


@transaction.atomic
def use_framework(*, actor: Actor, version_id: UUID | str, now: datetime) -> OwnFramework:
    """Put one version of an own framework in use, in place of the one that is.

    Raises `Forbidden` without `approvals:decide`, `NotFound`, and `ShapeError` where it does not fit the catalogue any more.
    """
    row = _locked(actor, version_id)
    checked(actor.organisation, row.content)
    versions_of(actor.organisation, row.framework).filter(in_use=True).update(in_use=False)
    row.in_use = True
    row.save(update_fields=["in_use"])
    _trail(actor, "compliance.use_framework", row, now)
    return row


@transaction.atomic
def retire_framework(*, actor: Actor, version_id: UUID | str, now: datetime) -> OwnFramework:
    """Take the version out of use; it stays readable, and what was sealed stays sealed. Raises `Forbidden`, `NotFound`."""
    row = _locked(actor, version_id)
    row.in_use = False
    row.save(update_fields=["in_use"])
    _trail(actor, "compliance.retire_framework", row, now)
    return row


def _locked(actor: Actor, version_id: UUID | str) -> OwnFramework:
    check_can(actor, SCOPE)
    Organisation.objects.select_for_update().get(pk=actor.organisation)  # one at a time: one version is in use
    found: OwnFramework = OwnFramework.objects.one(actor.organisation, version_id)
    return found


def checked(organisation: UUID, content: str) -> Part:
    """The framework in this file, which fits the catalogue. Raises `ShapeError` naming line and item."""
    if len(content) > LONGEST:
        raise ShapeError("content", f"has {len(content)} characters; at most {LONGEST} are read.")
    try:
        part = own_part(content)
        with_own(catalogue_without(organisation, part.framework.id), [part])
    except CatalogueError as error:
        where = f"line {error.line}, {error.item}" if error.line else error.item
        raise ShapeError("content", f"{where}: {error.problem}.") from None
    return part


def versions_of(organisation: UUID, framework: str) -> "QuerySet[OwnFramework]":
    """The versions of an own framework, newest first."""
    found: QuerySet[OwnFramework] = OwnFramework.objects.of(organisation)
    return found.filter(framework=framework).order_by("-number")


def _check_new(organisation: UUID, part: Part, content: str, mine: "QuerySet[OwnFramework]") -> None:
    same = mine.filter(in_use=True, content=content).first()
    if same is not None:
        raise Conflict("content", f"is version {same.number} already.")
    others = OwnFramework.objects.of(organisation).filter(in_use=True).exclude(framework=part.framework.id)
    if others.count() >= MOST:
        raise Conflict("content", f"would be one framework too many: {MOST} are in use; take one out of use first.")


def _trail(actor: Actor, action: str, row: OwnFramework, now: datetime) -> None:
    detail = {"framework": row.framework, "number": row.number, "digest": row.digest}
    record(actor=actor, action=action, subject="framework", subject_id=row.pk, detail=detail, now=now)
