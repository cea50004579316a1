"""The one verb of the trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

from governance.trail.models import TrailEntry


class Doer(Protocol):
    """Whoever acts; `governance.access.actors.Actor` is one."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def organisation(self) -> UUID: ...


class NoTransactionError(RuntimeError):
    """A trail row was written apart from the change it tells of."""


def record(
    *, actor: Doer, action: str, subject: str, subject_id: UUID | str, detail: Mapping[str, Any], now: datetime
) -> TrailEntry:
    """Write one trail row in the caller's transaction, so that change and row stand or fall together.

    detail: JSON-ready, without secrets and personal data.

    Raises:
        NoTransactionError: outside a transaction.
    """
    if not connection.in_atomic_block:
        raise NoTransactionError(f"{action}: write the trail row inside the transaction of the change it tells of.")
    told = entry(actor=actor, action=action, subject=subject, subject_id=subject_id, detail=detail, now=now)
    told.save(force_insert=True)
    return told


def entry(
    *, actor: Doer, action: str, subject: str, subject_id: UUID | str, detail: Mapping[str, Any], now: datetime
) -> TrailEntry:
    """A trail row not yet written, for a change that is written together with it in one statement (`insert_together`)."""
    return TrailEntry(
        organisation_id=actor.organisation,
        actor_id=actor.id,
        actor_name=actor.name,
        actor_kind=actor.kind,
        action=action,
        subject=subject,
        subject_id=str(subject_id),
        detail=dict(detail),
        at=now,
    )
