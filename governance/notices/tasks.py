"""The doors of the workers. A message carries an id only; the row says what is to be done."""

from datetime import UTC, datetime
from uuid import UUID

from celery import shared_task

from governance.notices import watching
from governance.notices.dispatching import DELIVER, WATCH
from governance.notices.sending import deliver as deliver_once


@shared_task(name=DELIVER)
def deliver(delivery_id: str) -> None:
    """Try one delivery once."""
    deliver_once(delivery_id=UUID(delivery_id), clock=lambda: datetime.now(UTC))


@shared_task(name=WATCH)
def watch(_round: str) -> None:
    """Look after time once."""
    watching.watch(datetime.now(UTC))
