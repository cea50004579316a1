"""Who may carry a delivery: claims, leases and fences, each one statement on the database's own clock (as with runs)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from governance.notices.events import TRIES

# Of one endpoint only so many are told at once: a slow receiver holds up its own notices and nobody else's.
PER_ENDPOINT = 20
_LONGEST_SILENCE_S = 60
_OPEN = "(lease_until IS NULL OR lease_until < clock_timestamp())"
_CLAIM = f"""
UPDATE governance_delivery SET
    fence = fence + 1, tries = tries + 1, sends = 0, sent_at = NULL,
    lease_until = clock_timestamp() + make_interval(secs => %s)
WHERE id = %s AND state = 'waiting' AND next_at <= clock_timestamp() AND tries < %s AND {_OPEN}
    AND EXISTS (SELECT 1 FROM governance_endpoint AS e WHERE e.id = endpoint_id AND e.enabled)
RETURNING organisation_id, fence, tries
"""  # noqa: S608 - no value of anybody's stands in it
_SETTLE = """
UPDATE governance_delivery SET
    state = %s, lease_until = NULL, status = %s, problem = %s, took_ms = %s,
    next_at = clock_timestamp() + make_interval(secs => %s),
    finished_at = CASE WHEN %s = 'waiting' THEN NULL ELSE clock_timestamp() END
WHERE id = %s AND fence = %s AND state = 'waiting' RETURNING id
"""
_DUE = f"""
UPDATE governance_delivery SET sent_at = clock_timestamp(), sends = LEAST(sends + 1, 1000)
WHERE id IN (
  SELECT id FROM governance_delivery WHERE id IN (
    SELECT id FROM (
      SELECT d.id, d.next_at, row_number() OVER (PARTITION BY d.endpoint_id ORDER BY d.next_at, d.id) AS place
      FROM governance_delivery d JOIN governance_endpoint e ON e.id = d.endpoint_id
      WHERE d.state = 'waiting' AND e.enabled AND d.next_at <= clock_timestamp() AND d.tries < %s AND {_OPEN}
        AND (d.sent_at IS NULL
             OR d.sent_at < clock_timestamp() - make_interval(secs => LEAST(%s * 2 ^ LEAST(d.sends, 10), %s)))
    ) ranked WHERE place <= %s ORDER BY next_at LIMIT %s
  ) FOR UPDATE SKIP LOCKED
) RETURNING id
"""  # noqa: S608 - no value of anybody's stands in it
_SPENT = f"""
UPDATE governance_delivery SET state = 'given_up', lease_until = NULL, problem = %s, finished_at = clock_timestamp()
WHERE state = 'waiting' AND tries >= %s AND {_OPEN} RETURNING id
"""  # noqa: S608 - no value of anybody's stands in it
_UNSENT = "UPDATE governance_delivery SET sent_at = NULL, sends = GREATEST(sends - 1, 0) WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to carry one delivery, as long as nobody claims it anew. tries: this one included."""

    delivery_id: UUID
    organisation_id: UUID
    fence: int
    tries: int


def claim(*, delivery_id: UUID, lease_s: int) -> Hold | None:
    """Take a delivery that is due, in nobody's hands and for an endpoint that is on; None when there is nothing to take."""
    row = _one(_CLAIM, [lease_s, delivery_id, TRIES])
    return None if row is None else Hold(delivery_id, *row)


def settle(hold: Hold, *, state: str, status: int | None, problem: str, took_ms: int | None, wait_s: float = 0) -> bool:
    """Note how a try ended; False when another worker has claimed the delivery in the meantime.

    state: `waiting` to try again after `wait_s` seconds.
    """
    values = [state, status, problem[:500], took_ms, wait_s, state, hold.delivery_id, hold.fence]
    return _one(_SETTLE, values) is not None


def take_due(*, sweep_s: float, limit: int) -> list[UUID]:
    """Deliveries that a worker must be told of, noted as told; those of switched-off endpoints wait."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [TRIES, sweep_s, _LONGEST_SILENCE_S, PER_ENDPOINT, limit])
        return [row[0] for row in cursor.fetchall()]


def give_up_spent() -> int:
    """End deliveries whose workers died at the last try. How many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_SPENT, ["The worker died at every try.", TRIES])
        return len(cursor.fetchall())


def put_back(deliveries: list[UUID]) -> None:
    """The broker did not take these; they are due again at once."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSENT, [deliveries])


def _one(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
