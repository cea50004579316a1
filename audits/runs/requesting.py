"""Asking for a run: what came in, checked against what there is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from audits import catalogue
from audits.catalogue import UnknownKind
from audits.contract import AuditKind
from audits.intake.services import check_names, known_target
from audits.runs.freezing import frozen
from audits.runs.inserting import check_key, insert_once, repeated
from audits.runs.models import Run
from audits.targets.specs import SERVES, types_serving
from governance import shapes
from governance.access.actors import Actor
from governance.access.policies import check_can
from governance.access.tenancy import NotFound
from governance.registry.services import known_system_version
from governance.shapes import ShapeError

MAX_SEED = 2**53  # what every JSON reader keeps exactly
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is asked to do, as it came in; `key` and `body_digest` make a repeated request the same run."""

    system_version: str
    kind: str
    target: str
    parameters: Mapping[str, Any]
    criteria: tuple[str, ...] = ()
    seed: int = 0
    key: str = ""
    body_digest: str = ""


def request_run(*, actor: Actor, asked: Asked, now: datetime) -> tuple[Run, bool]:
    """Queue a run: its row, its first step, its trail row and the word to the dispatcher, in one transaction.

    False: it was there already.

    Raises:
        ShapeError: naming the field that does not fit and what would.
        KeyReused: the key belongs to another body.
        KeyExpired: the key was used before, longer ago than keys are kept.
        Forbidden: without `audits:write`.
    """
    check_can(actor, "audits:write")
    check_key(asked.key)
    known = repeated(actor, asked.key, asked.body_digest, now)
    if known is not None:
        return known, False
    return insert_once(_prepared(actor, asked, now), actor=actor, now=now, detail={"kind": asked.kind})


def _prepared(actor: Actor, asked: Asked, now: datetime) -> Run:
    card = _card(asked.kind)
    version = _found("system_version", lambda: known_system_version(actor.organisation, asked.system_version))
    target = _found("target", lambda: known_target(actor.organisation, asked.target))
    if card.needs not in SERVES[target.type]:
        problem = _("%(kind)s cannot be run on a target of type %(type)s.") % {"kind": card.name, "type": target.type}
        raise ShapeError("target", problem, types_serving(card.needs))
    shaped = shapes.read(card.parameters, asked.parameters, "parameters")
    if not 0 <= asked.seed <= MAX_SEED:
        raise ShapeError("seed", _("must be 0 to 9007199254740992."))
    check_names(target, shaped)
    return Run(
        organisation_id=actor.organisation,
        kind=card.name,
        system_version_id=version.id,
        target=target,
        parameters=shapes.plain(shaped),
        seed=asked.seed,
        criteria=frozen(version, card, asked.criteria, now),
        queue=card.queue,
        idempotency_key=asked.key,
        body_digest=asked.body_digest,
        requested_by=actor.name,
        created_at=now,
    )


def _card(name: str) -> AuditKind:
    try:
        return catalogue.kind(name)
    except UnknownKind as error:
        raise ShapeError("kind", _("there is no such audit kind."), error.known, "unknown-kind") from None


def _found(field: str, look: Callable[[], Thing]) -> Thing:
    try:
        return look()
    except NotFound as error:
        raise ShapeError(field, str(error)) from None
