"""Whoever acts: a person, an API token or the system itself, always for one organisation."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from governance.access.roles import SCOPES

ActorKind = Literal["person", "token", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Handed to every service verb; written to the trail.

    id: stable text id of the person, token or process. name: as people read it. scopes: what it may do.
    """

    id: str
    name: str
    kind: ActorKind
    organisation: UUID
    role: str
    scopes: frozenset[str]


def system_actor(organisation: UUID, name: str = "system") -> Actor:
    """The system itself, acting for one organisation: dispatcher, worker or command. May do everything there."""
    return Actor(id=f"system:{name}", name=name, kind="system", organisation=organisation, role="system", scopes=SCOPES)
