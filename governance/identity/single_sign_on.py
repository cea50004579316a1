"""Who comes in by single sign-on. It opens the one organisation it is set up for, and never an account by an address alone."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from governance.access import wall
from governance.access.actors import Actor, system_actor
from governance.access.members import is_ours_alone
from governance.access.models import Membership, Organisation, User
from governance.access.services import create_member, organisation_called
from governance.access.tenancy import NotFound
from governance.identity.refusals import SignInRefused
from governance.trail.services import record


@transaction.atomic
def settle(request: HttpRequest, sociallogin: Any) -> None:
    """The person of an identity provider's answer is known, or becomes known, or is refused.

    Known is who came before under the same subject. Somebody new is taken for the member whose e-mail address the provider has
    verified; where `PROBANZA_OIDC_ROLE` names a role, a verified address that nobody has becomes a member.

    Raises:
        SignInRefused: nothing was kept.
    """
    organisation = _organisation()
    with wall.inside(organisation.pk):
        if not sociallogin.is_existing:
            _link(request, organisation, sociallogin)
        elif not _is_member(organisation, sociallogin.user):
            raise SignInRefused("stranger")


def _link(request: HttpRequest, organisation: Organisation, sociallogin: Any) -> None:
    member = _newcomer(organisation, sociallogin)
    sociallogin.connect(request, member.user)
    actor, now = _actor(organisation), timezone.now()
    detail = {"user": str(member.user_id)}
    record(actor=actor, action="identity.link", subject="membership", subject_id=member.pk, detail=detail, now=now)


def _newcomer(organisation: Organisation, sociallogin: Any) -> Membership:
    address = next((one for one in sociallogin.email_addresses if one.verified), None)
    if address is None:
        raise SignInRefused("unverified")
    user = User.objects.filter(email__iexact=address.email).first()
    if user is None:
        return _made(organisation, address.email, str(sociallogin.user))
    member: Membership | None = Membership.objects.of(organisation.pk).filter(user=user).exclude(role="").first()
    if member is None:
        raise SignInRefused("stranger")
    if not is_ours_alone(member):
        raise SignInRefused("several")
    return member


def _made(organisation: Organisation, email: str, name: str) -> Membership:
    role: str = settings.PROBANZA_OIDC_ROLE
    if not role:
        raise SignInRefused("stranger")
    return create_member(actor=_actor(organisation), email=email, name=name, role=role, now=timezone.now())


def _is_member(organisation: Organisation, user: User) -> bool:
    return bool(Membership.objects.of(organisation.pk).filter(user=user).exclude(role="").exists())


def _organisation() -> Organisation:
    try:
        with wall.everywhere():
            return organisation_called(settings.PROBANZA_OIDC_ORGANISATION)
    except NotFound as error:
        raise SignInRefused("provider", f"PROBANZA_OIDC_ORGANISATION: {error}") from None


def _actor(organisation: Organisation) -> Actor:
    return system_actor(organisation.pk, "single_sign_on")
