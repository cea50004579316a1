"""What operators watch about runs, each in one cheap question: none reads more than the open runs or those of a day."""

import time
from collections.abc import Iterator
from uuid import UUID

from django.db import connection
from prometheus_client.core import GaugeMetricFamily, Metric

from governance.trail.ids import uuid7_at

DAY_S = 86_400
_OLDEST = """
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(created_at)), 0)::float8 FROM audits_run WHERE state = 'queued'
"""
_OPEN = "SELECT state, queue, count(*) FROM audits_run WHERE state IN ('queued', 'running') GROUP BY state, queue"
_ENDED = """
SELECT state, kind, count(*) FROM audits_run
WHERE id >= %s AND state IN ('succeeded', 'failed', 'cancelled') GROUP BY state, kind
"""
_RESCUED = "SELECT count(*) FROM governance_trailentry WHERE id >= %s AND action = 'audits.resume_run'"
_WAITED = """
SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM started_at - created_at)),
       percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM finished_at - started_at))
FROM audits_run WHERE id >= %s AND started_at IS NOT NULL
"""


def oldest_queued_s() -> float:
    """Seconds since the oldest run that nobody has begun was asked for; 0 when none waits."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        return max(0.0, float(cursor.fetchone()[0]))


def gauges() -> Iterator[Metric]:
    """The families of runs, for `governance.config.metrics`. The caller has opened the wall and a transaction."""
    since = uuid7_at(time.time_ns() - DAY_S * 10**9, 0)  # ids sort by the moment they were made
    yield GaugeMetricFamily(
        "probanza_run_oldest_queued_seconds", "Age of the oldest run that nobody has begun.", oldest_queued_s()
    )
    yield _counted("probanza_runs_open", "Runs that are not over.", ("state", "queue"), _OPEN, [])
    yield _counted("probanza_runs_ended_day", "Runs of the last 24 hours that are over.", ("state", "kind"), _ENDED, [since])
    yield _counted("probanza_run_rescues_day", "Runs taken over from a lost worker in the last 24 hours.", (), _RESCUED, [since])
    yield from _quantiles(since)


def _counted(name: str, words: str, labels: tuple[str, ...], question: str, values: list[UUID]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=labels)
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        for *found, count in cursor.fetchall():
            family.add_metric([str(one) for one in found], count)
    return family


def _quantiles(since: UUID) -> Iterator[Metric]:
    with connection.cursor() as cursor:
        cursor.execute(_WAITED, [since])
        waited, lasted = cursor.fetchone()
    for name, words, found in (
        ("probanza_run_wait_seconds", "From request to start, runs of the last 24 hours.", waited),
        ("probanza_run_duration_seconds", "From start to end, runs of the last 24 hours.", lasted),
    ):
        family = GaugeMetricFamily(name, words, labels=("quantile",))
        for quantile, value in zip(("0.5", "0.99"), found or (), strict=False):
            if value is not None:
                family.add_metric([quantile], float(value))
        yield family
