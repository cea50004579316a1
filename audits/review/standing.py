"""Whether a calibration still holds: it ends with its days, with its judge or guideline, or when scores drift."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet

from audits.review.models import Calibration
from governance.registry.queries import successors_of

State = Literal["valid", "expired", "judge_changed", "guideline_changed", "drifted"]
VALID: State = "valid"


def states_of(calibrations: Iterable[Calibration], now: datetime) -> dict[UUID, State]:
    """The state of each, in one query for all; of several reasons the gravest is told."""
    found = list(calibrations)
    if not found:
        return {}
    newer = successors_of(found[0].organisation_id, {one.judge_id for one in found} | {one.guideline_id for one in found})
    return {one.pk: _state(one, set(newer), now) for one in found}


def _state(one: Calibration, newer: set[str], now: datetime) -> State:
    if str(one.judge_id) in newer:
        return "judge_changed"
    if one.lapsed_at is not None:
        return "drifted"
    if str(one.guideline_id) in newer:
        return "guideline_changed"
    return "expired" if one.expires_at <= now else VALID


def calibrations(organisation: UUID) -> "QuerySet[Calibration]":
    """The calibrations of an organisation with what they are about, the newest first."""
    related = ("system", "judge__asset", "guideline__asset", "review__run__system_version__asset")
    found: QuerySet[Calibration] = Calibration.objects.of(organisation).select_related(*related)
    return found


def newest_for(organisation: UUID, system: UUID, judge_digest: str, language: str = "") -> list[Calibration]:
    """The newest calibration of each language for this system and this very judge; of one language where it is given."""
    found = calibrations(organisation).filter(system_id=system, judge_digest=judge_digest)
    found = found.filter(language=language) if language else found
    return list(found.order_by("language", "-id").distinct("language"))
