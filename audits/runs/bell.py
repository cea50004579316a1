"""The word to the dispatcher that there is something to be told to a worker."""

from uuid import UUID

from django.db import connection

CHANNEL = "probanza_runs"


def ring(run_id: UUID) -> None:
    """Wake the dispatcher when the caller's transaction commits. A word that gets lost is made up for by its sweep."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(run_id)])
