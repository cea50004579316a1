"""Sends ids to Celery's broker without ever waiting long for it."""

from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError as KombuError
from redis.exceptions import RedisError

from audits.runs.dispatching import BrokerAway, Due

PATIENCE_S = 0.5
_IMPATIENT: dict[str, Any] = {
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "socket_timeout": PATIENCE_S,
    "socket_connect_timeout": PATIENCE_S,
    "retry_on_timeout": False,
}


class Sender:
    """Hands what is due to its queue. A broker that refuses, hangs or is gone raises `BrokerAway` within about a second."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._connection = self._fresh()

    def __call__(self, due: Due) -> None:
        try:
            self._app.send_task(
                due.task, args=[str(due.id)], queue=due.queue, connection=self._connection, retry=False, ignore_result=True
            )
        except (KombuError, RedisError, OSError) as error:
            self._connection.release()
            self._connection = self._fresh()
            raise BrokerAway(type(error).__name__) from None

    def _fresh(self) -> Any:
        return self._app.connection_for_write(transport_options=_IMPATIENT)
