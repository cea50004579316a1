"""Who stands behind an actor: four eyes are two people, whatever tokens they hold."""

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
    if actor.kind == "person":
        return True
    members = Membership.objects.of(actor.organisation).filter(user__in=[as_uuid(person)], user__is_active=True)
    return any("approvals:decide" in scopes_of(member.role) for member in members)


def name_of(actor: Actor, person: str) -> str:
    """What to call the person behind an actor: by their own name, also where they act by a token."""
    if actor.kind == "person":
        return actor.name
    found = User.objects.filter(pk__in=[as_uuid(person)]).first()
    return str(found or actor.name)


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
