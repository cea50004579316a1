"""Organisations, members and tokens: the verbs."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from governance.access.actors import Actor, system_actor
from governance.access.entering import acting_as as acting_as
from governance.access.entering import actor_of as actor_of
from governance.access.entering import authenticate_token as authenticate_token
from governance.access.models import ApiToken, Membership, Organisation, User
from governance.access.policies import Forbidden, check_can, granted
from governance.access.roles import SCOPES, SCOPES_OF, scopes_of
from governance.access.tenancy import Conflict, NotFound
from governance.access.tokens import mint
from governance.shapes import ShapeError
from governance.trail.services import record


@transaction.atomic
def create_organisation(*, name: str, slug: str = "", now: datetime) -> Organisation:
    """A new tenant.

    Raises:
        ShapeError: no name, or a slug that is none.
        Conflict: the slug is taken.
    """
    name, slug = name.strip(), slug or slugify(name)
    _check_text("name", name, 200)
    if not slug or slugify(slug) != slug or len(slug) > 100:
        raise ShapeError("slug", "must be lower-case letters, digits and hyphens, at most 100.")
    if Organisation.objects.filter(slug=slug).exists():
        raise Conflict("slug", f"An organisation {slug} exists already.")
    organisation = Organisation.objects.create(name=name, slug=slug, created_at=now)
    detail = {"name": name, "slug": slug}
    actor = system_actor(organisation.id, "create_organisation")
    record(
        actor=actor,
        action="access.create_organisation",
        subject="organisation",
        subject_id=organisation.id,
        detail=detail,
        now=now,
    )
    return organisation


@transaction.atomic
def create_member(*, actor: Actor, email: str, role: str, now: datetime, name: str = "", password: str = "") -> Membership:
    """A person in the actor's organisation, with one role.

    Somebody who is known already (from another organisation) keeps their password and name. Without a password nobody
    can sign in as a new person until one is set.

    Raises:
        ShapeError: role, e-mail address or password do not fit.
        Conflict: they are a member already.
    """
    check_can(actor, "admin")
    if role not in SCOPES_OF:
        raise ShapeError("role", "is not a role.", tuple(SCOPES_OF))
    user = _person(email.strip(), name.strip(), password)
    if Membership.objects.of(actor.organisation).filter(user=user).exists():
        raise Conflict("email", f"{user.email} is a member already.")
    member = Membership(organisation_id=actor.organisation, user=user, role=role, created_at=now)
    member.save()
    detail = {"role": role, "user": str(user.id)}  # no address: the trail is never erased
    record(actor=actor, action="access.create_member", subject="membership", subject_id=member.id, detail=detail, now=now)
    return member


def _person(email: str, name: str, password: str) -> User:
    known = User.objects.filter(email__iexact=email).first()
    if known is not None:
        return known
    if name:
        _check_text("name", name, 200)
    try:
        validate_email(email)
    except ValidationError:
        raise ShapeError("email", "must be an e-mail address.") from None
    try:
        validate_password(password) if password else None
    except ValidationError as error:
        raise ShapeError("password", " ".join(error.messages)) from None
    return User.objects.create_user(email, password or None, name=name)


@transaction.atomic
def issue_token(
    *,
    actor: Actor,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    expires_at: datetime | None = None,
    owner: Membership | None = None,
    role: str = "",
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is shown this once and kept nowhere.

    It carries the scopes asked for as far as the role has them: the owner's, or without an owner `role` (the actor's own
    when not given). Nobody gives away more than they have.

    Raises:
        Forbidden: the actor is no admin or lacks a scope asked for.
        ShapeError: an unknown scope or role, no name, or an expiry that has passed.
    """
    check_can(actor, "admin")
    asked = frozenset(scopes)
    role = owner.role if owner is not None else role or actor.role
    _check_token(actor, name, asked, role, expires_at, now)
    if owner is not None and owner.organisation_id != actor.organisation:
        raise NotFound("membership", owner.pk)
    minted = mint()
    token = ApiToken(
        organisation_id=actor.organisation,
        owner=owner,
        name=name,
        role=role,
        scopes=sorted(granted(role, asked)),
        prefix=minted.prefix,
        digest=minted.digest,
        created_at=now,
        expires_at=expires_at,
    )
    token.save()
    detail = {"name": name, "role": role, "scopes": token.scopes}
    record(actor=actor, action="access.issue_token", subject="token", subject_id=token.id, detail=detail, now=now)
    return token, minted.secret


def _check_token(actor: Actor, name: str, asked: frozenset[str], role: str, expires_at: datetime | None, now: datetime) -> None:
    _check_text("name", name, 100)
    if unknown := sorted(asked - SCOPES):
        raise ShapeError("scopes", f"{unknown[0]} is not a scope.", tuple(sorted(SCOPES)))
    if not scopes_of(role):
        raise ShapeError("role", "is not a role.", tuple(SCOPES_OF))
    if expires_at is not None and expires_at <= now:
        raise ShapeError("expires_at", "has passed already.")
    for scope in sorted(asked - actor.scopes):
        raise Forbidden(actor, scope)


@transaction.atomic
def revoke_token(*, actor: Actor, token_id: UUID, now: datetime) -> ApiToken:
    """Ends a token at once; a token revoked before stays as it was. Raises `NotFound`, `Forbidden`."""
    check_can(actor, "admin")
    token: ApiToken = ApiToken.objects.select_for_update().one(actor.organisation, token_id)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(actor=actor, action="access.revoke_token", subject="token", subject_id=token.id, detail={}, now=now)
    return token


def _check_text(field: str, value: str, longest: int) -> None:
    if not value or len(value) > longest or "\x00" in value:
        raise ShapeError(field, f"must have 1 to {longest} characters and no NUL.")


def organisation_called(slug: str) -> Organisation:
    """The organisation with this slug; for commands, which act for none. Raises `NotFound`."""
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise NotFound("organisation", slug)
    return organisation


def member_called(organisation: UUID, email: str) -> Membership:
    """The member with this e-mail address. Raises `NotFound`."""
    member: Membership | None = Membership.objects.of(organisation).filter(user__email__iexact=email).first()
    if member is None:
        raise NotFound("member", email)
    return member
