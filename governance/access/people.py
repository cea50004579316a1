"""Who stands behind an actor: four eyes are two people, whatever tokens they hold."""

from dataclasses import dataclass

from governance.access.actors import Actor
from governance.access.models import ApiToken, Membership, User
from governance.access.roles import scopes_of
from governance.access.tenancy import Conflict, as_uuid
from governance.trail.models import TrailEntry

MOST_TOKENS = 8  # a token issued by a token issued by ...


class Unclear(Conflict):
    """Two people may hold this token, so nobody knows whose eyes these are."""

    def __init__(self) -> None:
        super().__init__("token", "was issued by one person for another; use one that you issued yourself, or the portal.")


class NoPerson(Conflict):
    """What only a person can say was said by a token that no person answers for, or by one who may not say it any more."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "is for a person who may: use the portal, or a token that you issued yourself.")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who says something under their own name."""

    id: str
    name: str


def speaking(actor: Actor, scope: str, field: str) -> Person:
    """The person who speaks by this actor and may: themself, or whoever issued the token.

    Raises:
        NoPerson: nobody stands behind it, or one whose role lacks `scope` by now; `field` is what they wanted to say.
        Unclear: two people may hold the token.
    """
    person = behind(actor)
    if not person or not _still_may(actor, person, scope):
        raise NoPerson(field)
    if actor.kind == "person":
        return Person(person, actor.name)
    user = User.objects.filter(pk__in=[as_uuid(person)]).first()
    return Person(person, str(user) if user else actor.name)


def behind(actor: Actor) -> str:
    """The id of the person: themself, or whoever issued the token; empty where only a command of the operator did.

    Raises:
        Unclear: the token belongs to a member and was issued by somebody else.
    """
    if actor.kind == "person":
        return actor.id
    return "" if actor.kind == "system" else _holder(actor)


def may_decide(actor: Actor, person: str) -> bool:
    """Whether the person behind the actor is a member whose role decides; a service's token outlives its issuer's role."""
    return _still_may(actor, person, "approvals:decide")


def _still_may(actor: Actor, person: str, scope: str) -> bool:
    if actor.kind == "person":
        return True
    members = Membership.objects.of(actor.organisation).filter(user__in=[as_uuid(person)], user__is_active=True)
    return any(scope in scopes_of(member.role) for member in members)


def _holder(actor: Actor) -> str:
    token: ApiToken = ApiToken.objects.select_related("owner").one(actor.organisation, actor.id)
    owner = str(token.owner.user_id) if token.owner else ""
    issuer = _issuer(actor)
    if owner and issuer not in {"", owner}:
        raise Unclear
    return issuer or owner


def _issuer(actor: Actor) -> str:
    sought = actor.id
    issued = TrailEntry.objects.filter(organisation_id=actor.organisation, action="access.issue_token", subject="token")
    for _ in range(MOST_TOKENS):
        told = issued.filter(subject_id=sought).first()
        if told is None or told.actor_kind == "system":
            return ""
        if told.actor_kind == "person":
            return told.actor_id
        sought = told.actor_id
    raise Unclear
