"""The criteria of a run, frozen at its request: what they say later cannot change what it is judged by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from audits.contract import AuditKind
from governance.access.tenancy import NotFound
from governance.compliance.models import Criterion
from governance.registry.services import Known
from governance.shapes import ShapeError


def frozen(version: Known, card: AuditKind, ids: Sequence[str], now: datetime) -> list[dict[str, Any]]:
    """The criteria as they stand now.

    Raises `ShapeError` naming the one that is unknown, of another system, kind or measure, or younger than the request.
    """
    if len(set(ids)) != len(ids):
        raise ShapeError("criteria", _("names a criterion twice."))
    return [_snapshot(version, card, f"criteria[{index}]", one, now) for index, one in enumerate(ids)]


def _snapshot(version: Known, card: AuditKind, field: str, one: str, now: datetime) -> dict[str, Any]:
    try:
        criterion: Criterion = Criterion.objects.one(version.organisation, one)
    except NotFound as error:
        raise ShapeError(field, str(error)) from None
    if criterion.system_id != version.system:
        raise ShapeError(field, _("belongs to another AI system."))
    if criterion.kind != card.name:
        raise ShapeError(field, _("is for the kind %(kind)s.") % {"kind": criterion.kind})
    if criterion.measure not in card.measure_names():
        problem = _("names the measure %(measure)s, which this kind does not conclude.") % {"measure": criterion.measure}
        raise ShapeError(field, problem, card.measure_names())
    if criterion.frozen_at > now:
        raise ShapeError(field, _("was frozen after this request; a criterion comes before the run."))
    return {
        "id": str(criterion.id),
        "measure": criterion.measure,
        "group": criterion.group,
        "limit": format(criterion.limit, "f"),
        "direction": criterion.direction,
        "min_n": criterion.min_n,
        "rationale": criterion.rationale,
        "author": criterion.author,
        "frozen_at": criterion.frozen_at.isoformat(),
        "digest": criterion.digest,
    }
