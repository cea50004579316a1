"""What operators watch about notices, for `governance.config.metrics`."""

from collections.abc import Iterator

from django.db import connection
from prometheus_client.core import GaugeMetricFamily, Metric

# Each state has an index or is bounded: deliveries that have ended are listed for a month.
_DELIVERIES = "SELECT state, count(*) FROM governance_delivery GROUP BY state ORDER BY state"
_LATE = """
SELECT COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - min(next_at)), 0)::float8 FROM governance_delivery
WHERE state = 'waiting' AND next_at < clock_timestamp()
"""
_OFF = "SELECT count(*) FROM governance_endpoint WHERE NOT enabled"


def gauges() -> Iterator[Metric]:
    """The families of notices. The caller has opened the wall and a transaction."""
    deliveries = GaugeMetricFamily("probanza_deliveries", "Notices on their way, taken or given up.", labels=("state",))
    with connection.cursor() as cursor:
        cursor.execute(_DELIVERIES)
        for state, count in cursor.fetchall():
            deliveries.add_metric([state], count)
        yield deliveries
        cursor.execute(_LATE)
        yield GaugeMetricFamily("probanza_delivery_late_seconds", "How late the most overdue delivery is.", cursor.fetchone()[0])
        cursor.execute(_OFF)
        yield GaugeMetricFamily("probanza_endpoints_off", "Endpoints that are switched off.", cursor.fetchone()[0])
