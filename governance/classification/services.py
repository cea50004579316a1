"""Answering, confirming, and saying where a system's classification stands: the verbs."""

from collections.abc import Iterable
from uuid import UUID

from governance.classification.answering import answer, outcome_of
from governance.classification.confirming import Confirmation, Open, Outdated, confirm, proposal_for
from governance.classification.models import Classification, SystemAnswers
from governance.classification.proposals import standing_from
from governance.classification.standing import Standing
from governance.registry.models import AssetVersion

__all__ = (
    "Confirmation", "Open", "Outdated", "Standing", "answer", "confirm", "confirmed_before", "outcome_of",
    "proposal_for", "standing_of", "standings_of",
)  # fmt: skip


def standing_of(organisation: UUID, system_id: UUID, *, today: str = "") -> Standing | None:
    """Where the classification of one system stands; None where nobody has answered anything.

    today: ISO day; where it is given, a prohibition that has begun since the confirmation reopens it.
    """
    return standings_of(organisation, [system_id], today=today).get(system_id)


def standings_of(organisation: UUID, systems: Iterable[UUID], *, today: str = "") -> dict[UUID, Standing]:
    """System id -> its standing, in three queries however many systems; those about which nobody has answered are left out."""
    wanted = list(systems)
    answered = {one.system_id: one for one in SystemAnswers.objects.of(organisation).filter(system_id__in=wanted)}
    rows = Classification.objects.of(organisation).filter(system_id__in=wanted).order_by("system_id", "-id")
    confirmed = {one.system_id: one for one in rows.distinct("system_id")}
    newest = _newest(organisation, list(confirmed)) if confirmed else {}
    found = {one: standing_from(answered.get(one), confirmed.get(one), newest.get(one), today) for one in wanted}
    return {system: standing for system, standing in found.items() if standing is not None}


def confirmed_before(organisation: UUID, system_id: UUID) -> list[Classification]:
    """Every classification of a system that somebody confirmed, newest first."""
    return list(Classification.objects.of(organisation).filter(system_id=system_id).order_by("-id")[:50])


def _newest(organisation: UUID, systems: list[UUID]) -> dict[UUID, AssetVersion]:
    rows = AssetVersion.objects.of(organisation).filter(asset_id__in=systems).order_by("asset_id", "-number")
    return {one.asset_id: one for one in rows.distinct("asset_id").only("asset_id", "number", "spec")}
