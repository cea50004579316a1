"""Who may do what: one rule told twice, `can` answers and `check_can` raises. Pure."""

from collections.abc import Iterable

from governance.access.actors import Actor
from governance.access.roles import SCOPES, scopes_of


class Forbidden(Exception):  # noqa: N818 - reads as the answer it becomes
    """The actor lacks `scope`. Said of one's own organisation only; another's things are not found."""

    def __init__(self, actor: Actor, scope: str) -> None:
        self.scope = scope
        super().__init__(f"{actor.name} may not do this: the scope {scope} is missing.")


def can(actor: Actor, scope: str) -> bool:
    """Whether the actor has the scope. Raises `ValueError` for a scope that does not exist (a mistake of ours)."""
    if scope not in SCOPES:
        raise ValueError(f"{scope!r} is not a scope; there are {', '.join(sorted(SCOPES))}")
    return scope in actor.scopes


def check_can(actor: Actor, scope: str) -> None:
    """Raises `Forbidden` unless `can(actor, scope)`."""
    if not can(actor, scope):
        raise Forbidden(actor, scope)


def granted(role: str, asked: Iterable[str]) -> frozenset[str]:
    """Scopes of a token: what was asked for, never more than the owner's role has."""
    return scopes_of(role) & frozenset(asked)
