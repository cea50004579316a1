"""The doors of the workers. A message carries ids only; the row says what is to be done."""

from datetime import UTC, datetime
from uuid import UUID

from celery import shared_task
from django.conf import settings

from audits.runs.carrying import carry_out as carry_out_run


@shared_task(name="audits.carry_out")
def carry_out(run_id: str) -> None:
    """Do everything that is left of one run."""
    carry_out_run(run_id=UUID(run_id), clock=lambda: datetime.now(UTC), lease_s=settings.PROBANZA_LEASE_S)
