"""Answers health checks: the process serves, its database answers, queued runs get their turn.

A liveness probe asks `/healthz` (restart the process), a readiness probe `/readyz` (send it no requests), and whoever is
called at night `/healthz/progress`: a worker that lives and takes nothing shows there and nowhere else.
"""

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET

from governance.config.metrics import EVERYWHERE, PATIENCE

_AWAY = "the database does not answer"


@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    """200 `ok` while this process serves, whatever the database does: a restart would not mend that."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """200 `ok`, or 503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse(_AWAY, status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """The age of the oldest queued run; 503 when it is over PROBANZA_PROGRESS_S, or when the database does not answer."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(PATIENCE)
            cursor.execute(EVERYWHERE)
            waited: float = import_string(settings.PROBANZA_WAITED)()
    except DatabaseError:
        return HttpResponse(_AWAY, status=503, content_type="text/plain")
    limit: int = settings.PROBANZA_PROGRESS_S
    told = {"oldest_queued_s": round(waited, 1), "limit_s": limit}
    return JsonResponse(told, status=200 if waited <= limit else 503)
