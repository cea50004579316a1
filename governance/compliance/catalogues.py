"""The catalogue that an organisation's systems are held against: what ships, and the frameworks it brought itself."""

import logging
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from governance.compliance.frameworks import Catalogue, CatalogueError, load, own_part, with_own
from governance.compliance.own_rows import OwnFramework

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unfit:
    """An own framework that the catalogue of this version does not take, and why; nothing is held against it."""

    framework: str
    problem: str


def catalogue_of(organisation: UUID, on: date | None = None) -> Catalogue:
    """The shipped frameworks and the organisation's own that are in use.

    on: the day whose wordings are taken where a duty has several; None for the newest.
    """
    return _whole(organisation, on)[0]


def unfit_of(organisation: UUID) -> tuple[Unfit, ...]:
    """The frameworks in use that nothing is held against, since a newer version ships something of their ids."""
    return _whole(organisation, None)[1]


def catalogue_without(organisation: UUID, framework: str) -> Catalogue:
    """The same without one own framework: what a new version of it has to fit."""
    return _whole(organisation, None, but=framework)[0]


def _whole(organisation: UUID, on: date | None, *, but: str = "") -> tuple[Catalogue, tuple[Unfit, ...]]:
    used = OwnFramework.objects.of(organisation).filter(in_use=True).exclude(framework=but).order_by("framework")
    return _joined(organisation, tuple(used.values_list("pk", flat=True)), on)


@lru_cache(maxsize=64)  # rows never change, so their ids say it all
def _joined(organisation: UUID, used: tuple[UUID, ...], on: date | None) -> tuple[Catalogue, tuple[Unfit, ...]]:
    catalogue, unfit = load(on), []
    for row in OwnFramework.objects.of(organisation).filter(pk__in=used).order_by("framework") if used else ():
        try:
            catalogue = with_own(catalogue, [own_part(row.content, name=row.framework, version=row.number, on=on)])
        except CatalogueError as error:
            logger.warning("an own framework does not fit this version and is left out: %s", error)
            unfit.append(Unfit(row.framework, str(error)))
    return catalogue, tuple(unfit)
