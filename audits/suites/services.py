"""Defining suites and running them: the verbs of people, of the REST door and of schedules."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audits.runs import services as runs
from audits.runs.models import Run
from audits.runs.services import Asked, check_key, check_repeated
from audits.suites.models import Suite, SuiteRun, SuiteRunItem, SuiteVersion
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import Conflict
from governance.registry.models import Asset, AssetVersion
from governance.registry.services import newest_version
from governance.shapes import ShapeError
from governance.trail import services as trail
from probanza.canonical import digest_of

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
MOST_ENTRIES = 50
LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class Entry:
    """One audit of a suite, as it came in; `name` is what a table calls it."""

    name: str
    kind: str
    target: str
    parameters: Mapping[str, Any]
    criteria: tuple[str, ...] = ()
    seed: int = 0


@transaction.atomic
def define_suite(
    *, actor: Actor, system_id: UUID | str, name: str, entries: Sequence[Entry], now: datetime, note: str = ""
) -> SuiteVersion:
    """A new suite of an AI system with its first version.

    Raises:
        Forbidden: without `audits:write`. NotFound: no such system here. Conflict: the system has a suite of this name.
        ShapeError: names the field, such as `entries[1].parameters.sensitive`.
    """
    check_can(actor, "audits:write")
    system: Asset = Asset.objects.filter(kind="ai_system").one(actor.organisation, system_id)
    suite = Suite(
        organisation_id=actor.organisation,
        system=system,
        name=_name("name", name),
        created_by=actor.name,
        created_at=now,
    )
    # Inserting is the question: two requests at the same moment cannot both be told yes.
    Suite.objects.bulk_create([suite], ignore_conflicts=True)
    if not Suite.objects.of(actor.organisation).filter(pk=suite.pk).exists():
        raise Conflict("name", f"{name} is a suite of this system already; add a version to it, or choose another name.")
    detail = {"system": str(system.pk), "name": suite.name}
    trail.record(actor=actor, action="audits.define_suite", subject="suite", subject_id=suite.pk, detail=detail, now=now)
    return _added(actor, suite, None, entries, note, now)[0]


@transaction.atomic
def add_suite_version(
    *, actor: Actor, suite_id: UUID | str, entries: Sequence[Entry], now: datetime, note: str = ""
) -> tuple[SuiteVersion, bool]:
    """The next version of a suite. False: the newest one says the same and is returned instead. Raises as `define_suite`."""
    check_can(actor, "audits:write")
    # The lock on the suite's row would need the right to change it; the number's constraint does as well.
    suite: Suite = Suite.objects.select_related("system").one(actor.organisation, suite_id)
    try:
        with transaction.atomic():
            return _added(actor, suite, newest_of(suite), entries, note, now)
    except IntegrityError:
        raise Conflict("entries", "somebody added a version at the same moment; look at it and try again.") from None


def newest_of(suite: Suite) -> SuiteVersion:
    """The version with the highest number; a suite always has one."""
    version: SuiteVersion = suite.versions.select_related("suite__system").latest("number")
    return version


def suite_of(organisation: UUID, suite: str, system: UUID | None = None) -> Suite:
    """A suite by its id, or by its name where its system is known. Raises `ShapeError` naming `suite`."""
    suites = Suite.objects.of(organisation).select_related("system")
    if system is not None:
        suites = suites.filter(system_id=system)
    if NAME.fullmatch(suite) and system is not None:
        named: Suite | None = suites.filter(name=suite).first()
        if named is not None:
            return named
    try:
        found: Suite | None = suites.filter(pk=UUID(suite)).first()
    except ValueError:
        found = None
    if found is None:
        names = tuple(suites.order_by("name").values_list("name", flat=True)[:50]) if system is not None else ()
        raise ShapeError("suite", _("there is no such suite of this system."), names)
    return found


@dataclass(frozen=True, slots=True)
class SuiteAsked:
    """Which version of a suite is run on which system version; key and body_digest make a repeated request the same run."""

    suite_version: SuiteVersion
    system_version: AssetVersion
    key: str = ""
    body_digest: str = ""


def request_suite_run(*, actor: Actor, asked: SuiteAsked, now: datetime) -> tuple[SuiteRun, bool]:
    """Queue every audit of a suite in one transaction: all of them or none. False: it was asked for already.

    Raises:
        ShapeError: names the entry and field that no longer fits. KeyReused, KeyExpired. Forbidden: without `audits:write`.
    """
    check_can(actor, "audits:write")
    check_key(asked.key)
    if asked.system_version.asset_id != asked.suite_version.suite.system_id:
        raise ShapeError("system_version", _("belongs to another AI system than the suite."))
    known = _same(actor, asked, now)
    if known is not None:
        return known, False
    try:
        return _requested(actor, asked, now), True
    except IntegrityError:
        known = _same(actor, asked, now)  # the same request came in twice at the same moment
        if known is None:
            raise
        return known, False


@transaction.atomic
def cancel_suite_run(*, actor: Actor, suite_run_id: UUID | str, now: datetime) -> SuiteRun:
    """Cancel every audit of a suite's run that has not ended. Raises `NotFound`, `Forbidden`."""
    check_can(actor, "audits:write")
    suite_run: SuiteRun = SuiteRun.objects.one(actor.organisation, suite_run_id)
    for run_id in suite_run.items.order_by("run_id").values_list("run_id", flat=True):
        runs.cancel_run(actor=actor, run_id=run_id, now=now)
    return suite_run


@transaction.atomic
def _requested(actor: Actor, asked: SuiteAsked, now: datetime) -> SuiteRun:
    # The suite's run comes first: a second request with the same key waits here for the first and then finds it.
    suite_run = SuiteRun.objects.create(
        organisation_id=actor.organisation,
        suite_version=asked.suite_version,
        system_version=asked.system_version,
        idempotency_key=asked.key,
        body_digest=asked.body_digest,
        requested_by=actor.name[:120],
        created_at=now,
    )
    detail = {"suite": str(asked.suite_version.suite_id), "number": asked.suite_version.number}
    trail.record(actor=actor, action="audits.request_suite", subject="suite_run", subject_id=suite_run.pk, detail=detail, now=now)
    for index, plain in enumerate(asked.suite_version.entries):
        run = _run(actor, asked.system_version, entry_of(plain), index, now)
        SuiteRunItem.objects.create(organisation_id=actor.organisation, suite_run=suite_run, run=run, name=plain["name"])
    created: SuiteRun = suite_run
    return created


def _same(actor: Actor, asked: SuiteAsked, now: datetime) -> SuiteRun | None:
    if not asked.key:
        return None
    found: SuiteRun | None = SuiteRun.objects.of(actor.organisation).filter(idempotency_key=asked.key).first()
    if found is not None:
        check_repeated(found.created_at, found.body_digest, asked.body_digest, now)
    return found


def entry_of(plain: Mapping[str, Any]) -> Entry:
    """A stored entry as it is asked for."""
    criteria = tuple(one["id"] for one in plain["criteria"])
    return Entry(plain["name"], plain["kind"], plain["target"], plain["parameters"], criteria, plain["seed"])


def _run(actor: Actor, version: AssetVersion, entry: Entry, index: int, now: datetime) -> Run:
    asked = Asked(
        system_version=str(version.pk),
        kind=entry.kind,
        target=entry.target,
        parameters=entry.parameters,
        criteria=entry.criteria,
        seed=entry.seed,
    )
    try:
        return runs.request_run(actor=actor, asked=asked, now=now)[0]
    except ShapeError as error:
        raise ShapeError(f"entries[{index}].{error.field}", error.problem, error.allowed) from None


def _added(
    actor: Actor, suite: Suite, newest: SuiteVersion | None, entries: Sequence[Entry], note: str, now: datetime
) -> tuple[SuiteVersion, bool]:
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise ShapeError("note", f"must have at most {LONGEST_NOTE} characters and no NUL.")
    pinned = _pinned(actor, suite, entries, now)
    digest = digest_of({"system": str(suite.system_id), "name": suite.name, "entries": pinned})
    if newest is not None and newest.digest == digest:
        return newest, False
    version = SuiteVersion.objects.create(
        organisation_id=actor.organisation,
        suite=suite,
        number=1 if newest is None else newest.number + 1,
        entries=pinned,
        digest=digest,
        note=note,
        created_by=actor.name,
        created_at=now,
    )
    detail = {"suite": str(suite.pk), "number": version.number, "digest": digest}
    trail.record(
        actor=actor, action="audits.add_suite_version", subject="suite_version", subject_id=version.pk, detail=detail, now=now
    )
    return version, True


def _pinned(actor: Actor, suite: Suite, entries: Sequence[Entry], now: datetime) -> list[dict[str, Any]]:
    """The entries with every default filled in and what they stand on pinned by digest."""
    if not 1 <= len(entries) <= MOST_ENTRIES:
        raise ShapeError("entries", f"must have 1 to {MOST_ENTRIES} entries.")
    system = newest_version(suite.system)
    if system is None:
        raise ShapeError("system", _("has no version yet; add one first."))
    names = [_name(f"entries[{index}].name", one.name) for index, one in enumerate(entries)]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ShapeError(f"entries[{index}].name", _("is there twice."))
    return [_pin(actor, system, one, index, now) for index, one in enumerate(entries)]


def _pin(actor: Actor, system: AssetVersion, entry: Entry, index: int, now: datetime) -> dict[str, Any]:
    # Asking for the audit and taking it back checks exactly what will be checked when the suite is run.
    with transaction.atomic():
        run = _run(actor, system, entry, index, now)
        transaction.set_rollback(True)
    pinned = ("id", "measure", "group", "limit", "direction", "min_n", "digest")
    return {
        "name": entry.name,
        "kind": run.kind,
        "target": str(run.target_id),
        "target_digest": run.target.digest,
        "parameters": run.parameters,
        "criteria": [{name: criterion[name] for name in pinned} for criterion in run.criteria],
        "seed": run.seed,
    }


def _name(field: str, name: str) -> str:
    if not NAME.fullmatch(name):
        raise ShapeError(field, _("must be lower-case letters, digits, dots, hyphens and underscores, at most 80."))
    return name
