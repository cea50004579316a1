"""`GET /metrics` for Prometheus: request times of this host's web processes, and what rooms measure in the database.

Off without PROBANZA_METRICS_TOKEN; with it, whoever scrapes shows it as a bearer token. Request times are labelled by the
route's template, never by an address. The gauges come from the callables that the setting PROBANZA_GAUGES names.
"""

import hmac
import os
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
PATIENCE = "SET LOCAL statement_timeout = '5s'"
# Row-level security shows a web process no row before an organisation is known; these counts name none.
EVERYWHERE = "SELECT set_config('probanza.organisation', '*', true)"

own = CollectorRegistry()
times = Histogram(
    "probanza_request_seconds", "Time to answer a request.", ("method", "route", "status"), buckets=BUCKETS, registry=own
)


class RequestTimes:
    """Notes how long each answer took. Not installed without a token, since nobody could read it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.PROBANZA_METRICS_TOKEN:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        found = request.resolver_match
        route = str(found.route) if found else "none"  # an address that nobody foresaw is no label
        method = request.method if request.method in METHODS else "other"
        times.labels(str(method), route, str(response.status_code)).observe(time.perf_counter() - started)
        return response


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """The exposition text; 404 while metrics are off, 401 without the token."""
    token: str = settings.PROBANZA_METRICS_TOKEN
    if not token:
        return HttpResponse("metrics are off: PROBANZA_METRICS_TOKEN is not set", status=404, content_type="text/plain")
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(shown.encode(), token.encode()):
        return HttpResponse("show PROBANZA_METRICS_TOKEN as a bearer token", status=401, content_type="text/plain")
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def exposition() -> bytes:
    """All metrics as text."""
    gauges = CollectorRegistry()
    gauges.register(_Gauges())
    return generate_latest(_requests()) + generate_latest(gauges)


def _requests() -> CollectorRegistry:
    """The request times of all web processes of this host, or of this one where it is alone."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return own
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # it ships no types
    return together


class _Gauges:
    def collect(self) -> Iterator[Metric]:
        try:
            found = _from_database()
        except DatabaseError:
            found = []
        yield GaugeMetricFamily("probanza_database_up", "1 while the database answers.", 1.0 if found else 0.0)
        yield from found


def _from_database() -> list[Metric]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        cursor.execute(EVERYWHERE)
        return [family for name in settings.PROBANZA_GAUGES for family in import_string(name)()]
