"""The items of a run that have no score: not measured, or measured in vain."""

import base64
import binascii
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from audits.runs.models import Run
from governance.shapes import ShapeError

NOT_MEASURED = "not_measured"
_INCOMPLETE = """
SELECT step.number, planned.place, planned.item, COALESCE(record.reason, %s), record.id IS NOT NULL
FROM audits_step step
CROSS JOIN LATERAL jsonb_array_elements_text(step.items) WITH ORDINALITY AS planned (item, place)
LEFT JOIN audits_itemrecord record ON record.run_id = step.run_id AND record.item = planned.item
WHERE step.organisation_id = %s AND step.run_id = %s AND (step.number, planned.place) > (%s, %s)
  AND (record.id IS NULL OR record.outcome <> 'scored')
ORDER BY step.number, planned.place LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A planned item without a score. reason: `not_measured`, or the stable cause why it is unscored."""

    item: str
    reason: str
    recorded: bool


def incomplete_of(*, organisation: UUID, run_id: UUID | str, cursor: str, size: int) -> tuple[list[Incomplete], str]:
    """A page of them in the order of the plan, and the cursor of the next page or nothing.

    Raises `NotFound`; `ShapeError` for a cursor that no page gave out.
    """
    run: Run = Run.objects.only("id").one(organisation, run_id)
    number, place = _place(cursor)
    with connection.cursor() as database:
        database.execute(_INCOMPLETE, [NOT_MEASURED, organisation, run.id, number, place, size + 1])
        rows = database.fetchall()
    shown = rows[:size]
    following = _cursor(*shown[-1][:2]) if len(rows) > size else ""
    return [Incomplete(item, reason, recorded) for _number, _place, item, reason, recorded in shown], following


def _cursor(number: int, place: int) -> str:
    return base64.urlsafe_b64encode(f"{number}.{place}".encode()).decode()


def _place(cursor: str) -> tuple[int, int]:
    if not cursor:
        return 0, 0
    try:
        number, place = base64.b64decode(cursor.encode(), altchars=b"-_", validate=True).decode().split(".")
        found = int(number), int(place)
    except (ValueError, binascii.Error):
        found = (-1, -1)
    if not all(0 <= one < 2**31 for one in found):
        raise ShapeError("cursor", _("is none that a page gave out."))
    return found
