"""Assets that the service itself registers at first use: judges and the guideline that ships."""

from datetime import datetime
from uuid import UUID

from governance.access.actors import Actor, system_actor
from governance.access.tenancy import Conflict
from governance.registry.models import Asset
from governance.registry.services import register_asset


def keeper(organisation: UUID) -> Actor:
    """Who registers them, so that people need no right to."""
    return system_actor(organisation, "review")


def kept_asset(organisation: UUID, kind: str, slug: str, name: str, now: datetime) -> Asset:
    """The asset with this slug, registered at first use.

    Raises:
        Conflict: a person gave the slug to something of another kind.
    """
    known = asset_of(organisation, kind, slug)
    if known is not None:
        return known
    try:
        return register_asset(actor=keeper(organisation), kind=kind, name=name, owner="review", slug=slug, now=now)
    except Conflict:  # another request registered it at this moment
        known = asset_of(organisation, kind, slug)
        if known is None:
            raise
        return known


def asset_of(organisation: UUID, kind: str, slug: str) -> Asset | None:
    """The asset with this slug, if it is of this kind."""
    found: Asset | None = Asset.objects.of(organisation).filter(kind=kind, slug=slug).first()
    return found
