"""Members of an organisation after they came: another role, the end of their membership, the link to a password of their own."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction

from governance.access import wall
from governance.access.actors import Actor
from governance.access.entering import acting_as
from governance.access.models import ApiToken, Membership, Organisation, User
from governance.access.policies import check_can
from governance.access.roles import SCOPES_OF
from governance.access.tenancy import Conflict, NotFound, as_uuid
from governance.shapes import ShapeError
from governance.trail.services import record

GONE = ""  # the role of somebody who is a member no more: it has no scopes, and their row stays for the trail's sake
WELCOME_FOR = timedelta(days=3)  # Django's own token lives as long
SALT = "governance.access.welcome"


class LastAdmin(Conflict):
    """Somebody has to be left who may let others in."""

    def __init__(self) -> None:
        super().__init__("role", "is the last administrator's; make somebody else an administrator first.")


class SeveralOrganisations(Conflict):
    """A person who serves other organisations too is not for one of them to reset."""

    def __init__(self) -> None:
        super().__init__("member", "belongs to other organisations too, so this one gives no new password.")


@transaction.atomic
def change_role(*, actor: Actor, member_id: UUID | str, role: str, now: datetime) -> Membership:
    """Another role for a member; also brings back somebody who left. Their own tokens follow their role.

    Raises `Forbidden` without `admin`, `NotFound`, `ShapeError` for a role that is none, `LastAdmin`.
    """
    if role not in SCOPES_OF:
        raise ShapeError("role", "is not a role.", tuple(SCOPES_OF))
    return _become(actor, member_id, role, now)


@transaction.atomic
def end_membership(*, actor: Actor, member_id: UUID | str, now: datetime) -> Membership:
    """Somebody may do nothing here from now on, and their tokens end. Raises `Forbidden`, `NotFound`, `LastAdmin`."""
    member = _become(actor, member_id, GONE, now)
    ApiToken.objects.of(actor.organisation).filter(owner=member, revoked_at=None).update(revoked_at=now)
    return member


def _become(actor: Actor, member_id: UUID | str, role: str, now: datetime) -> Membership:
    check_can(actor, "admin")
    # The lock makes two admins who end each other's membership at the same moment wait for each other.
    Organisation.objects.select_for_update().get(pk=actor.organisation)
    member: Membership = Membership.objects.select_related("user").one(actor.organisation, member_id)
    before = member.role
    if before == role:
        return member
    if before == "admin" and not _other_admins(member):
        raise LastAdmin
    member.role = role
    member.save(update_fields=["role"])
    detail = {"before": before, "after": role, "user": str(member.user_id)}
    record(actor=actor, action="access.change_role", subject="membership", subject_id=member.id, detail=detail, now=now)
    return member


def _other_admins(member: Membership) -> bool:
    admins = Membership.objects.of(member.organisation_id).filter(role="admin", user__is_active=True)
    return bool(admins.exclude(pk=member.pk).exists())


def is_ours_alone(member: Membership) -> bool:
    """Whether the person serves no other organisation, so that this one may give them a new password or take a factor away."""
    with wall.everywhere():
        return not Membership.objects.filter(user=member.user_id).exclude(pk=member.pk).exclude(role=GONE).exists()


@transaction.atomic
def welcome(*, actor: Actor, member_id: UUID | str, now: datetime) -> str:
    """A ticket with which a member sets a password of their own: good once, for three days, until the next sign-in.

    Raises `Forbidden` without `admin`, `NotFound`, `SeveralOrganisations`.
    """
    check_can(actor, "admin")
    member: Membership = Membership.objects.select_related("user").exclude(role=GONE).one(actor.organisation, member_id)
    if not is_ours_alone(member):
        raise SeveralOrganisations
    record(actor=actor, action="access.welcome", subject="membership", subject_id=member.id, detail={}, now=now)
    told = [str(member.organisation_id), str(member.id), default_token_generator.make_token(member.user)]
    return signing.dumps(told, salt=SALT)


def invited(ticket: str) -> Membership:
    """Whose ticket it is. Raises `NotFound` for one that is none, is used or is too old."""
    organisation, member_id, token = _opened(ticket)
    rows = Membership.objects.select_related("user", "organisation").exclude(role=GONE).filter(user__is_active=True)
    with wall.inside(organisation):
        member: Membership = rows.one(organisation, member_id)
    if not default_token_generator.check_token(member.user, token) or not is_ours_alone(member):
        raise NotFound("invitation", "")
    return member


def _opened(ticket: str) -> tuple[UUID, str, str]:
    try:
        organisation, member_id, token = signing.loads(ticket, salt=SALT, max_age=WELCOME_FOR)
    except (signing.BadSignature, ValueError):
        raise NotFound("invitation", "") from None
    found = as_uuid(organisation)
    if found is None:
        raise NotFound("invitation", "")
    return found, member_id, token


@transaction.atomic
def accept(*, ticket: str, password: str, now: datetime) -> Membership:
    """The invited person sets their password; the ticket is used up. Raises `NotFound`, and `ShapeError` for a weak password."""
    member = invited(ticket)
    actor = acting_as(member.user, member)
    with wall.inside(member.organisation_id):
        set_password(actor=actor, user=member.user, password=password, now=now)
    return member


@transaction.atomic
def set_password(*, actor: Actor, user: User, password: str, now: datetime) -> None:
    """Another password for the person who acts; their other sessions end. Raises `ShapeError` for a weak one."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ShapeError("password", " ".join(error.messages)) from None
    user.set_password(password)
    user.save(update_fields=["password"])
    record(actor=actor, action="access.set_password", subject="person", subject_id=user.pk, detail={}, now=now)


@transaction.atomic
def require_second_factor(*, actor: Actor, required: bool, now: datetime) -> None:
    """Whether every member of the organisation must have a second factor. Raises `Forbidden` without `admin`."""
    check_can(actor, "admin")
    changed = Organisation.objects.filter(pk=actor.organisation).exclude(second_factor=required)
    if changed.update(second_factor=required):
        action = "access.require_second_factor" if required else "access.waive_second_factor"
        record(actor=actor, action=action, subject="organisation", subject_id=actor.organisation, detail={}, now=now)
