"""The doors: who shows a token or is signed in, and the wall opened for their organisation, in one round trip each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from governance.access import wall
from governance.access.actors import Actor
from governance.access.models import Membership, Organisation, User
from governance.access.policies import granted
from governance.access.roles import scopes_of
from governance.access.tenancy import NotFound
from governance.access.tokens import digest_of_token, prefix_of

WINDOW = timedelta(minutes=1)
_ENTER = (
    "SELECT token, name, organisation, role, scopes, token_used, token_opened, organisation_used, organisation_opened, at "
    "FROM probanza_enter(%s, %s, %s, %s, %s)"
)
_SEAT = "SELECT member, organisation, taken FROM probanza_seat(%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of a limit is left. name: `token` or `organisation`. limit: requests a window. reset_s: until it ends."""

    name: str
    limit: int
    left: int
    reset_s: int


@dataclass(frozen=True, slots=True)
class Entered:
    """Whoever was let in by a token, and what is left of their limits."""

    actor: Actor
    allowances: tuple[Allowance, ...]


class RateLimited(Exception):  # noqa: N818 - reads as the answer it becomes
    """A limit is used up; `wait` seconds until it begins anew."""

    def __init__(self, used_up: Allowance) -> None:
        self.used_up = used_up
        self.wait = used_up.reset_s
        super().__init__(
            f"This {used_up.name} may make {used_up.limit} requests a minute; the next one is taken in {used_up.reset_s} s."
        )


@dataclass(frozen=True, slots=True)
class Seat:
    """A membership of a person who is signed in; `taken`: the wall is open for it."""

    member: Membership
    taken: bool


def enter(secret: str, now: datetime | None = None) -> Entered | None:
    """Let in whoever shows this token; None when it is unknown, expired or revoked, or its owner is gone.

    now: the database's own clock where it is not given, so that one clock decides for all web processes.

    Raises:
        RateLimited: the token or its organisation has used up its requests; nothing was counted.
    """
    prefix = prefix_of(secret)
    if prefix is None:
        return None
    limits: tuple[int, int] = (settings.PROBANZA_RATE_TOKEN, settings.PROBANZA_RATE_ORGANISATION)
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [prefix, digest_of_token(secret), now, *limits])
        token, name, organisation, role, scopes, *counted, at = cursor.fetchone()
    if token is None:
        return None
    allowances = tuple(_allowances(limits, counted, at))
    wall.entered(organisation)
    return Entered(Actor(str(token), name, "token", organisation, role, granted(role, json.loads(scopes))), allowances)


def _allowances(limits: tuple[int, int], counted: list[Any], at: datetime) -> Iterator[Allowance]:
    for name, limit, used, opened in zip(("token", "organisation"), limits, counted[::2], counted[1::2], strict=True):
        if limit and opened is not None:
            reset_s = max(1, ceil((opened + WINDOW - at).total_seconds()))
            allowance = Allowance(name, limit, 0 if used is None else limit - used, reset_s)
            if used is None:
                raise RateLimited(allowance)
            yield allowance


def authenticate_token(secret: str, now: datetime | None = None) -> Actor | None:
    """Who shows this token; see `enter`."""
    found = enter(secret, now)
    return None if found is None else found.actor


def seats(user: User, chosen: UUID | None = None, only: str = "") -> list[Seat]:
    """The organisations a person may act for, by name. The chosen one, or else the only one, is taken.

    only: the slug of the one organisation that the way they came in opens; empty for all. Roles are read anew at every
    request, so that a change applies at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SEAT, [user.pk, chosen, only])
        found = [_seat(user, *row) for row in cursor.fetchall()]
    for seat in found:
        if seat.taken:
            wall.entered(seat.member.organisation_id)
    return found


def _seat(user: User, member: str, organisation: str, taken: bool) -> Seat:
    found: Membership = _row(Membership, json.loads(member))
    found.user, found.organisation = user, _row(Organisation, json.loads(organisation))
    return Seat(found, taken)


def _row(model: type[Any], told: dict[str, Any]) -> Any:
    """A row as the database tells it in JSON, as the model has it."""
    fields = [field for field in model._meta.concrete_fields if field.column in told]
    found = model(**{field.attname: field.to_python(told[field.column]) for field in fields})
    found._state.adding, found._state.db = False, "default"
    return found


def actor_of(user: User, organisation: UUID) -> Actor:
    """A person acting for one of their organisations. Raises `NotFound` when they are no member of it."""
    taken = next((seat.member for seat in seats(user, organisation) if seat.taken), None)
    if taken is None or taken.organisation_id != organisation:
        raise NotFound("organisation", organisation)
    return acting_as(user, taken)


def acting_as(user: User, member: Membership) -> Actor:
    """A person acting by a membership of theirs that is at hand."""
    return Actor(str(user.pk), str(user), "person", member.organisation_id, member.role, scopes_of(member.role))
