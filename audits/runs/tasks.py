"""The doors of the workers. A message carries ids only; the row says what is to be done."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from audits.runs.carrying import carry_step
from audits.runs.leftovers import clear_leftovers


@shared_task(name="audits.carry_out")
def carry_out(step_id: str) -> None:
    """Carry one step of a run, and others of it while there is time."""
    carry_step(
        step_id=UUID(step_id),
        clock=lambda: datetime.now(UTC),
        lease_s=settings.PROBANZA_LEASE_S,
        slice_s=settings.PROBANZA_SLICE_S,
    )


@worker_ready.connect
def start(**_: Any) -> None:
    """Clear what a worker that was killed here left decrypted."""
    clear_leftovers()
